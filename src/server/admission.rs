//! What admission plugins that are on by default refuse of a pod, as far as the pod alone
//! tells: Priority and RuntimeClass. They look at Pods, not at templates.

use crate::parse::Node;

/// The priorities of the classes that every cluster has.
const SYSTEM: [(&str, i64); 2] = [
    ("system-cluster-critical", 2_000_000_000),
    ("system-node-critical", 2_000_001_000),
];

/// What every class preempts that does not say otherwise.
const PREEMPTION: &str = "PreemptLowerPriority";

/// What a plugin refuses of a pod: the name of the field, its value and the reason.
pub(crate) type Refusal<'a> = (&'static str, Node<'a>, String);

/// What is refused of a pod with this `spec`.
pub(crate) fn pod<'a>(spec: Node<'a>) -> Vec<Refusal<'a>> {
    let mut refused = priority(spec);
    refused.extend(overhead(spec));
    refused
}

/// A field that is written and not null.
fn get<'a>(spec: Node<'a>, key: &str) -> Option<Node<'a>> {
    spec.get(key).filter(|it| !it.is_null())
}

/// Without a class the priority is 0, unless the cluster has a default one; then objects
/// that were read from it name that class. What other classes say is not known here.
fn priority<'a>(spec: Node<'a>) -> Vec<Refusal<'a>> {
    let mut refused = Vec::new();
    let class = get(spec, "priorityClassName");
    let name = class.and_then(Node::as_str).unwrap_or_default();
    let computed = match name {
        "" => 0,
        name => match SYSTEM.iter().find(|it| it.0 == name) {
            Some((_, value)) => *value,
            None => {
                // Nobody can create a class with such a name.
                let missing = class.filter(|_| name.starts_with("system-"));
                let reason = format!("no PriorityClass with name {name} was found");
                return Vec::from_iter(missing.map(|it| ("priorityClassName", it, reason)));
            }
        },
    };
    if let Some(node) = get(spec, "priority")
        && let Some(value) = node.as_i64()
        && value != computed
    {
        let reason = format!(
            "the integer value of priority ({value}) must not be provided in pod spec; priority admission controller computed {computed} from the given PriorityClass name"
        );
        refused.push(("priority", node, reason));
    }
    if let Some(node) = get(spec, "preemptionPolicy")
        && let Some(policy) = node.as_str()
        && policy != PREEMPTION
    {
        let reason = format!(
            "the string value of PreemptionPolicy ({policy}) must not be provided in pod spec; priority admission controller computed {PREEMPTION} from the given PriorityClass name"
        );
        refused.push(("preemptionPolicy", node, reason));
    }
    refused
}

fn overhead<'a>(spec: Node<'a>) -> Option<Refusal<'a>> {
    let overhead = get(spec, "overhead").filter(|it| it.entries().next().is_some());
    let reason =
        "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
    match (overhead, get(spec, "runtimeClassName")) {
        (Some(node), None) => Some(("overhead", node, reason.to_owned())),
        _ => None,
    }
}
