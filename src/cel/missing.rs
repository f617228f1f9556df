//! What the server says if an expression cannot continue as it does: its parser
//! guesses whether a token is too many or missing.

use super::lex::{Placed, Token};
use super::parse::{Parsed, Parser, SyntaxError};

/// What an expression can start with.
const ANY: &str = "expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

impl Parser<'_> {
    /// A mistake at the token that is next.
    pub(super) fn fail<T>(&self, message: &str) -> Parsed<T> {
        let at = self.tokens.get(self.at.min(self.tokens.len() - 1));
        Err(SyntaxError {
            at: at.map_or(0, |(at, _)| *at),
            message: format!("Syntax error: {message}"),
            also: Vec::new(),
        })
    }

    /// Takes `mark`, which must be there.
    pub(super) fn demand(&mut self, mark: &str) -> Parsed<()> {
        match self.take(mark) {
            true => Ok(()),
            false => self.fail(&self.miss(mark).replace("{mark}", mark)),
        }
    }

    /// How the server tells that there is no `mark`: one token may be too many, or
    /// the mark itself missing.
    fn miss(&self, mark: &str) -> &'static str {
        let is = |token: Option<&Placed<'_>>, marks: &[&str]| matches!(token, Some((_, Token::Mark(it))) if marks.contains(it));
        let (here, next) = (self.tokens.get(self.at), self.tokens.get(self.at + 1));
        let closes = is(here, &[")", "]", "}", ",", ":"]) || *self.peek() == Token::End;
        match mark {
            _ if is(next, &[mark]) => "extraneous input '{token}' expecting '{mark}'",
            ")" | "]" if closes => "missing '{mark}' at '{token}'",
            ":" if self.starts(self.at) => "missing '{mark}' at '{token}'",
            _ => "mismatched input '{token}' expecting '{mark}'",
        }
    }

    /// Whether the token with that number can be the first of an expression.
    fn starts(&self, at: usize) -> bool {
        match self.tokens.get(at).map_or(&Token::End, |(_, it)| it) {
            Token::Mark(mark) => matches!(*mark, "(" | "[" | "{" | "." | "-" | "!"),
            Token::Ident(name) => *name != "in",
            Token::End => false,
            _ => true,
        }
    }

    /// A name after `lead`.
    pub(super) fn ident(&mut self, lead: &str) -> Parsed<Box<str>> {
        match self.peek() {
            Token::Ident(name) if !is_literal(name) => {
                let name = (*name).into();
                self.at += 1;
                Ok(name)
            }
            Token::Ident(name) if lead == "." && *name != "in" => {
                self.fail("mismatched input '{token}' expecting IDENTIFIER")
            }
            Token::End if lead == "." => self.fail("no viable alternative at input '.'"),
            _ if lead == "." => self.fail("no viable alternative at input '.{token}'"),
            _ => match self.tokens.get(self.at + 1) {
                Some((_, Token::Ident(_))) => {
                    self.fail("extraneous input '{token}' expecting {IDENTIFIER, ESC_IDENTIFIER}")
                }
                _ => self.fail("mismatched input '{token}' expecting {IDENTIFIER, ESC_IDENTIFIER}"),
            },
        }
    }

    /// There is no expression at the token that is next.
    pub(super) fn no_expression<T>(&self) -> Parsed<T> {
        let how = match self.starts(self.at + 1) {
            true => "extraneous",
            false => "mismatched",
        };
        self.fail(&format!("{how} input '{{token}}' {ANY}"))
    }
}

/// Words that are not names anywhere.
fn is_literal(word: &str) -> bool {
    matches!(word, "true" | "false" | "null" | "in")
}
