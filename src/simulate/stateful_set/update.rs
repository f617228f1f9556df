//! Replacing pods of an earlier template, highest ordinal first.

use super::Strategy;
use super::sync::{Action, Pass};
use crate::simulate::state::Pod;

/// Deletes what the strategy allows to be replaced now.
pub(super) fn roll(pass: &mut Pass<'_>) {
    if pass.spec.strategy == Strategy::OnDelete {
        return;
    }
    let least = usize::try_from(pass.spec.partition()).unwrap_or(usize::MAX);
    if !pass.spec.gates.stateful_set_max_unavailable {
        one_by_one(pass, least);
    } else {
        several(pass, least);
    }
}

/// One at a time, each only when all above it are available.
fn one_by_one(pass: &mut Pass<'_>, least: usize) {
    for index in (least..pass.slots.len()).rev() {
        let slot = pass.slots[index];
        match slot.pod {
            Some(pod) if is_outdated(pass, pod) => {
                pass.actions.push(Action::Delete(pod.id));
                return;
            }
            _ if pass.is_unavailable(&slot) => return,
            _ => {}
        }
    }
}

/// As many as may be unavailable. With `Parallel`, those that are unavailable
/// anyway go first, and do not use up the budget twice.
fn several(pass: &mut Pass<'_>, least: usize) {
    let most = usize::try_from(pass.spec.max_unavailable()).unwrap_or(usize::MAX);
    let lost = pass.slots.iter().filter(|it| pass.is_unavailable(it));
    let unavailable = lost.clone().count();
    let replaceable = |pod: &Pod| is_outdated(pass, pod);
    let needs_update = pass.spec.parallel && lost.filter_map(|it| it.pod).any(replaceable);
    if unavailable >= most && !needs_update {
        return;
    }
    let candidates = || {
        let slots = pass.slots.iter().skip(least).rev();
        slots
            .filter_map(|it| it.pod)
            .filter(|it| is_outdated(pass, it))
    };
    let budget = most.saturating_sub(unavailable);
    let ids: Vec<_> = if pass.spec.parallel {
        let broken = candidates().filter(|it| !pass.is_well(it));
        let well = candidates().filter(|it| pass.is_well(it)).take(budget);
        broken.chain(well).map(|pod| pod.id).collect()
    } else {
        candidates().take(budget).map(|pod| pod.id).collect()
    };
    pass.actions.extend(ids.into_iter().map(Action::Delete));
}

/// Whether a pod has another template than the present one and is not on its way out.
fn is_outdated(pass: &Pass<'_>, pod: &Pod) -> bool {
    pod.revision != pass.spec.template && !pod.is_terminating()
}
