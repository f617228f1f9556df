//! One pass of the controller: pods are created in order, removed in the reverse
//! order, and only then is anything updated.

use super::{Spec, update};
use crate::simulate::state::{Birth, Phase, Pod, PodId, Pods, Revision};
use jiff::Timestamp;
use std::cmp::Reverse;

/// The owner that all pods of a set carry; a world has only one.
pub(super) const OWNER: u32 = 0;

/// What the controller asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Make a pod, and before it the claims that it lacks.
    Create(Birth),
    /// Tell a pod to stop.
    Delete(PodId),
    /// Let the claims of a pod go when it goes, or keep them whatever it does.
    Bind {
        /// The pod.
        pod: PodId,
        /// Whether its claims go with it.
        leaves: bool,
    },
    /// What follows is left for another pass if a pod before it was refused.
    Barrier,
}

/// The index after the last one that is worked on together with `index` when pods
/// are created side by side: one, then two more, then four, as long as all goes well.
#[must_use]
pub(super) fn batch_end(index: i32) -> i32 {
    let after = index.saturating_add(1).max(1);
    let size = 1_i32 << after.ilog2().min(29);
    size.saturating_mul(2).saturating_sub(1)
}

/// What an ordinal has: a pod, or one yet to be made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'p> {
    pub(super) pod: Option<&'p Pod>,
    pub(super) revision: Revision,
}

/// One pass at work.
pub(super) struct Pass<'p> {
    pub(super) spec: &'p Spec,
    pub(super) now: Timestamp,
    /// The ordinals that should be there, lowest first.
    pub(super) slots: Vec<Slot<'p>>,
    pub(super) actions: Vec<Action>,
}

/// What is to be done now; nothing when everything is as it should be, or has to
/// wait. `current` is the revision that ordinals below the partition get.
#[must_use]
pub fn sync(spec: &Spec, current: Revision, pods: &Pods, now: Timestamp) -> Vec<Action> {
    let mut pass = Pass {
        spec,
        now,
        slots: slots(spec, current, pods),
        actions: Vec::new(),
    };
    let condemned = condemned(spec, pods);
    if !pass.fill() && !pass.shrink(&condemned) {
        update::roll(&mut pass);
    }
    pass.actions
}

fn in_range(spec: &Spec, pod: &Pod) -> Option<usize> {
    let index = pod.ordinal?.checked_sub(spec.start)?;
    (index < spec.replicas).then(|| usize::try_from(index).ok())?
}

fn slots<'p>(spec: &Spec, current: Revision, pods: &'p Pods) -> Vec<Slot<'p>> {
    let partition = spec.partition();
    let missing = |index: i32| Slot {
        pod: None,
        revision: if index < partition {
            current
        } else {
            spec.template
        },
    };
    let mut slots: Vec<Slot<'p>> = (0..spec.replicas).map(missing).collect();
    for pod in pods.all() {
        if let Some(slot) = in_range(spec, pod).and_then(|index| slots.get_mut(index)) {
            *slot = Slot {
                pod: Some(pod),
                revision: pod.revision,
            };
        }
    }
    slots
}

/// The pods whose ordinals are too many, highest first.
fn condemned<'p>(spec: &Spec, pods: &'p Pods) -> Vec<&'p Pod> {
    let outside = pods.all().iter().filter(|it| in_range(spec, it).is_none());
    let mut condemned: Vec<&Pod> = outside.collect();
    condemned.sort_by_key(|pod| Reverse(pod.ordinal));
    condemned
}

impl Pass<'_> {
    pub(super) fn is_well(&self, pod: &Pod) -> bool {
        pod.is_available(self.spec.min_ready, self.now)
    }

    pub(super) fn is_unavailable(&self, slot: &Slot<'_>) -> bool {
        !slot
            .pod
            .is_some_and(|pod| self.is_well(pod) && !pod.is_terminating())
    }

    /// Makes the pods that are missing. True when the rest of the pass has to wait.
    fn fill(&mut self) -> bool {
        for index in 0..self.slots.len() {
            let slot = self.slots[index];
            let Some(pod) = slot.pod else {
                let offset = i32::try_from(index).unwrap_or(i32::MAX);
                self.actions.push(Action::Create(Birth {
                    owner: OWNER,
                    revision: slot.revision,
                    ordinal: Some(self.spec.start.saturating_add(offset)),
                    node: None,
                }));
                if !self.spec.parallel {
                    return true;
                }
                continue;
            };
            if pod.phase.is_terminal() {
                if !pod.is_terminating() {
                    self.actions.push(Action::Delete(pod.id));
                }
                if !self.spec.parallel {
                    return true;
                }
                continue;
            }
            let runs = pod.phase == Phase::Running && pod.is_ready();
            if !self.spec.parallel && (pod.is_terminating() || !runs || !self.is_well(pod)) {
                return true;
            }
            self.bind(pod, false);
        }
        self.actions.push(Action::Barrier);
        false
    }

    /// Says whether the claims of a pod go with it.
    fn bind(&mut self, pod: &Pod, leaves: bool) {
        if !self.spec.claims.is_empty() {
            let pod = pod.id;
            self.actions.push(Action::Bind { pod, leaves });
        }
    }

    /// Removes the pods that are too many. True when the rest of the pass has to wait.
    fn shrink(&mut self, condemned: &[&Pod]) -> bool {
        let unwell = |pod: &Pod| !self.is_well(pod) || pod.is_terminating();
        let in_range = self.slots.iter().any(|slot| self.is_unavailable(slot));
        // The one that is not well and comes first; only that one may go although
        // it is not well.
        let first = condemned.iter().rev().find(|it| unwell(it));
        let first = first.filter(|_| !in_range).map(|pod| pod.id);
        for pod in condemned {
            self.bind(pod, self.spec.deletes_claims_when_scaled);
        }
        for pod in condemned {
            if pod.is_terminating() {
                if !self.spec.parallel {
                    return true;
                }
                continue;
            }
            let runs = pod.phase == Phase::Running && pod.is_ready() && self.is_well(pod);
            if !self.spec.parallel && !runs && Some(pod.id) != first {
                return true;
            }
            self.actions.push(Action::Delete(pod.id));
            if !self.spec.parallel {
                return true;
            }
        }
        false
    }
}
