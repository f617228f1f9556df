//! Replacing pods of an earlier template: node by node, or with the new pod
//! beside the old one.

use super::Strategy;
use super::sync::{Pass, Site, Wishes};
use crate::simulate::state::{Pod, PodId};

/// The pods of a node that are not on their way out, by template; `None` where
/// there are more than one of either.
fn pair<'p>(pass: &Pass<'p>, site: &Site) -> Option<(Option<&'p Pod>, Option<&'p Pod>)> {
    let (mut new, mut old) = (None, None);
    for &pod in pass.pods.on(site.node) {
        if pod.is_terminating() {
            continue;
        }
        let place = if pass.is_new(pod) { &mut new } else { &mut old };
        if place.replace(pod).is_some() {
            return None;
        }
    }
    Some((new, old))
}

/// What the strategy allows to be replaced now.
pub(super) fn roll(pass: &Pass<'_>) -> Wishes {
    if pass.spec.strategy == Strategy::OnDelete {
        return Wishes::default();
    }
    let wanting = pass.sites.iter().filter(|it| it.place.wants);
    let desired = i32::try_from(wanting.count()).unwrap_or(i32::MAX);
    let fence = pass.spec.strategy.fence(desired);
    if fence.surge == 0 {
        replace(pass, fence.unavailable)
    } else {
        surge(pass, fence.surge, desired)
    }
}

/// The sites that count in an update: those that want a pod, and those that have one.
fn sites<'a>(pass: &'a Pass<'_>) -> impl Iterator<Item = &'a Site> {
    let concerned = |site: &&Site| site.place.wants || !pass.pods.on(site.node).is_empty();
    pass.sites.iter().filter(concerned)
}

/// Removes old pods first: unavailable ones at once, others while few enough nodes
/// are without an available pod.
fn replace(pass: &Pass<'_>, most: i32) -> Wishes {
    let (mut broken, mut candidates): (Vec<PodId>, Vec<PodId>) = (Vec::new(), Vec::new());
    let mut unavailable = 0;
    for site in sites(pass) {
        match pair(pass, site) {
            None | Some((None, None) | (Some(_), Some(_))) => unavailable += 1,
            Some((Some(new), None)) => unavailable += usize::from(!pass.is_available(new)),
            Some((None, Some(old))) if !pass.is_available(old) => {
                broken.push(old.id);
                unavailable += 1;
            }
            Some((None, Some(old))) => candidates.push(old.id),
        }
    }
    let most = usize::try_from(most).unwrap_or(0);
    let room = most.saturating_sub(unavailable);
    broken.extend(candidates.into_iter().take(room));
    Wishes {
        delete: broken,
        create: Vec::new(),
    }
}

/// Makes new pods beside old ones, on a few nodes at a time, and removes the old
/// one when the new one is available.
fn surge(pass: &Pass<'_>, most: i32, desired: i32) -> Wishes {
    let mut wishes = Wishes::default();
    let (mut candidates, mut stray) = (Vec::new(), Vec::new());
    let (mut surging, mut available) = (0, 0);
    for site in sites(pass) {
        let Some((new, old)) = pair(pass, site) else {
            surging += 1;
            continue;
        };
        let counted = old.or(new);
        available += usize::from(counted.is_some_and(|pod| pass.is_available(pod)));
        match (new, old) {
            (_, None) => {}
            (None, Some(old)) if !pass.is_available(old) => match site.place.wants {
                true => wishes.create.push(site.node),
                false => wishes.delete.push(old.id),
            },
            (None, Some(old)) => match site.place.wants {
                true => candidates.push(site.node),
                false => stray.push(old.id),
            },
            (Some(new), Some(_)) if !pass.is_available(new) => surging += 1,
            (Some(_), Some(old)) => wishes.delete.push(old.id),
        }
    }
    let spare = available.saturating_sub(usize::try_from(desired).unwrap_or(0));
    wishes.delete.extend(stray.into_iter().take(spare));
    let room = usize::try_from(most).unwrap_or(0).saturating_sub(surging);
    wishes.create.extend(candidates.into_iter().take(room));
    wishes
}
