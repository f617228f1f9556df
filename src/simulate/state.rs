//! The pods of a virtual cluster, as far as controllers look at them.

use jiff::{SignedDuration, Timestamp};

/// Which pod: unique in a run, and later pods have higher numbers.
pub type PodId = u64;

/// Which state of a pod template a pod was made from; numbered by whoever keeps
/// the templates, in the order in which they came up.
pub type Revision = u32;

/// Which ReplicaSet, Job or other owner a pod belongs to; numbered by whoever
/// keeps the owners.
pub type Owner = u32;

/// Which node of the inventory.
pub type NodeIndex = u32;

/// From this number on nodes are of no inventory: each has one pod.
pub const OWN_NODES: NodeIndex = 1 << 20;

/// How far a pod is in its life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// Not all of its containers have started yet.
    Pending,
    /// Its node has not been heard of.
    Unknown,
    /// It runs.
    Running,
    /// All its containers ended well, and none will start again.
    Succeeded,
    /// All its containers ended, one of them badly, and none will start again.
    Failed,
}

impl Phase {
    /// Whether it has ended permanently.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// One pod.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pod {
    /// Which one; stands for its UID as well.
    pub id: PodId,
    /// Whose it is.
    pub owner: Owner,
    /// What it was made from.
    pub revision: Revision,
    /// The ordinal in a StatefulSet, or the completion index in an Indexed Job.
    pub ordinal: Option<i32>,
    /// Where it is, or is meant to be.
    pub node: Option<NodeIndex>,
    /// How far it is.
    pub phase: Phase,
    /// Since when it is ready without a break.
    pub ready_since: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was told to stop; it is still there until it is removed.
    pub deleted: Option<Timestamp>,
    /// When it ended by itself.
    pub finished: Option<Timestamp>,
    /// The annotation `controller.kubernetes.io/pod-deletion-cost`.
    pub deletion_cost: i32,
    /// The most restarts of any of its containers.
    pub restarts: u32,
}

impl Pod {
    /// Whether ReplicaSets count it: it has not ended and was not told to.
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.phase.is_terminal() && self.deleted.is_none()
    }

    /// Whether it was told to stop and is still there.
    #[must_use]
    pub fn is_terminating(&self) -> bool {
        self.deleted.is_some()
    }

    /// Whether its condition `Ready` is true.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready_since.is_some()
    }

    /// Whether it has been ready for `min_ready` at `now`.
    #[must_use]
    pub fn is_available(&self, min_ready: SignedDuration, now: Timestamp) -> bool {
        self.ready_since
            .is_some_and(|since| min_ready.is_zero() || now.duration_since(since) >= min_ready)
    }

    /// When it will be available if nothing changes; `None` while it is not ready.
    #[must_use]
    pub fn available_at(&self, min_ready: SignedDuration) -> Option<Timestamp> {
        self.ready_since?.checked_add(min_ready).ok()
    }
}

/// What a new pod is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Birth {
    /// Whose it will be.
    pub owner: Owner,
    /// What it is made from.
    pub revision: Revision,
    /// Its ordinal or index, where it has one.
    pub ordinal: Option<i32>,
    /// The node it is bound to from the start, as a DaemonSet does it.
    pub node: Option<NodeIndex>,
}

/// What a controller asks for that concerns one pod.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PodAction {
    /// Make one.
    Create(Birth),
    /// Tell it to stop.
    Delete(PodId),
}

/// All pods of a run, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pods {
    all: Vec<Pod>,
    next: PodId,
    /// Whether a deleted pod that is on a node stays until [`Pods::remove`], or is
    /// gone at once.
    pub graceful: bool,
    /// How many pods there may be, as a quota has it; those that end by
    /// themselves do not count.
    pub capacity: Option<usize>,
}

impl Pods {
    /// All of them, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Pod] {
        &self.all
    }

    /// All of them, to change.
    pub fn all_mut(&mut self) -> &mut [Pod] {
        &mut self.all
    }

    /// Those of `owner`, oldest first.
    pub fn of(&self, owner: Owner) -> impl Iterator<Item = &Pod> {
        self.all.iter().filter(move |pod| pod.owner == owner)
    }

    /// The pod of that number, while it is there.
    #[must_use]
    pub fn get(&self, id: PodId) -> Option<&Pod> {
        let index = self.all.binary_search_by_key(&id, |pod| pod.id).ok()?;
        self.all.get(index)
    }

    /// The pod of that number, to change.
    pub fn get_mut(&mut self, id: PodId) -> Option<&mut Pod> {
        let index = self.all.binary_search_by_key(&id, |pod| pod.id).ok()?;
        self.all.get_mut(index)
    }

    /// Makes a pod, pending; `None` where the capacity is used up.
    pub fn create(&mut self, birth: Birth, now: Timestamp) -> Option<PodId> {
        let counted = || self.all.iter().filter(|it| !it.phase.is_terminal()).count();
        if self.capacity.is_some_and(|capacity| counted() >= capacity) {
            return None;
        }
        let id = self.next;
        self.next += 1;
        self.all.push(Pod {
            id,
            owner: birth.owner,
            revision: birth.revision,
            ordinal: birth.ordinal,
            node: birth.node,
            phase: Phase::Pending,
            ready_since: None,
            created: now,
            deleted: None,
            finished: None,
            deletion_cost: 0,
            restarts: 0,
        });
        Some(id)
    }

    /// Tells a pod to stop: it is marked, or gone at once.
    pub fn delete(&mut self, id: PodId, now: Timestamp) {
        let graceful = self.graceful;
        let Some(pod) = self.get_mut(id) else { return };
        // Without a node there is nobody to wait for, and nothing to stop after the end.
        if graceful && pod.node.is_some() && !pod.phase.is_terminal() {
            pod.deleted.get_or_insert(now);
        } else {
            self.remove(id);
        }
    }

    /// Removes a pod permanently.
    pub fn remove(&mut self, id: PodId) {
        if let Ok(index) = self.all.binary_search_by_key(&id, |pod| pod.id) {
            self.all.remove(index);
        }
    }

    /// Keeps the pods that `keep` says, and takes the others away.
    pub fn retain(&mut self, keep: impl FnMut(&Pod) -> bool) {
        self.all.retain(keep);
    }

    /// Gives a pod that has no node one that it has for itself.
    pub fn place(&mut self, id: PodId) {
        if let Some(pod) = self.get_mut(id) {
            let own = NodeIndex::try_from(id).unwrap_or(NodeIndex::MAX);
            pod.node.get_or_insert(OWN_NODES.saturating_add(own));
        }
    }

    /// Lets a pod run, ready from `now` on; on a node of its own unless it has one.
    pub fn make_ready(&mut self, id: PodId, now: Timestamp) {
        self.place(id);
        if let Some(pod) = self.get_mut(id) {
            pod.phase = Phase::Running;
            pod.ready_since.get_or_insert(now);
        }
    }
}
