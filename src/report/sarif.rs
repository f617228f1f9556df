//! `sarif`: SARIF 2.1.0 for code scanning.
//!
//! What consumers stumble over is kept: `results` is there when it is empty, no
//! object is empty, lines and columns start at 1, paths are relative to the
//! folder that plimsoll ran in, and a finding keeps its fingerprint when lines
//! move.

use super::{Format, RenderOptions, Run};
use crate::finding::{Finding, ObjectRef, Place, Severity};
use crate::fix::Fix;
use crate::rule::{Category, Rule};
use crate::rules;
use crate::unchecked::Unchecked;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::io;

pub(super) const FORMAT: Format = Format {
    name: "sarif",
    summary: "SARIF 2.1.0, for code scanning",
    commands: false,
    sums_up: false,
    write,
};

fn write(run: &Run<'_>, _: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let mut seen = FxHashMap::default();
    let findings = run.report.findings.iter();
    let results: Vec<Value> = findings.map(|it| result(run, it, &mut seen)).collect();
    // Nothing is left out silently: each is a notification of the tool.
    let notifications = run.unchecked.iter().map(notification);
    let invocation = json!({
        "executionSuccessful": true,
        "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "plimsoll",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules::ALL.iter().map(|it| descriptor(it)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    });
    super::encode::compact(&log, out)
}

fn notification(left_out: &Unchecked) -> Value {
    let Unchecked { path, why } = left_out;
    let text = format!("{path} is not checked: {}; {}", why.reason(), why.remedy());
    json!({
        "level": "note",
        "message": { "text": text },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact(path) } }],
    })
}

fn descriptor(rule: &Rule) -> Value {
    let mut properties = json!({ "tags": [rule.category.name()] });
    if rule.category == Category::Security {
        // The scale of CVSS, which GitHub sorts security findings by.
        let score = match rule.severity {
            Severity::Error => "8.0",
            Severity::Warning => "5.0",
            Severity::Info => "2.0",
        };
        properties["security-severity"] = score.into();
    }
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.summary },
        "help": { "text": help(rule), "markdown": help(rule) },
        "defaultConfiguration": { "enabled": rule.default_on, "level": level(rule.severity) },
        "properties": properties,
    })
}

/// What is said about a rule; a rule of a stage may have nothing but its summary.
fn help(rule: &Rule) -> &str {
    match rule.docs.trim() {
        "" => rule.summary,
        docs => docs,
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(run: &Run<'_>, finding: &Finding, seen: &mut FxHashMap<u64, u32>) -> Value {
    let mut result = Map::new();
    let mut put = |key: &str, value: Value| result.insert(key.to_owned(), value);
    put("ruleId", finding.rule.into());
    if let Some(index) = rules::index_of(finding.rule) {
        put("ruleIndex", index.into());
    }
    put("level", level(finding.severity).into());
    let text = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    put("message", json!({ "text": text }));
    let mut location = json!({ "physicalLocation": physical(run, finding.place) });
    if let Some(object) = &finding.object {
        location["logicalLocations"] = json!([logical(object, finding.field.as_deref())]);
    }
    put("locations", json!([location]));
    if !finding.related.is_empty() {
        let places = (1..).zip(&finding.related).map(|(id, related)| {
            let place = physical(run, related.place);
            json!({ "id": id, "physicalLocation": place, "message": { "text": related.message } })
        });
        put("relatedLocations", places.collect());
    }
    let print = fingerprint(run, finding, seen);
    put("partialFingerprints", json!({ "plimsoll/v1": print }));
    if let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty()) {
        put("fixes", json!([fix_of(run, finding.place, fix)]));
    }
    Value::Object(result)
}

fn physical(run: &Run<'_>, place: Place) -> Value {
    json!({ "artifactLocation": artifact(run.source(place).name()), "region": region(run, place) })
}

fn logical(object: &ObjectRef, field: Option<&str>) -> Value {
    let object = object.to_string();
    let full = match field {
        Some(field) => format!("{object}: {field}"),
        None => object.clone(),
    };
    json!({ "name": object, "fullyQualifiedName": full, "kind": "resource" })
}

fn region(run: &Run<'_>, place: Place) -> Value {
    let (start, end) = run.range(place);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn fix_of(run: &Run<'_>, place: Place, fix: &Fix) -> Value {
    let replacements = fix.edits.iter().map(|edit| {
        let span = edit.span;
        let deleted = region(run, Place { span, ..place });
        json!({ "deletedRegion": deleted, "insertedContent": { "text": edit.text } })
    });
    let change = json!({
        "artifactLocation": artifact(run.source(place).name()),
        "replacements": replacements.collect::<Vec<_>>(),
    });
    json!({ "description": { "text": fix.title }, "artifactChanges": [change] })
}

fn artifact(name: &str) -> Value {
    let uri = uri(name);
    match name.starts_with('/') {
        true => json!({ "uri": format!("file://{uri}") }),
        false => json!({ "uri": uri, "uriBaseId": "%SRCROOT%" }),
    }
}

/// A path as a reference of RFC 3986.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Names a finding by what it is about and not by its line: rule, file, object,
/// field and value. Repetitions in one file are numbered.
fn fingerprint(run: &Run<'_>, finding: &Finding, seen: &mut FxHashMap<u64, u32>) -> String {
    let object = finding.object.as_ref().map(ToString::to_string);
    let parts = [
        finding.rule,
        run.source(finding.place).name(),
        object.as_deref().unwrap_or_default(),
        finding.field.as_deref().unwrap_or_default(),
        run.text(finding.place),
    ];
    let hash = fnv(parts.iter().flat_map(|part| part.bytes().chain([0])));
    let number = seen.entry(hash).or_default();
    *number += 1;
    format!("{hash:016x}:{number}")
}

/// FNV-1a with 64 bits: the same on every machine and in every release.
fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
