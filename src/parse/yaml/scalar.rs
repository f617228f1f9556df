//! Scalars: plain, quoted and block.
//!
//! A scalar that is verbatim in the text, as nearly all are, costs no copy;
//! the others are decoded into one buffer.

use super::super::event::{Problem, Reason};
use super::chars::{byte, ends_quoted, ends_word, is_blank, is_blankz, is_breakz, line_break};
use super::scan::{Scanner, TextKind};
use crate::source::Span;

/// Line breaks inside a scalar, kept until it is known how they fold.
#[derive(Default)]
struct Breaks {
    /// The first break: whether it is one that stays as it is.
    first: Option<&'static str>,
    /// The text of those after it.
    rest: String,
}

impl Breaks {
    /// What they are folded into.
    fn fold_into(&mut self, out: &mut String) {
        match self.first.take() {
            Some("\n") if self.rest.is_empty() => out.push(' '),
            Some("\n") | None => {}
            Some(kept) => out.push_str(kept),
        }
        out.push_str(&self.rest);
        self.rest.clear();
    }
}

impl Scanner<'_> {
    /// Appends source text to the decoded buffer.
    fn copy(&mut self, start: usize, end: usize) {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        self.decoded
            .push_str(std::str::from_utf8(bytes).unwrap_or_default());
    }

    /// Moves over the line break here and says what it reads as.
    fn take_break(&mut self) -> Option<&'static str> {
        let found = line_break(self.bytes, self.pos)?;
        let text = match (found.keeps, byte(self.bytes, self.pos + 2)) {
            (false, _) => "\n",
            (true, 0xA8) => "\u{2028}",
            (true, _) => "\u{2029}",
        };
        self.pos += found.len;
        self.line = self.pos;
        Some(text)
    }

    fn decoded_since(&self, start: usize) -> TextKind {
        TextKind::Decoded(Span::from_usize(start, self.decoded.len()))
    }

    /// Scans a plain scalar.
    pub(super) fn scan_plain(&mut self) -> Result<(TextKind, Span), Problem> {
        let start = self.pos;
        let (mut run, mut end) = (start, start);
        let buffer = self.decoded.len();
        let mut folded = false;
        let mut breaks = Breaks::default();
        loop {
            if self.at_document_marker() || self.peek_byte() == b'#' {
                break;
            }
            let word = self.pos;
            self.skip_plain_word();
            if self.pos > word {
                if breaks.first.is_some() {
                    folded = true;
                    self.copy(run, end);
                    breaks.fold_into(&mut self.decoded);
                    run = word;
                }
                end = self.pos;
            }
            if !self.skip_plain_blanks(&mut breaks, start)? {
                break;
            }
            if self.flow == 0 && self.column() < self.indent + 1 {
                break;
            }
        }
        if breaks.first.is_some() {
            self.key_allowed = true;
        }
        let span = Span::from_usize(start, end);
        if !folded {
            return Ok((TextKind::Source(span), span));
        }
        self.copy(run, end);
        Ok((self.decoded_since(buffer), span))
    }

    /// Moves over characters that are neither blank nor the end of a plain scalar.
    #[inline]
    fn skip_plain_word(&mut self) {
        let flow = self.flow > 0;
        loop {
            let this = self.peek_byte();
            if ends_word(this, flow) {
                match this {
                    b':' if !is_blankz(self.bytes, self.pos + 1) => {}
                    0xC2 | 0xE2 if line_break(self.bytes, self.pos).is_none() => {}
                    _ => return,
                }
            }
            self.pos += 1;
        }
    }

    /// Moves over white space and line breaks within a plain scalar; false if none are here.
    fn skip_plain_blanks(&mut self, breaks: &mut Breaks, start: usize) -> Result<bool, Problem> {
        let begin = self.pos;
        loop {
            let this = self.peek_byte();
            if is_blank(this) {
                let in_indent = breaks.first.is_some() && self.column() < self.indent + 1;
                if this == b'\t' && in_indent {
                    return Err(self.problem_in(Reason::TabInPlain, start));
                }
                self.pos += 1;
            } else if let Some(text) = self.take_break() {
                match breaks.first {
                    None => breaks.first = Some(text),
                    Some(_) => breaks.rest.push_str(text),
                }
            } else {
                return Ok(self.pos > begin);
            }
        }
    }

    /// Scans a scalar in quotes.
    pub(super) fn scan_quoted(&mut self, quote: u8) -> Result<TextKind, Problem> {
        let start = self.pos;
        self.pos += 1;
        if let Some(text) = self.scan_quoted_verbatim(quote) {
            return Ok(text);
        }
        let buffer = self.decoded.len();
        loop {
            if self.at_document_marker() {
                return Err(self.problem_in(Reason::MarkerInQuote, start));
            }
            if self.peek_byte() == 0 {
                return Err(self.problem_in(Reason::UnclosedQuote, start));
            }
            let joined = self.scan_quoted_word(quote, start)?;
            if self.peek_byte() == quote {
                break;
            }
            self.scan_quoted_blanks(joined);
        }
        self.pos += 1;
        Ok(self.decoded_since(buffer))
    }

    /// The text up to the closing quote, if it is on this line and nothing is to be decoded.
    fn scan_quoted_verbatim(&mut self, quote: u8) -> Option<TextKind> {
        let start = self.pos;
        let mut at = start;
        loop {
            let this = byte(self.bytes, at);
            if ends_quoted(this) {
                let other = match this {
                    b'\\' => quote == b'\'',
                    b'\'' | b'"' => this != quote,
                    0xC2 | 0xE2 => line_break(self.bytes, at).is_none(),
                    _ => false,
                };
                if this == quote && !(quote == b'\'' && byte(self.bytes, at + 1) == b'\'') {
                    self.pos = at + 1;
                    return Some(TextKind::Source(Span::from_usize(start, at)));
                }
                if !other {
                    return None;
                }
            }
            at += 1;
        }
    }

    /// Decodes non-blank characters within quotes; true after an escaped line break.
    fn scan_quoted_word(&mut self, quote: u8, start: usize) -> Result<bool, Problem> {
        let mut run = self.pos;
        while !is_blankz(self.bytes, self.pos) {
            let (this, next) = (self.peek_byte(), byte(self.bytes, self.pos + 1));
            if this == b'\'' && quote == b'\'' && next == b'\'' {
                self.copy(run, self.pos + 1);
                self.pos += 2;
                run = self.pos;
            } else if this == quote {
                break;
            } else if this == b'\\' && quote == b'"' {
                self.copy(run, self.pos);
                if line_break(self.bytes, self.pos + 1).is_some() {
                    self.pos += 1;
                    self.skip_break();
                    return Ok(true);
                }
                self.scan_escape(next, start)?;
                run = self.pos;
            } else {
                self.pos += 1;
            }
        }
        self.copy(run, self.pos);
        Ok(false)
    }

    /// Decodes white space and line breaks within quotes; `joined` after an escaped line break.
    fn scan_quoted_blanks(&mut self, joined: bool) {
        let start = self.pos;
        let mut breaks = Breaks::default();
        let mut folding = joined;
        loop {
            if is_blank(self.peek_byte()) {
                self.pos += 1;
            } else if let Some(text) = self.take_break() {
                if folding {
                    breaks.rest.push_str(text);
                } else {
                    breaks.first = Some(text);
                    folding = true;
                }
            } else {
                break;
            }
        }
        if folding {
            breaks.fold_into(&mut self.decoded);
        } else {
            self.copy(start, self.pos);
        }
    }

    /// Decodes the escape sequence at the current `\`.
    fn scan_escape(&mut self, code: u8, start: usize) -> Result<(), Problem> {
        let plain = match code {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{B}',
            b'f' => '\u{C}',
            b'r' => '\r',
            b'e' => '\u{1B}',
            b' ' | b'"' | b'\'' | b'\\' => char::from(code),
            b'N' => '\u{85}',
            b'_' => '\u{A0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => return self.scan_code(2, start),
            b'u' => return self.scan_code(4, start),
            b'U' => return self.scan_code(8, start),
            _ => return Err(self.problem_in(Reason::UnknownEscape, start)),
        };
        self.pos += 2;
        self.decoded.push(plain);
        Ok(())
    }

    /// Decodes `\xNN`, `\uNNNN` or `\UNNNNNNNN`.
    fn scan_code(&mut self, digits: usize, start: usize) -> Result<(), Problem> {
        let mut value = 0u32;
        for at in self.pos + 2..self.pos + 2 + digits {
            let digit = char::from(byte(self.bytes, at)).to_digit(16);
            let Some(digit) = digit else {
                return Err(self.problem_in(Reason::NotHex, start));
            };
            value = (value << 4) | digit;
        }
        let Some(decoded) = char::from_u32(value) else {
            return Err(self.problem_in(Reason::NotUnicode, start));
        };
        self.pos += 2 + digits;
        self.decoded.push(decoded);
        Ok(())
    }

    /// Scans a literal or folded block scalar. Its span ends with its last line
    /// that is not empty, so that it does not reach into what follows.
    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Result<(TextKind, Span), Problem> {
        let start = self.pos;
        self.pos += 1;
        let (chomping, increment) = self.scan_block_header(start)?;
        let mut span_end = self.pos;
        while is_blank(self.peek_byte()) {
            self.pos += 1;
        }
        if self.peek_byte() == b'#' {
            self.skip_comment();
        }
        if !is_breakz(self.bytes, self.pos) {
            return Err(self.problem_in(Reason::BlockScalarHeader, start));
        }
        self.skip_break();

        let mut indent = match increment {
            0 => 0,
            given => self.indent.max(0) + given,
        };
        let buffer = self.decoded.len();
        let mut breaks = Breaks::default();
        self.scan_block_breaks(&mut indent, &mut breaks, start)?;
        let mut leading_blank = false;
        while self.column() == indent && self.peek_byte() != 0 {
            let trailing_blank = is_blank(self.peek_byte());
            if literal || leading_blank || trailing_blank {
                self.decoded
                    .push_str(breaks.first.take().unwrap_or_default());
            }
            breaks.fold_into(&mut self.decoded);
            leading_blank = trailing_blank;
            let line = self.pos;
            self.skip_line_text();
            self.copy(line, self.pos);
            span_end = self.pos;
            breaks.first = self.take_break();
            self.scan_block_breaks(&mut indent, &mut breaks, start)?;
        }
        if chomping >= 0 {
            self.decoded
                .push_str(breaks.first.take().unwrap_or_default());
        }
        if chomping > 0 {
            self.decoded.push_str(&breaks.rest);
        }
        let span = Span::from_usize(start, span_end);
        Ok((self.decoded_since(buffer), span))
    }

    /// The chomping (-1, 0, 1) and indentation (0 if none) indicators.
    fn scan_block_header(&mut self, start: usize) -> Result<(i8, isize), Problem> {
        let (mut chomping, mut increment) = (0, 0);
        for _ in 0..2 {
            match self.peek_byte() {
                b'+' if chomping == 0 => chomping = 1,
                b'-' if chomping == 0 => chomping = -1,
                b'0' if increment == 0 => {
                    return Err(self.problem_in(Reason::ZeroIndicator, start));
                }
                digit @ b'1'..=b'9' if increment == 0 => increment = isize::from(digit - b'0'),
                _ => break,
            }
            self.pos += 1;
        }
        Ok((chomping, increment))
    }

    /// Moves to the end of the line.
    fn skip_line_text(&mut self) {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let mut from = 0;
        // Other line breaks are rare, but they count.
        while let Some(found) = memchr::memchr3(b'\r', 0xC2, 0xE2, &rest[from..end]) {
            if line_break(rest, from + found).is_some() {
                self.pos += from + found;
                return;
            }
            from += found + 1;
        }
        self.pos += end;
    }

    /// Moves over indentation and empty lines; finds the indentation if it is unknown (0).
    fn scan_block_breaks(
        &mut self,
        indent: &mut isize,
        breaks: &mut Breaks,
        start: usize,
    ) -> Result<(), Problem> {
        let mut deepest = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.peek_byte() == b' ' {
                self.pos += 1;
            }
            deepest = deepest.max(self.column());
            let in_indent = *indent == 0 || self.column() < *indent;
            if in_indent && self.peek_byte() == b'\t' {
                return Err(self.problem_in(Reason::TabInBlockScalar, start));
            }
            match self.take_break() {
                Some(text) => breaks.rest.push_str(text),
                None => break,
            }
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
