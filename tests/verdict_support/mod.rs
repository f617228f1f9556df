//! Cases of the verdict oracle, and how the library's answers compare with
//! the server's.

use plimsoll::catalog::Minor;
use plimsoll::parse;
use plimsoll::resolve::{Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate::api;
use serde_json::Value;
use std::collections::BTreeSet;

/// One case: an object, and the server's errors as `type field`.
pub(crate) struct Case {
    pub(crate) base: String,
    pub(crate) kind: String,
    pub(crate) object: Value,
    pub(crate) steps: Value,
    pub(crate) errors: BTreeSet<String>,
    /// The errors with their messages, `type field` and message in two lines;
    /// empty where the recording has none.
    pub(crate) messages: BTreeSet<String>,
    /// What the server warned of when it accepted the object.
    pub(crate) warnings: BTreeSet<String>,
    /// Whether the server refused it before validation, or failed itself.
    pub(crate) undecided: bool,
    /// The minor of the server.
    pub(crate) minor: Minor,
}

/// Reads what the generator's `record` printed.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let mut lines = text.lines();
    let head: Value = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok())
        .expect("the first line holds the bases");
    let minor = head["minor"].as_u64().expect("a minor is a number");
    let minor = Minor::new(u8::try_from(minor).expect("a minor is small"));
    lines
        .map(|line| {
            let case: Value = serde_json::from_str(line).expect("a case is JSON");
            let base = case["b"]
                .as_str()
                .expect("a case names its base")
                .to_owned();
            let mut object = head["bases"][&base].clone();
            for step in case["s"].as_array().into_iter().flatten() {
                let path = step[0].as_array().cloned().unwrap_or_default();
                change(&mut object, &path, step.get(1));
            }
            let errors = texts(&case["e"]);
            let messages = errors.iter().filter(|it| it.contains('\n')).cloned();
            let messages = messages.collect();
            let heads = errors.iter().filter_map(|it| it.split('\n').next());
            let errors: BTreeSet<String> = heads.map(str::to_owned).collect();
            let undecided = errors
                .iter()
                .any(|it| it.starts_with("decode") || it.starts_with("status"));
            Case {
                kind: object["kind"].as_str().unwrap_or_default().to_owned(),
                base,
                object,
                steps: case["s"].clone(),
                errors,
                messages,
                warnings: texts(&case["w"]),
                undecided,
                minor,
            }
        })
        .collect()
}

fn texts(list: &Value) -> BTreeSet<String> {
    let texts = list.as_array().into_iter().flatten();
    let texts = texts.filter_map(Value::as_str).map(str::to_owned);
    texts.collect()
}

/// Sets the value at a path, or removes it; an index past the end appends.
pub(crate) fn change(object: &mut Value, path: &[Value], value: Option<&Value>) {
    let Some((step, rest)) = path.split_first() else {
        *object = value.cloned().unwrap_or_default();
        return;
    };
    match (step, &mut *object) {
        (Value::String(key), Value::Object(fields)) => {
            if rest.is_empty() && value.is_none() {
                fields.shift_remove(key);
            } else {
                change(
                    fields.entry(key.clone()).or_insert(Value::Null),
                    rest,
                    value,
                );
            }
        }
        (Value::Number(index), Value::Array(items)) => {
            let index = index.as_u64().unwrap_or_default() as usize;
            if rest.is_empty() && value.is_none() {
                items.remove(index);
            } else {
                if index == items.len() {
                    items.push(Value::Null);
                }
                change(&mut items[index], rest, value);
            }
        }
        _ => {}
    }
}

/// What the library says of an object.
#[derive(Default)]
pub(crate) struct Said {
    /// The errors as `type field`.
    pub(crate) errors: BTreeSet<String>,
    /// The errors with their messages, as [`Case::messages`].
    pub(crate) messages: BTreeSet<String>,
    /// The warnings.
    pub(crate) warnings: BTreeSet<String>,
}

/// What the library says of an object; `None` for kinds it does not judge.
pub(crate) fn verdict(object: &Value, minor: Minor) -> Option<Said> {
    let source = Source::new("case.json", object.to_string());
    let parsed = parse::parse(&source, 0);
    let document = parsed.documents.first()?;
    let found = resources(document, "default", |_, _| Scope::Namespaced);
    let resource = found.first()?;
    let mut findings = Vec::new();
    if api::create(resource, minor, &mut findings) != Some(api::Extent::Whole) {
        return None;
    }
    let mut said = Said::default();
    for finding in findings {
        if finding.rule == "api-warning" {
            said.warnings.insert(finding.message);
            continue;
        }
        // Findings have no name of their own for what the server fails at.
        let kind = match finding.message.starts_with("Internal error") {
            true => "internal",
            false => finding.rule.trim_start_matches("api-"),
        };
        let head = format!("{kind} {}", finding.field.unwrap_or_default());
        said.messages.insert(format!("{head}\n{}", finding.message));
        said.errors.insert(head);
    }
    Some(said)
}
