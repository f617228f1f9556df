//! `plimsoll rules`: all rules, for people, scripts and documentation.

use super::args::{Listing, RulesArgs};
use super::terminal::Out;
use super::{CLEAN, Error};
use crate::finding::Severity;
use crate::report::encode;
use crate::report::text::{BOLD, CYAN, Paint, RED, YELLOW, paint, width};
use crate::rule::{Category, Rule};
use crate::rules::ALL;
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) fn run(args: &RulesArgs, out: &mut Out) -> Result<u8, Error> {
    match args.listing.format {
        Listing::Text => text(out)?,
        Listing::Json => {
            let all: Vec<Value> = ALL.iter().map(|rule| as_json(rule)).collect();
            json_lines(&Value::from(all), out)?;
        }
        Listing::Markdown => markdown(out)?,
    }
    Ok(CLEAN)
}

/// Groups in their order, each with its rules by name.
fn by_category() -> impl Iterator<Item = (Category, Vec<&'static Rule>)> {
    Category::ALL.into_iter().filter_map(|category| {
        let rules = ALL.iter().copied().filter(|rule| rule.category == category);
        let rules: Vec<&Rule> = rules.collect();
        (!rules.is_empty()).then_some((category, rules))
    })
}

fn text(out: &mut Out) -> io::Result<()> {
    let color = out.look.color;
    let longest = ALL.iter().map(|rule| width(rule.name)).max().unwrap_or(0);
    for (category, rules) in by_category() {
        writeln!(out, "{}", paint(category.name(), BOLD, color))?;
        for rule in rules {
            let level = if rule.default_on {
                rule.severity.name()
            } else {
                "off"
            };
            let level = format!("{level:7}");
            let tone = if rule.default_on {
                tone(rule.severity)
            } else {
                Paint("2")
            };
            let level = paint(&level, tone, color);
            writeln!(out, "  {:longest$}  {level}  {}", rule.name, rule.summary)?;
        }
    }
    Ok(())
}

/// The colour of a severity.
pub(super) fn tone(severity: Severity) -> Paint {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Info => CYAN,
    }
}

/// A rule for scripts.
pub(super) fn as_json(rule: &Rule) -> Value {
    let aliases = rule.aliases.iter();
    let aliases = aliases.map(|alias| json!({ "tool": alias.tool, "name": alias.name }));
    json!({
        "name": rule.name,
        "summary": rule.summary,
        "category": rule.category.name(),
        "severity": rule.severity.name(),
        "default_on": rule.default_on,
        "since": rule.since,
        "aliases": aliases.collect::<Vec<_>>(),
        "docs": rule.docs.trim(),
    })
}

/// Writes `value`, indented.
pub(super) fn json_lines(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    encode::pretty(value, out)
}

fn markdown(out: &mut Out) -> io::Result<()> {
    writeln!(out, "# Rules")?;
    for (category, rules) in by_category() {
        writeln!(out, "\n## {}\n", category.name())?;
        writeln!(out, "| rule | severity | finds |\n|---|---|---|")?;
        for rule in rules {
            let off = if rule.default_on { "" } else { " (off)" };
            let (name, level) = (rule.name, rule.severity);
            let summary = rule.summary.replace('|', "\\|");
            writeln!(out, "| `{name}` | {level}{off} | {summary} |")?;
        }
    }
    Ok(())
}
