//! `text`: what happens to each object, for people.

use super::{Comparison, DiffFormat, line, rollout, title};
use crate::diff::{Diff, Entry, Outcome, RiskKind};
use crate::report::RenderOptions;
use crate::report::text::{
    BOLD, CYAN, DIM, PLAIN, Paint, RED, YELLOW, count, fold, paint, visible, width,
};
use std::io;

pub(super) const FORMAT: DiffFormat = DiffFormat {
    name: "text",
    summary: "for people: what happens to each object",
    write,
};

/// Of more changes than this to one object the rest is only counted.
const MOST: usize = 12;
/// Where the lines below an object start.
const INDENT: usize = 4;

fn write(
    comparison: &Comparison<'_>,
    look: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut page = Page {
        comparison,
        look,
        out,
    };
    for entry in &comparison.diff.entries {
        if entry.is_news() {
            page.entry(entry)?;
        }
    }
    if comparison.diff.entries.iter().any(Entry::is_news) {
        writeln!(page.out)?;
    }
    writeln!(page.out, "{}", totals(comparison.diff))
}

/// `1 refused, 2 rolls, 3 unchanged; data at risk in 1 object`.
pub(super) fn totals(diff: &Diff<'_>) -> String {
    let mut parts = Vec::new();
    for outcome in Outcome::ALL {
        let word = match outcome {
            Outcome::Rolls => "rolled out",
            Outcome::InPlace => "changed in place",
            Outcome::Nothing => "unchanged",
            other => other.name(),
        };
        match diff.count(outcome) {
            0 => {}
            number => parts.push(format!("{number} {word}")),
        }
    }
    if parts.is_empty() {
        return "No object on either side.".to_owned();
    }
    let mut text = parts.join(", ");
    if diff.at_risk() > 0 {
        text += &format!("; data at risk in {}", count(diff.at_risk(), "object"));
    }
    if diff.cut_off() > 0 {
        text += &format!(
            "; pods no longer selected by {}",
            count(diff.cut_off(), "object")
        );
    }
    text + "."
}

struct Page<'a> {
    comparison: &'a Comparison<'a>,
    look: &'a RenderOptions,
    out: &'a mut dyn io::Write,
}

impl Page<'_> {
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let color = self.look.color;
        let (path, number) = self.comparison.place(entry);
        let word = match entry.outcome {
            Outcome::Nothing => "unchanged",
            other => other.name(),
        };
        let word = format!("{word:<9}");
        let how = match entry.outcome {
            Outcome::Refused => RED,
            Outcome::Removed | Outcome::Rolls => YELLOW,
            _ => CYAN,
        };
        let (title, place) = (title(entry), format!("{}:{number}", visible(path)));
        // A path that would break the line is below, whole.
        let is_long = width(&word) + 1 + width(&title) + 2 + width(&place) > self.look.width;
        let gap = if is_long { "\n    " } else { "  " };
        writeln!(
            self.out,
            "{} {}{gap}{}",
            paint(&word, how, color),
            paint(&title, BOLD, color),
            paint(&place, DIM, color)
        )?;
        for refusal in &entry.refusals {
            let field = refusal.field.as_deref().unwrap_or_default();
            let colon = if field.is_empty() { "" } else { ": " };
            self.line("", &format!("{field}{colon}{}", refusal.message), RED)?;
        }
        for change in entry.changes.iter().take(MOST) {
            self.line("", &line(entry, change), PLAIN)?;
        }
        if entry.changes.len() > MOST {
            let more = format!("… and {} more", entry.changes.len() - MOST);
            self.line("", &more, DIM)?;
        }
        for text in rollout(entry) {
            self.line("", &text, DIM)?;
        }
        for risk in &entry.risks {
            let lead = match risk.kind {
                RiskKind::Data => "data at risk: ",
                RiskKind::Detached => "pods no longer selected: ",
            };
            self.line(lead, &risk.message, RED)?;
        }
        for note in &entry.notes {
            self.line("note: ", note, DIM)?;
        }
        if let Some(advice) = entry.advice {
            self.line("help: ", advice, CYAN)?;
        }
        Ok(())
    }

    /// A text below the head of an object, wrapped and indented.
    fn line(&mut self, lead: &str, text: &str, how: Paint) -> io::Result<()> {
        let text = format!("{lead}{text}");
        let limit = self.look.width.saturating_sub(INDENT + 2).max(20);
        for (index, part) in fold(&text, limit).iter().enumerate() {
            let indent = if index == 0 { INDENT } else { INDENT + 2 };
            let part = paint(part, how, self.look.color);
            writeln!(self.out, "{:indent$}{part}", "")?;
        }
        Ok(())
    }
}
