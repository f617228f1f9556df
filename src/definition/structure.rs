//! Whether a schema is structural: each value has one type, said once, outside of
//! `allOf`, `anyOf`, `oneOf` and `not`.

use super::schema::{is_true, junctors, text};
use super::survey::Survey;
use crate::custom::Path;
use crate::kube::go::Quoted;
use crate::kube::pattern;
use crate::parse::{Node, Value};

/// Takes a problem: rule, place, path, message.
pub(super) type Sink<'s, 'a> = dyn FnMut(&'static str, Node<'a>, String, String) + 's;

/// Where a schema is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Root,
    Item,
    Field,
}

/// Checks a schema and those in it.
pub(super) fn check<'a>(
    survey: &Survey,
    node: Node<'a>,
    level: Level,
    path: &Path<'_>,
    out: &mut Sink<'_, 'a>,
) {
    if level != Level::Root && survey.is_easy(node) {
        return;
    }
    let kind = text(node, "type");
    if let Some(items) = node.get("items") {
        check(survey, items, Level::Item, &path.field("items"), out);
    } else if kind == "array" {
        required(out, node, &path.field("items"), "must be specified");
    }
    let properties = node.get("properties");
    for entry in properties.into_iter().flat_map(Node::entries) {
        let below = path.field("properties");
        let at = below.key(entry.name());
        check(survey, entry.value, Level::Field, &at, out);
    }
    if let Some(other) = node.get("additionalProperties") {
        let at = path.field("additionalProperties");
        if level == Level::Root {
            forbidden(out, other, &at, "must not be used at the root");
        }
        if other.is_map() {
            check(survey, other, Level::Field, &at, out);
        }
        if is_true(node, EMBEDDED) {
            forbidden(
                out,
                other,
                &at,
                "must not be used if x-kubernetes-embedded-resource is set",
            );
        }
    }
    if level != Level::Root && survey.is_bare(node) {
        return;
    }
    check_extensions(node, level, path, out);
    let either = node.get("anyOf").is_some_and(is_either);
    let first = node.get("allOf").and_then(|it| it.items().next());
    let either_below = first.and_then(|it| it.get("anyOf")).is_some_and(is_either);
    check_values(node, either, either_below, path, out);
    check_metadata(node, level, path, out);
}

const EMBEDDED: &str = "x-kubernetes-embedded-resource";
const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";
const EITHER: &str = "x-kubernetes-int-or-string";

fn required<'a>(out: &mut Sink<'_, 'a>, node: Node<'a>, path: &Path<'_>, detail: &str) {
    out(
        "api-required",
        node,
        path.in_object(),
        format!("Required value: {detail}"),
    );
}

fn forbidden<'a>(out: &mut Sink<'_, 'a>, node: Node<'a>, path: &Path<'_>, detail: &str) {
    out(
        "api-forbidden",
        node,
        path.in_object(),
        format!("Forbidden: {detail}"),
    );
}

fn invalid<'a>(out: &mut Sink<'_, 'a>, node: Node<'a>, path: &Path<'_>, value: &str, detail: &str) {
    let message = format!("Invalid value: {value}: {detail}");
    out("api-invalid", node, path.in_object(), message);
}

fn check_extensions<'a>(node: Node<'a>, level: Level, path: &Path<'_>, out: &mut Sink<'_, 'a>) {
    let kind = text(node, "type");
    let (embedded, preserve, either) = (
        is_true(node, EMBEDDED),
        is_true(node, PRESERVE),
        is_true(node, EITHER),
    );
    let at = path.field("type");
    let place = node.get("type").unwrap_or(node);
    for (key, set) in [(PRESERVE, preserve), (EMBEDDED, embedded)] {
        if either && set {
            let detail = "must be false if x-kubernetes-int-or-string is true";
            invalid(
                out,
                node.get(key).unwrap_or(node),
                &path.field(key),
                "true",
                detail,
            );
        }
    }
    if embedded && kind != "object" {
        let detail = "must be object if x-kubernetes-embedded-resource is true";
        match kind {
            "" => required(out, node, &at, detail),
            kind => invalid(out, place, &at, &Quoted(kind).to_string(), detail),
        }
    } else if kind.is_empty() && !either && !preserve {
        required(
            out,
            node,
            &at,
            match level {
                Level::Root => "must not be empty at the root",
                Level::Item => "must not be empty for specified array items",
                Level::Field => "must not be empty for specified object fields",
            },
        );
    }
    if level == Level::Root && !kind.is_empty() && kind != "object" {
        invalid(
            out,
            place,
            &at,
            &Quoted(kind).to_string(),
            "must be object at the root",
        );
    }
    let no_properties = node
        .get("properties")
        .is_none_or(|it| it.entries().next().is_none());
    if embedded && !preserve && no_properties {
        let detail = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
        required(out, node, &path.field("properties"), detail);
    }
}

/// What a schema says of the fields that every object has.
fn check_metadata<'a>(node: Node<'a>, level: Level, path: &Path<'_>, out: &mut Sink<'_, 'a>) {
    let is_object = level == Level::Root || is_true(node, EMBEDDED);
    let Some(properties) = node.get("properties") else {
        return;
    };
    let below = path.field("properties");
    for key in ["kind", "apiVersion"] {
        if let Some(it) = properties
            .get(key)
            .filter(|it| is_object && text(*it, "type") != "string")
        {
            let at = below.key(key);
            invalid(
                out,
                it,
                &at.field("type"),
                &Quoted(text(it, "type")).to_string(),
                "must be string",
            );
        }
    }
    let Some(metadata) = properties.get("metadata") else {
        return;
    };
    let at = below.key("metadata");
    let kind = text(metadata, "type");
    if is_object && kind != "object" {
        let place = metadata.get("type").unwrap_or(metadata);
        invalid(
            out,
            place,
            &at.field("type"),
            &Quoted(kind).to_string(),
            "must be object",
        );
    }
    let named = |it: Node<'a>| {
        it.entries()
            .all(|it| matches!(it.name(), "name" | "generateName"))
    };
    let plain = metadata.entries().all(|entry| match entry.name() {
        "type" | "default" => true,
        "properties" => named(entry.value),
        _ => entry.value.is_null(),
    });
    if level == Level::Root && !plain {
        let detail = "must not specify anything other than name and generateName, but metadata is implicitly specified";
        forbidden(out, metadata, &at, detail);
    }
}

/// The way to say that a value is an integer or a string.
pub(super) fn is_either(any_of: Node<'_>) -> bool {
    let is_only = |it: Option<Node<'_>>, kind: &str| {
        it.is_some_and(|it| {
            text(it, "type") == kind && it.entries().filter(|it| is_set(it.value)).count() == 1
        })
    };
    let mut items = any_of.items();
    is_only(items.next(), "integer") && is_only(items.next(), "string") && items.next().is_none()
}

/// Whether a value is more than what Go writes for nothing.
pub(super) fn is_set(node: Node<'_>) -> bool {
    match node.value() {
        Value::Null | Value::Bool(false) | Value::Str("") => false,
        Value::Seq(_) => node.items().next().is_some(),
        _ => true,
    }
}

/// Value validations of a schema: its alternatives, and its pattern.
fn check_values<'a>(
    node: Node<'a>,
    skip_any_of: bool,
    skip_first: bool,
    path: &Path<'_>,
    out: &mut Sink<'_, 'a>,
) {
    for (key, index, inner) in junctors(node) {
        if key == "anyOf" && skip_any_of {
            continue;
        }
        let skip = skip_first && key == "allOf" && index == Some(0);
        let list = path.field(key);
        let at = index.map_or(list, |index| list.index(index));
        check_nested(inner, skip, &at, out);
    }
    if let Some(pattern) = node.get("pattern")
        && let Some(text) = pattern.as_str()
        && let Some(fault) = pattern::fault(text)
    {
        let text = Quoted(text).to_string();
        let detail = format!("must be a valid regular expression, but isn't: {fault}");
        invalid(out, pattern, &path.field("pattern"), &text, &detail);
    }
}

/// A schema inside of an alternative: it may be about values, not about structure.
fn check_nested<'a>(node: Node<'a>, skip_any_of: bool, path: &Path<'_>, out: &mut Sink<'_, 'a>) {
    check_values(node, skip_any_of, false, path, out);
    if let Some(items) = node.get("items") {
        check_nested(items, false, &path.field("items"), out);
    }
    let below = path.field("properties");
    for entry in node.get("properties").into_iter().flat_map(Node::entries) {
        check_nested(entry.value, false, &below.key(entry.name()), out);
        if entry.name() == "metadata" {
            forbidden(
                out,
                entry.value,
                &below.key("metadata"),
                "must not be specified in a nested context",
            );
        }
    }
    for entry in node.entries().filter(|entry| !entry.value.is_null()) {
        let at = entry.value;
        let set = at.as_bool() == Some(true);
        let some = at.as_str().is_some_and(|it| !it.is_empty()) || at.items().next().is_some();
        let word = match entry.name() {
            "type"
            | "title"
            | "description"
            | "x-kubernetes-list-map-keys"
            | "x-kubernetes-validations"
                if some =>
            {
                "empty"
            }
            "additionalProperties"
            | "default"
            | "x-kubernetes-list-type"
            | "x-kubernetes-map-type" => "undefined",
            "nullable" | PRESERVE | EMBEDDED | EITHER if set => "false",
            _ => continue,
        };
        let detail = format!("must be {word} to be structural");
        forbidden(out, at, &path.field(entry.name()), &detail);
    }
}

/// Each field that an alternative mentions must be there outside of it too.
pub(super) fn check_complete<'a>(node: Node<'a>, path: &Path<'_>, out: &mut Sink<'_, 'a>) {
    complete_values(node, Some(node), path, path, out);
}

fn complete_values<'a>(
    values: Node<'a>,
    schema: Option<Node<'a>>,
    path: &Path<'_>,
    of: &Path<'_>,
    out: &mut Sink<'_, 'a>,
) {
    for (key, index, inner) in junctors(values) {
        let list = of.field(key);
        let at = index.map_or(list, |index| list.index(index));
        complete(inner, schema, path, &at, out);
    }
}

fn complete<'a>(
    values: Node<'a>,
    schema: Option<Node<'a>>,
    path: &Path<'_>,
    of: &Path<'_>,
    out: &mut Sink<'_, 'a>,
) {
    let Some(node) = schema else {
        let detail = format!("because it is defined in {}", of.in_object());
        return required(out, values, path, &detail);
    };
    complete_values(values, schema, path, of, out);
    if let Some(items) = values.get("items") {
        complete(
            items,
            node.get("items"),
            &path.field("items"),
            &of.field("items"),
            out,
        );
    }
    let (path, of) = (path.field("properties"), of.field("properties"));
    for entry in values.get("properties").into_iter().flat_map(Node::entries) {
        let own = node.get("properties").and_then(|it| it.get(entry.name()));
        complete(
            entry.value,
            own,
            &path.key(entry.name()),
            &of.key(entry.name()),
            out,
        );
    }
}
