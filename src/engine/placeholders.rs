//! Findings about values that something else fills in: what they will be is unknown,
//! so that neither their type nor their form nor the choice of a value is judged.

use crate::config::Config;
use crate::finding::Finding;
use crate::placeholder::{Placeholders, is_encrypted};
use crate::rule::Category;
use crate::rules;
use crate::source::Source;

const LEFT: &str = "placeholder-left";

/// Takes out what is said of such values; where the rule for them is on, it says
/// once for each that a placeholder is left.
pub(super) fn settle(findings: &mut Vec<Finding>, sources: &[Source], config: &Config) {
    let mut left = Vec::new();
    findings.retain(|finding| {
        let Some(source) = sources.get(finding.place.source as usize) else {
            return true;
        };
        if is_of_sops(finding, source) {
            return false;
        }
        let found = unknowable(finding, source, &config.placeholders);
        let Some(placeholder) = found else {
            return true;
        };
        // A rule about references points at more than one value.
        if !is_encrypted(placeholder) && is_of_form(finding.rule) {
            left.push(replaced(finding, placeholder));
        }
        false
    });
    let Some(severity) = config.severity_of(LEFT) else {
        return;
    };
    for mut finding in left {
        finding.severity = severity;
        let same = |it: &Finding| it.rule == LEFT && it.place == finding.place;
        if !findings.iter().any(same) {
            findings.push(finding);
        }
    }
}

/// The key under which SOPS keeps what it needs to decrypt the file.
fn is_of_sops(finding: &Finding, source: &Source) -> bool {
    let is_key = finding.rule == "unknown-field" && finding.field.as_deref() == Some("sops");
    is_key && is_encrypted(source.text())
}

/// Whether a rule judges the form of values.
fn is_of_form(rule: &str) -> bool {
    rules::find(rule).is_some_and(|it| it.judges_form)
}

/// Whether a rule says that something is not where it is looked for.
fn is_of_references(rule: &str) -> bool {
    rules::find(rule).is_some_and(|it| it.category == Category::References)
}

/// The placeholder because of which a finding about the form of a value, or about
/// what it refers to, cannot be known to hold: in the value, or in what the
/// message quotes of it.
fn unknowable<'f>(
    finding: &'f Finding,
    source: &'f Source,
    placeholders: &Placeholders,
) -> Option<&'f str> {
    if !is_of_form(finding.rule) && !is_of_references(finding.rule) {
        return None;
    }
    let value = finding.place.span.text(source.text());
    placeholders
        .find(value)
        .or_else(|| placeholders.find(&finding.message))
}

fn replaced(finding: &Finding, placeholder: &str) -> Finding {
    let message = format!("the value still contains the placeholder `{placeholder}`");
    let mut new = Finding::new(LEFT, finding.severity, finding.place, message)
        .with_help("fill it in before applying");
    new.document = finding.document;
    new.object.clone_from(&finding.object);
    new.field.clone_from(&finding.field);
    new
}
