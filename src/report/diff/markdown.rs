//! `markdown`: for a comment on a pull request.

use super::text::totals;
use super::{Comparison, DiffFormat, line, rollout, title};
use crate::diff::{Entry, Outcome, RiskKind};
use crate::report::RenderOptions;
use crate::report::text::visible;
use std::io;

pub(super) const FORMAT: DiffFormat = DiffFormat {
    name: "markdown",
    summary: "for a comment on a pull request",
    write,
};

/// Of more changes than this to one object the rest is only counted.
const MOST: usize = 20;

fn write(
    comparison: &Comparison<'_>,
    _: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let diff = comparison.diff;
    writeln!(out, "### What applying this does\n")?;
    writeln!(out, "{}", totals(diff))?;
    if !diff.entries.iter().any(Entry::is_news) {
        return Ok(());
    }
    writeln!(out, "\n| | object | what happens |\n|---|---|---|")?;
    for entry in &diff.entries {
        if entry.is_news() {
            let cell = sentences(entry).join("<br>");
            let name = match entry.outcome {
                Outcome::Nothing => "unchanged",
                other => other.name(),
            };
            writeln!(
                out,
                "| {} {name} | {} | {cell} |",
                mark(entry),
                code(&title(entry))
            )?;
        }
    }
    let changed = diff.entries.iter().filter(|it| !it.changes.is_empty());
    for entry in changed {
        writeln!(
            out,
            "\n<details><summary>{}</summary>\n",
            escaped(&title(entry))
        )?;
        for change in entry.changes.iter().take(MOST) {
            writeln!(out, "- {}", code(&line(entry, change)))?;
        }
        if entry.changes.len() > MOST {
            writeln!(out, "- … and {} more", entry.changes.len() - MOST)?;
        }
        writeln!(out, "\n</details>")?;
    }
    Ok(())
}

fn mark(entry: &Entry<'_>) -> &'static str {
    match entry.outcome {
        Outcome::Refused => "❌",
        _ if !entry.risks.is_empty() => "⚠️",
        Outcome::Removed => "➖",
        Outcome::Rolls => "🔄",
        Outcome::Created => "➕",
        Outcome::InPlace | Outcome::Nothing => "✏️",
    }
}

fn sentences(entry: &Entry<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for refusal in &entry.refusals {
        let field = refusal.field.as_deref().unwrap_or_default();
        let field = match field {
            "" => String::new(),
            _ => format!("{}: ", code(field)),
        };
        found.push(format!("{field}{}", escaped(&refusal.message)));
    }
    found.extend(rollout(entry).iter().map(|it| escaped(it)));
    for risk in &entry.risks {
        let lead = match risk.kind {
            RiskKind::Data => "data at risk",
            RiskKind::Detached => "pods no longer selected",
        };
        found.push(format!("**{lead}**: {}", escaped(&risk.message)));
    }
    found.extend(entry.notes.iter().map(|it| escaped(it)));
    found.extend(entry.advice.map(|it| format!("*{}*", escaped(it))));
    found
}

/// Text that is not markup, in a cell of a table.
fn escaped(text: &str) -> String {
    // Names in pairs of backticks may stay code.
    let is_code = text.matches('`').count().is_multiple_of(2);
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '`' if is_code => out.push(c),
            '|' | '*' | '_' | '`' | '\\' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// Text as code, in a cell of a table.
fn code(text: &str) -> String {
    let text = visible(text).replace('`', "'").replace('|', "\\|");
    format!("`{text}`")
}
