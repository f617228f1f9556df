//! A Deployment in a virtual cluster: its ReplicaSets and their pods.

use super::{Action, ReplicaSet, Spec, Status, sync};
use crate::simulate::replica_set::{self, SetSpec, SetStatus};
use crate::simulate::state::{Owner, Pod, PodId, Pods, Revision};
use jiff::{SignedDuration, Timestamp};

/// Passes after which controllers that still change something are left alone;
/// far more than any rollout takes between two events.
const MOST_PASSES: usize = 10_000;

/// One Deployment with all that belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct World {
    /// What is asked for.
    pub spec: Spec,
    /// What the controller last wrote down.
    pub status: Status,
    /// The ReplicaSets, in the order they were made.
    pub sets: Vec<ReplicaSet>,
    /// The pods of all of them.
    pub pods: Pods,
    /// The time.
    pub now: Timestamp,
    /// Templates in the order of their sets' names, which are hashes that nobody
    /// foresees: it decides between sets that were made in the same second. Those
    /// that are not named here are in the order they were made.
    pub name_order: Vec<Revision>,
    next_owner: Owner,
    /// Whether there is something that the Deployment controller has not seen yet:
    /// only then, and when it put down to, does it look.
    queued: bool,
    /// When it put down to look at the deadline. An earlier time stays although
    /// progress has moved the deadline since.
    look: Option<Timestamp>,
}

impl World {
    /// A Deployment that was just made.
    #[must_use]
    pub fn new(spec: Spec, now: Timestamp) -> Self {
        Self {
            spec,
            status: Status::default(),
            sets: Vec::new(),
            pods: Pods::default(),
            now,
            name_order: Vec::new(),
            next_owner: 0,
            queued: true,
            look: None,
        }
    }

    /// A Deployment whose pods are all available, as of long ago.
    #[must_use]
    pub fn complete(spec: Spec, now: Timestamp) -> Self {
        let mut world = Self::new(spec, now);
        world.settle();
        world.make_all_available();
        world
    }

    /// Lets each pod be ready since so long ago that it is available.
    pub fn make_all_available(&mut self) {
        let since = self.now.checked_sub(self.spec.min_ready);
        let since = since.unwrap_or(self.now);
        let ids: Vec<_> = self.pods.all().iter().map(|pod| pod.id).collect();
        for id in ids {
            self.pods.make_ready(id, since);
        }
        self.settle();
    }

    /// Changes what is asked for.
    pub fn apply(&mut self, spec: Spec) {
        if spec != self.spec {
            self.spec = spec;
            self.status.observed = false;
            self.queued = true;
        }
    }

    /// What `rollout undo` goes back to: the template with that number in the
    /// history or, without one, the one before the present.
    #[must_use]
    pub fn undo(&self, to: Option<i64>) -> Option<Revision> {
        let mut sets: Vec<&ReplicaSet> = self.sets.iter().collect();
        sets.sort_by_key(|set| std::cmp::Reverse(set.revision));
        let found = match to {
            None | Some(0) => sets.get(1).copied(),
            Some(number) => sets.into_iter().find(|set| set.revision == number),
        };
        found.map(|set| set.template)
    }

    /// Runs the controllers by turns until they rest. False if they do not, which
    /// would be an endless quarrel between them.
    pub fn settle(&mut self) -> bool {
        (0..MOST_PASSES).any(|_| !self.turn())
    }

    /// Lets each controller look once; false if none had anything to do.
    pub fn turn(&mut self) -> bool {
        let is_due = self.look.is_some_and(|at| at <= self.now);
        self.look = self.look.filter(|_| !is_due);
        let acted = (self.queued || is_due) && self.pass();
        let moved = self.pass_of_sets();
        self.queued = acted || moved;
        self.queued
    }

    /// One pass of the Deployment controller; true if it changed anything.
    fn pass(&mut self) -> bool {
        let new = self.new_set().map(|set| set.owner);
        let is_old = |pod: &Pod| {
            let owned = self.sets.iter().any(|set| set.owner == pod.owner);
            owned && Some(pod.owner) != new
        };
        let lingers = |pod: &Pod| is_old(pod) && !pod.phase.is_terminal();
        let old_pods = self.pods.all().iter().any(lingers);
        let actions = sync(&self.spec, &self.status, &self.sets, old_pods, self.now);
        let acted = !actions.is_empty();
        actions.into_iter().for_each(|action| self.perform(action));
        if !acted && let Some(at) = self.status.deadline_check(&self.spec) {
            // With less than a second left it does not wait for that one more.
            let second = SignedDuration::from_secs(1);
            let is_near = at.duration_since(self.now) < second + second;
            let at = if is_near { self.now } else { at };
            self.look = Some(self.look.map_or(at, |look| look.min(at)));
        }
        acted
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::CreateSet { replicas, revision } => {
                let owner = self.next_owner;
                self.next_owner += 1;
                let template = self.spec.template;
                let by_name = self.name_order.iter().position(|it| *it == template);
                self.sets.push(ReplicaSet {
                    owner,
                    name_rank: by_name.unwrap_or(self.sets.len()),
                    template,
                    created: self.now,
                    revision,
                    past_revisions: Vec::new(),
                    replicas,
                    min_ready: self.spec.min_ready,
                    desired_noted: self.spec.replicas,
                    most_noted: self.spec.most(),
                    status: SetStatus::default(),
                    observed: false,
                });
            }
            Action::Scale { owner, replicas } => {
                let (desired, most) = (self.spec.replicas, self.spec.most());
                if let Some(set) = self.set_mut(owner) {
                    set.observed &= set.replicas == replicas;
                    set.replicas = replicas;
                    set.desired_noted = desired;
                    set.most_noted = most;
                }
            }
            Action::Revise { owner, revision } => {
                let min_ready = self.spec.min_ready;
                if let Some(set) = self.set_mut(owner) {
                    if set.revision < revision {
                        set.past_revisions.push(set.revision);
                    }
                    set.observed &= set.min_ready == min_ready;
                    set.revision = revision;
                    set.min_ready = min_ready;
                }
            }
            Action::DeleteSet(owner) => {
                self.sets.retain(|set| set.owner != owner);
                let pods: Vec<PodId> = self.pods.of(owner).map(|pod| pod.id).collect();
                let now = self.now;
                pods.into_iter().for_each(|id| self.pods.delete(id, now));
            }
            Action::Report(status) => self.status = status,
        }
    }

    /// One sync of each set; true if it changed anything.
    fn pass_of_sets(&mut self) -> bool {
        let related: Vec<Owner> = self.sets.iter().map(|set| set.owner).collect();
        let indices = 0..self.sets.len();
        indices.fold(false, |moved, it| self.pass_of_set(it, &related) | moved)
    }

    /// One pass of the controller of ReplicaSets; true if it changed anything.
    fn pass_of_set(&mut self, index: usize, related: &[Owner]) -> bool {
        let set = &self.sets[index];
        let spec = SetSpec {
            owner: set.owner,
            template: set.template,
            replicas: set.replicas,
            min_ready: set.min_ready,
        };
        let (mut changed, status) = replica_set::pass(&spec, related, &mut self.pods, self.now);
        let set = &mut self.sets[index];
        changed |= set.status != status || !set.observed;
        set.status = status;
        set.observed = true;
        changed
    }

    /// The set of the present template.
    #[must_use]
    pub fn new_set(&self) -> Option<&ReplicaSet> {
        let template = self.spec.template;
        self.sets.iter().find(|set| set.template == template)
    }

    fn set_mut(&mut self, owner: Owner) -> Option<&mut ReplicaSet> {
        self.sets.iter_mut().find(|set| set.owner == owner)
    }

    /// When the controllers act next although nothing happens: a pod becomes
    /// available, or the deadline for progress is over.
    #[must_use]
    pub fn next_check(&self) -> Option<Timestamp> {
        let active = self.pods.all().iter().filter(|pod| pod.is_active());
        let available = active
            .filter_map(|pod| pod.available_at(self.spec.min_ready))
            .filter(|at| *at > self.now);
        let deadline = self.status.deadline_check(&self.spec);
        available.chain(deadline.filter(|at| *at > self.now)).min()
    }
}
