//! Bounds hold in every run, and are no wider than they have to be: over random
//! orders of what pods do, and over all orders for few pods.

use jiff::SignedDuration;
use plimsoll::catalog::Minor;
use plimsoll::simulate::amount::Amount;
use plimsoll::simulate::bounds::{self, Bounds};
use plimsoll::simulate::clock::START;
use plimsoll::simulate::daemon_set::{self, NodeFit};
use plimsoll::simulate::gates::Gates;
use plimsoll::simulate::state::{Pod, PodId, Pods};
use plimsoll::simulate::{deployment, stateful_set};
use proptest::prelude::*;
use std::collections::HashSet;

/// A workload in the middle of an update.
trait Update: Clone {
    fn pods(&mut self) -> &mut Pods;
    /// Runs the controllers, and tells `seen` of each state on the way.
    fn settle(&mut self, seen: &mut Seen);
    fn is_complete(&self) -> bool;
}

/// The extremes of what was seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Seen {
    least_available: i64,
    most: i64,
    most_with_terminating: i64,
}

impl Seen {
    const NOTHING: Self = Self {
        least_available: i64::MAX,
        most: 0,
        most_with_terminating: 0,
    };

    fn look(&mut self, pods: &Pods) {
        let count = |fits: fn(&&Pod) -> bool| {
            let found = pods.all().iter().filter(fits);
            i64::try_from(found.count()).unwrap()
        };
        let available = count(|it| it.is_active() && it.is_ready());
        self.least_available = self.least_available.min(available);
        self.most = self.most.max(count(|it| it.is_active()));
        self.most_with_terminating = self.most_with_terminating.max(count(|_| true));
    }
}

impl Update for deployment::World {
    fn pods(&mut self) -> &mut Pods {
        &mut self.pods
    }

    fn settle(&mut self, seen: &mut Seen) {
        while self.turn() {
            seen.look(&self.pods);
        }
        seen.look(&self.pods);
    }

    fn is_complete(&self) -> bool {
        self.status.is_complete(&self.spec)
    }
}

impl Update for stateful_set::World {
    fn pods(&mut self) -> &mut Pods {
        &mut self.pods
    }

    fn settle(&mut self, seen: &mut Seen) {
        assert!(Self::settle(self));
        seen.look(&self.pods);
    }

    fn is_complete(&self) -> bool {
        let n = self.spec.replicas;
        let status = self.status;
        status.available == n && status.replicas == n && status.updated >= self.spec.updated_pods()
    }
}

impl Update for daemon_set::World {
    fn pods(&mut self) -> &mut Pods {
        &mut self.pods
    }

    fn settle(&mut self, seen: &mut Seen) {
        assert!(Self::settle(self));
        seen.look(&self.pods);
    }

    fn is_complete(&self) -> bool {
        let status = self.status;
        let rolls = self.spec.strategy != daemon_set::Strategy::OnDelete;
        status.available == status.desired && (!rolls || status.updated == status.desired)
    }
}

/// What may happen next: a pod becomes ready, or one that is stopping is gone.
fn events(pods: &Pods) -> Vec<PodId> {
    let waits = |pod: &&Pod| pod.is_terminating() || !pod.is_ready();
    pods.all().iter().filter(waits).map(|pod| pod.id).collect()
}

fn happen(pods: &mut Pods, id: PodId) {
    match pods.get(id) {
        Some(pod) if pod.is_terminating() => pods.remove(id),
        Some(_) => pods.make_ready(id, START),
        None => {}
    }
}

/// Runs an update, with `choices` saying what happens next; then lets the rest
/// happen, all gone pods last.
fn run<W: Update>(mut world: W, choices: &[usize]) -> Seen {
    let mut seen = Seen::NOTHING;
    world.pods().graceful = true;
    world.settle(&mut seen);
    for &choice in choices {
        let events = events(world.pods());
        if events.is_empty() {
            break;
        }
        happen(world.pods(), events[choice % events.len()]);
        world.settle(&mut seen);
    }
    while let Some(id) = {
        let pods = world.pods();
        let ready = |id: &&PodId| pods.get(**id).is_some_and(|pod| !pod.is_terminating());
        let events = events(pods);
        events.iter().find(ready).or(events.first()).copied()
    } {
        happen(world.pods(), id);
        world.settle(&mut seen);
    }
    assert!(world.is_complete(), "an update that does not end");
    seen
}

/// All states that any order of events leads to.
fn explore<W: Update>(mut world: W) -> Seen {
    let mut seen = Seen::NOTHING;
    world.pods().graceful = true;
    world.settle(&mut seen);
    let mut known = HashSet::new();
    let mut waiting = vec![world];
    while let Some(mut world) = waiting.pop() {
        let mut shape: Vec<_> = world
            .pods()
            .all()
            .iter()
            .map(|it| {
                (
                    it.revision,
                    it.ordinal,
                    it.node.filter(|it| *it < 64),
                    it.is_ready(),
                    it.deleted,
                )
            })
            .collect();
        shape.sort();
        if !known.insert(shape) {
            continue;
        }
        let events = events(world.pods());
        assert!(!events.is_empty() || world.is_complete(), "stuck");
        for id in events {
            let mut next = world.clone();
            happen(next.pods(), id);
            next.settle(&mut seen);
            waiting.push(next);
        }
    }
    seen
}

fn inside(seen: Seen, bounds: &Bounds, what: &dyn std::fmt::Debug) {
    let pods = bounds.pods;
    assert!(
        seen.least_available >= pods.min_available,
        "{seen:?} {what:?}"
    );
    assert!(seen.most <= pods.max_total, "{seen:?} {what:?}");
    assert!(
        seen.most_with_terminating <= pods.max_with_terminating,
        "{seen:?} {what:?}"
    );
}

fn amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        (0..6).prop_map(Amount::Pods),
        (0_i64..=100).prop_map(Amount::Percent)
    ]
}

fn deployment_spec(replicas: i32, surge: Amount, unavailable: Amount) -> deployment::Spec {
    deployment::Spec {
        template: 1,
        replicas,
        strategy: deployment::Strategy::RollingUpdate { surge, unavailable },
        min_ready: SignedDuration::ZERO,
        progress_deadline: None,
        history_limit: Some(10),
        paused: false,
    }
}

fn deployment_update(spec: deployment::Spec) -> deployment::World {
    let mut world = deployment::World::complete(spec, START);
    world.apply(deployment::Spec {
        template: 2,
        ..spec
    });
    world
}

fn stateful_set_spec(
    replicas: i32,
    partition: i32,
    unavailable: Amount,
    parallel: bool,
    minor: u8,
) -> stateful_set::Spec {
    stateful_set::Spec {
        template: 1,
        replicas,
        start: 0,
        parallel,
        strategy: stateful_set::Strategy::RollingUpdate {
            partition,
            unavailable,
        },
        min_ready: SignedDuration::ZERO,
        claims: Vec::new(),
        deletes_claims_when_scaled: false,
        deletes_claims_when_deleted: false,
        gates: Gates::of(Minor::new(minor)),
    }
}

fn stateful_set_update(spec: &stateful_set::Spec) -> stateful_set::World {
    let mut world = stateful_set::World::complete(spec.clone(), START);
    world.spec.template = 2;
    world
}

fn daemon_set_spec(surge: Amount, unavailable: Amount) -> daemon_set::Spec {
    daemon_set::Spec {
        template: 1,
        strategy: daemon_set::Strategy::RollingUpdate { surge, unavailable },
        min_ready: SignedDuration::ZERO,
    }
}

fn daemon_set_update(spec: daemon_set::Spec, nodes: usize) -> daemon_set::World {
    let here = NodeFit {
        wants: true,
        keeps: true,
    };
    let mut world = daemon_set::World::complete(spec, &vec![here; nodes], START);
    world.apply(daemon_set::Spec {
        template: 2,
        ..spec
    });
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn deployments_stay_inside(
        n in 0..25_i32,
        surge in amount(),
        unavailable in amount(),
        choices in prop::collection::vec(any::<usize>(), 0..60),
    ) {
        let spec = deployment_spec(n, surge, unavailable);
        inside(run(deployment_update(spec), &choices), &bounds::deployment(&spec), &spec);
    }

    #[test]
    fn deployments_scaled_together_with_their_template_stay_inside(
        had in 0..12_i32,
        n in 0..12_i32,
        surge in amount(),
        unavailable in amount(),
        recreates: bool,
        choices in prop::collection::vec(any::<usize>(), 0..60),
    ) {
        let mut spec = deployment_spec(n, surge, unavailable);
        if recreates {
            spec.strategy = deployment::Strategy::Recreate;
        }
        let old = deployment::Spec { replicas: had, ..spec };
        let mut world = deployment::World::complete(old, START);
        world.apply(deployment::Spec { template: 2, ..spec });
        let bounds = bounds::deployment(&spec).scaled_from(i64::from(had));
        inside(run(world, &choices), &bounds, &(had, spec));
    }

    #[test]
    fn stateful_sets_scaled_together_with_their_template_stay_inside(
        had in 0..7_i32,
        n in 0..7_i32,
        unavailable in amount(),
        parallel: bool,
        minor in 36..=37_u8,
        choices in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        let spec = stateful_set_spec(n, 0, unavailable, parallel, minor);
        let old = stateful_set::Spec { replicas: had, ..spec.clone() };
        let mut world = stateful_set::World::complete(old, START);
        world.spec = stateful_set::Spec { template: 2, ..spec.clone() };
        let bounds = bounds::stateful_set(&spec).scaled_from(i64::from(had));
        inside(run(world, &choices), &bounds, &(had, spec));
    }

    #[test]
    fn recreated_deployments_stay_inside(
        n in 0..10_i32,
        choices in prop::collection::vec(any::<usize>(), 0..30),
    ) {
        let spec = deployment::Spec {
            strategy: deployment::Strategy::Recreate,
            ..deployment_spec(n, Amount::Pods(1), Amount::Pods(1))
        };
        let seen = run(deployment_update(spec), &choices);
        inside(seen, &bounds::deployment(&spec), &spec);
        prop_assert_eq!(seen.least_available, 0);
    }

    #[test]
    fn stateful_sets_stay_inside(
        n in 0..9_i32,
        partition in 0..5_i32,
        unavailable in amount(),
        parallel: bool,
        minor in 34..=37_u8,
        choices in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        let spec = stateful_set_spec(n, partition, unavailable, parallel, minor);
        let seen = run(stateful_set_update(&spec), &choices);
        let bounds = bounds::stateful_set(&spec);
        inside(seen, &bounds, &spec);
        // What is done first is what takes the most pods away.
        prop_assert_eq!(seen.least_available, bounds.pods.min_available);
    }

    #[test]
    fn daemon_sets_stay_inside(
        nodes in 0..9_usize,
        surges: bool,
        some in amount(),
        choices in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        let (surge, unavailable) = match surges {
            true => (some, Amount::Pods(0)),
            false => (Amount::Pods(0), some),
        };
        let spec = daemon_set_spec(surge, unavailable);
        let seen = run(daemon_set_update(spec, nodes), &choices);
        inside(seen, &bounds::daemon_set(&spec, i32::try_from(nodes).unwrap()), &spec);
    }
}

#[test]
fn both_ends_of_a_deployment_are_reached() {
    for n in 1..16 {
        for surge in 0..=n {
            for unavailable in 0..=n {
                let spec = deployment_spec(n, Amount::Pods(surge), Amount::Pods(unavailable));
                let seen = run(deployment_update(spec), &[]);
                let pods = bounds::deployment(&spec).pods;
                assert_eq!(seen.least_available, pods.min_available, "{spec:?}");
                assert_eq!(seen.most, pods.max_total, "{spec:?}");
                let stopping = seen.most_with_terminating;
                assert_eq!(stopping, pods.max_with_terminating, "{spec:?}");
            }
        }
    }
}

#[test]
fn both_ends_of_a_daemon_set_are_reached() {
    for nodes in 1..8_i32 {
        for amount in 1..=nodes {
            for surges in [false, true] {
                let (surge, unavailable) = if surges { (amount, 0) } else { (0, amount) };
                let spec = daemon_set_spec(Amount::Pods(surge), Amount::Pods(unavailable));
                let world = daemon_set_update(spec, usize::try_from(nodes).unwrap());
                let seen = run(world, &[]);
                let pods = bounds::daemon_set(&spec, nodes).pods;
                assert_eq!(seen.least_available, pods.min_available, "{spec:?}");
                assert_eq!(seen.most, pods.max_total, "{spec:?}");
                let stopping = seen.most_with_terminating;
                assert_eq!(stopping, pods.max_with_terminating, "{spec:?}");
            }
        }
    }
}

#[test]
fn no_order_of_events_leaves_the_bounds() {
    for n in 0..=4_i32 {
        for surge in 0..=2 {
            for unavailable in 0..=2 {
                let spec = deployment_spec(n, Amount::Pods(surge), Amount::Pods(unavailable));
                let seen = explore(deployment_update(spec));
                inside(seen, &bounds::deployment(&spec), &spec);
            }
        }
        for parallel in [false, true] {
            for minor in [36, 37] {
                for partition in 0..=1 {
                    let spec = stateful_set_spec(n, partition, Amount::Pods(2), parallel, minor);
                    let seen = explore(stateful_set_update(&spec));
                    inside(seen, &bounds::stateful_set(&spec), &spec);
                }
            }
        }
        for (surge, unavailable) in [(0, 1), (0, 2), (1, 0), (2, 0)] {
            let spec = daemon_set_spec(Amount::Pods(surge), Amount::Pods(unavailable));
            let seen = explore(daemon_set_update(spec, usize::try_from(n).unwrap()));
            inside(seen, &bounds::daemon_set(&spec, n), &spec);
        }
    }
}

#[test]
fn broken_updates_stop_where_the_bounds_say() {
    let counts = |pods: &Pods, newest: u32| {
        let active = || pods.all().iter().filter(|it| it.is_active());
        let new = active().filter(|it| it.revision == newest).count();
        let available = active().filter(|it| it.is_ready()).count();
        let total = active().count();
        let number = |it: usize| i64::try_from(it).unwrap();
        (
            number(total - new),
            number(new),
            number(available),
            number(total),
        )
    };
    let check = |pods: &Pods, bounds: Bounds, what: &dyn std::fmt::Debug| {
        let stuck = bounds
            .stuck
            .map(|it| (it.old, it.new, it.available, it.total));
        let (_, _, available, total) = counts(pods, 2);
        let expected = stuck.unwrap_or((total, 0, available, total));
        assert_eq!(counts(pods, 2), expected, "{what:?}");
    };
    for n in 0..12 {
        for one in 0..=n + 1 {
            for other in 0..=n + 1 {
                let spec = deployment_spec(n, Amount::Pods(one), Amount::Pods(other));
                let mut world = deployment_update(spec);
                assert!(world.settle());
                check(&world.pods, bounds::deployment(&spec), &spec);
                for (parallel, minor) in [(false, 36), (true, 36), (false, 37), (true, 37)] {
                    let spec = stateful_set_spec(n, other, Amount::Pods(one), parallel, minor);
                    let mut world = stateful_set_update(&spec);
                    assert!(world.settle());
                    check(&world.pods, bounds::stateful_set(&spec), &spec);
                }
            }
            for (surge, unavailable) in [(one, 0), (0, one)] {
                let spec = daemon_set_spec(Amount::Pods(surge), Amount::Pods(unavailable));
                let mut world = daemon_set_update(spec, usize::try_from(n).unwrap());
                assert!(world.settle());
                check(&world.pods, bounds::daemon_set(&spec, n), &spec);
            }
        }
    }
}
