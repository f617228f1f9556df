//! Waves of an update, surging, and nodes that come and go.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::simulate::clock::START;

const HERE: NodeFit = NodeFit {
    wants: true,
    keeps: true,
};
const AWAY: NodeFit = NodeFit {
    wants: false,
    keeps: false,
};

fn spec(surge: Amount, unavailable: Amount) -> Spec {
    Spec {
        template: 1,
        strategy: Strategy::RollingUpdate { surge, unavailable },
        min_ready: SignedDuration::ZERO,
    }
}

/// Pods of each node as `old/new`.
fn sizes(world: &World) -> String {
    let newest = world.spec.template;
    let count = |node, new| {
        let pods = world.on(node).filter(|it| (it.revision == newest) == new);
        pods.count()
    };
    let sites = world.sites.iter().map(|it| it.node);
    let sizes = sites.map(|it| format!("{}/{}", count(it, false), count(it, true)));
    sizes.collect::<Vec<_>>().join(" ")
}

fn ready_all(world: &mut World) {
    let ids: Vec<_> = world.pods.all().iter().map(|pod| pod.id).collect();
    let now = world.now;
    ids.into_iter()
        .for_each(|id| world.pods.make_ready(id, now));
    assert!(world.settle());
}

fn rollout(spec: Spec, nodes: usize) -> World {
    let mut world = World::complete(spec, &vec![HERE; nodes], START);
    world.apply(Spec {
        template: 2,
        ..spec
    });
    assert!(world.settle());
    world
}

#[test]
fn an_update_goes_in_waves() {
    let mut world = rollout(spec(Amount::Pods(0), Amount::Percent(25)), 5);
    assert_eq!(sizes(&world), "0/1 0/1 1/0 1/0 1/0");
    ready_all(&mut world);
    assert_eq!(sizes(&world), "0/1 0/1 0/1 0/1 1/0");
    ready_all(&mut world);
    ready_all(&mut world);
    assert_eq!(world.status.updated, 5);
    assert_eq!(world.status.available, 5);
}

#[test]
fn a_surge_puts_the_new_pod_beside_the_old_one() {
    let mut world = rollout(spec(Amount::Pods(1), Amount::Pods(0)), 3);
    assert_eq!(sizes(&world), "1/1 1/0 1/0");
    assert_eq!(world.status.available, 3);
    ready_all(&mut world);
    assert_eq!(sizes(&world), "0/1 1/1 1/0");
}

#[test]
fn nodes_come_and_go() {
    let mut world = World::complete(spec(Amount::Pods(0), Amount::Pods(1)), &[HERE, AWAY], START);
    assert_eq!(world.status.desired, 1);
    world.set_place(1, Some(HERE));
    world.set_place(2, Some(HERE));
    world.set_place(0, Some(AWAY));
    world.settle();
    assert_eq!(sizes(&world), "0/0 0/1 0/1");
}

#[test]
fn failed_pods_are_replaced_later_and_later() {
    use crate::simulate::state::Phase;
    let mut world = World::complete(spec(Amount::Pods(0), Amount::Pods(1)), &[HERE], START);
    let mut waits = Vec::new();
    for _ in 0..4 {
        let id = world.pods.all()[0].id;
        world.pods.get_mut(id).unwrap().phase = Phase::Failed;
        world.settle();
        if world.pods.get(id).is_some() {
            let at = world.next_check().unwrap();
            waits.push(at.duration_since(world.now).as_secs());
            world.now = at;
            world.settle();
        }
        assert!(world.pods.get(id).is_none());
    }
    assert_eq!(waits, [1, 2, 4]);
}
