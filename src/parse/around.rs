//! The text around a mistake: its line, its word, its escape sequence.

use super::diagnose::Mistake;
use crate::source::Span;

impl Mistake<'_> {
    /// Where the line of `at` starts.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let start = self.chunk.start as usize;
        let before = &self.text[start..at.max(start)];
        before.rfind('\n').map_or(start, |found| start + found + 1)
    }

    /// From the first character at or after `at` that is not a blank to the end of
    /// its line, a comment left out.
    pub(super) fn rest_of_line(&self, at: usize) -> Span {
        let line = self.text[at..].split('\n').next().unwrap_or_default();
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let content = &line[indent..];
        let content = content.find(" #").map_or(content, |end| &content[..end]);
        let start = at + indent;
        Span::from_usize(start, start + content.trim_end().len())
    }

    /// What is before `at` on its line, white space at both ends left out.
    pub(super) fn before_on_line(&self, at: usize) -> &str {
        self.text[self.line_start(at)..at].trim()
    }

    /// The word at `at`: up to a blank or the colon of a key.
    pub(super) fn word_at(&self, at: usize) -> Span {
        let rest = self.rest_of_line(at);
        if rest.start as usize != at {
            return Span::from_usize(at, at);
        }
        let content = rest.text(self.text);
        let colon = content
            .find(": ")
            .or_else(|| content.strip_suffix(':').map(str::len));
        let end = match (content.find([' ', '\t']), colon) {
            (_, Some(colon)) => colon,
            (Some(blank), None) => blank,
            (None, None) => content.len(),
        };
        Span::from_usize(at, at + end)
    }

    /// `count` characters from `at` on, fewer at the end of the text.
    pub(super) fn characters(&self, at: usize, count: usize) -> Span {
        let length = self.text[at..]
            .chars()
            .take(count)
            .map(char::len_utf8)
            .sum::<usize>();
        Span::from_usize(at, at + length)
    }

    /// The escape sequence at `at`.
    pub(super) fn escape_at(&self, at: usize) -> Span {
        let digits = self.text[at..].chars().skip(2);
        let count = digits.take_while(char::is_ascii_hexdigit).take(8).count();
        self.characters(at, count + 2)
    }

    /// The `*name` at `at`.
    pub(super) fn alias_at(&self, at: usize) -> Span {
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*');
        let length = self.text[at..]
            .find(|c| !name(c))
            .unwrap_or(self.text.len() - at);
        Span::from_usize(at, at + length)
    }

    /// Where the last character of the chunk that is not a blank ends.
    pub(super) fn end_of_content(&self) -> usize {
        let start = self.chunk.start as usize;
        start + self.chunk.text(self.text).trim_end().len()
    }

    /// The empty span after the last character of the chunk that is not a blank.
    pub(super) fn end(&self) -> Span {
        Span::from_usize(self.end_of_content(), self.end_of_content())
    }
}
