//! Lists whose items must differ, as the API server's validation has it.
//!
//! The list-map keys of the schema do not help: they bind server-side apply
//! only. Two variables of one name or two ports of one number are accepted with
//! a warning, two ports of one name are not.

use super::finding;
use crate::catalog::Object;
use crate::finding::Finding;
use crate::parse::{Entry, Node};
use crate::resolve::Resource;
use std::collections::HashMap;

/// Type, list, and the field that must differ among its items.
const UNIQUE: &[(&str, &str, &str)] = &[
    ("Container", "ports", "name"),
    ("Container", "volumeDevices", "devicePath"),
    ("Container", "volumeDevices", "name"),
    ("EndpointSlice", "ports", "name"),
    ("EphemeralContainer", "volumeDevices", "devicePath"),
    ("EphemeralContainer", "volumeDevices", "name"),
    ("LimitRangeSpec", "limits", "type"),
    ("MutatingWebhookConfiguration", "webhooks", "name"),
    ("PodSpec", "containers", "name"),
    ("PodSpec", "ephemeralContainers", "name"),
    ("PodSpec", "initContainers", "name"),
    ("PodSpec", "resourceClaims", "name"),
    ("PodSpec", "schedulingGates", "name"),
    ("PodSpec", "volumes", "name"),
    ("ServiceSpec", "ports", "name"),
    ("ValidatingWebhookConfiguration", "webhooks", "name"),
];

/// Reports the items of a list that repeat what only one may have, until `out`
/// has `limit` findings.
pub(super) fn check(
    resource: &Resource<'_>,
    object: Object<'_>,
    list: Entry<'_>,
    limit: usize,
    out: &mut Vec<Finding>,
) {
    if object.name() == "PodSpec" && list.name() == "initContainers" {
        check_pod(resource, list, out);
    }
    if list.value.items().nth(1).is_none() {
        return;
    }
    for (_, _, key) in UNIQUE
        .iter()
        .filter(|(owner, field, _)| *field == list.name() && *owner == object.name())
    {
        check_key(resource, list, key, limit, out);
    }
}

/// Init containers that are compared with the containers, each with each; no
/// pod has as many.
const INIT_CONTAINERS: usize = 100;

/// Reports init containers that have the name of a container.
fn check_pod(resource: &Resource<'_>, init: Entry<'_>, out: &mut Vec<Finding>) {
    let Some(pod) = init.value.parent() else {
        return;
    };
    let names = init.value.items().filter_map(|item| named(item, "name"));
    for (node, text) in names.take(INIT_CONTAINERS) {
        let others = pod.get("containers").into_iter().flat_map(Node::items);
        let mut others = others.filter_map(|item| named(item, "name"));
        let same = others.find(|(_, name)| *name == text);
        out.extend(same.map(|(other, _)| duplicate(resource, init, "name", other, node)));
    }
}

fn check_key(
    resource: &Resource<'_>,
    list: Entry<'_>,
    key: &str,
    limit: usize,
    out: &mut Vec<Finding>,
) {
    let values = || list.value.items().filter_map(|item| named(item, key));
    // Comparing each with each costs less than a table, and no allocation.
    if values().nth(SHORT).is_none() {
        for (index, (node, text)) in values().enumerate() {
            let earlier = values().take(index).find(|(_, it)| *it == text);
            out.extend(earlier.map(|(earlier, _)| duplicate(resource, list, key, earlier, node)));
        }
        return;
    }
    let mut seen: HashMap<&str, Node<'_>> = HashMap::new();
    for (node, text) in values() {
        let earlier = *seen.entry(text).or_insert(node);
        if earlier != node && out.len() < limit {
            out.push(duplicate(resource, list, key, earlier, node));
        }
    }
}

/// Lists up to that length are compared each with each.
const SHORT: usize = 16;

fn named<'a>(item: Node<'a>, key: &str) -> Option<(Node<'a>, &'a str)> {
    let node = item.get(key)?;
    let text = node.as_str().filter(|text| !text.is_empty())?;
    Some((node, text))
}

fn duplicate(
    resource: &Resource<'_>,
    list: Entry<'_>,
    key: &str,
    earlier: Node<'_>,
    node: Node<'_>,
) -> Finding {
    let text = node.as_str().unwrap_or_default();
    let message = format!("Duplicate value: {text:?}");
    finding("api-duplicate", resource, node, node.span(), message)
        .with_help(format!("give each of {} its own {key}", list.name()))
        .with_related(
            earlier.place(),
            format!("{text:?} is already the {key} here"),
        )
}
