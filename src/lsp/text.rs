//! A text with its lines, and what an editor does to it.

use super::lines::{Encoding, Lines};
use super::protocol::Change;
use crate::source::Source;
use std::sync::OnceLock;

/// A source with its lines as the protocol counts them.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) source: Source,
    lines: OnceLock<Lines>,
    /// Counts its lines: files and buffers differ in what a byte order mark is.
    count: fn(&str) -> Lines,
}

impl Text {
    /// The text of a file.
    pub(super) fn of_file(source: Source) -> Self {
        Self {
            source,
            lines: OnceLock::new(),
            count: Lines::of_file,
        }
    }

    /// The text of an editor's buffer.
    pub(super) fn of_buffer(source: Source) -> Self {
        Self {
            count: Lines::new,
            ..Self::of_file(source)
        }
    }

    /// Its lines; worked out on first use.
    pub(super) fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| (self.count)(self.source.text()))
    }
}

/// `text` after `changes`, each of which applies to the text that the one before left.
pub(super) fn edit(text: &str, changes: Vec<Change>, encoding: Encoding) -> String {
    let mut text = text.to_owned();
    for change in changes {
        match change.range {
            None => text = change.text,
            Some(range) => {
                let span = Lines::new(&text).span(range, encoding);
                text.replace_range(span.range(), &change.text);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::protocol::{Position, Range};
    use super::*;
    use proptest::prelude::*;

    /// A text as an editor holds it: lines, each with its break, split by hand.
    fn model(text: &str) -> Vec<&str> {
        let mut lines = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['\n', '\r']) {
            let length = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
            let (line, tail) = rest.split_at(at + length);
            lines.push(line);
            rest = tail;
        }
        lines.push(rest);
        lines
    }

    /// All places of `text` where a cursor can be: the byte, and its position
    /// counted character by character.
    fn cursors(text: &str, encoding: Encoding) -> Vec<(usize, Position)> {
        let mut cursors = Vec::new();
        let mut start = 0;
        for (number, line) in (0..).zip(model(text)) {
            let body = line.trim_end_matches(['\n', '\r']);
            let mut character = 0;
            let ends = body.char_indices().map(|(at, c)| (at, Some(c)));
            for (at, c) in ends.chain([(body.len(), None)]) {
                let position = Position {
                    line: number,
                    character,
                };
                cursors.push((start + at, position));
                character += c.map_or(0, |c| match encoding {
                    Encoding::Utf8 => c.len_utf8(),
                    Encoding::Utf16 => c.len_utf16(),
                    Encoding::Utf32 => 1,
                }) as u32;
            }
            start += line.len();
        }
        cursors
    }

    proptest! {
        /// Changes sent one by one give the text that the editor has.
        #[test]
        fn incremental_changes_equal_the_full_text(
            text in "[ab: é가😀\n\r]{0,40}",
            edits in prop::collection::vec(
                (any::<prop::sample::Index>(), any::<prop::sample::Index>(), "[x가😀\r\n]{0,4}"),
                0..8,
            ),
            encoding in prop::sample::select(vec![
                Encoding::Utf8, Encoding::Utf16, Encoding::Utf32,
            ]),
        ) {
            let mut expected = text.clone();
            let mut changes = Vec::new();
            for (one, other, insert) in edits {
                let cursors = cursors(&expected, encoding);
                let (one, other) = (one.index(cursors.len()), other.index(cursors.len()));
                let (start, from) = cursors[one.min(other)];
                let (end, to) = cursors[one.max(other)];
                expected.replace_range(start..end, &insert);
                let range = Some(Range { start: from, end: to });
                changes.push(Change { range, text: insert });
            }
            prop_assert_eq!(edit(&text, changes, encoding), expected);
        }

        /// A range that fits nothing is brought inside; it never panics.
        #[test]
        fn any_range_is_taken(
            text in "[ab: é가😀\n\r]{0,40}",
            ends in prop::array::uniform4(prop_oneof![0u32..50, any::<u32>()]),
            encoding in prop::sample::select(vec![
                Encoding::Utf8, Encoding::Utf16, Encoding::Utf32,
            ]),
        ) {
            let start = Position { line: ends[0], character: ends[1] };
            let end = Position { line: ends[2], character: ends[3] };
            let change = Change { range: Some(Range { start, end }), text: "x".to_owned() };
            prop_assert!(edit(&text, vec![change], encoding).contains('x'));
        }
    }
}
