//! `json`: everything about a comparison, for scripts. Version 1 of the schema is
//! stable: fields may be added, never renamed or removed.

use super::{Comparison, DiffFormat, is_secret, place};
use crate::diff::{Entry, Outcome};
use crate::parse::Node;
use crate::report::RenderOptions;
use crate::resolve::Resource;
use crate::source::Source;
use serde_json::{Value, json};
use std::io;

pub(super) const FORMAT: DiffFormat = DiffFormat {
    name: "json",
    summary: "everything, for scripts; schema_version 1",
    write,
};

fn write(
    comparison: &Comparison<'_>,
    _: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let diff = comparison.diff;
    let entries = diff.entries.iter().map(|it| entry(comparison, it));
    let count = |outcome| diff.count(outcome);
    let document = json!({
        "schema_version": 1,
        "objects": entries.collect::<Vec<_>>(),
        "summary": {
            "refused": count(Outcome::Refused),
            "removed": count(Outcome::Removed),
            "rolls": count(Outcome::Rolls),
            "created": count(Outcome::Created),
            "in_place": count(Outcome::InPlace),
            "nothing": count(Outcome::Nothing),
            "at_risk": diff.at_risk(),
        },
    });
    crate::report::encode::pretty(&document, out)
}

fn entry(comparison: &Comparison<'_>, entry: &Entry<'_>) -> Value {
    let object = entry.resource().map(|it| it.reference());
    let object = object.map(|it| {
        json!({
            "apiVersion": it.api_version,
            "kind": it.kind,
            "namespace": it.namespace,
            "name": it.name,
        })
    });
    let changes = entry.changes.iter().map(|change| {
        let hidden = is_secret(entry, change);
        let [old, new] = [change.old, change.new].map(|it| it.filter(|_| !hidden).map(value));
        json!({"field": change.path, "old": old, "new": new})
    });
    let refusals = entry.refusals.iter().map(|it| {
        let source = comparison.new.get(it.place.source as usize);
        let line = source.map(|source| source.position(it.place.span.start).line);
        json!({"rule": it.rule, "message": it.message, "field": it.field, "line": line})
    });
    let risks = entry
        .risks
        .iter()
        .map(|it| json!({"kind": it.kind.name(), "message": it.message}));
    json!({
        "object": object,
        "outcome": entry.outcome.name(),
        "old": entry.old.map(|it| stands(comparison.old, &it)),
        "new": entry.new.map(|it| stands(comparison.new, &it)),
        "changes": changes.collect::<Vec<_>>(),
        "refusals": refusals.collect::<Vec<_>>(),
        "advice": entry.advice,
        "notes": entry.notes,
        "risks": risks.collect::<Vec<_>>(),
        "rollout": rollout(entry),
    })
}

/// The text of a string, and all else as it is written.
fn value(node: Node<'_>) -> String {
    node.as_str().unwrap_or(node.raw()).to_owned()
}

fn stands(sources: &[Source], resource: &Resource<'_>) -> Value {
    let (path, line) = place(sources, resource);
    json!({"path": path, "line": line})
}

fn rollout(entry: &Entry<'_>) -> Option<Value> {
    let rollout = entry.rollout.as_ref()?;
    let forecast = &rollout.forecast;
    Some(json!({
        "pods": forecast.pods,
        "stuck": forecast.stuck,
        "finish": forecast.finish,
        "trace": forecast.trace,
        "peak_requests": rollout.peak,
    }))
}
