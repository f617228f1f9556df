//! The languages that a file may bring along: an expression of CEL as a rule of a
//! CustomResourceDefinition with an object that it judges, and a JSON Schema with a value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll::config::Config;
use plimsoll::custom::against;
use plimsoll::engine::Engine;
use plimsoll::parse::{Document, parse};
use plimsoll::schema::JsonSchema;
use plimsoll::source::Source;
use std::sync::{Arc, LazyLock};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Config::default()));

const FIELDS: &str = "{a: {type: integer}, b: {type: number}, s: {type: string}, when: {type: string, format: date-time}, list: {type: array, items: {type: integer}}, map: {type: object, additionalProperties: {type: string}}, any: {x-kubernetes-int-or-string: true}}";
const OBJECT: &str = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\na: 5\nb: 2.5\ns: web-1\nwhen: '2026-02-28T10:00:00Z'\nlist: [3, 1, 2]\nmap: {k: v}\nany: 50%\n";

fuzz_target!(|texts: (&str, &str, &str)| {
    let (rule, schema, value) = texts;
    let rule = format!("{rule:?}").replace("\\u{", "\\\\u{");
    let crd = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: widgets.example.com}}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {{plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        x-kubernetes-validations: [{{rule: {rule}}}]\n        properties: {FIELDS}\n"
    );
    let _ = ENGINE.check(&[Source::new("crd.yaml", crd), Source::new("a.yaml", OBJECT)]);

    let read = |text: &str| -> Option<Arc<Document>> {
        let documents = parse(&Source::new("schema.json", text), 0).documents;
        documents.into_iter().next().map(Arc::new)
    };
    let (Some(schema), Some(value)) = (read(schema), read(value)) else {
        return;
    };
    let mut load = |_: &str| Err("not here".to_owned());
    let compiled = JsonSchema::compile("schema.json", schema, &mut load);
    if let Some(root) = value.root() {
        let _ = against(&compiled, root);
    }
});
