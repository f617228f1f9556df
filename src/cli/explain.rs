//! `plimsoll explain`: one rule, its reasons and its examples.

use super::args::{ExplainArgs, Listing};
use super::rules::{as_json, json_lines, tone};
use super::terminal::Out;
use super::{CLEAN, Error, names};
use crate::report::text::{BOLD, CYAN, paint, width, wrap};
use crate::rule::docs::{Example, Part, Verdict, is_mark, parts};
use crate::rule::{Check, Rule};
use std::io::{self, Write};

/// Columns for running text: longer lines are hard to read.
const MEASURE: usize = 80;
/// Columns that examples are indented by.
const EXAMPLE: usize = 4;

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
        match args.listing.format {
            Listing::Text => text(rule, out)?,
            Listing::Json => json_lines(&as_json(rule), out)?,
            Listing::Markdown => markdown(rule, out)?,
        }
    }
    Ok(CLEAN)
}

/// Severity, group, and whether it is on by default.
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
    (!names.is_empty()).then(|| format!("Other linters: {}", names.join(", ")))
}

/// Where the check is written: in the file of the rule, or in a stage.
fn home(rule: &Rule) -> String {
    match rule.check {
        Check::Stage(module) => format!("Implemented in: {module}"),
        _ => format!("Implemented in: rules/{}.rs", rule.name.replace('-', "_")),
    }
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
    writeln!(out, "\n{}", home(rule))
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
    writeln!(out, "{}", paint(rule.name, BOLD, color))?;
    writeln!(out, "{label}, {facts}")?;
    prose(&sentence(rule.summary), out)?;
    for part in parts(rule.docs) {
        match part {
            Part::Prose(text) => prose(text, out)?,
            Part::Example(example) => show(&example, rule, out)?,
        }
    }
    if let Some(also) = also(rule) {
        prose(&also, out)?;
    }
    prose(&home(rule), out)
}

fn show(example: &Example<'_>, rule: &Rule, out: &mut Out) -> io::Result<()> {
    let color = out.look.color;
    let title = match example.verdict {
        Verdict::Bad => "Found",
        Verdict::Good => "Good",
        Verdict::Fixed => "Fixed",
    };
    let file = example
        .file
        .map_or(String::new(), |file| format!(" in {file}"));
    writeln!(out, "\n{}", paint(&format!("{title}{file}:"), CYAN, color))?;
    for line in example.text.lines() {
        if is_mark(line) {
            mark(line, rule, out)?;
        } else {
            writeln!(out, "{:EXAMPLE$}{line}", "")?;
        }
    }
    Ok(())
}

/// The line that marks what is found: carets, and the message below them if it does
/// not fit after them.
fn mark(line: &str, rule: &Rule, out: &mut Out) -> io::Result<()> {
    let line = line.replacen('#', " ", 1);
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    let (carets, message) = bare.split_once(' ').unwrap_or((bare, ""));
    let limit = out.look.width.min(MEASURE) - EXAMPLE;
    let lines = if indent + width(bare) <= limit {
        vec![line]
    } else {
        let below = indent.min(limit / 3);
        let message = wrap(message, limit - below, 0).into_iter();
        std::iter::once(format!("{:indent$}{carets}", ""))
            .chain(message.map(|line| format!("{:below$}{line}", "")))
            .collect()
    };
    for line in lines {
        let line = paint(&line, tone(rule.severity), out.look.color);
        writeln!(out, "{:EXAMPLE$}{line}", "")?;
    }
    Ok(())
}

/// Markdown for a terminal: paragraphs and list items wrapped, code as it is.
fn prose(markdown: &str, out: &mut Out) -> io::Result<()> {
    let mut paragraph = String::new();
    let mut is_code = false;
    for line in markdown.lines() {
        let is_fence = line.starts_with("```");
        let starts_item = line.trim_start().starts_with("- ");
        if is_code || is_fence || starts_item || line.trim().is_empty() {
            fill(&std::mem::take(&mut paragraph), out)?;
        }
        match () {
            () if is_fence => is_code = !is_code,
            () if is_code => writeln!(out, "    {line}")?,
            () => {
                paragraph.push_str(line.trim());
                paragraph.push(' ');
            }
        }
    }
    fill(&paragraph, out)
}

/// Writes a paragraph or an item of a list, with a blank line before it.
fn fill(paragraph: &str, out: &mut Out) -> io::Result<()> {
    if paragraph.trim().is_empty() {
        return Ok(());
    }
    let is_item = paragraph.starts_with("- ");
    if !is_item {
        writeln!(out)?;
    }
    let indent = if is_item { "  " } else { "" };
    let limit = out.look.width.min(MEASURE) - indent.len();
    let mut lead = "";
    for line in wrap(paragraph, limit, 0) {
        writeln!(out, "{lead}{line}")?;
        lead = indent;
    }
    Ok(())
}
