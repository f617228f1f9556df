//! The grammar inside `[…]` and `{…}`.

use super::super::event::{Event, Kind, Problem, Reason};
use super::super::node::Style;
use super::grammar::{Allowed, State, YamlEvents};
use super::scan::{Token, TokenKind};
use crate::source::Span;

impl YamlEvents<'_> {
    /// After the first entry of a flow collection: takes the comma, if that is next.
    pub(super) fn flow_comma(&mut self, first: bool, reason: Reason) -> Result<Token, Problem> {
        let token = self.scanner.peek()?;
        if first || matches!(token.kind, TokenKind::FlowSeqEnd | TokenKind::FlowMapEnd) {
            return Ok(token);
        }
        if token.kind != TokenKind::FlowEntry {
            return Err(self.unexpected(reason, token));
        }
        self.skip(token);
        self.scanner.peek()
    }

    pub(super) fn flow_seq_entry(&mut self, first: bool) -> Result<Event, Problem> {
        let before = self.scanner.peek()?;
        if !first && before.kind == TokenKind::FlowMapEnd {
            return Err(self.unexpected(Reason::ExpectedInFlowSequence, before));
        }
        let token = self.flow_comma(first, Reason::ExpectedInFlowSequence)?;
        match token.kind {
            TokenKind::FlowSeqEnd => {
                self.skip(token);
                self.close(token.span)
            }
            TokenKind::Key => {
                self.skip(token);
                self.state = State::FlowSeqPairKey;
                Ok(Event::bare(Kind::MapStart(Style::Flow), token.span))
            }
            _ => self.node_then(State::FlowSeqEntry, Allowed::Flow),
        }
    }

    pub(super) fn flow_seq_pair_key(&mut self) -> Result<Event, Problem> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSeqEnd => {
                // The original takes this token here, whatever it is.
                self.skip(token);
                self.empty_then(State::FlowSeqPairValue)
            }
            _ => self.node_then(State::FlowSeqPairValue, Allowed::Flow),
        }
    }

    pub(super) fn flow_seq_pair_value(&mut self) -> Result<Event, Problem> {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            self.skip(token);
            let next = self.scanner.peek()?.kind;
            if !matches!(next, TokenKind::FlowEntry | TokenKind::FlowSeqEnd) {
                return self.node_then(State::FlowSeqPairEnd, Allowed::Flow);
            }
        }
        self.empty_then(State::FlowSeqPairEnd)
    }

    pub(super) fn flow_seq_pair_end(&mut self) -> Result<Event, Problem> {
        self.scanner.peek()?;
        self.state = State::FlowSeqEntry;
        Ok(Event::bare(
            Kind::End,
            Span::from_usize(self.last, self.last),
        ))
    }

    pub(super) fn flow_map_key(&mut self, first: bool) -> Result<Event, Problem> {
        let before = self.scanner.peek()?;
        if !first && before.kind == TokenKind::FlowSeqEnd {
            return Err(self.unexpected(Reason::ExpectedInFlowMapping, before));
        }
        let token = self.flow_comma(first, Reason::ExpectedInFlowMapping)?;
        match token.kind {
            TokenKind::FlowMapEnd => {
                self.skip(token);
                self.close(token.span)
            }
            TokenKind::Key => {
                self.skip(token);
                match self.scanner.peek()?.kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMapEnd => {
                        self.empty_then(State::FlowMapValue)
                    }
                    _ => self.node_then(State::FlowMapValue, Allowed::Flow),
                }
            }
            _ => self.node_then(State::FlowMapEmptyValue, Allowed::Flow),
        }
    }

    pub(super) fn flow_map_value(&mut self) -> Result<Event, Problem> {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            self.skip(token);
            let next = self.scanner.peek()?.kind;
            if !matches!(next, TokenKind::FlowEntry | TokenKind::FlowMapEnd) {
                return self.node_then(State::FlowMapKey, Allowed::Flow);
            }
        }
        self.empty_then(State::FlowMapKey)
    }
}
