//! A patch says only what differs, so that nothing may be concluded from what it lacks.

use crate::support::project::every_source;
use plimsoll::config::{Config, Selector};
use plimsoll::engine::Engine;
use plimsoll::parse;
use plimsoll::source::Source;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The objects in a source, as JSON.
fn objects(source: &Source) -> Vec<Value> {
    let documents = parse::parse(source, 0).documents;
    let roots = documents.iter().filter_map(|it| it.root());
    let json = roots.filter_map(|root| {
        let mut text = String::new();
        parse::to_json(root, &mut text);
        serde_json::from_str(&text).ok()
    });
    json.filter(|it: &Value| it["kind"].is_string() && it["metadata"]["name"].is_string())
        .collect()
}

/// `value` reduced to one of its parts, in all ways: list items keep their name, by which
/// a strategic merge finds the item that it changes. A list of scalars is replaced whole.
fn parts(value: &Value) -> Vec<Value> {
    let mut found = vec![value.clone()];
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                for part in parts(value) {
                    let name = map.get("name").filter(|_| key != "name");
                    let mut reduced = Map::new();
                    reduced.extend(name.map(|it| ("name".to_owned(), it.clone())));
                    reduced.insert(key.clone(), part);
                    found.push(Value::Object(reduced));
                }
            }
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            found.extend(items.iter().flat_map(parts).map(|it| json!([it])));
        }
        _ => {}
    }
    found
}

/// Patches for an object that each say one thing that it says.
fn patches(object: &Value) -> Vec<Value> {
    let Value::Object(map) = object else {
        return Vec::new();
    };
    let rest = map
        .iter()
        .filter(|(key, _)| !["apiVersion", "kind"].contains(&key.as_str()));
    let rest: Map<_, _> = rest.map(|(key, it)| (key.clone(), it.clone())).collect();
    let whole = |mut part: Value| {
        for key in ["apiVersion", "kind"] {
            part[key] = object[key].clone();
        }
        part["metadata"]["name"] = object["metadata"]["name"].clone();
        part
    };
    let parts = parts(&Value::Object(rest)).into_iter().skip(1);
    parts
        .filter(|it| it.get("metadata").is_none_or(Value::is_object))
        .map(whole)
        .collect()
}

fn rules_of(engine: &Engine, name: &str, text: &str) -> BTreeSet<&'static str> {
    let report = engine.check(&[Source::new(name, text)]);
    report.findings.iter().map(|it| it.rule).collect()
}

#[test]
fn a_patch_has_no_fault_that_the_object_does_not_have() {
    let mut config = Config::default();
    config.select(Selector::All);
    let engine = Engine::new(config);
    let mut wrong = String::new();
    let mut tried = 0;
    for object in every_source().iter().flat_map(objects) {
        let known = rules_of(&engine, "whole.json", &object.to_string());
        let patches = patches(&object);
        tried += patches.len();
        let texts: Vec<_> = patches.iter().map(Value::to_string).collect();
        let found = rules_of(&engine, "patches/all.json", &texts.join("\n---\n"));
        for rule in found.difference(&known) {
            let culprit = texts
                .iter()
                .find(|it| rules_of(&engine, "patches/one.json", it).contains(rule));
            let _ = writeln!(wrong, "{rule}: {}", culprit.map_or("", |it| it));
        }
    }
    assert!(tried > 5_000, "{tried}");
    assert_eq!(wrong, "");
}
