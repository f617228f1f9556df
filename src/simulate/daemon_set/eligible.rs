//! Which nodes the pods of a DaemonSet belong on. Neither resources nor ports are
//! looked at: a pod that does not fit is created all the same, and waits.

use crate::resolve::view::Pod;
use crate::simulate::nodes::{ClusterNode, Taint, Toleration, is_chosen};

/// The taints that the controller lets all its pods tolerate, with their effects.
const TOLERATED: &[(&str, &str)] = &[
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

/// What is tolerated as well by pods in the network of the host.
const TOLERATED_ON_HOST: (&str, &str) = ("node.kubernetes.io/network-unavailable", "NoSchedule");

/// What a node is to a DaemonSet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeFit {
    /// Whether a pod should run there.
    pub wants: bool,
    /// Whether a pod that runs there may stay.
    pub keeps: bool,
}

/// What `node` is to a DaemonSet whose template is `pod`.
#[must_use]
pub fn place(pod: &Pod<'_>, node: &ClusterNode<'_>) -> NodeFit {
    const NOWHERE: NodeFit = NodeFit {
        wants: false,
        keeps: false,
    };
    let spec = pod.spec();
    let bound = spec.and_then(|spec| spec.get("nodeName")?.as_str());
    let elsewhere = bound.is_some_and(|name| !name.is_empty() && name != node.name());
    if elsewhere || !is_chosen(pod, node) {
        return NOWHERE;
    }
    let tolerations = tolerations(pod);
    let taints = node.taints();
    let barred = |effects: fn(&Taint<'_>) -> bool| {
        let mut relevant = taints.iter().filter(|it| effects(it));
        relevant.any(|taint| !tolerations.iter().any(|it| it.covers(taint)))
    };
    NodeFit {
        wants: !barred(|taint| taint.bars_scheduling()),
        keeps: !barred(|taint| taint.effect == "NoExecute"),
    }
}

/// What the pods tolerate: what is written, and what the controller adds.
fn tolerations<'a>(pod: &Pod<'a>) -> Vec<Toleration<'a>> {
    let mut all = Toleration::of(pod);
    let on_host = pod.host_network().value.then_some(&TOLERATED_ON_HOST);
    for &(key, effect) in TOLERATED.iter().chain(on_host) {
        all.push(Toleration {
            key,
            operator: "Exists",
            value: "",
            effect,
        });
    }
    all
}
