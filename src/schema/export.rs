//! CustomResourceDefinitions as JSON Schema files, in the layout that the
//! catalog of CRDs and kubeconform share: `GROUP/KIND_VERSION.json`, lower case.

use crate::parse::{Document, Node, to_json};
use serde_json::{Map, Value, json};

/// Deeper schemas are cut off: no kind has a use for them.
const DEPTH: u32 = 200;

/// One version of a kind as a JSON Schema.
#[derive(Clone, PartialEq, Debug)]
pub struct Exported {
    /// Where it belongs below the folder of schemas: `example.com/widget_v1.json`.
    pub path: String,
    /// The schema, with fields that it does not have refused.
    pub schema: Value,
}

/// The versions that the CustomResourceDefinitions in `document` define and give
/// a schema for.
#[must_use]
pub fn exports(document: &Document) -> Vec<Exported> {
    let mut found = Vec::new();
    let Some(root) = document.root() else {
        return found;
    };
    let items = root.get("items").into_iter().flat_map(Node::items);
    for object in std::iter::once(root).chain(items) {
        found.extend(versions(object));
    }
    found
}

fn versions(object: Node<'_>) -> Vec<Exported> {
    let is_definition =
        object.get("kind").and_then(Node::as_str) == Some("CustomResourceDefinition");
    let text = |keys: &[&str]| object.at(keys).and_then(Node::as_str);
    let (Some(group), Some(kind)) = (text(&["spec", "group"]), text(&["spec", "names", "kind"]))
    else {
        return Vec::new();
    };
    // What becomes a path must not lead out of the folder.
    let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\\']) && name != "..";
    if !is_definition || !plain(group) || !plain(kind) {
        return Vec::new();
    }
    let shared = object.at(&["spec", "validation", "openAPIV3Schema"]);
    let versions = object
        .at(&["spec", "versions"])
        .into_iter()
        .flat_map(Node::items);
    versions
        .filter_map(|version| {
            let name = version.get("name")?.as_str().filter(|name| plain(name))?;
            let own = version.at(&["schema", "openAPIV3Schema"]);
            let mut text = String::new();
            to_json(own.or(shared)?, &mut text);
            let mut schema: Value = serde_json::from_str(&text).ok()?;
            close(&mut schema, true, 0);
            let path = format!("{group}/{kind}_{name}.json").to_lowercase();
            Some(Exported { path, schema })
        })
        .collect()
}

/// Makes a structural schema a strict JSON Schema: objects with properties have
/// no others, and what only Kubernetes knows is said in words of JSON Schema.
fn close(schema: &mut Value, is_root: bool, depth: u32) {
    let Some(fields) = schema.as_object_mut().filter(|_| depth <= DEPTH) else {
        return;
    };
    let is_set = |fields: &Map<String, Value>, key: &str| fields.get(key) == Some(&json!(true));
    let embedded = is_set(fields, "x-kubernetes-embedded-resource");
    if is_root || embedded {
        let properties = fields.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            for (name, kind) in [
                ("apiVersion", "string"),
                ("kind", "string"),
                ("metadata", "object"),
            ] {
                let known = properties
                    .entry(name)
                    .or_insert_with(|| json!({ "type": kind }));
                if name == "metadata"
                    && let Some(metadata) = known.as_object_mut()
                {
                    // Its other fields are those of every object.
                    metadata.insert("additionalProperties".to_owned(), json!(true));
                }
            }
        }
    }
    if is_set(fields, "x-kubernetes-int-or-string") {
        fields.remove("type");
        fields.insert("type".to_owned(), json!(["integer", "string"]));
    } else if is_set(fields, "nullable")
        && let Some(kind) = fields
            .get("type")
            .and_then(Value::as_str)
            .map(str::to_owned)
    {
        fields.insert("type".to_owned(), json!([kind, "null"]));
    }
    let open = is_set(fields, "x-kubernetes-preserve-unknown-fields")
        || fields.contains_key("additionalProperties");
    if fields.contains_key("properties") && !open {
        fields.insert("additionalProperties".to_owned(), json!(false));
    }
    if let Some(properties) = fields.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in properties.iter_mut() {
            if !(name == "metadata" && (is_root || embedded)) {
                close(property, false, depth + 1);
            }
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = fields.get_mut(key) {
            close(inner, false, depth + 1);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    #[test]
    fn objects_with_properties_are_closed() {
        let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: Example.com\n  names: {kind: Widget}\n  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            properties:\n              port: {x-kubernetes-int-or-string: true}\n              any: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string, nullable: true}}}\n";
        let parsed = parse(&Source::new("crd.yaml", text), 0);
        let found = exports(&parsed.documents[0]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "example.com/widget_v1.json");
        let spec = &found[0].schema["properties"]["spec"];
        assert_eq!(spec["additionalProperties"], json!(false));
        assert_eq!(
            spec["properties"]["port"]["type"],
            json!(["integer", "string"])
        );
        assert!(
            spec["properties"]["any"]
                .get("additionalProperties")
                .is_none()
        );
        assert_eq!(
            spec["properties"]["any"]["properties"]["a"]["type"],
            json!(["string", "null"])
        );
        assert_eq!(
            found[0].schema["properties"]["kind"],
            json!({"type": "string"})
        );
    }

    #[test]
    fn names_that_lead_elsewhere_give_nothing() {
        let text = "kind: CustomResourceDefinition\nspec: {group: ../x, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {}}}]}";
        let parsed = parse(&Source::new("crd.yaml", text), 0);
        assert!(exports(&parsed.documents[0]).is_empty());
    }
}
