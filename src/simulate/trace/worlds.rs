//! What a trace asks of the virtual cluster of each controller.

use super::World;
use crate::simulate::state::Pods;
use crate::simulate::{daemon_set, deployment, replica_set, stateful_set};
use jiff::{SignedDuration, Timestamp};

impl World for deployment::World {
    fn cluster(&mut self) -> (&mut Pods, &mut Timestamp) {
        (&mut self.pods, &mut self.now)
    }

    fn min_ready(&self) -> SignedDuration {
        self.spec.min_ready
    }

    fn settle(&mut self) -> bool {
        Self::settle(self)
    }

    fn next_check(&self) -> Option<Timestamp> {
        Self::next_check(self)
    }

    fn is_complete(&self) -> bool {
        self.status.is_complete(&self.spec)
    }

    fn complaint(&self) -> Option<&'static str> {
        let (progress, _) = self.status.progress?;
        let exceeded = progress == deployment::Progress::DeadlineExceeded;
        exceeded.then_some("progress deadline exceeded")
    }
}

impl World for replica_set::World {
    fn cluster(&mut self) -> (&mut Pods, &mut Timestamp) {
        (&mut self.pods, &mut self.now)
    }

    fn min_ready(&self) -> SignedDuration {
        self.spec.min_ready
    }

    fn settle(&mut self) -> bool {
        Self::settle(self)
    }

    fn next_check(&self) -> Option<Timestamp> {
        let pods = self.pods.all().iter();
        let available = pods.filter_map(|pod| pod.available_at(self.spec.min_ready));
        available.filter(|at| *at > self.now).min()
    }

    fn is_complete(&self) -> bool {
        self.status.available == self.spec.replicas
    }
}

impl World for stateful_set::World {
    fn cluster(&mut self) -> (&mut Pods, &mut Timestamp) {
        (&mut self.pods, &mut self.now)
    }

    fn min_ready(&self) -> SignedDuration {
        self.spec.min_ready
    }

    fn is_complete(&self) -> bool {
        let n = self.spec.replicas;
        self.status.available == n
            && self.status.replicas == n
            && self.status.updated >= self.spec.updated_pods()
    }

    fn settle(&mut self) -> bool {
        Self::settle(self)
    }

    fn next_check(&self) -> Option<Timestamp> {
        Self::next_check(self)
    }
}

impl World for daemon_set::World {
    fn cluster(&mut self) -> (&mut Pods, &mut Timestamp) {
        (&mut self.pods, &mut self.now)
    }

    fn min_ready(&self) -> SignedDuration {
        self.spec.min_ready
    }

    fn is_complete(&self) -> bool {
        let rolls = self.spec.strategy != daemon_set::Strategy::OnDelete;
        let status = self.status;
        status.available == status.desired && (!rolls || status.updated == status.desired)
    }

    fn settle(&mut self) -> bool {
        Self::settle(self)
    }

    fn next_check(&self) -> Option<Timestamp> {
        Self::next_check(self)
    }
}
