//! What plimsoll knows, in the words of the protocol.

use super::lines::Encoding;
use super::project::{Checked, Project};
use super::protocol::{Diagnostic, Location, RelatedInformation, TextEdit, WorkspaceEdit};
use crate::finding::{Finding, Place, Severity};
use crate::fix::Edit;
use std::collections::BTreeMap;

const UNNECESSARY: u8 = 1;
const DEPRECATED: u8 = 2;

/// A finding as a diagnostic of its document.
pub(super) fn diagnostic(on: Checked<'_>, finding: &Finding, encoding: Encoding) -> Diagnostic {
    let message = match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    let related = finding.related.iter().filter_map(|related| {
        Some(RelatedInformation {
            location: location(on.project, related.place, encoding)?,
            message: related.message.clone(),
        })
    });
    Diagnostic {
        range: on.text.lines().range(finding.place.span, encoding),
        severity: severity(finding.severity),
        code: finding.rule,
        source: "plimsoll",
        message,
        tags: tags(finding.rule),
        related_information: related.collect(),
    }
}

/// All diagnostics of a document.
pub(super) fn diagnostics(on: Checked<'_>, encoding: Encoding) -> Vec<Diagnostic> {
    let findings = on.findings.iter();
    findings.map(|it| diagnostic(on, it, encoding)).collect()
}

/// Edits of one document.
pub(super) fn workspace_edit<'a>(
    on: Checked<'_>,
    edits: impl IntoIterator<Item = &'a Edit>,
    encoding: Encoding,
) -> WorkspaceEdit {
    let edits = edits.into_iter().map(|edit| TextEdit {
        range: on.text.lines().range(edit.span, encoding),
        new_text: edit.text.clone(),
    });
    WorkspaceEdit {
        changes: BTreeMap::from([(on.file.uri.clone(), edits.collect())]),
    }
}

fn location(project: &Project, place: Place, encoding: Encoding) -> Option<Location> {
    let (file, text) = project.source(place.source)?;
    Some(Location {
        uri: file.uri.clone(),
        range: text.lines().range(place.span, encoding),
    })
}

fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Info => 3,
    }
}

/// Rules are named after the defect, so the name says how an editor may draw it.
fn tags(rule: &str) -> &'static [u8] {
    let word = |wanted: &str| rule.split('-').any(|word| word == wanted);
    if word("deprecated") {
        &[DEPRECATED]
    } else if word("unused") || word("redundant") {
        &[UNNECESSARY]
    } else {
        &[]
    }
}
