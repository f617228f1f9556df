//! Cases of the oracle for custom resources, and how the library's answers
//! compare with the server's.

use plimsoll::catalog::Catalog;
use plimsoll::cel::Programs;
use plimsoll::config::Config;
use plimsoll::custom::{self, Defined, Server};
use plimsoll::engine::Engine;
use plimsoll::finding::Finding;
use plimsoll::parse::parse;
use plimsoll::resolve::{Scope, resources};
use plimsoll::schema::Definition;
use plimsoll::source::Source;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One object, with what each side says of it as `type field` to message.
pub(crate) struct Case {
    pub(crate) definition: usize,
    pub(crate) object: Value,
    pub(crate) server: BTreeMap<String, BTreeSet<String>>,
    pub(crate) here: BTreeMap<String, BTreeSet<String>>,
    /// The server gives no more than a text.
    pub(crate) is_vague: bool,
}

impl Case {
    /// Whether both sides name the same types and fields.
    pub(crate) fn is_equal(&self) -> bool {
        if self.is_vague {
            return !self.here.is_empty();
        }
        self.server.keys().eq(self.here.keys())
    }
}

/// Reads what the oracle recorded, and judges each object.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let batch: Value = serde_json::from_str(line).expect("a batch is JSON");
        let objects = batch["cases"].as_array().expect("cases");
        let engine = Engine::new(Config::default());
        let mut sources = vec![Source::new("crd.json", batch["crd"].to_string())];
        for (number, case) in objects.iter().enumerate() {
            let name = format!("{number}.json");
            sources.push(Source::new(name, case["o"].to_string()));
        }
        let report = engine.check(&sources);
        let crd = parse(&sources[0], 0).documents;
        let root = crd[0].root().expect("a definition");
        let definition = Definition::new(root, 0).expect("a definition");
        for (number, case) in (1..).zip(objects) {
            let of_case = report
                .findings
                .iter()
                .filter(|it| it.place.source == number);
            let updated = match &case["was"] {
                Value::Null => None,
                was => Some(update(&definition, [was, &case["o"]])),
            };
            let here: Vec<Finding> = updated.unwrap_or_else(|| of_case.cloned().collect());
            let here = here.iter().filter(is_of_server).map(named);
            let errors = case["e"].as_array().into_iter().flatten();
            let errors: Vec<&str> = errors.filter_map(Value::as_str).collect();
            found.push(Case {
                definition: index,
                object: case["o"].clone(),
                is_vague: errors.iter().any(|it| it.starts_with("decode \n")),
                server: gather(errors.into_iter().filter_map(server)),
                here: gather(here),
            });
        }
    }
    found
}

/// What is said of the second object when it takes the place of the first.
fn update(definition: &Definition, objects: [&Value; 2]) -> Vec<Finding> {
    let read = |it: &Value| parse(&Source::new("o.json", it.to_string()), 1).documents;
    let documents = objects.map(read);
    let object = |at: usize| {
        let mut all = resources(&documents[at][0], "default", |_, _| Scope::Namespaced);
        all.pop().expect("an object")
    };
    let catalog = Catalog::builtin();
    let programs = Programs::default();
    let server = Server {
        catalog: &catalog,
        minor: catalog.newest(),
        programs: &programs,
    };
    let defined = Defined {
        definition,
        version: definition.version("v1").expect("a version"),
    };
    let mut found = Vec::new();
    custom::update(server, (&object(0), &object(1)), defined, &mut found);
    found
}

fn gather(all: impl Iterator<Item = (String, String)>) -> BTreeMap<String, BTreeSet<String>> {
    let mut map: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, message) in all {
        map.entry(key).or_default().insert(message);
    }
    map
}

fn is_of_server(finding: &&Finding) -> bool {
    finding.rule.starts_with("api-") && finding.rule != "api-warning"
        || finding.rule == "unknown-field"
}

fn named(finding: &Finding) -> (String, String) {
    let kind = match finding.rule {
        "unknown-field" => "decode",
        rule => rule.trim_start_matches("api-"),
    };
    let field = finding.field.as_deref().unwrap_or_default();
    (format!("{kind} {field}"), finding.message.clone())
}

/// The server gives some errors no path but in their text.
fn server(text: &str) -> Option<(String, String)> {
    let (head, message) = text.split_once('\n')?;
    let (kind, field) = head.split_once(' ')?;
    if message.contains("some validation rules were not checked") {
        return None;
    }
    let field = match field {
        "<nil>" => match message.strip_prefix("Invalid value: \"\": \"") {
            Some(rest) => rest.split('"').next()?,
            None if message.contains(": Checked value must be") => {
                message.split(" in ").nth(1).unwrap_or_default()
            }
            None => "",
        },
        field => field,
    };
    let field = field.trim_start_matches('.');
    Some((format!("{kind} {field}"), message.to_owned()))
}
