//! A StatefulSet in a virtual cluster: its pods, their claims, what it reports.

use super::sync::OWNER;
use super::sync::batch_end;
use super::{Action, Spec, sync};
use crate::simulate::state::{Birth, Phase, Pod, PodId, Pods, Revision};
use jiff::Timestamp;

/// Passes after which a controller that still changes something is left alone.
const MOST_PASSES: usize = 100_000;

/// What the controller writes down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// All pods.
    pub replicas: i32,
    /// Those that run and are ready.
    pub ready: i32,
    /// Those that have been ready for long enough.
    pub available: i32,
    /// Those of the current revision that are not on their way out.
    pub current: i32,
    /// Those of the newest revision that are not on their way out.
    pub updated: i32,
}

/// A claim for storage that the set made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// The name of its template.
    pub template: String,
    /// The ordinal it belongs to.
    pub ordinal: i32,
    /// The pod that it goes with; without one it stays.
    pub owner: Option<PodId>,
}

/// One StatefulSet with all that belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct World {
    /// What is asked for.
    pub spec: Spec,
    /// `status.currentRevision`: what ordinals below the partition are made from.
    pub current: Revision,
    /// What the controller last wrote down.
    pub status: Status,
    /// The pods.
    pub pods: Pods,
    /// The claims, in the order they were made.
    pub claims: Vec<Claim>,
    /// How many claims go with their pods.
    bound: usize,
    /// What was done since the last [`World::take_actions`], in order.
    actions: Vec<(bool, i32)>,
    /// The time.
    pub now: Timestamp,
}

impl World {
    /// A StatefulSet that was just made.
    #[must_use]
    pub fn new(spec: Spec, now: Timestamp) -> Self {
        Self {
            current: spec.template,
            spec,
            status: Status::default(),
            pods: Pods::default(),
            claims: Vec::new(),
            bound: 0,
            actions: Vec::new(),
            now,
        }
    }

    /// A StatefulSet whose pods are all available, as of long ago.
    #[must_use]
    pub fn complete(spec: Spec, now: Timestamp) -> Self {
        let mut world = Self::new(spec, now);
        let since = now.checked_sub(world.spec.min_ready).unwrap_or(now);
        let (first, template) = (world.spec.start, world.spec.template);
        for ordinal in first..first.saturating_add(world.spec.replicas) {
            let birth = Birth {
                owner: OWNER,
                revision: template,
                ordinal: Some(ordinal),
                node: None,
            };
            world.claim(ordinal);
            if let Some(id) = world.pods.create(birth, now) {
                world.pods.make_ready(id, since);
            }
        }
        world.settle();
        world.actions.clear();
        world
    }

    /// Runs the controller until it rests; false if it does not.
    pub fn settle(&mut self) -> bool {
        for _ in 0..MOST_PASSES {
            self.collect_claims();
            let first = self.actions.len();
            let acted = self.pass();
            if self.spec.parallel {
                // What one pass does at once has no order of its own.
                self.actions[first..].sort_by_key(|(made, ordinal)| (!made, *ordinal));
            }
            let flipped = self.count();
            if !acted && !flipped {
                return true;
            }
        }
        false
    }

    /// One pass; true if it changed anything. Where a pod is refused, those that are
    /// made beside it are still tried, and nothing else.
    fn pass(&mut self) -> bool {
        let mut acted = false;
        let mut end = i32::MAX;
        for action in sync(&self.spec, self.current, &self.pods, self.now) {
            let ordinal = match action {
                Action::Barrier if end < i32::MAX => break,
                Action::Barrier => continue,
                Action::Create(birth) => birth.ordinal,
                Action::Delete(pod) | Action::Bind { pod, .. } => {
                    self.pods.get(pod).and_then(|it| it.ordinal)
                }
            };
            let index = ordinal.unwrap_or_default() - self.spec.start;
            if index >= end {
                continue;
            }
            let done = self.perform(action);
            acted |= done;
            if !done && matches!(action, Action::Create(_)) {
                end = end.min(batch_end(index));
            }
        }
        acted
    }

    /// True if it changed anything.
    fn perform(&mut self, action: Action) -> bool {
        match action {
            Action::Create(birth) => {
                let ordinal = birth.ordinal.unwrap_or_default();
                self.claim(ordinal);
                let made = self.pods.create(birth, self.now).is_some();
                if made {
                    self.actions.push((true, ordinal));
                }
                made
            }
            Action::Delete(id) => {
                // A pod that ended and is outdated as well is asked for twice.
                let Some(pod) = self.pods.get(id) else {
                    return false;
                };
                self.actions.push((false, pod.ordinal.unwrap_or_default()));
                self.pods.delete(id, self.now);
                true
            }
            // The usual case, and far too frequent to look at each claim.
            Action::Bind { leaves: false, .. } if self.bound == 0 => false,
            Action::Barrier => false,
            Action::Bind { pod, leaves } => {
                let ordinal = self.pods.get(pod).and_then(|it| it.ordinal);
                let owner = leaves.then_some(pod);
                let own = self.claims.iter_mut();
                let wrong = own.filter(|it| Some(it.ordinal) == ordinal && it.owner != owner);
                let mut changed = false;
                for claim in wrong {
                    claim.owner = owner;
                    changed = true;
                }
                let bound = self.claims.iter().filter(|it| it.owner.is_some());
                self.bound = bound.count();
                changed
            }
        }
    }

    /// Makes the claims of a pod that are missing, before the pod.
    fn claim(&mut self, ordinal: i32) {
        for template in &self.spec.claims {
            let is_it = |it: &Claim| it.ordinal == ordinal && it.template == *template;
            if !self.claims.iter().any(is_it) {
                self.claims.push(Claim {
                    template: template.clone(),
                    ordinal,
                    owner: None,
                });
            }
        }
    }

    /// Drops the claims whose pods are gone, and which go with them.
    fn collect_claims(&mut self) {
        if self.bound == 0 {
            return;
        }
        let pods = &self.pods;
        self.claims
            .retain(|it| it.owner.is_none_or(|pod| pods.get(pod).is_some()));
    }

    /// Counts the pods, and takes the newest revision for the current one when
    /// all have it. True when that changed.
    fn count(&mut self) -> bool {
        let mut status = Status::default();
        for pod in self.pods.all() {
            let runs = pod.phase == Phase::Running && pod.is_ready();
            let is_available = runs && pod.is_available(self.spec.min_ready, self.now);
            let stays = !pod.is_terminating();
            status.replicas += 1;
            status.ready += i32::from(runs);
            status.available += i32::from(is_available);
            status.current += i32::from(stays && pod.revision == self.current);
            status.updated += i32::from(stays && pod.revision == self.spec.template);
        }
        let n = self.spec.replicas;
        let is_complete = status.updated == n && status.ready == n && status.replicas == n;
        let flips = is_complete && self.current != self.spec.template;
        if is_complete {
            status.current = status.updated;
            self.current = self.spec.template;
        }
        self.status = status;
        flips
    }

    /// What was done since the last call: whether a pod was made or else deleted,
    /// and its ordinal.
    pub fn take_actions(&mut self) -> Vec<(bool, i32)> {
        std::mem::take(&mut self.actions)
    }

    /// The pods by ordinal.
    #[must_use]
    pub fn by_ordinal(&self) -> Vec<&Pod> {
        let mut pods: Vec<&Pod> = self.pods.all().iter().collect();
        pods.sort_by_key(|pod| pod.ordinal);
        pods
    }

    /// When the controller acts next although nothing happens: a pod becomes available.
    #[must_use]
    pub fn next_check(&self) -> Option<Timestamp> {
        let ready = self.pods.all().iter();
        let available = ready.filter_map(|pod| pod.available_at(self.spec.min_ready));
        available.filter(|at| *at > self.now).min()
    }
}
