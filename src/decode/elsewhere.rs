//! Finds a field that another minor or another version of a kind has.

use crate::catalog::{Catalog, Minor, Object, Shape, TypeRef};
use crate::parse::{Entry, Node};
use crate::resolve::Resource;

/// Fields of removed versions whose successors have another name or place.
const RENAMED: &[(&str, &str, &str)] = &[
    (
        "CustomResourceDefinitionSpec",
        "validation",
        "spec.versions[].schema",
    ),
    (
        "CustomResourceDefinitionSpec",
        "version",
        "spec.versions[].name",
    ),
    ("IngressBackend", "serviceName", "service.name"),
    (
        "IngressBackend",
        "servicePort",
        "service.port.number, or service.port.name",
    ),
];

/// When a field is known that a minor has not.
pub(super) enum Life {
    /// From a later minor on.
    Since(Minor),
    /// Before an earlier minor.
    Until(Minor),
}

/// Says when the field `name` of `node` is known, if it is in any other minor.
pub(super) fn life(
    catalog: &Catalog,
    minor: Minor,
    resource: &Resource<'_>,
    node: Node<'_>,
    name: &str,
) -> Option<Life> {
    let kind = catalog.kind_of(resource.api_version, resource.kind)?;
    let steps = steps(resource.node, node);
    let with = |at: &Minor| kind.type_in(*at).is_some_and(|it| has(it, &steps, name));
    if let Some(first) = catalog.minors().filter(|it| *it > minor).find(with) {
        return Some(Life::Since(first));
    }
    let mut before = catalog.minors().rev().filter(|it| *it < minor);
    let last = before.find(with)?;
    Some(Life::Until(Minor::new(last.number() + 1)))
}

/// Says which other version of the kind has the field `name` of `node`.
pub(super) fn other_version(
    catalog: &Catalog,
    minor: Minor,
    resource: &Resource<'_>,
    node: Node<'_>,
    name: &str,
) -> Option<String> {
    let steps = steps(resource.node, node);
    let mut others = catalog.kinds().filter(|it| it.name() == resource.kind);
    let other = others.find(|it| {
        let top = it.type_in(minor);
        top.is_some_and(|it| has(it, &steps, name))
    })?;
    Some(format!(
        "`{name}` is a field of {} {}",
        other.api_version(),
        other.name()
    ))
}

fn has(top: TypeRef<'_>, steps: &[Option<&str>], name: &str) -> bool {
    object_at(top, steps).is_some_and(|it| it.field(name).is_some())
}

/// Says what became of a field that only removed versions had.
pub(super) fn renamed(object: Object<'_>, name: &str) -> Option<String> {
    let mut table = RENAMED.iter();
    let (_, _, new) = table.find(|it| it.0 == object.name() && it.1 == name)?;
    Some(format!("use {new}, which replaced it"))
}

/// Says where labels go, for a text that is beside its `labels`.
pub(super) fn label(object: Object<'_>, entry: Entry<'_>, path: &str) -> Option<String> {
    entry.value.as_str()?;
    let holder = ["labels", "matchLabels"]
        .into_iter()
        .find(|it| object.field(it).is_some())?;
    let before = path.strip_suffix(entry.name())?;
    Some(format!("if it is a label, it belongs to {before}{holder}"))
}

/// The keys from `root` down to `node`; `None` for a step into a list.
fn steps<'a>(root: Node<'a>, node: Node<'a>) -> Vec<Option<&'a str>> {
    let mut steps = Vec::new();
    let mut at = node;
    while at != root {
        let Some(parent) = at.parent() else { break };
        steps.push(at.key().and_then(Node::as_str));
        at = parent;
    }
    steps.reverse();
    steps
}

fn object_at<'c>(top: TypeRef<'c>, steps: &[Option<&str>]) -> Option<Object<'c>> {
    let step = |at: TypeRef<'c>, key: &Option<&str>| match (at.shape(), key) {
        (Shape::Object(object), Some(key)) => object.field(key).map(|it| it.value_type()),
        (Shape::Map(element), _) => Some(element),
        (Shape::List(list), None) => Some(list.element()),
        _ => None,
    };
    steps.iter().try_fold(top, step)?.as_object()
}
