//! What admission plugins that are on by default refuse of a pod, as far as the pod alone
//! tells: Priority and RuntimeClass. They look at Pods, not at templates.

use crate::parse::Node;

/// The priorities of the classes that every cluster has.
const SYSTEM: [(&str, i64); 2] = [
    ("system-cluster-critical", 2_000_000_000),
    ("system-node-critical", 2_000_001_000),
];

/// What is refused of a pod with this `spec`: each field by its name
/// and value, with the plugin's reason.
///
/// Without a class the priority is 0, unless the cluster has a default one; then objects
/// that were read from it name that class.
pub(crate) fn pod<'a>(spec: Node<'a>) -> Vec<(&'static str, Node<'a>, String)> {
    let get = |key: &str| spec.get(key).filter(|it| !it.is_null());
    let mut refused = Vec::new();
    let class = get("priorityClassName").and_then(Node::as_str);
    let computed = match class.unwrap_or_default() {
        "" => Some(0),
        name => SYSTEM.iter().find(|it| it.0 == name).map(|it| it.1),
    };
    let priority = get("priority").and_then(|it| Some((it, it.as_i64()?)));
    if let (Some((node, value)), Some(computed)) = (priority, computed)
        && value != computed
    {
        let reason = format!(
            "the integer value of priority ({value}) must not be provided in pod spec; priority admission controller computed {computed} from the given PriorityClass name"
        );
        refused.push(("priority", node, reason));
    }
    let overhead = get("overhead").filter(|it| it.entries().next().is_some());
    if let (Some(node), None) = (overhead, get("runtimeClassName")) {
        let reason =
            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
        refused.push(("overhead", node, reason.to_owned()));
    }
    refused
}
