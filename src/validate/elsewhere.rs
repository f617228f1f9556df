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

/// Says where else the field `name` of `node` is known, when it is anywhere.
pub(super) fn sentence(
    catalog: &Catalog,
    minor: Minor,
    resource: &Resource<'_>,
    node: Node<'_>,
    name: &str,
) -> Option<String> {
    let kind = catalog.kind_of(resource.api_version, resource.kind)?;
    let steps = steps(resource.node, node);
    let has = |top: TypeRef<'_>| object_at(top, &steps).is_some_and(|it| it.field(name).is_some());
    let with = |at: &Minor| kind.type_in(*at).is_some_and(has);
    if let Some(first) = catalog.minors().filter(|it| *it > minor).find(with) {
        return Some(format!("`{name}` came with Kubernetes {first}"));
    }
    let mut before = catalog.minors().rev().filter(|it| *it < minor);
    if let Some(last) = before.find(with) {
        let gone = Minor::new(last.number() + 1);
        return Some(format!(
            "remove it: `{name}` went away with Kubernetes {gone}"
        ));
    }
    let mut others = catalog.kinds().filter(|it| it.name() == resource.kind);
    let other = others.find(|it| it.type_in(minor).is_some_and(has))?;
    Some(format!(
        "`{name}` is a field of {} {}",
        other.api_version(),
        other.name()
    ))
}

/// Says what became of a field that only removed versions had.
pub(super) fn renamed(object: Object<'_>, name: &str) -> Option<String> {
    let mut table = RENAMED.iter();
    let (_, _, new) = table.find(|it| it.0 == object.name() && it.1 == name)?;
    Some(format!("use {new}, which took its place"))
}

/// Says where labels go, for a text that stands beside its `labels`.
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
