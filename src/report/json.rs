//! `json`: everything about a run, for scripts. Version 1 of the schema is
//! stable: fields may be added, never renamed or removed.

use super::{Format, RenderOptions, Run};
use crate::finding::{Finding, Related};
use crate::unchecked::Unchecked;
use serde::Serialize;
use std::io;

pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "everything, for scripts; schema_version 1",
    commands: false,
    sums_up: false,
    write,
};

#[derive(Serialize)]
struct Json<'a> {
    schema_version: u32,
    findings: Vec<JsonFinding<'a>>,
    summary: JsonSummary,
    unchecked: Vec<JsonUnchecked<'a>>,
}

/// What may be a manifest and is not checked.
#[derive(Serialize)]
struct JsonUnchecked<'a> {
    path: &'a str,
    reason: String,
    help: &'a str,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    start_byte: u32,
    end_byte: u32,
    object: Option<JsonObject<'a>>,
    field: Option<&'a str>,
    document: u32,
    related: Vec<JsonRelated<'a>>,
    fix: Option<JsonFix<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonObject<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    safe: bool,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    start_byte: u32,
    end_byte: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonSummary {
    files: usize,
    documents: usize,
    objects: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    unknown_kinds: usize,
    skipped: usize,
    fixed: usize,
}

fn write(run: &Run<'_>, _: &RenderOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let summary = run.report.summary;
    let findings = run.report.findings.iter();
    let json = Json {
        schema_version: 1,
        findings: findings.map(|it| json_finding(run, it)).collect(),
        summary: JsonSummary {
            files: summary.files,
            documents: summary.documents,
            objects: summary.objects,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            unknown_kinds: summary.unknown_kinds,
            skipped: summary.skipped,
            fixed: summary.fixed,
        },
        unchecked: run.unchecked.iter().map(json_unchecked).collect(),
    };
    super::encode::pretty(&json, out)
}

fn json_unchecked(left_out: &Unchecked) -> JsonUnchecked<'_> {
    JsonUnchecked {
        path: &left_out.path,
        reason: left_out.why.reason(),
        help: left_out.why.remedy(),
    }
}

fn json_finding<'a>(run: &Run<'a>, finding: &'a Finding) -> JsonFinding<'a> {
    let (start, end) = run.range(finding.place);
    JsonFinding {
        rule: finding.rule,
        severity: finding.severity.name(),
        message: &finding.message,
        help: finding.help.as_deref(),
        path: run.source(finding.place).name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start_byte: finding.place.span.start,
        end_byte: finding.place.span.end,
        object: finding.object.as_ref().map(|object| JsonObject {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: &object.namespace,
            name: &object.name,
        }),
        field: finding.field.as_deref(),
        document: finding.document,
        related: finding
            .related
            .iter()
            .map(|it| json_related(run, it))
            .collect(),
        fix: finding.fix.as_ref().map(|fix| JsonFix {
            safe: fix.safe,
            edits: fix
                .edits
                .iter()
                .map(|edit| JsonEdit {
                    start_byte: edit.span.start,
                    end_byte: edit.span.end,
                    text: &edit.text,
                })
                .collect(),
        }),
    }
}

fn json_related<'a>(run: &Run<'a>, related: &'a Related) -> JsonRelated<'a> {
    let source = run.source(related.place);
    let at = source.position(related.place.span.start);
    JsonRelated {
        path: source.name(),
        line: at.line,
        column: at.column,
        message: &related.message,
    }
}
