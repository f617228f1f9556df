//! The lines of one entry of a mapping: its key, its value, and the comments
//! that mention it.

use super::STEP;
use super::is_block;
use crate::fix::Edit;
use crate::parse::{Entry, Node};
use crate::source::Span;

/// An entry that has its lines for itself, but for a dash before its key.
pub(super) struct Block<'a> {
    entry: Entry<'a>,
    text: &'a str,
    /// Where its comments start, or else its line; the key where a dash is
    /// before it.
    start: usize,
    key: usize,
    end: usize,
    column: usize,
    /// It is the first of an item, on the line of the dash.
    dashed: bool,
}

/// Where the line ends that `at` is in, line break included.
pub(super) fn row_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |it| at + it + 1)
}

fn row_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |it| it + 1)
}

/// How the lines of a text end.
pub(super) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// How many characters are before a key on its line: spaces, and dashes where
/// it is the first of an item.
pub(super) fn column(text: &str, key: Node<'_>) -> Option<usize> {
    let at = key.span().start as usize;
    let lead = text.get(row_start(text, at)..at)?;
    let lead = lead.strip_prefix('\u{feff}').unwrap_or(lead);
    lead.bytes()
        .all(|it| matches!(it, b' ' | b'-'))
        .then_some(lead.len())
}

impl<'a> Block<'a> {
    pub(super) fn of(entry: Entry<'a>) -> Option<Self> {
        let text = entry.key.document().text();
        let map = entry.key.parent().filter(|it| is_block(*it))?;
        let key = entry.key.span().start as usize;
        let column = column(text, entry.key)?;
        let row = row_start(text, key);
        let dashed = text[row..key].contains('-');
        let last = entry.value.span().end.max(entry.key.span().end) as usize;
        // A block scalar ends with its last line break.
        let end = match text[..last].ends_with('\n') {
            true => last,
            false => row_end(text, last),
        };
        let rest = text.get(last..end)?.trim_start_matches(':').trim();
        let rows = text.get(row_end(text, key).min(end)..end)?;
        let is_own = |row: &str| {
            let indent = row.len() - row.trim_start_matches(' ').len();
            row.trim().is_empty() || indent >= column && !row[indent..].starts_with('\t')
        };
        if !(rest.is_empty() || rest.starts_with('#')) || !rows.lines().all(is_own) {
            return None;
        }
        let is_first = map.entries().next().is_some_and(|it| it.key == entry.key);
        let start = match dashed {
            true if is_first => key,
            true => return None,
            false => comments_above(text, row, column),
        };
        Some(Self {
            entry,
            text,
            start,
            key,
            end,
            column,
            dashed,
        })
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn end(&self) -> usize {
        self.end
    }

    pub(super) fn span(&self) -> Span {
        self.entry.key.span()
    }

    /// Its lines, indented to `column`, with a line break at the end.
    pub(super) fn at_column(&self, column: usize) -> String {
        let indent = " ".repeat(column);
        let mut out = String::new();
        for row in self.text[self.start..self.end].split_inclusive('\n') {
            let blank = row.len() - row.trim_start_matches(' ').len();
            let bare = &row[blank.min(self.column)..];
            if !bare.trim().is_empty() {
                out.push_str(&indent);
            }
            out.push_str(bare);
        }
        if !out.ends_with('\n') {
            out.push_str(newline(self.text));
        }
        out
    }

    /// What to take out, so that the rest stays in order. There must be a rest:
    /// a mapping without entries is not a mapping.
    pub(super) fn removal(&self) -> Option<Span> {
        let map = self.entry.key.parent()?;
        let next = map.entries().find(|it| it.key.id() > self.entry.key.id());
        if !self.dashed {
            let others = map.entries().nth(1).is_some();
            return others.then(|| Span::from_usize(self.start, self.end));
        }
        // The next one takes the place after the dash.
        let next = next?.key.span().start as usize;
        let between = self.text.get(self.end..next)?;
        let is_next = between.len() == self.column && between.trim_matches(' ').is_empty();
        is_next.then(|| Span::from_usize(self.key, next))
    }

    /// It stays where it is, below new keys.
    pub(super) fn wrapped(&self, names: &[&str]) -> Edit {
        let mut out = String::new();
        let mut column = self.column;
        for name in names {
            column += STEP;
            let indent = " ".repeat(column);
            out.push_str(&format!("{name}:{}{indent}", newline(self.text)));
        }
        let more = " ".repeat(column - self.column);
        for (index, row) in self.text[self.key..self.end]
            .split_inclusive('\n')
            .enumerate()
        {
            if index > 0 && !row.trim().is_empty() {
                out.push_str(&more);
            }
            out.push_str(row);
        }
        // From the start of the line, so that it touches the line before.
        let lead = if self.dashed { 0 } else { self.column };
        Edit {
            span: Span::from_usize(self.key - lead, self.end),
            text: format!("{}{out}", " ".repeat(lead)),
        }
    }
}

/// Where the comments start that are right above the line at `row`, at the same
/// column as its key; `row` itself where there are none.
fn comments_above(text: &str, row: usize, column: usize) -> usize {
    let mut start = row;
    while start > 0 {
        let above = row_start(text, start - 1);
        let line = &text[above..start];
        let bare = line.trim_start_matches(' ');
        if line.len() - bare.len() != column || !bare.starts_with('#') {
            break;
        }
        start = above;
    }
    start
}
