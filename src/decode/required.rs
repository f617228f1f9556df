//! Which fields the API server really wants.
//!
//! The published schema calls every field required that is written without
//! `omitempty`, but the server does not look at it: its own validation decides.
//! The lists below say where the two differ. They were found by taking each
//! required field out of accepted objects and asking the server's create path
//! (`tests/oracle/verdict`), and for the rarer kinds by reading its code.

use super::finding;
use crate::catalog::{Field, Object, Shape};
use crate::finding::Finding;
use crate::parse::Node;
use crate::resolve::Resource;

/// Numbers whose zero the server refuses. Of all others an absent one counts as
/// zero, which is a value like any other.
const NUMBERS: &[(&str, &str)] = &[
    ("APIServiceSpec", "groupPriorityMinimum"),
    ("APIServiceSpec", "versionPriority"),
    ("ContainerPort", "containerPort"),
    ("EndpointPort", "port"),
    ("GRPCAction", "port"),
    ("HPAScalingPolicy", "periodSeconds"),
    ("HPAScalingPolicy", "value"),
    ("HorizontalPodAutoscalerSpec", "maxReplicas"),
    ("PreferredSchedulingTerm", "weight"),
    ("ServicePort", "port"),
    ("TopologySpreadConstraint", "maxSkew"),
    ("WeightedPodAffinityTerm", "weight"),
];

/// Required by the schema of some minor, and yet not missed by the server.
const NOT_MISSED: &[(&str, &str)] = &[
    ("CSIDriver", "spec"),
    ("CSINodeSpec", "drivers"),
    ("EndpointSlice", "endpoints"),
    ("Event", "eventTime"),
    ("Event", "involvedObject"),
    ("Event", "metadata"),
    ("EventSeries", "lastObservedTime"),
    ("GroupResource", "group"),
    ("HTTPHeader", "value"),
    ("LimitRangeSpec", "limits"),
    ("NetworkPolicySpec", "podSelector"),
    ("PodFailurePolicy", "rules"),
    ("PodFailurePolicyOnPodConditionsPattern", "status"),
    ("PreferredSchedulingTerm", "preference"),
    ("RoleRef", "apiGroup"),
    ("RuntimeClassStrategyOptions", "allowedRuntimeClassNames"),
    ("ScaleIOPersistentVolumeSource", "secretRef"),
    ("ScaleIOVolumeSource", "secretRef"),
    ("StatefulSetSpec", "serviceName"),
    ("StorageVersion", "metadata"),
    ("Sysctl", "value"),
    ("TokenRequestSpec", "audiences"),
    ("TypedLocalObjectReference", "kind"),
];

/// Optional by the schema of all minors, and yet missed by the server.
const MISSED: &[(&str, &str)] = &[
    ("Container", "image"),
    ("EphemeralContainer", "image"),
    ("Job", "spec"),
    ("Pod", "spec"),
    ("PodTemplate", "template"),
    ("PodTemplateSpec", "spec"),
    ("ReplicationController", "spec"),
];

/// Whether an object without that field, which its schema requires, is refused.
fn is_missed(object: Object<'_>, field: Field<'_>) -> bool {
    let (owner, name) = (object.name(), field.name());
    let holds = |list: &[(&str, &str)]| list.iter().any(|it| it.1 == name && it.0 == owner);
    match field.value_type().shape() {
        Shape::Boolean => false,
        Shape::Int32 | Shape::Int64 | Shape::Number => holds(NUMBERS),
        _ => !holds(NOT_MISSED),
    }
}

/// Reports the fields of `node` that the server will miss. `seen` has a bit for
/// each field that has a value; `renamed` are those that are there, misspelt.
pub(super) fn check(
    resource: &Resource<'_>,
    node: Node<'_>,
    object: Object<'_>,
    seen: u64,
    renamed: &[&str],
    out: &mut Vec<Finding>,
) {
    let absent = |field: &Field<'_>| seen >> (field.index() & 63) & 1 == 0;
    let required = object.fields().filter(|it| it.is_required());
    let required = required.filter(|it| absent(it) && is_missed(object, *it));
    let owner = object.name();
    let optional = MISSED.iter().filter(|(of, _)| *of == owner);
    let optional = optional.filter_map(|(_, name)| object.field(name));
    for field in required.chain(optional.filter(absent)) {
        if !renamed.contains(&field.name()) {
            out.push(missing(resource, node, field));
        }
    }
}

fn missing(resource: &Resource<'_>, node: Node<'_>, field: Field<'_>) -> Finding {
    let name = field.name();
    let message = format!("Required value: {name} is missing");
    let mut report = finding("api-required", resource, node, node.head(), message);
    let path = report.field.take();
    report.field = Some(path.map_or(name.to_owned(), |path| format!("{path}.{name}")));
    report.with_help(format!("add `{name}`, {}", field.value_type().describe()))
}

/// Reports an object without a name. Reviews are asked and answered, not stored,
/// and need none.
pub(crate) fn check_name(resource: &Resource<'_>) -> Option<Finding> {
    let metadata = resource.metadata();
    let named = |key: &str| {
        let name = metadata.and_then(|it| it.get(key));
        // Of another type it is reported as such.
        name.is_some_and(|it| it.as_str() != Some(""))
    };
    let stored = !resource.kind.ends_with("Review") && !resource.kind.ends_with("List");
    if !stored || named("name") || named("generateName") {
        return None;
    }
    if metadata.is_some_and(|it| !it.is_map()) {
        return None;
    }
    let at = resource
        .node
        .entry("metadata")
        .map_or(resource.node, |it| it.value);
    let message = "Required value: name or generateName is required".to_owned();
    let report = finding("api-required", resource, at, at.head(), message);
    Some(
        report
            .with_field("metadata.name")
            .with_help("add `metadata.name`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, TypeRef};
    use rustc_hash::FxHashSet;

    #[test]
    fn the_lists_name_fields_that_there_are() {
        let catalog = Catalog::builtin();
        let (mut known, mut wanted) = (FxHashSet::default(), FxHashSet::default());
        let mut seen = FxHashSet::default();
        let mut waiting: Vec<TypeRef<'_>> = Vec::new();
        for kind in catalog.kinds() {
            waiting.extend(catalog.minors().filter_map(|minor| kind.type_in(minor)));
        }
        while let Some(at) = waiting.pop() {
            let Some(object) = at.innermost().as_object() else {
                continue;
            };
            if seen.insert(object.as_type().id()) {
                for field in object.fields() {
                    known.insert((object.name(), field.name()));
                    if field.is_required() {
                        wanted.insert((object.name(), field.name()));
                    }
                    waiting.push(field.value_type());
                }
            }
        }
        for list in [NUMBERS, NOT_MISSED, MISSED] {
            assert!(list.is_sorted());
            for entry in list {
                assert!(known.contains(entry), "{entry:?}");
            }
        }
        assert!(MISSED.iter().all(|it| !wanted.contains(it)));
    }
}
