//! One kind of token after the other: what each indicator does to the scanner.

use super::super::event::{Problem, Reason};
use super::super::node::Style;
use super::scan::{MAX_DEPTH, Scanner, SimpleKey, TokenKind};

impl Scanner<'_> {
    pub(super) fn fetch_stream_end(&mut self) -> Result<(), Problem> {
        // The end is a new line, so that no key is still waited for.
        self.line = self.pos;
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.push(TokenKind::StreamEnd, self.span_from(self.pos));
        Ok(())
    }

    pub(super) fn fetch_directive(&mut self) -> Result<(), Problem> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let start = self.pos;
        let kind = self.scan_directive()?;
        self.push(kind, self.span_from(start));
        Ok(())
    }

    pub(super) fn fetch_marker(&mut self, is_start: bool) -> Result<(), Problem> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let start = self.pos;
        self.pos += 3;
        let kind = match is_start {
            true => TokenKind::DocumentStart,
            false => TokenKind::DocumentEnd,
        };
        self.push(kind, self.span_from(start));
        Ok(())
    }

    /// Pushes the token of a one-byte indicator.
    fn push_indicator(&mut self, kind: TokenKind) {
        let start = self.pos;
        self.pos += 1;
        self.push(kind, self.span_from(start));
    }

    pub(super) fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), Problem> {
        self.save_key()?;
        self.keys.push(SimpleKey {
            possible: false,
            required: false,
            token: self.taken + self.queue.len(),
            start: self.pos,
            line: self.line,
        });
        self.flow += 1;
        if self.flow > MAX_DEPTH {
            return Err(self.problem(Reason::TooDeep));
        }
        self.key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    pub(super) fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), Problem> {
        self.remove_key()?;
        if self.flow > 0 {
            self.flow -= 1;
            if let Some(key) = self.keys.pop() {
                // An empty collection has the number of its own first token here, so that
                // `[]: x` and `{}: x` are not keys. So it is in the original.
                self.forget(key.token);
            }
        }
        self.key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    pub(super) fn fetch_flow_entry(&mut self) -> Result<(), Problem> {
        self.remove_key()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry);
        Ok(())
    }

    pub(super) fn fetch_block_entry(&mut self) -> Result<(), Problem> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.problem(Reason::EntryNotAllowed));
            }
            self.roll(self.column(), None, TokenKind::BlockSeqStart, self.pos)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    pub(super) fn fetch_key(&mut self) -> Result<(), Problem> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.problem(Reason::KeyNotAllowed));
            }
            self.roll(self.column(), None, TokenKind::BlockMapStart, self.pos)?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    pub(super) fn fetch_value(&mut self) -> Result<(), Problem> {
        let level = self.keys.len() - 1;
        if self.is_key_valid(level)? {
            let key = self.keys[level];
            self.insert(key.token, TokenKind::Key, key.start);
            let column = isize::try_from(key.start - key.line).unwrap_or(isize::MAX);
            self.roll(column, Some(key.token), TokenKind::BlockMapStart, key.start)?;
            self.keys[level].possible = false;
            self.forget(key.token);
            self.key_allowed = false;
        } else {
            if self.flow == 0 {
                if !self.key_allowed {
                    let key = self.keys[level].start;
                    return Err(self.problem_in(Reason::ValueNotAllowed, key));
                }
                self.roll(self.column(), None, TokenKind::BlockMapStart, self.pos)?;
            }
            self.key_allowed = self.flow == 0;
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }

    pub(super) fn fetch_anchor(&mut self, kind: TokenKind) -> Result<(), Problem> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.pos;
        self.scan_anchor()?;
        self.push(kind, self.span_from(start));
        Ok(())
    }

    pub(super) fn fetch_block_scalar(&mut self, literal: bool) -> Result<(), Problem> {
        self.remove_key()?;
        self.key_allowed = true;
        let (text, span) = self.scan_block_scalar(literal)?;
        let style = if literal {
            Style::Literal
        } else {
            Style::Folded
        };
        self.push(TokenKind::Scalar(style, text), span);
        Ok(())
    }

    pub(super) fn fetch_quoted(&mut self, quote: u8) -> Result<(), Problem> {
        self.save_key()?;
        self.key_allowed = false;
        let (start, line) = (self.pos, self.line);
        let text = self.scan_quoted(quote)?;
        if self.line > line {
            self.long_quote = Some(self.span_from(start));
        }
        let style = if quote == b'"' {
            Style::Double
        } else {
            Style::Single
        };
        self.push(TokenKind::Scalar(style, text), self.span_from(start));
        Ok(())
    }

    pub(super) fn fetch_plain(&mut self) -> Result<(), Problem> {
        self.save_key()?;
        self.key_allowed = false;
        let (text, span) = self.scan_plain()?;
        self.push(TokenKind::Scalar(Style::Plain, text), span);
        Ok(())
    }
}
