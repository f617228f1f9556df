//! The golden traces and sizes of rollouts.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::simulate::clock::START;
use crate::simulate::state::Pod;

fn rolling(replicas: i32, surge: Amount, unavailable: Amount) -> Spec {
    Spec {
        template: 1,
        replicas,
        strategy: Strategy::RollingUpdate { surge, unavailable },
        min_ready: SignedDuration::ZERO,
        progress_deadline: Some(SignedDuration::from_secs(600)),
        history_limit: Some(10),
        paused: false,
    }
}

fn percent(replicas: i32, surge: i64, unavailable: i64) -> Spec {
    rolling(
        replicas,
        Amount::Percent(surge),
        Amount::Percent(unavailable),
    )
}

/// A rollout under way from a complete state.
fn rollout(spec: Spec) -> World {
    let mut world = World::complete(spec, START);
    world.apply(Spec {
        template: 2,
        ..spec
    });
    assert!(world.settle());
    world
}

/// Sizes as `old/new(available new)`.
fn sizes(world: &World) -> String {
    let size = |is_new: bool| -> i32 {
        let sets = world.sets.iter();
        let sets = sets.filter(|set| (set.template == world.spec.template) == is_new);
        sets.map(|set| set.replicas).sum()
    };
    let available = world.new_set().map_or(0, |set| set.status.available);
    format!("{}/{}({available})", size(false), size(true))
}

/// Makes the oldest `count` pods that are not ready so.
fn ready(world: &mut World, count: usize) {
    let waiting = |pod: &&Pod| pod.is_active() && !pod.is_ready();
    let ids = world.pods.all().iter().filter(waiting).map(|pod| pod.id);
    let ids: Vec<_> = ids.take(count).collect();
    for id in ids {
        world.pods.make_ready(id, world.now);
    }
    assert!(world.settle());
}

#[test]
fn a_rollout_of_ten_goes_as_it_does_in_a_cluster() {
    let mut world = rollout(percent(10, 25, 25));
    let mut seen = vec![sizes(&world)];
    for _ in 0..10 {
        ready(&mut world, 1);
        seen.push(sizes(&world));
    }
    let expected = [
        "8/5(0)", "7/6(1)", "6/7(2)", "5/8(3)", "4/9(4)", "3/10(5)", "2/10(6)", "1/10(7)",
        "0/10(8)", "0/10(9)", "0/10(10)",
    ];
    assert_eq!(seen, expected);
    assert!(world.status.is_complete(&world.spec));
    assert_eq!(world.status.progress.unwrap().0, Progress::Complete);
}

#[test]
fn broken_rollouts_stop_where_the_strategy_says() {
    let pods = Amount::Pods;
    let table = [
        (percent(1, 25, 25), "1/1(0)"),
        (percent(3, 25, 25), "3/1(0)"),
        (percent(4, 25, 25), "3/2(0)"),
        (percent(7, 25, 25), "6/3(0)"),
        (percent(10, 25, 25), "8/5(0)"),
        (percent(15, 25, 25), "12/7(0)"),
        (percent(3, 50, 50), "2/3(0)"),
        (percent(4, 50, 50), "2/4(0)"),
        (rolling(3, pods(0), pods(1)), "2/1(0)"),
        (rolling(3, pods(0), Amount::Percent(25)), "2/1(0)"),
        (rolling(1, pods(0), pods(1)), "0/1(0)"),
        (rolling(3, Amount::Percent(200), pods(0)), "3/3(0)"),
        (percent(0, 25, 25), "0/0(0)"),
    ];
    for (spec, expected) in table {
        assert_eq!(sizes(&rollout(spec)), expected, "{spec:?}");
    }
}

#[test]
fn a_change_of_size_is_shared_in_proportion() {
    let fixed = rolling(10, Amount::Pods(3), Amount::Pods(2));
    let table = [
        (fixed, 15, "11/7(0)"),
        (percent(10, 25, 25), 20, "15/10(0)"),
        (percent(10, 25, 25), 5, "4/3(0)"),
        (percent(10, 25, 25), 0, "0/0(0)"),
    ];
    for (spec, replicas, expected) in table {
        let mut world = rollout(spec);
        assert_eq!(sizes(&world), "8/5(0)");
        let size = Spec {
            replicas,
            paused: true,
            ..world.spec
        };
        world.apply(size);
        assert!(world.settle());
        assert_eq!(sizes(&world), expected, "{replicas}");
    }
}

#[test]
fn three_sets_share_a_change_of_size() {
    let was = rolling(11, Amount::Pods(2), Amount::Pods(0));
    let spec = Spec {
        template: 3,
        replicas: 6,
        ..was
    };
    let set = |owner: u32, replicas| ReplicaSet {
        owner,
        template: owner,
        created: START
            .checked_add(SignedDuration::from_secs(owner.into()))
            .unwrap(),
        name_rank: 0,
        revision: i64::from(owner),
        past_revisions: Vec::new(),
        replicas,
        min_ready: SignedDuration::ZERO,
        desired_noted: was.replicas,
        most_noted: 13,
        status: SetStatus::default(),
        observed: true,
    };
    let sets = [set(1, 5), set(2, 5), set(3, 3)];
    let status = Status {
        revision: 3,
        progress: Some((Progress::Updated, START)),
        ..Status::default()
    };
    let actions = sync(&spec, &status, &sets, false, START);
    let sizes = actions.iter().filter_map(|it| match it {
        Action::Scale { owner, replicas } => Some((*owner, *replicas)),
        _ => None,
    });
    assert_eq!(sizes.collect::<Vec<_>>(), [(1, 3), (2, 3), (3, 2)]);
}

#[test]
fn recreate_waits_until_the_last_old_pod_is_gone() {
    let spec = Spec {
        strategy: Strategy::Recreate,
        ..percent(3, 25, 25)
    };
    let mut world = World::complete(spec, START);
    world.pods.graceful = true;
    world.apply(Spec {
        template: 2,
        ..spec
    });
    world.settle();
    assert_eq!(sizes(&world), "0/0(0)");
    for left in (0..3).rev() {
        let first = world.pods.all()[0].id;
        world.pods.remove(first);
        world.settle();
        let expected = if left == 0 { "0/3(0)" } else { "0/0(0)" };
        assert_eq!(sizes(&world), expected);
    }
}

#[test]
fn undo_reuses_the_set_and_moves_its_number() {
    let spec = percent(2, 25, 25);
    let mut world = World::complete(spec, START);
    for template in [2, 3] {
        world.apply(Spec { template, ..spec });
        world.settle();
        for _ in 0..4 {
            ready(&mut world, 1);
        }
    }
    assert_eq!(world.status.revision, 3);
    let template = world.undo(None).unwrap();
    assert_eq!(template, 2);
    world.apply(Spec { template, ..spec });
    world.settle();
    let mut numbers: Vec<i64> = world.sets.iter().map(|set| set.revision).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 3, 4]);
    assert_eq!(world.new_set().unwrap().past_revisions, [2]);
    assert_eq!(world.undo(Some(9)), None);
}

#[test]
fn a_rollout_without_progress_times_out_and_goes_on() {
    let mut world = rollout(percent(3, 25, 25));
    let check = world.next_check().unwrap();
    assert_eq!(check.duration_since(START), SignedDuration::from_secs(601));
    world.now = check;
    world.settle();
    assert_eq!(world.status.progress.unwrap().0, Progress::DeadlineExceeded);
    assert_eq!(world.next_check(), None);
    for _ in 0..3 {
        ready(&mut world, 1);
    }
    assert!(world.status.is_complete(&world.spec));
}

#[test]
fn a_paused_deployment_makes_no_pods_and_prunes() {
    let paused = Spec {
        paused: true,
        ..percent(3, 25, 25)
    };
    let mut world = World::new(paused, START);
    world.settle();
    assert!(world.sets.is_empty());
    world.apply(Spec {
        paused: false,
        ..paused
    });
    world.settle();
    assert_eq!(sizes(&world), "0/3(0)");
}

#[test]
fn a_paused_deployment_prunes_even_the_set_that_it_fills() {
    let mut world = World::complete(percent(0, 25, 25), START);
    world.apply(Spec {
        template: 2,
        replicas: 3,
        history_limit: Some(0),
        paused: true,
        ..world.spec
    });
    assert!(world.settle());
    assert!(world.sets.is_empty());
    assert!(world.pods.all().is_empty());
}

#[test]
fn the_history_keeps_its_limit() {
    let spec = Spec {
        history_limit: Some(1),
        ..percent(1, 25, 25)
    };
    let mut world = World::complete(spec, START);
    for template in 2..6 {
        world.apply(Spec { template, ..spec });
        world.settle();
        ready(&mut world, 1);
    }
    let numbers: Vec<i64> = world.sets.iter().map(|set| set.revision).collect();
    assert_eq!(numbers, [4, 5]);
}
