//! Byte offsets to the line and character of the protocol, and back.
//!
//! The protocol counts characters in UTF-16 units unless client and server
//! agree on another encoding, and it ends lines at `\n`, `\r\n` and a lone `\r`.
//! Both directions are a binary search, so that a long line with many findings
//! (minified JSON) costs no more than many short ones.

use super::protocol::{Position, Range};
use crate::source::Span;

/// What the `character` of a position counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what clients mean that say nothing.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The encoding that the protocol calls `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Utf8, Self::Utf16, Self::Utf32]
            .into_iter()
            .find(|it| it.name() == name)
    }

    /// Its name in the protocol.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }
}

/// A character outside ASCII, with how far the counts have drifted apart after it.
#[derive(Clone, Copy, Debug)]
struct Wide {
    /// Its first byte.
    start: u32,
    /// One past its last byte.
    end: u32,
    /// Bytes less UTF-16 units, from the start of the text to `end`.
    utf16: u32,
    /// Bytes less scalar values, from the start of the text to `end`.
    utf32: u32,
}

impl Wide {
    fn drift(&self, encoding: Encoding) -> u32 {
        match encoding {
            Encoding::Utf8 => 0,
            Encoding::Utf16 => self.utf16,
            Encoding::Utf32 => self.utf32,
        }
    }

    /// Units before the byte that follows it.
    fn units_to_end(&self, encoding: Encoding) -> u32 {
        self.end - self.drift(encoding)
    }
}

/// The lines of a text, and its characters outside ASCII.
#[derive(Debug)]
pub(super) struct Lines {
    /// Each line without its line break, in order; at least one.
    lines: Vec<Span>,
    wide: Vec<Wide>,
}

impl Lines {
    /// The lines of a file: no editor shows its byte order mark or counts it.
    pub(super) fn of_file(text: &str) -> Self {
        let mut lines = Self::new(text);
        if text.starts_with('\u{feff}') {
            lines.lines[0].start = lines.wide[0].end;
        }
        lines
    }

    /// Reads `text` once. Offsets past `u32::MAX` do not occur: the reader
    /// refuses such files, and no editor sends them.
    pub(super) fn new(text: &str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        let bytes = text.as_bytes();
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if at < start {
                continue; // the `\n` of a `\r\n`
            }
            lines.push(Span::from_usize(start, at));
            start = at
                + if bytes[at..].starts_with(b"\r\n") {
                    2
                } else {
                    1
                };
        }
        lines.push(Span::from_usize(start, bytes.len()));
        let (mut utf16, mut utf32) = (0, 0);
        let wide = text.char_indices().filter(|(_, c)| !c.is_ascii());
        let wide = wide.map(|(at, c)| {
            utf16 += (c.len_utf8() - c.len_utf16()) as u32;
            utf32 += (c.len_utf8() - 1) as u32;
            let Span { start, end } = Span::from_usize(at, at + c.len_utf8());
            Wide {
                start,
                end,
                utf16,
                utf32,
            }
        });
        let wide = wide.collect();
        Self { lines, wide }
    }

    /// The line and character of a byte. A byte inside of a character counts as
    /// its first, one in or after a line break as the end of its line.
    pub(super) fn position(&self, offset: u32, encoding: Encoding) -> Position {
        let after = self.lines.partition_point(|line| line.start <= offset);
        let line = after.saturating_sub(1);
        let span = self.lines[line];
        let offset = offset.clamp(span.start, span.end);
        let character = self.units(offset, encoding) - self.units(span.start, encoding);
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            character,
        }
    }

    /// The byte at a line and character. As the protocol has it, a character
    /// past the end of the line is its end; a line past the last is the end of
    /// the text. The second half of a surrogate pair is taken for the first.
    pub(super) fn offset(&self, position: Position, encoding: Encoding) -> u32 {
        let Some(line) = self.lines.get(position.line as usize) else {
            return self.lines.last().map_or(0, |line| line.end);
        };
        let target = self
            .units(line.start, encoding)
            .saturating_add(position.character);
        let passed = |wide: &Wide| wide.units_to_end(encoding) <= target;
        let passed = self.wide.partition_point(passed);
        let before = passed.checked_sub(1).and_then(|at| self.wide.get(at));
        let offset = target.saturating_add(before.map_or(0, |wide| wide.drift(encoding)));
        let inside = self.wide.get(passed).filter(|wide| wide.start < offset);
        inside
            .map_or(offset, |wide| wide.start)
            .clamp(line.start, line.end)
    }

    /// [`Lines::position`] of both ends.
    pub(super) fn range(&self, span: Span, encoding: Encoding) -> Range {
        Range {
            start: self.position(span.start, encoding),
            end: self.position(span.end, encoding),
        }
    }

    /// [`Lines::offset`] of both ends; empty where they are the wrong way round.
    pub(super) fn span(&self, range: Range, encoding: Encoding) -> Span {
        Span::new(
            self.offset(range.start, encoding),
            self.offset(range.end, encoding),
        )
    }

    /// Units from the start of the text to `offset`.
    fn units(&self, offset: u32, encoding: Encoding) -> u32 {
        let after = self.wide.partition_point(|wide| wide.start < offset);
        match after.checked_sub(1).and_then(|at| self.wide.get(at)) {
            None => offset,
            Some(wide) if offset < wide.end => self.units(wide.start, encoding),
            Some(wide) => offset - wide.drift(encoding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: 가😀b\r\n\u{feff}é\rx\n";

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn characters_are_counted_in_the_agreed_units() {
        let lines = Lines::new(TEXT);
        let b = TEXT.find('b').map_or(0, |at| at as u32);
        assert_eq!(lines.position(b, Encoding::Utf8), at(0, 10));
        assert_eq!(lines.position(b, Encoding::Utf16), at(0, 6));
        assert_eq!(lines.position(b, Encoding::Utf32), at(0, 5));
        let x = TEXT.find('x').map_or(0, |at| at as u32);
        assert_eq!(lines.position(x, Encoding::Utf16), at(2, 0));
        let end = TEXT.len() as u32;
        assert_eq!(lines.position(end, Encoding::Utf16), at(3, 0));
        assert_eq!(lines.position(u32::MAX, Encoding::Utf16), at(3, 0));
    }

    #[test]
    fn every_character_comes_back() {
        let lines = Lines::new(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            for (offset, c) in TEXT.char_indices() {
                let offset = offset as u32;
                let position = lines.position(offset, encoding);
                let first = offset - u32::from(c == '\n' && position.line == 0);
                assert_eq!(
                    lines.offset(position, encoding),
                    first,
                    "{c:?} {encoding:?}"
                );
            }
        }
    }

    #[test]
    fn positions_that_are_not_there_are_brought_inside() {
        let lines = Lines::new(TEXT);
        let emoji = TEXT.find('😀').map_or(0, |at| at as u32);
        assert_eq!(lines.offset(at(0, 4), Encoding::Utf16), emoji);
        assert_eq!(lines.offset(at(0, 5), Encoding::Utf16), emoji);
        assert_eq!(lines.position(emoji + 2, Encoding::Utf16), at(0, 4));
        let end = TEXT.find('\r').map_or(0, |at| at as u32);
        assert_eq!(lines.offset(at(0, u32::MAX), Encoding::Utf16), end);
        let length = TEXT.len() as u32;
        assert_eq!(lines.offset(at(u32::MAX, 7), Encoding::Utf16), length);
        assert_eq!(Lines::new("").offset(at(0, 3), Encoding::Utf8), 0);
        assert_eq!(Lines::of_file("").position(1, Encoding::Utf8), at(0, 0));
    }

    #[test]
    fn the_mark_at_the_start_of_a_file_is_not_counted() {
        let lines = Lines::of_file("\u{feff}a: b\nc");
        assert_eq!(lines.position(0, Encoding::Utf16), at(0, 0));
        assert_eq!(lines.position(3, Encoding::Utf16), at(0, 0));
        assert_eq!(lines.position(6, Encoding::Utf16), at(0, 3));
        assert_eq!(lines.position(8, Encoding::Utf16), at(1, 0));
        assert_eq!(lines.offset(at(0, 0), Encoding::Utf16), 3);
    }
}
