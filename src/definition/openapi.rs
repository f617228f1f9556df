//! The words of a schema one by one, and which of them may be together.

use super::rules::{Faults, Seen};
use super::schema::{TYPES, UNSUPPORTED, is_true, junctors, text};
use super::survey::Survey;
use crate::custom::Path;
use crate::kube::go::Quoted;
use crate::parse::Node;
use crate::server::report::Api;

/// Where a schema is.
#[derive(Clone, Copy)]
pub(super) struct SchemaPlace<'p> {
    /// It is the schema of the object itself.
    is_root: bool,
    /// It is about the metadata of an object.
    in_meta: bool,
    /// Why there may be no default.
    no_default: Option<&'p str>,
    /// Inside of alternatives, expressions are not looked at.
    nested: bool,
}

impl SchemaPlace<'_> {
    /// The schema of the objects themselves.
    pub(super) const ROOT: SchemaPlace<'static> = SchemaPlace {
        is_root: true,
        in_meta: false,
        no_default: None,
        nested: false,
    };
}

/// A walk over all schemas of a version.
pub(super) struct SchemaWalk<'w, 'a, 'o> {
    pub(super) api: &'w mut Api<'a, 'o>,
    pub(super) survey: &'w Survey,
    /// Whether the schema is sound, so that its rules can be looked at.
    pub(super) expressions: bool,
    /// What is wrong with rules; the server says it after all else.
    pub(super) faults: Faults<'a>,
}

impl<'a> SchemaWalk<'_, 'a, '_> {
    pub(super) fn push(
        &mut self,
        rule: &'static str,
        node: Node<'a>,
        path: &Path<'_>,
        message: String,
    ) {
        self.api.at_path(rule, node, path.in_object(), message);
    }

    pub(super) fn forbidden(&mut self, node: Node<'a>, path: &Path<'_>, detail: &str) {
        self.push("api-forbidden", node, path, format!("Forbidden: {detail}"));
    }

    pub(super) fn required(&mut self, node: Node<'a>, path: &Path<'_>, detail: &str) {
        self.push(
            "api-required",
            node,
            path,
            format!("Required value: {detail}"),
        );
    }

    pub(super) fn invalid(&mut self, node: Node<'a>, path: &Path<'_>, value: &str, detail: &str) {
        let message = format!("Invalid value: {}: {detail}", Quoted(value));
        self.push("api-invalid", node, path, message);
    }

    pub(super) fn unsupported(
        &mut self,
        node: Node<'a>,
        path: &Path<'_>,
        value: &str,
        all: &[&str],
    ) {
        let all: Vec<String> = all.iter().map(|it| Quoted(it).to_string()).collect();
        let message = format!(
            "Unsupported value: {}: supported values: {}",
            Quoted(value),
            all.join(", ")
        );
        self.push("api-unsupported", node, path, message);
    }

    /// Checks a schema and those in it.
    pub(super) fn schema(
        &mut self,
        node: Node<'a>,
        path: &Path<'_>,
        place: SchemaPlace<'_>,
        seen: Seen<'_>,
    ) {
        if !place.is_root && self.survey.is_easy(node) {
            return;
        }
        let before = self.api.count();
        let own = seen.made(node, place.is_root, self.expressions && !place.nested);
        let seen = seen.here(own.as_ref());
        let inner = SchemaPlace {
            is_root: false,
            ..place
        };
        if !place.is_root && self.survey.is_bare(node) {
            self.fields(node, path, place, seen);
            return self.items(node, path, inner, seen);
        }
        self.standard(node, path, place);
        if is_true(node, "uniqueItems") {
            let detail =
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
            self.forbidden(node, &path.field("uniqueItems"), detail);
        }
        self.fields(node, path, place, seen);
        let nested = SchemaPlace {
            nested: true,
            ..inner
        };
        for (key, index, it) in junctors(node) {
            let list = path.field(key);
            let at = index.map_or(list, |index| list.index(index));
            self.schema(it, &at, nested, Seen::NOTHING);
        }
        for key in ["definitions", "dependencies"] {
            let below = path.field(key);
            let entries = node.get(key).into_iter().flat_map(Node::entries);
            for entry in entries.filter(|it| it.value.is_map()) {
                let at = below.key(entry.name());
                self.schema(entry.value, &at, nested, Seen::NOTHING);
            }
        }
        self.items(node, path, inner, seen);
        self.kinds(node, path);
        self.list_map(node, path);
        self.rules(node, path);
        if self.expressions && !place.nested && self.api.count() == before {
            self.expressions(node, path, seen);
        }
    }

    /// The schema of items.
    fn items(&mut self, node: Node<'a>, path: &Path<'_>, place: SchemaPlace<'_>, seen: Seen<'_>) {
        if let Some(items) = node.get("items").filter(|it| it.is_map()) {
            let seen = seen.item(node, path);
            self.schema(items, &path.field("items"), place, seen);
        }
    }

    /// The schemas of fields and of entries.
    fn fields(&mut self, node: Node<'a>, path: &Path<'_>, place: SchemaPlace<'_>, seen: Seen<'_>) {
        let properties = node.get("properties");
        let nested = place.nested;
        if let Some(other) = node.get("additionalProperties") {
            let at = path.field("additionalProperties");
            let has_properties = properties.is_some_and(|it| it.entries().next().is_some());
            if has_properties && other.as_bool() != Some(true) {
                let detail = "additionalProperties and properties are mutual exclusive";
                self.forbidden(other, &at, detail);
            }
            let reason = "inside additionalProperties applying to object metadata";
            let reason = Some(reason).filter(|_| place.in_meta).or(place.no_default);
            if other.is_map() {
                let place = SchemaPlace {
                    is_root: false,
                    in_meta: place.in_meta,
                    no_default: reason,
                    nested,
                };
                self.schema(other, &at, place, seen.value(node));
            }
        }
        let is_object = place.is_root || is_true(node, "x-kubernetes-embedded-resource");
        let below = path.field("properties");
        let inside = seen.fields(node);
        let fields = properties.into_iter().flat_map(Node::entries);
        for entry in fields.filter(|it| !self.survey.is_easy(it.value)) {
            let name = entry.name();
            let top = match name {
                "metadata" if is_object => Some("in top-level metadata"),
                "kind" if is_object => Some("in top-level kind"),
                "apiVersion" if is_object => Some("in top-level apiVersion"),
                _ => None,
            };
            let place = SchemaPlace {
                is_root: false,
                in_meta: place.in_meta || top.is_some(),
                no_default: top.filter(|_| place.is_root).or(place.no_default),
                nested,
            };
            let seen = inside.property(name);
            self.schema(entry.value, &below.key(name), place, seen);
        }
    }

    fn standard(&mut self, node: Node<'a>, path: &Path<'_>, place: SchemaPlace<'_>) {
        let kind = text(node, "type");
        let at = path.field("type");
        if !kind.is_empty() && !TYPES.contains(&kind) {
            self.unsupported(node, &at, kind, &TYPES);
        }
        if let Some((value, reason)) = node.get("default").zip(place.no_default) {
            self.forbidden(
                value,
                &path.field("default"),
                &format!("must not be set {reason}"),
            );
        }
        for key in UNSUPPORTED {
            let is_set = |it: &Node<'_>| match key {
                "id" => it.as_str() != Some(""),
                "patternProperties" | "definitions" => it.entries().next().is_some(),
                _ => true,
            };
            if let Some(it) = node.get(key).filter(is_set) {
                self.forbidden(it, &path.field(key), &format!("{key} is not supported"));
            }
        }
        if kind == "null" {
            self.forbidden(
                node,
                &at,
                "type cannot be set to null, use nullable as an alternative",
            );
        }
        if let Some(items) = node.get("items").filter(|it| it.items().next().is_some()) {
            self.forbidden(
                items,
                &path.field("items"),
                "items must be a schema object and not an array",
            );
        }
        if place.in_meta && is_true(node, "x-kubernetes-embedded-resource") {
            let detail = "must not be used inside of resource meta";
            self.forbidden(node, &path.field("x-kubernetes-embedded-resource"), detail);
        }
        if node
            .get("x-kubernetes-preserve-unknown-fields")
            .and_then(Node::as_bool)
            == Some(false)
        {
            let message = "Invalid value: false: must be true or undefined".to_owned();
            self.push(
                "api-invalid",
                node,
                &path.field("x-kubernetes-preserve-unknown-fields"),
                message,
            );
        }
    }

    /// `x-kubernetes-map-type` and `x-kubernetes-list-type`.
    fn kinds(&mut self, node: Node<'a>, path: &Path<'_>) {
        let kind = text(node, "type");
        for (key, wanted, names) in [
            (
                "x-kubernetes-map-type",
                "object",
                &["atomic", "granular"][..],
            ),
            ("x-kubernetes-list-type", "array", &["atomic", "set", "map"]),
        ] {
            let Some(it) = node.get(key) else { continue };
            let value = it.as_str().unwrap_or_default();
            let detail = format!("must be {wanted} if {key} is specified");
            if kind.is_empty() {
                self.required(node, &path.field("type"), &detail);
            } else if kind != wanted {
                self.invalid(node, &path.field("type"), kind, &detail);
            }
            if !names.contains(&value) {
                self.unsupported(it, &path.field(key), value, names);
            }
        }
        let items = node.get("items").filter(|it| it.is_map());
        if let Some(items) =
            items.filter(|_| kind == "array" && text(node, "x-kubernetes-list-type") == "set")
        {
            let key = match text(items, "type") {
                "array" if !matches!(text(items, "x-kubernetes-list-type"), "" | "atomic") => {
                    "x-kubernetes-list-type"
                }
                "object" if text(items, "x-kubernetes-map-type") != "atomic" => {
                    "x-kubernetes-map-type"
                }
                _ => return,
            };
            let detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
            let at = path.field("items");
            self.push(
                "api-invalid",
                items,
                &at.field(key),
                format!("Invalid value: null: {detail}"),
            );
        }
    }

    fn list_map(&mut self, node: Node<'a>, path: &Path<'_>) {
        let list = text(node, "x-kubernetes-list-type");
        let keys_node = node.get("x-kubernetes-list-map-keys");
        let keys: Vec<&str> = keys_node
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::as_str)
            .collect();
        let at_keys = path.field("x-kubernetes-list-map-keys");
        if !keys.is_empty() && list != "map" {
            let at = path.field("x-kubernetes-list-type");
            let detail = "must be map if x-kubernetes-list-map-keys is non-empty";
            match node.get("x-kubernetes-list-type") {
                None => self.required(node, &at, detail),
                Some(it) => self.invalid(it, &at, list, detail),
            }
        }
        let items = node.get("items").filter(|it| it.is_map());
        if let Some(items) =
            items.filter(|it| matches!(list, "set" | "map") && is_true(*it, "nullable"))
        {
            let at = path.field("items");
            let detail = format!("cannot be nullable when x-kubernetes-list-type is {list}");
            self.forbidden(items, &at.field("nullable"), &detail);
        }
        if list != "map" {
            return;
        }
        if keys.is_empty() {
            self.required(
                node,
                &at_keys,
                "must not be empty if x-kubernetes-list-type is map",
            );
        }
        let at_items = path.field("items");
        let Some(items) = items else {
            if node.get("items").is_none() {
                self.required(
                    node,
                    &at_items,
                    "must have a schema if x-kubernetes-list-type is map",
                );
            }
            return;
        };
        if text(items, "type") != "object" {
            let detail = "must be object if parent array's x-kubernetes-list-type is map";
            return self.invalid(items, &at_items.field("type"), text(items, "type"), detail);
        }
        self.keys(items, &keys, keys_node.unwrap_or(node), path);
    }

    fn keys(&mut self, items: Node<'a>, keys: &[&str], place: Node<'a>, path: &Path<'_>) {
        let (at_items, at_keys) = (
            path.field("items"),
            path.field("x-kubernetes-list-map-keys"),
        );
        let below = at_items.field("properties");
        let required: Vec<&str> = items
            .get("required")
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::as_str)
            .collect();
        let mut seen = crate::seen::Seen::new();
        for key in keys {
            if !seen.insert(*key) {
                let detail = "must not contain duplicate entries";
                self.push(
                    "api-invalid",
                    place,
                    &at_keys,
                    format!("Invalid value: {}: {detail}", place.raw()),
                );
            }
            let Some(property) = items.get("properties").and_then(|it| it.get(key)) else {
                let detail = "entries must all be names of item properties";
                self.push(
                    "api-invalid",
                    place,
                    &at_keys,
                    format!("Invalid value: {}: {detail}", place.raw()),
                );
                continue;
            };
            let at = below.key(key);
            if matches!(text(property, "type"), "array" | "object") {
                let detail =
                    "must be a scalar type if parent array's x-kubernetes-list-type is map";
                self.invalid(property, &at.field("type"), "object", detail);
            }
            if !required.contains(key) && property.get("default").is_none() {
                let detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
                self.required(property, &at.field("default"), detail);
            }
            if is_true(property, "nullable") {
                let detail =
                    "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
                self.forbidden(property, &at.field("nullable"), detail);
            }
        }
    }
}
