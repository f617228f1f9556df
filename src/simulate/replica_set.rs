//! The controller of ReplicaSets and ReplicationControllers: as many pods as
//! asked for, and which of them go first when there are too many.

use super::state::{Birth, NodeIndex, Owner, Phase, Pod, PodAction, PodId, Pods, Revision};
use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;
use std::cmp::{Ordering, Reverse};

/// The most pods that one pass makes or deletes.
pub const BURST: usize = 500;

/// What a ReplicaSet asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetSpec {
    /// The number its pods carry as their owner.
    pub owner: Owner,
    /// The template that new pods are made from.
    pub template: Revision,
    /// How many pods it wants.
    pub replicas: i32,
    /// How long a pod is ready before it counts as available.
    pub min_ready: SignedDuration,
}

/// What the controller writes down about the pods of a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SetStatus {
    /// Active pods.
    pub replicas: i32,
    /// Active pods that are ready.
    pub ready: i32,
    /// Active pods that have been ready for long enough.
    pub available: i32,
    /// Pods that are stopping.
    pub terminating: i32,
    /// Whether the last attempt to make a pod was refused.
    pub failed_create: bool,
}

impl SetStatus {
    /// The count of `pods`, which are all of the set.
    pub fn of<'p>(
        pods: impl Iterator<Item = &'p Pod>,
        min_ready: SignedDuration,
        now: Timestamp,
    ) -> Self {
        let mut status = Self::default();
        for pod in pods {
            if pod.is_active() {
                status.replicas += 1;
                status.ready += i32::from(pod.is_ready());
                status.available += i32::from(pod.is_available(min_ready, now));
            } else if pod.is_terminating() && !pod.phase.is_terminal() {
                status.terminating += 1;
            }
        }
        status
    }
}

/// What the set wants done about its pods now. `related` are the owners whose
/// pods are counted when nodes are compared: all sets of one Deployment, and none
/// for a set that no Deployment owns.
#[must_use]
pub fn sync(spec: &SetSpec, related: &[Owner], pods: &Pods, now: Timestamp) -> Vec<PodAction> {
    let active: Vec<&Pod> = pods.of(spec.owner).filter(|it| it.is_active()).collect();
    let wanted = usize::try_from(spec.replicas).unwrap_or(0);
    match active.len().cmp(&wanted) {
        Ordering::Equal => Vec::new(),
        Ordering::Less => {
            let missing = (wanted - active.len()).min(BURST);
            let birth = Birth {
                owner: spec.owner,
                revision: spec.template,
                ordinal: None,
                node: None,
            };
            vec![PodAction::Create(birth); missing]
        }
        Ordering::Greater => {
            let surplus = (active.len() - wanted).min(BURST);
            let ids = victims(active, surplus, related, pods, now);
            ids.into_iter().map(PodAction::Delete).collect()
        }
    }
}

/// Which `count` of the active pods of a set are deleted, first ones first.
fn victims(
    mut active: Vec<&Pod>,
    count: usize,
    related: &[Owner],
    pods: &Pods,
    now: Timestamp,
) -> Vec<PodId> {
    if count < active.len() {
        let crowd = Crowd::new(related, pods);
        active.sort_by_cached_key(|pod| standing(pod, &crowd, now));
        for peers in
            active.chunk_by_mut(|a, b| standing(a, &crowd, now) == standing(b, &crowd, now))
        {
            sort_peers(peers, now);
        }
    }
    active.iter().take(count).map(|pod| pod.id).collect()
}

/// How many related pods are active on each node.
struct Crowd(FxHashMap<Option<NodeIndex>, usize>);

impl Crowd {
    fn new(related: &[Owner], pods: &Pods) -> Self {
        let mut counts = FxHashMap::default();
        let counted = |pod: &&Pod| pod.is_active() && related.contains(&pod.owner);
        for pod in pods.all().iter().filter(counted) {
            *counts.entry(pod.node).or_default() += 1;
        }
        Self(counts)
    }

    fn beside(&self, pod: &Pod) -> usize {
        self.0.get(&pod.node).copied().unwrap_or_default()
    }
}

/// What a pod is to its set, least first; then how crowded its node is, and since
/// when, by powers of two, it has been ready.
type Standing = (bool, u8, bool, i32, Reverse<usize>, Option<i64>);

fn standing(pod: &Pod, crowd: &Crowd, now: Timestamp) -> Standing {
    let phase = match pod.phase {
        Phase::Pending => 0,
        Phase::Unknown => 1,
        _ => 2,
    };
    (
        pod.node.is_some(),
        phase,
        pod.is_ready(),
        pod.deletion_cost,
        Reverse(crowd.beside(pod)),
        pod.ready_since.map(|since| magnitude(since, now)),
    )
}

/// Sorts pods of one standing. Kubernetes breaks the last tie by UID, which is as
/// good as chance; here the number does it.
///
/// Of three pods each may go before the next one, in a circle: number decides
/// between those that became ready at different times, restarts and age between
/// those of the same time. What Kubernetes does then is chance; library sorts may
/// panic, so this one is by insertion.
fn sort_peers(peers: &mut [&Pod], now: Timestamp) {
    let alike = |pods: &[&Pod]| pods[0].ready_since == pods[1].ready_since;
    if peers.windows(2).all(alike) {
        peers
            .sort_by_cached_key(|pod| (Reverse(pod.restarts), magnitude(pod.created, now), pod.id));
        return;
    }
    for end in 1..peers.len() {
        let at = (0..end)
            .rev()
            .find(|it| !goes_first(peers[end], peers[*it], now));
        let at = at.map_or(0, |it| it + 1);
        peers[at..=end].rotate_right(1);
    }
}

/// Whether `a` goes before `b`, which has the same standing.
fn goes_first(a: &Pod, b: &Pod, now: Timestamp) -> bool {
    let key = |pod: &Pod| {
        let age = (Reverse(pod.restarts), magnitude(pod.created, now));
        (a.ready_since == b.ready_since).then_some(age)
    };
    (key(a), a.id) < (key(b), b.id)
}

/// How long ago something was, as the power of two of nanoseconds; -1 for now.
fn magnitude(then: Timestamp, now: Timestamp) -> i64 {
    let nanoseconds = now.duration_since(then).as_nanos();
    match u128::try_from(nanoseconds) {
        Ok(past) if past > 0 => i64::from(past.ilog2()),
        _ => -1,
    }
}

/// How many of `wanted` pods are tried, and made, when only `room` are admitted:
/// one first, then twice as many each time, until a batch has a refusal.
#[must_use]
pub fn slow_start(wanted: usize, room: usize) -> (usize, usize) {
    let (mut tried, mut batch) = (0, 1);
    while tried < wanted {
        tried += batch.min(wanted - tried);
        if tried > room {
            break;
        }
        batch *= 2;
    }
    (tried, tried.min(room))
}

/// One ReplicaSet in a virtual cluster.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct World {
    /// What is asked for.
    pub spec: SetSpec,
    /// What the controller last wrote down.
    pub status: SetStatus,
    /// Its pods.
    pub pods: Pods,
    /// The time.
    pub now: Timestamp,
}

impl World {
    /// A ReplicaSet that was just made.
    #[must_use]
    pub fn new(spec: SetSpec, now: Timestamp) -> Self {
        Self {
            spec,
            status: SetStatus::default(),
            pods: Pods::default(),
            now,
        }
    }

    /// A ReplicaSet whose pods are all available, as of long ago.
    #[must_use]
    pub fn complete(spec: SetSpec, now: Timestamp) -> Self {
        let mut world = Self::new(spec, now);
        world.settle();
        let since = now.checked_sub(spec.min_ready).unwrap_or(now);
        let ids: Vec<PodId> = world.pods.all().iter().map(|pod| pod.id).collect();
        ids.into_iter()
            .for_each(|id| world.pods.make_ready(id, since));
        world.settle();
        world
    }

    /// Runs the controller until it rests.
    pub fn settle(&mut self) -> bool {
        loop {
            let (acted, status) = pass(&self.spec, &[], &mut self.pods, self.now);
            let rests = !acted && status == self.status;
            self.status = status;
            if rests {
                return true;
            }
        }
    }
}

/// One pass of the controller: does what it wants done, and counts the pods that
/// there were before. True when a pod was made or deleted, so that the count is
/// behind the times.
pub fn pass(
    spec: &SetSpec,
    related: &[Owner],
    pods: &mut Pods,
    now: Timestamp,
) -> (bool, SetStatus) {
    let (mut changed, mut refused) = (false, false);
    let mut status = SetStatus::of(pods.of(spec.owner), spec.min_ready, now);
    for action in sync(spec, related, pods, now) {
        match action {
            PodAction::Create(_) if refused => {}
            PodAction::Create(birth) => {
                refused = pods.create(birth, now).is_none();
                changed |= !refused;
            }
            PodAction::Delete(id) => {
                pods.delete(id, now);
                changed = true;
            }
        }
    }
    status.failed_create = refused;
    (changed, status)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::clock::START;
    use super::*;

    const SPEC: SetSpec = SetSpec {
        owner: 1,
        template: 1,
        replicas: 0,
        min_ready: SignedDuration::ZERO,
    };

    fn later(seconds: i64) -> Timestamp {
        START
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap()
    }

    /// Pods of one set, each changed by its function, and the order they go in.
    fn order(changes: &[fn(&mut Pod)]) -> Vec<PodId> {
        let mut pods = Pods::default();
        for change in changes {
            let birth = Birth {
                owner: 1,
                revision: 1,
                ordinal: None,
                node: Some(0),
            };
            let id = pods.create(birth, START).unwrap();
            pods.make_ready(id, START);
            change(pods.get_mut(id).unwrap());
        }
        let mut gone = Vec::new();
        while pods.all().len() > 1 {
            let spec = SetSpec {
                replicas: i32::try_from(pods.all().len()).unwrap() - 1,
                ..SPEC
            };
            for action in sync(&spec, &[1], &pods, later(1000)) {
                if let PodAction::Delete(id) = action {
                    gone.push(id);
                    pods.remove(id);
                }
            }
        }
        gone
    }

    #[test]
    fn pods_that_serve_least_go_first() {
        let gone = order(&[
            |_| {},
            |pod| pod.restarts = 1,
            |pod| pod.ready_since = Some(later(999)),
            |pod| pod.deletion_cost = -1,
            |pod| pod.ready_since = None,
            |pod| {
                pod.ready_since = None;
                pod.phase = Phase::Unknown;
            },
            |pod| {
                pod.ready_since = None;
                pod.phase = Phase::Pending;
            },
            |pod| {
                pod.ready_since = None;
                pod.phase = Phase::Pending;
                pod.node = None;
            },
        ]);
        assert_eq!(gone, [7, 6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn of_doubled_up_pods_one_goes_first() {
        let gone = order(&[
            |pod| pod.node = Some(7),
            |pod| pod.node = Some(8),
            |pod| pod.node = Some(8),
        ]);
        assert_eq!(gone[0], 1);
    }

    #[test]
    fn ages_count_by_powers_of_two_only() {
        // 1000 s and 900 s ago is one bucket, 10 s ago another.
        let gone = order(&[
            |_| {},
            |pod| pod.ready_since = Some(later(100)),
            |pod| pod.ready_since = Some(later(990)),
        ]);
        assert_eq!(gone, [2, 0]);
    }

    #[test]
    fn a_refused_batch_is_the_last_one() {
        assert_eq!(slow_start(10, 0), (1, 0));
        assert_eq!(slow_start(10, 1), (3, 1));
        assert_eq!(slow_start(10, 5), (7, 5));
        assert_eq!(slow_start(10, 10), (10, 10));
        assert_eq!(slow_start(0, 10), (0, 0));
    }
}
