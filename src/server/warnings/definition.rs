//! What the API server warns of in the schemas of a CustomResourceDefinition.

use super::super::at::At;
use super::super::report::Api;
use crate::kube::go::Quoted;
use crate::parse::Node;

/// Schemas nest no deeper than this in any definition; what does is not looked at.
const DEPTH: usize = 100;

/// Formats of texts that the server knows, without hyphens.
const FORMATS: [&str; 24] = [
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
/// Formats that were added in 1.34; a release warns of what its predecessor does not know.
const NAMES: [&str; 2] = ["k8sshortname", "k8slongname"];

pub(super) fn check<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    if !api.since(34) {
        return;
    }
    for version in spec.items_of("versions") {
        let schema = version.at(["schema", "openAPIV3Schema"]);
        if let Some(node) = schema.node() {
            walk(api, node, DEPTH);
        }
    }
}

fn walk<'a>(api: &mut Api<'a, '_>, schema: Node<'a>, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    format(api, schema);
    set_of_objects(api, schema);
    for entry in schema.entries() {
        let value = entry.value;
        match entry.name() {
            "not" | "additionalProperties" | "additionalItems" | "items" if value.is_map() => {
                walk(api, value, depth);
            }
            "allOf" | "anyOf" | "oneOf" | "items" => {
                value.items().for_each(|it| walk(api, it, depth));
            }
            "properties" | "patternProperties" | "definitions" | "dependencies" => {
                value.entries().for_each(|it| walk(api, it.value, depth));
            }
            _ => {}
        }
    }
}

fn text<'a>(schema: Node<'a>, key: &str) -> &'a str {
    schema.get(key).and_then(Node::as_str).unwrap_or_default()
}

fn format<'a>(api: &mut Api<'a, '_>, schema: Node<'a>) {
    let Some(node) = schema.get("format") else {
        return;
    };
    let format = node.as_str().unwrap_or_default();
    let is_known = match text(schema, "type") {
        _ if format.is_empty() => true,
        "" | "string" => {
            let plain = format.replace('-', "");
            FORMATS.contains(&&*plain) || NAMES.contains(&&*plain) && api.since(35)
        }
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    };
    if !is_known {
        let said = format!("unrecognized format {}", Quoted(format));
        api.warn_text(At::new(node), said);
    }
}

/// Who applies parts of a list needs to tell its items apart.
fn set_of_objects<'a>(api: &mut Api<'a, '_>, schema: Node<'a>) {
    if text(schema, "x-kubernetes-list-type") != "set" {
        return;
    }
    let Some(items) = schema.get("items").filter(|it| it.is_map()) else {
        return;
    };
    let kind = text(items, "type");
    if matches!(kind, "object" | "array") && api.since(37) {
        let said = format!(
            "x-kubernetes-list-type: set for items of type {} is not supported by server-side apply or CEL validation rules",
            Quoted(kind)
        );
        api.warn_text(At::new(items), said);
    }
}
