//! Order, partitions, claims and the deadlock of a broken rollout.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::catalog::Minor;
use crate::simulate::clock::START;

fn spec(replicas: i32, minor: u8) -> Spec {
    Spec {
        template: 1,
        replicas,
        start: 0,
        parallel: false,
        strategy: Strategy::RollingUpdate {
            partition: 0,
            unavailable: Amount::Pods(1),
        },
        min_ready: SignedDuration::ZERO,
        claims: vec!["data".to_owned()],
        deletes_claims_when_scaled: false,
        deletes_claims_when_deleted: false,
        gates: Gates::of(Minor::new(minor)),
    }
}

/// Makes the lowest pod that is not ready so, and says which ordinal.
fn ready(world: &mut World) -> Option<i32> {
    let waiting = world.by_ordinal().into_iter().find(|it| !it.is_ready())?;
    let (id, ordinal) = (waiting.id, waiting.ordinal);
    world.pods.make_ready(id, world.now);
    assert!(world.settle());
    ordinal
}

/// Ordinals made and deleted, as `+1 -1`.
fn log(world: &mut World) -> String {
    let name = |(made, ordinal): (bool, i32)| format!("{}{ordinal}", if made { '+' } else { '-' });
    let actions = world.take_actions().into_iter().map(name);
    actions.collect::<Vec<_>>().join(" ")
}

fn updated(world: &World) -> Vec<i32> {
    let newest = world.spec.template;
    let pods = world.by_ordinal().into_iter();
    let new = pods.filter(|it| it.revision == newest);
    new.filter_map(|pod| pod.ordinal).collect()
}

#[test]
fn pods_come_one_by_one_and_go_in_the_reverse_order() {
    let mut world = World::new(
        Spec {
            start: 5,
            ..spec(3, 36)
        },
        START,
    );
    world.settle();
    assert_eq!(log(&mut world), "+5");
    ready(&mut world);
    assert_eq!(log(&mut world), "+6");
    ready(&mut world);
    ready(&mut world);
    assert_eq!(log(&mut world), "+7");
    world.spec.replicas = 1;
    world.settle();
    assert_eq!(log(&mut world), "-7 -6");
    let claims: Vec<i32> = world.claims.iter().map(|it| it.ordinal).collect();
    assert_eq!(claims, [5, 6, 7]);
}

#[test]
fn claims_go_with_their_pods_where_the_policy_says_so() {
    let policy = Spec {
        deletes_claims_when_scaled: true,
        ..spec(3, 36)
    };
    let mut world = World::complete(policy, START);
    world.spec.replicas = 1;
    world.settle();
    assert_eq!(world.claims.len(), 1);
}

#[test]
fn updates_go_from_the_top_down_to_the_partition() {
    let mut world = World::complete(
        Spec {
            strategy: Strategy::RollingUpdate {
                partition: 2,
                unavailable: Amount::Pods(1),
            },
            ..spec(5, 36)
        },
        START,
    );
    world.spec.template = 2;
    world.settle();
    assert_eq!(log(&mut world), "-4 +4");
    ready(&mut world);
    assert_eq!(log(&mut world), "-3 +3");
    ready(&mut world);
    assert_eq!(log(&mut world), "-2 +2");
    ready(&mut world);
    assert_eq!(log(&mut world), "");
    assert_eq!(updated(&world), [2, 3, 4]);
    assert_eq!(world.current, 1);
    // A pod below the partition comes back as it was.
    let first = world.by_ordinal()[0].id;
    world.pods.remove(first);
    world.settle();
    assert_eq!(updated(&world), [2, 3, 4]);
}

#[test]
fn the_partition_counts_from_the_first_ordinal() {
    let mut world = World::complete(
        Spec {
            start: 5,
            strategy: Strategy::RollingUpdate {
                partition: 1,
                unavailable: Amount::Pods(1),
            },
            ..spec(3, 36)
        },
        START,
    );
    world.spec.template = 2;
    world.settle();
    ready(&mut world);
    ready(&mut world);
    assert_eq!(updated(&world), [6, 7]);
}

#[test]
fn a_broken_rollout_stays_broken_after_it_is_reverted() {
    let mut world = World::complete(spec(3, 36), START);
    world.spec.template = 2;
    world.settle();
    assert_eq!(log(&mut world), "-2 +2");
    world.spec.template = 1;
    world.settle();
    assert_eq!(log(&mut world), "", "nobody replaces the broken pod");
    // With Parallel it heals by itself.
    world.spec.parallel = true;
    world.settle();
    assert_eq!(log(&mut world), "-2 +2");
}

#[test]
fn several_at_a_time_only_where_the_minor_has_it() {
    let several = |minor, parallel| {
        let mut world = World::complete(
            Spec {
                parallel,
                strategy: Strategy::RollingUpdate {
                    partition: 0,
                    unavailable: Amount::Percent(70),
                },
                ..spec(3, minor)
            },
            START,
        );
        world.spec.template = 2;
        world.settle();
        log(&mut world)
    };
    assert_eq!(several(37, true), "-1 -2 +1 +2");
    assert_eq!(several(37, false), "-2 -1 +1");
    assert_eq!(several(36, true), "-2 +2");
    let amount = |percent| {
        let strategy = Strategy::RollingUpdate {
            partition: 0,
            unavailable: Amount::Percent(percent),
        };
        Spec {
            strategy,
            ..spec(3, 37)
        }
        .max_unavailable()
    };
    assert_eq!((amount(40), amount(70)), (1, 2));
}

#[test]
fn on_delete_replaces_only_what_somebody_deletes() {
    let mut world = World::complete(
        Spec {
            strategy: Strategy::OnDelete,
            ..spec(2, 37)
        },
        START,
    );
    world.spec.template = 2;
    world.settle();
    assert!(updated(&world).is_empty());
    let first = world.by_ordinal()[0].id;
    world.pods.remove(first);
    world.settle();
    assert_eq!(updated(&world), [0]);
}
