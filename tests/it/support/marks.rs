//! The marks in an example: `#  ^^^^ message` below the line at fault.

use plimsoll::finding::Finding;
use plimsoll::rule::docs::is_mark;
use plimsoll::source::Source;
use std::fmt::Write as _;

/// A range of columns in a line, and what is said about it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Mark {
    /// Line, from 0.
    pub(crate) line: usize,
    /// First column, from 0, in characters.
    pub(crate) start: usize,
    /// One past the last column.
    pub(crate) end: usize,
    /// What the finding says.
    pub(crate) message: String,
}

/// The marks in `text`, sorted.
///
/// Carets point at the nearest line above that is no mark. A caret right after
/// the `#` takes in the column of the `#`, for there is no other way to point
/// at the first column.
pub(crate) fn expected(text: &str) -> Vec<Mark> {
    let mut target = 0;
    let mut marks = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if !is_mark(line) {
            target = number;
            continue;
        }
        let column = |at: usize| line[..at].chars().count();
        let hash = line.find('#').unwrap_or_default();
        let caret = line.find('^').unwrap_or_default();
        let after = &line[caret..];
        let carets = after.len() - after.trim_start_matches('^').len();
        marks.push(Mark {
            line: target,
            start: column(if caret == hash + 1 { hash } else { caret }),
            end: column(caret + carets),
            message: line[caret + carets..].trim().to_owned(),
        });
    }
    marks.sort();
    marks
}

/// The mark that pins `finding`: the first line of what it covers, and one
/// column where it covers nothing.
pub(crate) fn of_finding(finding: &Finding, source: &Source) -> Mark {
    let span = finding.place.span;
    let line = source.line_of(span.start);
    let end = span.end.min(source.line_span(line).end);
    let start = source.position(span.start).column as usize - 1;
    let end = source.position(end.max(span.start)).column as usize - 1;
    Mark {
        line,
        start,
        end: end.max(start + 1),
        message: finding.message.clone(),
    }
}

/// `text` with `marks` in the place of its own: what a failing test shows.
pub(crate) fn annotate(text: &str, marks: &[Mark]) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        if is_mark(line) {
            continue;
        }
        let _ = writeln!(out, "{line}");
        for mark in marks.iter().filter(|mark| mark.line == number) {
            let blanks = line.chars().take_while(|it| *it == ' ').count();
            let hash = blanks.min(mark.start.saturating_sub(1));
            let gap = " ".repeat(mark.start.saturating_sub(hash + 1));
            let from = mark.start.max(hash + 1);
            let carets = "^".repeat(mark.end.saturating_sub(from));
            let _ = writeln!(out, "{}#{gap}{carets} {}", " ".repeat(hash), mark.message);
        }
    }
    out
}

#[test]
fn carets_point_at_the_nearest_line_above_that_is_no_mark() {
    let text = "a: b\n#  ^ second\n#^^ first\nc: d\n";
    let mark = |start, end, message: &str| Mark {
        line: 0,
        start,
        end,
        message: message.to_owned(),
    };
    let marks = expected(text);
    assert_eq!(marks, [mark(0, 3, "first"), mark(3, 4, "second")]);
    assert_eq!(
        annotate(text, &marks),
        "a: b\n#^^ first\n#  ^ second\nc: d\n"
    );
}
