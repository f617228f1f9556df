//! Text to tokens: indentation, simple keys, indicators and comments.
//!
//! Kubernetes reads manifests with go-yaml v2, which is libyaml's scanner of
//! YAML 1.1. What it accepts, and how, follows from its rules about *simple
//! keys* (a key that is only recognized when its `:` is found) more than from
//! any grammar, so the same rules are here, with the same queue of tokens
//! into which a key is inserted afterwards.

use super::super::event::{Problem, Reason};
use super::super::node::{Comment, Style};
use super::super::stored::Text;
use super::chars::{byte, is_blank, is_blankz, is_breakz, is_indicator, line_break};
use crate::source::Span;
use std::collections::VecDeque;

/// How deep collections may nest, in Kubernetes as here.
pub(crate) const MAX_DEPTH: usize = 10_000;
/// A simple key is at most that many characters before its `:`.
const MAX_SIMPLE_KEY: usize = 1024;

/// One token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum TokenKind {
    StreamEnd,
    /// `%YAML`, and whether it is version 1.1.
    Version(bool),
    /// `%TAG`, a number of [`Scanner::tags`].
    TagDirective(u32),
    DocumentStart,
    DocumentEnd,
    BlockSeqStart,
    BlockMapStart,
    BlockEnd,
    FlowSeqStart,
    FlowSeqEnd,
    FlowMapStart,
    FlowMapEnd,
    FlowEntry,
    BlockEntry,
    Key,
    Value,
    /// `*name`; the span of the token includes the `*`.
    Alias,
    /// `&name`; the span of the token includes the `&`.
    Anchor,
    /// A tag, a number of [`Scanner::tags`].
    Tag(u32),
    Scalar(Style, TextKind),
}

/// Where the text of a scalar is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum TextKind {
    Source(Span),
    Decoded(Span),
}

impl From<TextKind> for Text {
    fn from(text: TextKind) -> Self {
        match text {
            TextKind::Source(span) => Self::Source(span),
            TextKind::Decoded(span) => Self::Decoded(span),
        }
    }
}

/// A place where a simple key may have started, one for each flow level.
#[derive(Clone, Copy, Debug)]
pub(super) struct SimpleKey {
    pub(super) possible: bool,
    /// It is at the indentation of its mapping, so it can be nothing else.
    pub(super) required: bool,
    /// Number of its first token.
    pub(super) token: usize,
    pub(super) start: usize,
    pub(super) line: usize,
}

/// The scanner of one document's text.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) pos: usize,
    /// Where the current line starts.
    pub(super) line: usize,
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow: usize,
    pub(super) key_allowed: bool,
    pub(super) keys: Vec<SimpleKey>,
    /// The possible simple keys by the number of their first token, ascending.
    candidates: VecDeque<(usize, usize)>,
    pub(super) queue: VecDeque<Token>,
    /// How many tokens have left the queue.
    pub(super) taken: usize,
    /// Whether the head of the queue is known to be no simple key.
    ready: bool,
    pub(super) decoded: String,
    pub(super) tags: Vec<(String, String)>,
    pub(super) comments: Vec<Comment>,
    /// The last quoted scalar of several lines: a forgotten quote ends at the next one.
    pub(super) long_quote: Option<Span>,
}

impl<'a> Scanner<'a> {
    /// A scanner of `bytes` from `start` on, where a line starts.
    pub(super) fn new(bytes: &'a [u8], start: usize) -> Self {
        Self {
            bytes,
            pos: start,
            line: start,
            indent: -1,
            indents: Vec::new(),
            flow: 0,
            key_allowed: true,
            keys: vec![SimpleKey {
                possible: false,
                required: false,
                // Token 0 of the original is the start of the stream, which has none here.
                token: usize::MAX,
                start,
                line: start,
            }],
            candidates: VecDeque::new(),
            queue: VecDeque::new(),
            taken: 0,
            ready: false,
            decoded: String::new(),
            tags: Vec::new(),
            comments: Vec::new(),
            long_quote: None,
        }
    }

    /// The next token, without taking it.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<Token, Problem> {
        if !self.ready {
            self.fetch_more()?;
        }
        self.queue
            .front()
            .copied()
            .ok_or_else(|| self.problem(Reason::NoToken))
    }

    /// Takes the token that [`Self::peek`] returned.
    #[inline]
    pub(super) fn skip(&mut self) {
        self.ready = false;
        self.taken += 1;
        self.queue.pop_front();
    }

    #[inline]
    pub(super) fn peek_byte(&self) -> u8 {
        byte(self.bytes, self.pos)
    }

    /// Bytes since the start of the line. Columns are only ever compared where
    /// nothing but ASCII is before them.
    #[inline]
    pub(super) fn column(&self) -> isize {
        isize::try_from(self.pos - self.line).unwrap_or(isize::MAX)
    }

    pub(super) fn span_from(&self, start: usize) -> Span {
        Span::from_usize(start, self.pos)
    }

    pub(super) fn problem(&self, reason: Reason) -> Problem {
        Problem::new(reason, self.pos, self.pos)
    }

    pub(super) fn problem_in(&self, reason: Reason, context: usize) -> Problem {
        Problem::new(reason, self.pos, context)
    }

    /// Moves over the line break at the current position.
    pub(super) fn skip_break(&mut self) -> bool {
        let found = line_break(self.bytes, self.pos);
        if let Some(it) = found {
            self.pos += it.len;
            self.line = self.pos;
        }
        found.is_some()
    }

    /// Whether `---` or `...` is here, alone, at the start of a line.
    pub(super) fn at_document_marker(&self) -> bool {
        self.pos == self.line
            && matches!(
                self.bytes.get(self.pos..self.pos + 3),
                Some(b"---" | b"...")
            )
            && is_blankz(self.bytes, self.pos + 3)
    }

    pub(super) fn push(&mut self, kind: TokenKind, span: Span) {
        self.queue.push_back(Token { kind, span });
    }

    /// Inserts a token before the one of that number; one that has left the
    /// queue already puts it at the end.
    pub(super) fn insert(&mut self, number: usize, kind: TokenKind, at: usize) {
        let span = Span::from_usize(at, at);
        match number.checked_sub(self.taken) {
            Some(index) => self
                .queue
                .insert(index.min(self.queue.len()), Token { kind, span }),
            None => self.push(kind, span),
        }
    }

    fn fetch_more(&mut self) -> Result<(), Problem> {
        loop {
            if !self.queue.is_empty() {
                while self.candidates.front().is_some_and(|it| it.0 < self.taken) {
                    self.candidates.pop_front();
                }
                match self.candidates.front() {
                    Some(&(token, level)) if token == self.taken => {
                        if !self.is_key_valid(level)? {
                            break;
                        }
                    }
                    _ => break,
                }
            }
            self.fetch_next()?;
        }
        self.ready = true;
        Ok(())
    }

    fn fetch_next(&mut self) -> Result<(), Problem> {
        self.skip_to_token();
        self.unroll(self.column());
        let start = self.pos;
        let this = self.peek_byte();
        if this == 0 {
            return self.fetch_stream_end();
        }
        if start == self.line {
            if this == b'%' {
                return self.fetch_directive();
            }
            if self.at_document_marker() {
                return self.fetch_marker(this == b'-');
            }
        }
        let blank_next = || is_blankz(self.bytes, start + 1);
        match this {
            b'[' => self.fetch_flow_start(TokenKind::FlowSeqStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMapStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSeqEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMapEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if blank_next() => self.fetch_block_entry(),
            b'?' if self.flow > 0 || blank_next() => self.fetch_key(),
            b':' if self.flow > 0 || blank_next() => self.fetch_value(),
            b'*' => self.fetch_anchor(TokenKind::Alias),
            b'&' => self.fetch_anchor(TokenKind::Anchor),
            b'!' => {
                self.save_key()?;
                self.key_allowed = false;
                let tag = self.scan_tag()?;
                self.push(TokenKind::Tag(tag), self.span_from(start));
                Ok(())
            }
            b'|' | b'>' if self.flow == 0 => self.fetch_block_scalar(this == b'|'),
            b'\'' | b'"' => self.fetch_quoted(this),
            b'-' | b'?' | b':' => self.fetch_plain(),
            // A tab that indents a line ends up here.
            _ if is_indicator(this) || is_blank(this) => Err(self.problem(Reason::NoToken)),
            _ => self.fetch_plain(),
        }
    }

    /// Moves over white space, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            // A tab may not be where a key could start: it would be indentation.
            let tabs = self.flow > 0 || !self.key_allowed;
            while match self.peek_byte() {
                b' ' => true,
                b'\t' => tabs,
                _ => false,
            } {
                self.pos += 1;
            }
            if self.peek_byte() == b'#' {
                self.skip_comment();
            }
            if !self.skip_break() {
                return;
            }
            if self.flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Moves over a comment and keeps its place.
    pub(super) fn skip_comment(&mut self) {
        let start = self.pos;
        while !is_breakz(self.bytes, self.pos) {
            self.pos += 1;
        }
        let before = self.bytes.get(self.line..start).unwrap_or_default();
        self.comments.push(Comment {
            span: self.span_from(start),
            own_line: before.iter().all(|&b| is_blank(b)),
        });
    }

    /// Whether the simple key of that level may still turn out to be one.
    pub(super) fn is_key_valid(&mut self, level: usize) -> Result<bool, Problem> {
        let Some(&key) = self.keys.get(level) else {
            return Ok(false);
        };
        if !key.possible {
            return Ok(false);
        }
        if key.line < self.line || self.is_too_far(key.start) {
            if key.required {
                return Err(self.problem_in(Reason::KeyWithoutColon, key.start));
            }
            self.keys[level].possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    /// Whether more characters than a simple key may have lie since `start`.
    fn is_too_far(&self, start: usize) -> bool {
        self.pos - start > MAX_SIMPLE_KEY
            && self.bytes[start..self.pos]
                .iter()
                .filter(|&&b| b & 0xC0 != 0x80)
                .count()
                > MAX_SIMPLE_KEY
    }

    /// Remembers that a simple key may start here.
    pub(super) fn save_key(&mut self) -> Result<(), Problem> {
        if !self.key_allowed {
            return Ok(());
        }
        let required = self.flow == 0 && self.indent == self.column();
        self.remove_key()?;
        let level = self.keys.len() - 1;
        let token = self.taken + self.queue.len();
        self.keys[level] = SimpleKey {
            possible: true,
            required,
            token,
            start: self.pos,
            line: self.line,
        };
        self.candidates.push_back((token, level));
        Ok(())
    }

    /// Gives up the possible simple key of this level.
    pub(super) fn remove_key(&mut self) -> Result<(), Problem> {
        let level = self.keys.len() - 1;
        let key = self.keys[level];
        if key.possible {
            if key.required {
                return Err(self.problem_in(Reason::KeyWithoutColon, key.start));
            }
            self.keys[level].possible = false;
            self.forget(key.token);
        }
        Ok(())
    }

    pub(super) fn forget(&mut self, token: usize) {
        if let Some(index) = self.candidates.iter().rposition(|it| it.0 == token) {
            self.candidates.remove(index);
        }
    }

    /// Opens a block collection at `column` if that is deeper than the current one.
    pub(super) fn roll(
        &mut self,
        column: isize,
        number: Option<usize>,
        kind: TokenKind,
        at: usize,
    ) -> Result<(), Problem> {
        if self.flow > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            return Err(self.problem(Reason::TooDeep));
        }
        match number {
            Some(number) => self.insert(number, kind, at),
            None => self.push(kind, Span::from_usize(at, at)),
        }
        Ok(())
    }

    /// Closes the block collections that are deeper than `column`.
    pub(super) fn unroll(&mut self, column: isize) {
        if self.flow > 0 {
            return;
        }
        while self.indent > column {
            self.push(TokenKind::BlockEnd, self.span_from(self.pos));
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }
}
