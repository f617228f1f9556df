//! Cases of the update oracle, and how the library's answers compare with the
//! server's.

#[path = "../verdict_support/mod.rs"]
#[allow(dead_code)]
mod verdict_support;

use plimsoll::catalog::{Catalog, Minor};
use plimsoll::parse;
use plimsoll::resolve::{Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate::{api, same};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One case: an accepted object and the one that takes its place.
pub(crate) struct Case {
    pub(crate) base: String,
    pub(crate) kind: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
    pub(crate) steps: Value,
    /// The server's errors as `type field`.
    pub(crate) errors: BTreeSet<String>,
    /// What the server sees between the two: nothing, object or template.
    pub(crate) change: String,
    /// The minor of the server.
    pub(crate) minor: u8,
    /// Whether the server refused it before validation, or failed itself.
    pub(crate) undecided: bool,
}

/// Reads what the generator's `record-update` printed.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let read = |line| serde_json::from_str::<Value>(line).expect("a line is JSON");
    let mut lines = text.lines().map(read);
    let head = lines.next().expect("the first line holds the bases");
    let minor = head["minor"].as_u64().expect("a minor is a number");
    let made = lines.map(|case| {
        let base = case["b"].as_str().expect("a case names its base");
        let mut old = head["bases"][base].clone();
        apply(&mut old, &case["s"]);
        let mut new = old.clone();
        apply(&mut new, &case["u"]);
        let errors = case["e"].as_array().into_iter().flatten();
        let errors = errors.filter_map(Value::as_str);
        let errors: BTreeSet<String> = errors
            .map(|it| it.split('\n').next().unwrap_or_default().to_owned())
            .collect();
        let undecided = errors
            .iter()
            .any(|it| it.starts_with("decode") || it.starts_with("status"));
        Case {
            base: base.to_owned(),
            kind: old["kind"].as_str().unwrap_or_default().to_owned(),
            steps: serde_json::json!([case["s"], case["u"]]),
            change: case["c"].as_str().unwrap_or_default().to_owned(),
            minor: u8::try_from(minor).expect("a minor is small"),
            old,
            new,
            errors,
            undecided,
        }
    });
    made.collect()
}

fn apply(object: &mut Value, steps: &Value) {
    for step in steps.as_array().into_iter().flatten() {
        let path = step[0].as_array().cloned().unwrap_or_default();
        verdict_support::change(object, &path, step.get(1));
    }
}

/// What the library says of a case.
pub(crate) struct Answer {
    /// The refusals as `type field`, with their messages.
    pub(crate) errors: BTreeMap<String, String>,
    /// As [`Case::change`].
    pub(crate) change: &'static str,
    /// Where the two differ.
    pub(crate) paths: Vec<String>,
}

/// `None` for kinds that the library does not judge.
pub(crate) fn answer(case: &Case) -> Option<Answer> {
    let sources = [&case.old, &case.new].map(|it| Source::new("case.json", it.to_string()));
    let parsed = [
        parse::parse(&sources[0], 0).documents,
        parse::parse(&sources[1], 1).documents,
    ];
    let found: Vec<_> = parsed
        .iter()
        .filter_map(|documents| {
            let all = resources(documents.first()?, "default", |_, _| Scope::Namespaced);
            all.first().copied()
        })
        .collect();
    let [old, new] = found.as_slice() else {
        return None;
    };
    let catalog = Catalog::builtin();
    let minor = Minor::new(case.minor);
    let kind = catalog.kind_of(old.api_version, old.kind);
    let changes = same::changes(kind.and_then(|it| it.type_in(minor)), old, new);
    let mut findings = Vec::new();
    if !api::update(old, new, &changes, minor, &mut findings) {
        return None;
    }
    let errors = findings.into_iter().map(|it| {
        let kind = it.rule.trim_start_matches("api-").to_owned();
        let field = it.field.unwrap_or_default();
        (format!("{kind} {field}"), it.message)
    });
    let change = if changes.is_empty() {
        "nothing"
    } else if changes
        .iter()
        .any(|it| is_of_template(&case.kind, &it.path))
    {
        "template"
    } else {
        "object"
    };
    Some(Answer {
        errors: errors.collect(),
        change,
        paths: changes.iter().map(|it| it.path.clone()).collect(),
    })
}

fn is_of_template(kind: &str, path: &str) -> bool {
    let template = match kind {
        "CronJob" => "spec.jobTemplate.spec.template",
        "Deployment"
        | "ReplicaSet"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicationController"
        | "Job" => "spec.template",
        _ => return false,
    };
    path.starts_with(template)
}
