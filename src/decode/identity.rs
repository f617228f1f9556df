//! What makes a document an object: `apiVersion` and `kind`. kubectl refuses a file in which
//! one of them is missing or of the wrong type, with messages that name no place.
//!
//! Files of other tools look much the same, so something of Kubernetes must be there: a known
//! kind or version with `metadata`, `spec` or `data`, or objects in the same file.

use super::explain;
use super::kinds;
use crate::catalog::{Catalog, Kind, split_api_version};
use crate::finding::{Finding, Place, Severity};
use crate::parse::{Document, Node, Value};
use crate::source::Span;

/// Reports a document, or items of a list, that are objects but for `apiVersion` or `kind`.
#[must_use]
pub fn check_identity(catalog: &Catalog, document: &Document) -> Vec<Finding> {
    let Some(root) = document.root() else {
        return Vec::new();
    };
    if root.is_seq() {
        return list_of_objects(catalog, root).into_iter().collect();
    }
    let is_list = |it: &Node<'_>| text(*it, "kind") == Some("List");
    let items = Some(root).filter(is_list).and_then(|it| it.get("items"));
    let items = items.into_iter().flat_map(Node::items);
    let of_items = items.filter_map(|it| item(catalog, it));
    object(catalog, root).into_iter().chain(of_items).collect()
}

/// Reports a document that is not an object, in a file of objects.
#[must_use]
pub fn check_stray(document: &Document) -> Option<Finding> {
    let root = document.root().filter(|it| !it.is_null())?;
    let is_missing = |key: &str| root.entry(key).is_none();
    let (rule, message) = match root.value() {
        Value::Map(_) if is_missing("apiVersion") && is_missing("kind") => (
            "api-required",
            "apiVersion and kind are missing: kubectl refuses the file".to_owned(),
        ),
        Value::Map(_) => return None,
        _ => (
            "api-type",
            format!(
                "the document must be an object, not {}: kubectl refuses the file",
                explain::written(root)
            ),
        ),
    };
    let report = finding(rule, root, explain::first_line(root), message);
    Some(report.with_help("remove the document, or move it to a separate file"))
}

/// A list of objects at the top of a document.
fn list_of_objects(catalog: &Catalog, root: Node<'_>) -> Option<Finding> {
    let first = root.items().next()?;
    let (version, kind) = (text(first, "apiVersion")?, text(first, "kind")?);
    catalog.kind_of(version, kind)?;
    let message = "the document must be an object, not a list: kubectl refuses the file";
    let report = finding(
        "api-type",
        root,
        explain::first_line(root),
        message.to_owned(),
    );
    Some(report.with_help("write the objects as documents, or as `items` of `kind: List`"))
}

/// An item of a `List`: kubectl knows no kind for it but its own.
fn item(catalog: &Catalog, item: Node<'_>) -> Option<Finding> {
    if !item.is_map() {
        return None;
    }
    if let Some(found) = object(catalog, item) {
        return Some(found);
    }
    let field = ["kind", "apiVersion"]
        .into_iter()
        .find(|it| item.entry(it).is_none())?;
    Some(missing(item, field, None))
}

/// An object but for one of the two.
fn object(catalog: &Catalog, root: Node<'_>) -> Option<Finding> {
    let is_missing = |key: &str| root.get(key).is_none();
    if is_missing("metadata") && is_missing("spec") && is_missing("data") {
        return None;
    }
    let (version, kind) = (text(root, "apiVersion"), text(root, "kind"));
    let is_known_kind = |name: &str| catalog.kinds().any(|kind| kind.name() == name);
    let is_known_version = |text: &str| {
        let (group, version) = split_api_version(text);
        let known = |it: Kind<'_>| it.group() == group && it.version() == version;
        catalog.kinds().any(known)
    };
    match (version, kind) {
        (None, Some(kind)) if is_known_kind(kind) => match root.get("apiVersion") {
            Some(other) => Some(wrong_type(other)),
            None => {
                let home = kinds::home(catalog, kind);
                let help = home.map(|home| format!("add `apiVersion: {home}`"));
                Some(missing(root, "apiVersion", help))
            }
        },
        (Some(version), None) if is_known_version(version) => match root.get("kind") {
            Some(other) => Some(wrong_type(other)),
            None => Some(missing(root, "kind", None)),
        },
        _ => None,
    }
}

fn text<'a>(node: Node<'a>, key: &str) -> Option<&'a str> {
    node.get(key)?.as_str()
}

fn wrong_type(node: Node<'_>) -> Finding {
    let message = explain::no_such_value(node, "a string");
    let key = node.key().and_then(Node::as_str).unwrap_or_default();
    finding("api-type", node, explain::first_line(node), message).with_field(key)
}

fn missing(root: Node<'_>, field: &str, help: Option<String>) -> Finding {
    let first = root.entries().next().map(|it| it.key.span());
    let span = first.unwrap_or(root.head());
    let message = format!("Required value: {field} is missing");
    let report = finding("api-required", root, span, message).with_field(field);
    report.with_help(help.unwrap_or_else(|| format!("add `{field}`")))
}

fn finding(rule: &'static str, node: Node<'_>, span: Span, message: String) -> Finding {
    let place = Place {
        source: node.document().source(),
        span,
    };
    let mut report = Finding::new(rule, Severity::Error, place, message);
    report.document = node.document().index();
    report
}
