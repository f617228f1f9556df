//! Cases of the oracle for JSON Schema, and how the library's verdicts compare
//! with those of the validator that kubeconform uses.

use plimsoll::custom::against;
use plimsoll::parse::{Document, parse};
use plimsoll::schema::JsonSchema;
use plimsoll::source::Source;
use serde_json::Value;
use std::sync::Arc;

/// A value that both sides judged.
pub(crate) struct Case {
    pub(crate) schema: Value,
    pub(crate) value: Value,
    pub(crate) holds: bool,
    /// What is said against it here.
    pub(crate) said: Vec<(&'static str, String, String)>,
}

impl Case {
    pub(crate) fn is_equal(&self) -> bool {
        self.said.is_empty() == self.holds
    }
}

fn document(name: &str, value: &Value) -> Arc<Document> {
    let parsed = parse(&Source::new(name, value.to_string()), 0);
    Arc::new(parsed.documents.into_iter().next().expect("a document"))
}

/// Reads what the oracle recorded, and judges each value.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let mut found = Vec::new();
    for line in text.lines() {
        let batch: Value = serde_json::from_str(line).expect("a batch is JSON");
        let schema = &batch["schema"];
        let mut load = |path: &str| {
            let name = path.strip_prefix("schemas/").unwrap_or(path);
            let file = batch["files"].get(name);
            let file = file.ok_or_else(|| "no such file".to_owned())?;
            Ok(document(path, file))
        };
        let path = "schemas/main.json";
        let compiled = JsonSchema::compile(path, document(path, schema), &mut load);
        for case in batch["cases"].as_array().expect("cases") {
            let value = document("value.json", &case["v"]);
            let root = value.root().expect("a value");
            let said = against(&compiled, root);
            // A reference that leads back to itself has no meaning to compare.
            if said.iter().all(|it| it.0 != "schema-incomplete") {
                found.push(Case {
                    schema: schema.clone(),
                    value: case["v"].clone(),
                    holds: case["ok"].as_bool().expect("a verdict"),
                    said,
                });
            }
        }
    }
    found
}
