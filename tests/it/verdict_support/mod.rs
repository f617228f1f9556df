//! Cases of the verdict oracle: what the API server said of generated objects, that
//! are created or take the place of others, and what the library says of them.

pub(crate) mod table;

use plimsoll::catalog::{Catalog, Minor};
use plimsoll::finding::Finding;
use plimsoll::parse;
use plimsoll::resolve::{Resource, Scope, resources};
use plimsoll::server::Extent;
use plimsoll::source::Source;
use plimsoll::{same, validate};
use serde_json::Value;
use std::collections::BTreeSet;

/// How the reason of an admission plugin is recorded.
const ADMISSION: &str = "admission \n";

/// One case, with the server's answer.
pub(crate) struct Case {
    pub(crate) base: String,
    pub(crate) kind: String,
    /// The accepted object in whose place the other one comes.
    pub(crate) old: Option<Value>,
    pub(crate) object: Value,
    /// What was done to the base.
    pub(crate) steps: Value,
    /// The errors as `type field`.
    pub(crate) errors: BTreeSet<String>,
    /// The errors with their messages, `type field` and message in two lines;
    /// empty where the recording has none.
    pub(crate) messages: BTreeSet<String>,
    /// What admission plugins refuse: reasons without a field, which are among `messages`.
    pub(crate) admission: BTreeSet<String>,
    /// What the server warned of when it accepted the object.
    pub(crate) warnings: BTreeSet<String>,
    /// What the server sees between the two: nothing, object or template.
    pub(crate) change: String,
    /// Whether the server refused it before validation, or failed itself.
    pub(crate) undecided: bool,
    /// The minor of the server.
    pub(crate) minor: Minor,
}

/// Reads what the generator's `record` or `record-update` printed.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let read = |line| serde_json::from_str::<Value>(line).expect("a line is JSON");
    let mut lines = text.lines().map(read);
    let head = lines.next().expect("the first line holds the bases");
    let minor = head["minor"].as_u64().expect("a minor is a number");
    let minor = Minor::new(u8::try_from(minor).expect("a minor is small"));
    lines
        .map(|line| case(&head["bases"], &line, minor))
        .collect()
}

fn case(bases: &Value, line: &Value, minor: Minor) -> Case {
    let base = line["b"].as_str().expect("a case names its base");
    let mut object = bases[base].clone();
    apply(&mut object, &line["s"]);
    let mut steps = line["s"].clone();
    let mut old = None;
    if let Some(edits) = line.get("u") {
        old = Some(object.clone());
        apply(&mut object, edits);
        steps = serde_json::json!([steps, edits]);
    }
    let said = texts(&line["e"]);
    let heads = said.iter().filter_map(|it| it.split('\n').next());
    let errors: BTreeSet<String> = heads.map(str::to_owned).collect();
    let mut early = errors.iter();
    let by_plugins = said.iter().filter_map(|it| it.strip_prefix(ADMISSION));
    Case {
        admission: by_plugins.map(str::to_owned).collect(),
        base: base.to_owned(),
        kind: object["kind"].as_str().unwrap_or_default().to_owned(),
        old,
        object,
        steps,
        undecided: early.any(|it| it.starts_with("decode") || it.starts_with("status")),
        errors,
        messages: said.into_iter().filter(|it| it.contains('\n')).collect(),
        warnings: texts(&line["w"]),
        change: line["c"].as_str().unwrap_or_default().to_owned(),
        minor,
    }
}

fn texts(list: &Value) -> BTreeSet<String> {
    let texts = list.as_array().into_iter().flatten();
    let texts = texts.filter_map(Value::as_str).map(str::to_owned);
    texts.collect()
}

fn apply(object: &mut Value, steps: &Value) {
    for step in steps.as_array().into_iter().flatten() {
        let path = step[0].as_array().cloned().unwrap_or_default();
        change(object, &path, step.get(1));
    }
}

/// Sets the value at a path, or removes it; an index past the end appends.
fn change(object: &mut Value, path: &[Value], value: Option<&Value>) {
    let Some((step, rest)) = path.split_first() else {
        *object = value.cloned().unwrap_or_default();
        return;
    };
    match (step, &mut *object) {
        (Value::String(key), Value::Object(fields)) => {
            if rest.is_empty() && value.is_none() {
                fields.shift_remove(key);
            } else {
                let field = fields.entry(key.clone()).or_insert(Value::Null);
                change(field, rest, value);
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

/// What the library says of a case.
#[derive(Default)]
pub(crate) struct Said {
    /// The errors as `type field`.
    pub(crate) errors: BTreeSet<String>,
    /// The errors with their messages, as [`Case::messages`].
    pub(crate) messages: BTreeSet<String>,
    /// The warnings.
    pub(crate) warnings: BTreeSet<String>,
    /// As [`Case::change`].
    pub(crate) change: &'static str,
    /// Where the two objects differ.
    pub(crate) paths: Vec<String>,
}

/// What the library says of a case; `None` for kinds that it does not judge.
pub(crate) fn answer(case: &Case) -> Option<Said> {
    let objects = case.old.iter().chain([&case.object]);
    let sources: Vec<_> = objects
        .map(|it| Source::new("case.json", it.to_string()))
        .collect();
    let parsed = (0..).zip(&sources);
    let parsed: Vec<_> = parsed
        .map(|(index, source)| parse::parse(source, index).documents)
        .collect();
    let found = parsed.iter().filter_map(|documents| {
        let all = resources(documents.first()?, "default", |_, _| Scope::Namespaced);
        all.first().copied()
    });
    match *found.collect::<Vec<_>>() {
        [object] => created(&object, case),
        [old, new] => updated(&old, &new, case),
        _ => None,
    }
}

fn created(object: &Resource<'_>, case: &Case) -> Option<Said> {
    let mut findings = Vec::new();
    let extent = validate::create(object, case.minor, &mut findings);
    let mut said = Said::default();
    said.take(findings, &case.admission);
    (extent == Some(Extent::Whole)).then_some(said)
}

fn updated(old: &Resource<'_>, new: &Resource<'_>, case: &Case) -> Option<Said> {
    let catalog = Catalog::builtin();
    let kind = catalog.kind_of(old.api_version, old.kind);
    let of = kind.and_then(|it| it.type_in(case.minor));
    let changes = same::changes(of, case.minor, old, new);
    let mut findings = Vec::new();
    if !validate::replace((old, new), &changes, case.minor, &mut findings) {
        return None;
    }
    let paths: Vec<_> = changes.iter().map(|it| it.path.clone()).collect();
    let template = template_of(&case.kind);
    let in_template = |path: &String| template.is_some_and(|it| path.starts_with(it));
    let mut said = Said {
        change: match paths.is_empty() {
            true => "nothing",
            false if paths.iter().any(in_template) => "template",
            false => "object",
        },
        paths,
        ..Said::default()
    };
    said.take(findings, &case.admission);
    Some(said)
}

impl Said {
    /// Takes findings over; of `admission` the server names no field, and a finding does.
    fn take(&mut self, findings: Vec<Finding>, admission: &BTreeSet<String>) {
        for finding in findings {
            if finding.rule == "api-warning" {
                self.warnings.insert(finding.message);
                continue;
            }
            let reason = finding.message.strip_prefix("Forbidden: ");
            if let Some(reason) = reason.filter(|it| admission.contains(*it)) {
                self.errors.insert("admission ".to_owned());
                self.messages.insert(format!("{ADMISSION}{reason}"));
                continue;
            }
            // Findings have no name of their own for what the server fails at.
            let kind = match finding.message.starts_with("Internal error") {
                true => "internal",
                false => finding.rule.trim_start_matches("api-"),
            };
            let head = format!("{kind} {}", finding.field.unwrap_or_default());
            self.messages.insert(format!("{head}\n{}", finding.message));
            self.errors.insert(head);
        }
    }
}

fn template_of(kind: &str) -> Option<&'static str> {
    match kind {
        "CronJob" => Some("spec.jobTemplate.spec.template"),
        "Deployment"
        | "ReplicaSet"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicationController"
        | "Job" => Some("spec.template"),
        _ => None,
    }
}
