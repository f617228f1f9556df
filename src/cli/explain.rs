//! `plimsoll explain`: one rule, its reasons and its examples.

use super::args::{ExplainArgs, Listing};
use super::rules::{as_json, json_lines, tone};
use super::terminal::Out;
use super::{CLEAN, Error, names};
use crate::report::text::{BOLD, CYAN, DIM, paint, wrap};
use crate::rule::Rule;
use std::io::{self, Write};

/// Columns for running text: longer lines tire.
const MEASURE: usize = 80;

pub(super) fn run(args: &ExplainArgs, out: &mut Out) -> Result<u8, Error> {
    let name = args.rule.join(" ");
    for (index, rule) in names::rules(&name)
        .map_err(Error::new)?
        .into_iter()
        .enumerate()
    {
        if index > 0 {
            writeln!(out)?;
        }
        match args.format {
            Listing::Text => text(rule, out)?,
            Listing::Json => json_lines(&as_json(rule), out)?,
            Listing::Markdown => markdown(rule, out)?,
        }
    }
    Ok(CLEAN)
}

/// Severity, group, and whether it runs unasked.
fn facts(rule: &Rule) -> String {
    let on = if rule.default_on { "on" } else { "off" };
    let (category, since) = (rule.category.name(), rule.since);
    format!("{category}, {on} by default, since {since}")
}

fn also(rule: &Rule) -> Option<String> {
    let names = rule
        .aliases
        .iter()
        .map(|it| format!("{} {}", it.tool, it.name));
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!("Elsewhere: {}", names.join(", ")))
}

fn markdown(rule: &Rule, out: &mut Out) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}\n", rule.name, sentence(rule.summary))?;
    writeln!(out, "{}: {}", rule.severity, facts(rule))?;
    if !rule.docs.trim().is_empty() {
        writeln!(out, "\n{}", rule.docs.trim())?;
    }
    if let Some(also) = also(rule) {
        writeln!(out, "\n{also}")?;
    }
    Ok(())
}

fn sentence(summary: &str) -> String {
    let mut letters = summary.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn text(rule: &Rule, out: &mut Out) -> io::Result<()> {
    let color = out.look.color;
    let severity = rule.severity.name();
    let label = paint(severity, tone(rule.severity), color);
    let facts = facts(rule);
    writeln!(out, "{}  {label}, {facts}", paint(rule.name, BOLD, color))?;
    paragraph(&sentence(rule.summary), out)?;
    let mut prose = String::new();
    let mut example = false;
    for line in rule.docs.trim().lines() {
        if let Some(fence) = line.strip_prefix("```") {
            paragraph(&std::mem::take(&mut prose), out)?;
            if !example {
                writeln!(out, "\n{}", paint(&title(fence), CYAN, color))?;
            }
            example = !example;
        } else if example {
            let tone = if is_mark(line) {
                tone(rule.severity)
            } else {
                DIM
            };
            let plain = if is_mark(line) { color } else { false };
            writeln!(out, "    {}", paint(line, tone, plain))?;
        } else if line.trim().is_empty() || starts_block(line) {
            paragraph(&std::mem::take(&mut prose), out)?;
            prose.push_str(line.trim());
        } else {
            prose.push(' ');
            prose.push_str(line.trim());
        }
    }
    paragraph(&prose, out)?;
    also(rule).map_or(Ok(()), |also| paragraph(&also, out))
}

/// What an example shows, of the words after its fence: `yaml bad in=container`.
fn title(fence: &str) -> String {
    let mut words = fence.split_whitespace().skip(1);
    let kind = match words.next() {
        Some("bad") => "Found:",
        Some("good") => "Good:",
        Some("fixed") => "Fixed:",
        _ => "Example:",
    };
    let file = words.find_map(|word| word.strip_prefix("file="));
    file.map_or_else(|| kind.to_owned(), |file| format!("{kind} {file}"))
}

/// Whether a line of an example marks what is found: `#   ^^^ message`.
fn is_mark(line: &str) -> bool {
    let rest = line.trim_start().strip_prefix('#');
    rest.is_some_and(|rest| rest.trim_start().starts_with('^'))
}

fn starts_block(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with('#') || line.starts_with('|')
}

fn paragraph(prose: &str, out: &mut Out) -> io::Result<()> {
    if prose.trim().is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let limit = out.look.width.min(MEASURE);
    let (first, rest) = if prose.starts_with("- ") {
        ("", "  ")
    } else {
        ("", "")
    };
    for (index, line) in wrap(prose, limit - rest.len(), 0).iter().enumerate() {
        writeln!(out, "{}{line}", if index == 0 { first } else { rest })?;
    }
    Ok(())
}
