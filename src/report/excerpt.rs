//! A few lines of a source for miette to draw.
//!
//! miette's own source types look for a span from the start of the text, which
//! is quadratic over the findings of a file; this one takes the lines from the
//! index of the [`Source`]. Very long lines (a manifest as one line of JSON) are
//! cropped around what is marked, and characters that a terminal would act on
//! are replaced by others of the same length, so that offsets stay true.

use super::text::{columns, is_unsafe};
use crate::source::{Source, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// Lines shown before and after what is marked.
const AROUND: usize = 1;
/// Columns shown before what is marked on a line that is cropped.
const LEAD: usize = 24;

#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// Number of the first line, from 0.
    first: usize,
}

/// A line, or the piece of it that is shown.
#[derive(Debug)]
struct Line {
    /// Where it is in the source.
    shown: Span,
    /// Offset in the excerpt that `shown` starts at.
    start: usize,
    /// Characters of the line that come before `shown`.
    skipped: usize,
}

impl Excerpt {
    /// The lines of `source` that `marks` start on, those between and one more
    /// at each end, each at most `width` columns wide.
    pub(super) fn new(source: &Source, marks: &[Span], width: usize) -> Self {
        let marked = || marks.iter().map(|mark| source.line_of(mark.start));
        let first = marked().min().unwrap_or_default().saturating_sub(AROUND);
        let last = marked().max().unwrap_or_default() + AROUND;
        // A last line without text does not count as a line.
        let last = last.min(source.line_of(length(source).saturating_sub(1)));
        let mut excerpt = Self {
            name: source.name().replace(is_unsafe, "?"),
            text: String::new(),
            lines: Vec::new(),
            first,
        };
        for line in first..=last.max(first) {
            excerpt.push(source, line, marks, width);
        }
        excerpt
    }

    fn push(&mut self, source: &Source, line: usize, marks: &[Span], width: usize) {
        let mut span = source.line_span(line);
        if span.start == 0 && source.text().starts_with('\u{feff}') {
            span.start += 3;
        }
        let on_line = marks.iter().filter(|it| source.line_of(it.start) == line);
        let first_mark = on_line.map(|mark| mark.start).min().unwrap_or(span.start);
        let shown = crop(span, source.text(), first_mark, width);
        let before = Span::new(span.start, shown.start);
        if shown.start > span.start {
            self.text.push('…');
        }
        self.lines.push(Line {
            shown,
            start: self.text.len(),
            skipped: source.characters(before) as usize,
        });
        let harmless = shown.text(source.text()).chars().map(harmless);
        self.text.extend(harmless);
        self.text
            .push_str(if shown.end < span.end { "…\n" } else { "\n" });
    }

    /// Where in the excerpt a span of the source is, cut off at the end of its
    /// first line.
    pub(super) fn mark(&self, source: &Source, span: Span) -> SourceSpan {
        let number = source.line_of(span.start).saturating_sub(self.first);
        let Some(line) = self.lines.get(number) else {
            return SourceSpan::from((0, 0));
        };
        let within = |at: u32| at.clamp(line.shown.start, line.shown.end) - line.shown.start;
        let (start, end) = (within(span.start), within(span.end));
        SourceSpan::from((line.start + start as usize, (end - start) as usize))
    }

    /// Digits of its last line number, which say how far miette indents it.
    pub(super) fn digits(&self) -> usize {
        (self.first + self.lines.len()).to_string().len()
    }
}

impl SourceCode for Excerpt {
    /// The whole excerpt, when context is asked for; else the place of `span`.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        if before > 0 {
            let whole = SourceSpan::from((0, self.text.len()));
            return Ok(self.contents(whole, self.first, 0));
        }
        let number = self
            .lines
            .partition_point(|line| line.start <= span.offset());
        let number = number.saturating_sub(1);
        let line = self.lines.get(number).ok_or(MietteError::OutOfBounds)?;
        let lead = self.text.get(line.start..span.offset()).unwrap_or_default();
        let column = line.skipped + lead.chars().count();
        Ok(self.contents(*span, self.first + number, column))
    }
}

impl Excerpt {
    fn contents(
        &self,
        span: SourceSpan,
        line: usize,
        column: usize,
    ) -> Box<dyn SpanContents<'_> + '_> {
        let bytes = self.text.as_bytes();
        let data = bytes.get(span.offset()..span.offset() + span.len());
        Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.unwrap_or_default(),
            span,
            line,
            column,
            self.lines.len(),
        ))
    }
}

fn length(source: &Source) -> u32 {
    Span::from_usize(0, source.text().len()).end
}

/// The part of a line to show: all of it where it fits, else `width` columns
/// that begin a little before `mark`.
fn crop(line: Span, text: &str, mark: u32, width: usize) -> Span {
    // The lines may be much longer than what is looked at of them.
    let fits = |span: Span, width: usize| {
        let mut left = width;
        let mut end = span.start as usize;
        for c in span.text(text).chars() {
            let Some(rest) = left.checked_sub(columns(c)) else {
                return Err(end);
            };
            left = rest;
            end += c.len_utf8();
        }
        Ok(())
    };
    if fits(line, width).is_ok() {
        return line;
    }
    let lead = Span::new(line.start, mark.min(line.end));
    let mut start = line.start;
    if fits(lead, width.saturating_sub(LEAD)).is_err() {
        let kept = lead.text(text).char_indices().rev().nth(LEAD - 1);
        start += kept.map_or(0, |(at, _)| u32::try_from(at).unwrap_or_default());
    }
    let rest = Span::new(start, line.end);
    match fits(rest, width) {
        Ok(()) => rest,
        Err(end) => Span::from_usize(start as usize, end),
    }
}

/// `c`, or another character of the same length in its place when a terminal
/// would act on it.
fn harmless(c: char) -> char {
    match c.len_utf8() {
        _ if c == '\t' || !is_unsafe(c) => c,
        1 => '?',
        2 => '\u{bf}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}
