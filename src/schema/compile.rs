//! `openAPIV3Schema`, as it is written, to a [`Schema`].
//!
//! What is of a wrong type there is skipped: that the definition itself is
//! wrong is said elsewhere.

use super::model::{Additional, Junctors, Kind, ListType, Rule, Schema, Values};
use crate::kube::pattern::Pattern;
use crate::parse::{Node, Value, to_json};
use serde_json::Value as Json;

/// Deeper schemas are cut off; no kind has a use for them, and compiling must not
/// exhaust the stack.
const DEPTH: u32 = 100;

/// String formats that the server knows, without dashes, and those that it knows
/// for numbers.
const FORMATS: &[&str] = &[
    "bsonobjectid",
    "byte",
    "cidr",
    "creditcard",
    "date",
    "datetime",
    "duration",
    "email",
    "hexcolor",
    "hostname",
    "ipv4",
    "ipv6",
    "isbn",
    "isbn10",
    "isbn13",
    "k8slongname",
    "k8sshortname",
    "mac",
    "password",
    "rgbcolor",
    "ssn",
    "uri",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
];

/// The structural schema that `node` writes.
pub(super) fn compile(node: Node<'_>) -> Schema {
    schema(node, false, 0)
}

/// What the API server would make of the JSON Schema that `node` writes: what it
/// fills in, its lists and its rules. All fields stay; which of them may be there
/// is for [`JsonSchema`](super::JsonSchema) to say.
pub(super) fn compile_json(node: Node<'_>) -> Schema {
    schema(node, true, 0)
}

fn schema(node: Node<'_>, is_json: bool, depth: u32) -> Schema {
    let mut made = Schema::default();
    if depth > DEPTH {
        made.preserve = true;
        return made;
    }
    let mut values = Values::default();
    let mut junctors = Junctors::default();
    for entry in node.entries().filter(|entry| !entry.value.is_null()) {
        let at = entry.value;
        let inner = |at: Node<'_>| schema(at, is_json, depth + 1);
        match entry.name() {
            "type" if at.is_seq() => kinds(&mut made, at),
            "type" => made.kind = at.as_str().and_then(Kind::named),
            "nullable" => made.nullable = is_true(at),
            "default" => made.default = json(at),
            "x-kubernetes-int-or-string" => made.int_or_string = is_true(at),
            "x-kubernetes-preserve-unknown-fields" => made.preserve = is_true(at),
            "x-kubernetes-embedded-resource" => made.embedded = is_true(at),
            "x-kubernetes-validations" => made.rules = at.items().map(rule).collect(),
            "properties" => {
                let named = |it: crate::parse::Entry<'_>| (it.name().to_owned(), inner(it.value));
                made.properties = at.entries().map(named).collect();
            }
            "additionalProperties" => {
                made.additional = Some(Box::new(match at.as_bool() {
                    Some(any) => Additional::Any(any),
                    None => Additional::Schema(inner(at)),
                }));
            }
            "items" => made.items = Some(Box::new(inner(at))),
            "allOf" => junctors.all_of = at.items().map(inner).collect(),
            "anyOf" => junctors.any_of = at.items().map(inner).collect(),
            "oneOf" => junctors.one_of = at.items().map(inner).collect(),
            "not" => junctors.not = Some(inner(at)),
            name => value(&mut values, name, at),
        }
    }
    made.list_type = list_type(node);
    if is_json {
        made.preserve = true;
        made.nullable |= made.kind.is_none();
        made.additional = made
            .additional
            .filter(|it| matches!(**it, Additional::Schema(_)));
    }
    values.format = values.format.take().filter(|it| is_checked(it, &made));
    if junctors != Junctors::default() {
        values.junctors = Some(Box::new(junctors));
    }
    made.has_rules = !made.rules.is_empty() || below(&made, &values).any(|it| it.has_rules);
    made.values = (values != Values::default()).then(|| Box::new(values));
    made
}

/// Several types: null is one beside another, integers and strings are one.
fn kinds(made: &mut Schema, at: Node<'_>) {
    let names: Vec<&str> = at.items().filter_map(Node::as_str).collect();
    made.nullable |= names.contains(&"null");
    let others: Vec<&str> = names.into_iter().filter(|it| *it != "null").collect();
    match others[..] {
        [only] => made.kind = Kind::named(only),
        _ => made.int_or_string = others.contains(&"integer") && others.contains(&"string"),
    }
}

fn below<'s>(made: &'s Schema, values: &'s Values) -> impl Iterator<Item = &'s Schema> {
    let all_of = values.junctors.iter().flat_map(|it| &it.all_of);
    made.properties
        .values()
        .chain(made.additional())
        .chain(made.items.as_deref())
        .chain(all_of)
}

fn value(values: &mut Values, name: &str, at: Node<'_>) {
    match name {
        "format" => values.format = text(at),
        "maximum" => values.maximum = number(at),
        "exclusiveMaximum" => values.exclusive_maximum = is_true(at),
        "minimum" => values.minimum = number(at),
        "exclusiveMinimum" => values.exclusive_minimum = is_true(at),
        "multipleOf" => values.multiple_of = number(at),
        "maxLength" => values.max_length = at.as_i64(),
        "minLength" => values.min_length = at.as_i64(),
        "pattern" => {
            values.pattern = text(at)
                .filter(|it| !it.is_empty())
                .map(|it| Pattern::new(&it))
        }
        "maxItems" => values.max_items = at.as_i64(),
        "minItems" => values.min_items = at.as_i64(),
        "uniqueItems" => values.unique_items = is_true(at),
        "maxProperties" => values.max_properties = at.as_i64(),
        "minProperties" => values.min_properties = at.as_i64(),
        "required" => values.required = at.items().filter_map(text).collect(),
        "enum" => values.one_of_values = at.items().filter_map(json).collect(),
        _ => {}
    }
}

fn list_type(node: Node<'_>) -> ListType {
    let named = node.get("x-kubernetes-list-type").and_then(Node::as_str);
    match named {
        Some("set") => ListType::Set,
        Some("map") => {
            let keys = node.get("x-kubernetes-list-map-keys");
            ListType::Map(
                keys.into_iter()
                    .flat_map(Node::items)
                    .filter_map(text)
                    .collect(),
            )
        }
        _ => ListType::Atomic,
    }
}

/// Whether the server checks a format: it knows some for strings, and those of
/// numbers by their size.
fn is_checked(format: &str, schema: &Schema) -> bool {
    let kind = schema.kind.filter(|_| !schema.int_or_string);
    match kind {
        None | Some(Kind::String) => is_known_format(format),
        Some(Kind::Integer) => matches!(format, "int32" | "int64"),
        Some(Kind::Number) => matches!(format, "float" | "double"),
        _ => false,
    }
}

/// Whether the server checks strings of that format.
pub(super) fn is_known_format(format: &str) -> bool {
    FORMATS.contains(&format.replace('-', "").as_str())
}

fn rule(node: Node<'_>) -> Rule {
    let written = |key: &str| node.get(key).and_then(text);
    Rule {
        rule: written("rule").unwrap_or_default(),
        message: written("message").unwrap_or_default(),
        message_expression: written("messageExpression").filter(|it| !it.is_empty()),
        reason: written("reason"),
        field_path: written("fieldPath").unwrap_or_default(),
        optional_old_self: node.get("optionalOldSelf").is_some_and(is_true),
    }
}

fn is_true(node: Node<'_>) -> bool {
    node.as_bool() == Some(true)
}

fn text(node: Node<'_>) -> Option<String> {
    node.as_str().map(str::to_owned)
}

#[allow(clippy::cast_precision_loss, reason = "as the server reads bounds")]
fn number(node: Node<'_>) -> Option<f64> {
    Some(match node.value() {
        Value::Int(it) => it as f64,
        Value::Uint(it) => it as f64,
        Value::Float(it) => it,
        _ => return None,
    })
}

/// A value as JSON.
pub(super) fn json(node: Node<'_>) -> Option<Json> {
    let mut text = String::new();
    to_json(node, &mut text);
    serde_json::from_str(&text).ok()
}
