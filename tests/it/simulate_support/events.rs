//! What happens to pods in a scenario, done to the simulator's pods.

use super::Subject;
use jiff::Timestamp;
use plimsoll::simulate::clock::START;
use plimsoll::simulate::state::{OWN_NODES, Phase, Pod, PodId, Pods};
use serde_json::Value;

/// Does what a step says.
pub(crate) fn happen(subject: &mut dyn Subject, event: &Value, now: Timestamp) {
    for (what, details) in event.as_object().unwrap() {
        match what.as_str() {
            "settle" | "advance" => {}
            "apply" => subject.apply(details.as_str().unwrap()),
            "capacity" => subject.pods().capacity = super::capacity(details),
            "nodes" => subject.nodes(details.as_str().unwrap()),
            "ready" => each(
                subject,
                details,
                |it| it.is_active() && !it.is_ready(),
                |pod| {
                    pod.phase = Phase::Running;
                    pod.ready_since = Some(now);
                },
            ),
            "unready" => each(
                subject,
                details,
                |it| it.is_active() && it.is_ready(),
                |pod| {
                    pod.ready_since = None;
                },
            ),
            "schedule" => each(subject, details, Pod::is_active, |_| {}),
            "fail" => each(subject, details, Pod::is_active, |pod| {
                end(pod, Phase::Failed, now)
            }),
            "succeed" => each(subject, details, Pod::is_active, |pod| {
                end(pod, Phase::Succeeded, now);
            }),
            "cost" => {
                let cost = details["cost"].as_i64().unwrap_or(0);
                for id in chosen(subject, details, Pod::is_active) {
                    subject.pods().get_mut(id).unwrap().deletion_cost =
                        i32::try_from(cost).unwrap();
                }
            }
            "restart" => {
                let times = u32::try_from(details["times"].as_u64().unwrap()).unwrap();
                each(subject, details, Pod::is_active, |pod| {
                    pod.phase = Phase::Running;
                    pod.restarts += times;
                });
            }
            "vanish" => remove(subject, details, Pod::is_active),
            "terminated" => remove(subject, details, Pod::is_terminating),
            "delete" => {
                for id in chosen(subject, details, Pod::is_active) {
                    subject.pods().delete(id, now);
                }
            }
            other => panic!("an event that is not known: {other}"),
        }
    }
}

fn end(pod: &mut Pod, phase: Phase, now: Timestamp) {
    pod.phase = phase;
    pod.ready_since = None;
    pod.finished = Some(now);
}

/// What counts first when a ReplicaSet chooses which pods go.
pub(crate) fn class(pod: &Pod) -> &'static str {
    if pod.node.is_none() {
        "unassigned"
    } else if pod.phase == Phase::Pending {
        "pending"
    } else if pod.is_ready() {
        "ready"
    } else {
        "notReady"
    }
}

/// The pods of `before` that a controller has deleted since.
pub(crate) fn deleted<'p>(before: &'p [Pod], pods: &Pods) -> impl Iterator<Item = &'p Pod> {
    let is_kept = |pod: &&Pod| match pods.get(pod.id) {
        Some(now) => now.deleted == pod.deleted,
        None => false,
    };
    before
        .iter()
        .filter(move |it| it.is_active() && !is_kept(it))
}

/// The class of a pod, and what else ReplicaSets look at: its node when others may
/// be on it, what its deletion costs, its restarts, and its age.
pub(crate) fn detail(pod: &Pod) -> String {
    let seconds = |time: Timestamp| time.duration_since(START).as_secs();
    let mut text = class(pod).to_owned();
    if let Some(node) = pod.node.filter(|it| *it < OWN_NODES) {
        text += &format!(" on {}", char::from_u32(node).unwrap());
    }
    if pod.deletion_cost != 0 {
        text += &format!(" cost {}", pod.deletion_cost);
    }
    if pod.restarts != 0 {
        text += &format!(" restarts {}", pod.restarts);
    }
    if let Some(since) = pod.ready_since {
        text += &format!(" ready {}", seconds(since));
    }
    format!("{text} created {}", seconds(pod.created))
}

/// The name of the node that a pod shares with others.
fn shared_node(subject: &dyn Subject, pod: &Pod) -> String {
    let node = pod.node.filter(|it| *it < OWN_NODES);
    node.map_or_else(String::new, |it| subject.node_name(it))
}

/// The pods that an event is about, in the order of the recorder: pods of one second
/// are told apart by what they are.
fn chosen(subject: &mut dyn Subject, of: &Value, fits: impl Fn(&Pod) -> bool) -> Vec<PodId> {
    let mut pods = subject.pods().all().to_vec();
    pods.sort_by_cached_key(|pod| {
        (
            pod.owner,
            pod.ordinal.unwrap_or(0),
            pod.created,
            class(pod),
            pod.ready_since,
            subject.is_new(pod),
            shared_node(subject, pod),
            (pod.deletion_cost, pod.restarts),
        )
    });
    let names = |key: &str| -> Vec<String> {
        let list = of[key].as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|it| it.as_str().unwrap().to_owned())
            .collect()
    };
    let wanted_names = names("names");
    let wanted_nodes: Vec<u32> = names("nodes").iter().map(|it| subject.node(it)).collect();
    let count = of["count"].as_u64().unwrap_or(0);
    let matches = |pod: &&Pod| {
        let revision = match of["revision"].as_str() {
            Some("new") => subject.is_new(pod),
            Some("old") => !subject.is_new(pod),
            _ => true,
        };
        revision
            && fits(pod)
            && !subject.is_orphan(pod)
            && (wanted_names.is_empty() || wanted_names.contains(&subject.name(pod)))
            && (wanted_nodes.is_empty() || pod.node.is_some_and(|it| wanted_nodes.contains(&it)))
    };
    let most = if count == 0 {
        usize::MAX
    } else {
        usize::try_from(count).unwrap()
    };
    let found = pods.iter().filter(matches).take(most);
    found.map(|pod| pod.id).collect()
}

/// Changes the pods chosen, and puts them on a node first.
fn each(
    subject: &mut dyn Subject,
    details: &Value,
    fits: impl Fn(&Pod) -> bool,
    change: impl Fn(&mut Pod),
) {
    let node = details["node"].as_str().map(|name| subject.node(name));
    for id in chosen(subject, details, fits) {
        let pods = subject.pods();
        if let (Some(node), Some(pod)) = (node, pods.get_mut(id)) {
            pod.node.get_or_insert(node);
        }
        pods.place(id);
        change(pods.get_mut(id).unwrap());
    }
}

fn remove(subject: &mut dyn Subject, details: &Value, fits: impl Fn(&Pod) -> bool) {
    for id in chosen(subject, details, fits) {
        subject.pods().remove(id);
    }
}
