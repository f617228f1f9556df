//! `openAPIV3Schema`: what the server allows in the schema of a version.

use super::openapi::{SchemaPlace, SchemaWalk};
use super::rules::{Faults, Seen};
use super::structure::{self, Level, Sink};
use super::survey::Survey;
use crate::cel::Programs;
use crate::custom::{self, Path};
use crate::kube::go::Quoted;
use crate::parse::{Node, Value};
use crate::schema::Schema;
use crate::server::report::Api;

/// Types of OpenAPI.
pub(super) const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
/// Fields that the server cannot turn into a structural schema.
pub(super) const UNSUPPORTED: [&str; 6] = [
    "id",
    "additionalItems",
    "patternProperties",
    "definitions",
    "dependencies",
    "$ref",
];
/// What else may be at the root where the status is a resource of its own.
const AT_ROOT: &[&str] = &[
    "description",
    "type",
    "format",
    "title",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "required",
    "items",
    "properties",
    "externalDocs",
    "example",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

pub(super) fn text<'a>(node: Node<'a>, key: &str) -> &'a str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}

pub(super) fn is_true(node: Node<'_>, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool) == Some(true)
}

/// The schemas in `not`, `allOf`, `anyOf` and `oneOf`, with the name and the
/// number of each.
pub(super) fn junctors(
    node: Node<'_>,
) -> impl Iterator<Item = (&'static str, Option<usize>, Node<'_>)> {
    let lists = ["allOf", "anyOf", "oneOf"]
        .into_iter()
        .flat_map(move |key| {
            let items = node.get(key).into_iter().flat_map(Node::items).enumerate();
            items.map(move |(index, item)| (key, Some(index), item))
        });
    node.get("not")
        .map(|it| ("not", None, it))
        .into_iter()
        .chain(lists)
}

/// Checks the schema of a version.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, node: Node<'a>, path: &Path<'_>, has_status: bool) {
    let survey = Survey::of(node);
    if survey.is_too_deep {
        return;
    }
    let first = api.count();
    let mut out = |rule, node: Node<'a>, field, message| api.at_path(rule, node, field, message);
    check_root(node, path, has_status, &mut out);
    let is_plain = survey.is_plain;
    if is_plain {
        structure::check(&survey, node, Level::Root, path, &mut out);
        structure::check_complete(node, path, &mut out);
    }
    let is_structural = is_plain && api.count() == first;
    if is_structural && survey.has_defaults {
        check_defaults(api, &survey, node, path);
    }
    let is_sound = is_plain && api.count() == first;
    let mut walk = SchemaWalk {
        api,
        survey: &survey,
        expressions: is_sound,
        faults: Faults::default(),
    };
    walk.schema(node, path, SchemaPlace::ROOT, Seen::ROOT);
    walk.tell_faults(node, path);
    if !is_plain && api.count() == first {
        let message = "Invalid value: \"\": OpenAPIV3Schema 'schema' is not supported".to_owned();
        api.at_path("api-invalid", node, path.in_object(), message);
    }
}

/// What the root of a schema may hold.
fn check_root<'a>(node: Node<'a>, path: &Path<'_>, has_status: bool, out: &mut Sink<'_, 'a>) {
    let is_set = |it: &crate::parse::Entry<'a>| {
        !it.value.is_null() && it.value.as_bool() != Some(false) && it.value.as_str() != Some("")
    };
    let kind = text(node, "type");
    let early = ["id", "$schema", "$ref"];
    let mut wrong = node
        .entries()
        .filter(is_set)
        .filter(|it| !AT_ROOT.contains(&it.name()));
    let first = wrong.next();
    let is_early = first.is_some_and(|it| early.contains(&it.name()));
    if has_status && !kind.is_empty() && kind != "object" && !is_early {
        let detail = "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled";
        let message = format!("Invalid value: {}: {detail}", Quoted(kind));
        out(
            "api-invalid",
            node,
            format!("{}.type", path.in_object()),
            message,
        );
    } else if let Some(entry) = first.filter(|_| has_status) {
        let detail = format!(
            "{} is not allowed at the root of the schema if the status subresource is enabled",
            entry.name()
        );
        out(
            "api-invalid",
            entry.value,
            path.in_object(),
            format!("Invalid value: {detail}"),
        );
    }
    if is_true(node, "nullable") {
        let message = "Forbidden: nullable cannot be true at the root".to_owned();
        out(
            "api-forbidden",
            node,
            format!("{}.nullable", path.in_object()),
            message,
        );
    }
}

/// Defaults must be what their own schema allows.
fn check_defaults<'a>(api: &mut Api<'a, '_>, survey: &Survey, node: Node<'a>, path: &Path<'_>) {
    let programs = Programs::default();
    let mut out = |rule, node: Node<'a>, field, message| api.at_path(rule, node, field, message);
    defaults(survey, node, path, &programs, &mut out);
}

fn defaults<'a>(
    survey: &Survey,
    node: Node<'a>,
    path: &Path<'_>,
    programs: &Programs,
    out: &mut Sink<'_, 'a>,
) {
    if survey.is_easy(node) {
        return;
    }
    let embedded = is_true(node, "x-kubernetes-embedded-resource");
    let value = node.get("default").filter(|_| !embedded);
    if let Some(value) = value.filter(|it| !fits_plainly(*it, node)) {
        check_default(value, node, path, programs, out);
    }
    if let Some(items) = node.get("items") {
        defaults(survey, items, &path.field("items"), programs, out);
    }
    let below = path.field("properties");
    for entry in node.get("properties").into_iter().flat_map(Node::entries) {
        let at = below.key(entry.name());
        defaults(survey, entry.value, &at, programs, out);
    }
}

/// Whether a default is a scalar of a schema that asks for its type alone, or has it
/// among its values. So are nearly all.
fn fits_plainly(value: Node<'_>, schema: Node<'_>) -> bool {
    let kind = text(schema, "type");
    let fits = match value.value() {
        Value::Str(_) => kind == "string",
        Value::Bool(_) => kind == "boolean",
        Value::Int(_) => matches!(kind, "integer" | "number"),
        _ => false,
    };
    fits && schema.entries().all(|entry| match entry.name() {
        "type" | "default" | "description" | "title" | "example" => true,
        "enum" => entry.value.items().any(|it| it.equals(value)),
        _ => entry.value.is_null(),
    })
}

fn check_default<'a>(
    value: Node<'a>,
    node: Node<'a>,
    path: &Path<'_>,
    programs: &Programs,
    out: &mut Sink<'_, 'a>,
) {
    let schema = Schema::of(node);
    let at = path.field("default").in_object();
    let kind = text(node, "type");
    if !kind.is_empty() && !TYPES.contains(&kind) {
        let message = format!("Invalid value: {}: must be of type {kind}", value.raw());
        out("api-type", value, at.clone(), message);
    }
    for (rule, below, id, message) in custom::check_default(value, &schema, programs) {
        let node = value.document().node(id).unwrap_or(value);
        let dot = if below.is_empty() || below.starts_with('[') {
            ""
        } else {
            "."
        };
        out(rule, node, format!("{at}{dot}{below}"), message);
    }
}
