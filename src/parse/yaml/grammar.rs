//! Tokens to events: the grammar of YAML, as a machine with a stack of states.
//!
//! The machine has no recursion, so nesting costs memory and never the stack.
//! It stops after the first document, as Kubernetes does: what follows in the
//! text is not even looked at.

use super::super::event::{Event, Events, Kind, Problem, Reason};
use super::super::node::{Comment, Style};
use super::super::stored::Text;
use super::scan::{Scanner, TextKind, Token, TokenKind};
use crate::source::Span;
use std::collections::HashMap;

/// What the machine expects next.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Start,
    DocumentEnd,
    BlockSeqFirst,
    BlockSeqEntry,
    IndentlessSeqEntry,
    BlockMapFirst,
    BlockMapKey,
    BlockMapValue,
    FlowSeqFirst,
    FlowSeqEntry,
    FlowSeqPairKey,
    FlowSeqPairValue,
    FlowSeqPairEnd,
    FlowMapFirst,
    FlowMapKey,
    FlowMapValue,
    FlowMapEmptyValue,
}

/// The YAML reader of one document.
#[derive(Debug)]
pub(crate) struct YamlEvents<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) state: State,
    states: Vec<State>,
    /// Where the open collections start, for messages.
    starts: Vec<usize>,
    /// End of the last token taken: where a missing value would be.
    pub(super) last: usize,
    /// The prefixes of the `%TAG` directives by their handles.
    prefixes: HashMap<String, String>,
    tags: Vec<String>,
    /// Where the document ended.
    end: Option<usize>,
}

impl<'a> YamlEvents<'a> {
    /// Reads the document that starts at `start`; the text ends with a line break.
    pub(crate) fn new(bytes: &'a [u8], start: usize) -> Self {
        Self {
            scanner: Scanner::new(bytes, start),
            state: State::Start,
            states: Vec::new(),
            starts: Vec::new(),
            last: start,
            prefixes: HashMap::new(),
            tags: Vec::new(),
            end: None,
        }
    }

    /// Where the document ended, once [`Kind::Done`] was returned: what
    /// follows is dropped by Kubernetes.
    pub(crate) fn end(&self) -> Option<usize> {
        self.end
    }

    /// How far the text has been looked at.
    pub(crate) fn reached(&self) -> usize {
        self.scanner.pos
    }

    /// The last quoted scalar of several lines.
    pub(crate) fn long_quote(&self) -> Option<Span> {
        self.scanner.long_quote
    }

    pub(super) fn skip(&mut self, token: Token) {
        self.last = token.span.end as usize;
        self.scanner.skip();
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::DocumentEnd);
    }

    fn open(&mut self, token: Token) {
        self.starts.push(token.span.start as usize);
        self.skip(token);
    }

    /// A value that is not written: an empty span after what came last.
    fn empty(&self) -> Event {
        let span = Span::from_usize(self.last, self.last);
        Event::bare(
            Kind::Scalar(Style::Plain, TextKind::Source(span).into()),
            span,
        )
    }

    pub(super) fn empty_then(&mut self, state: State) -> Result<Event, Problem> {
        self.state = state;
        Ok(self.empty())
    }

    fn alias(&mut self, token: Token) -> Event {
        self.pop_state();
        self.skip(token);
        let name = Span::new(token.span.start + 1, token.span.end);
        Event {
            anchor: Some(name),
            ..Event::bare(Kind::Alias, token.span)
        }
    }

    pub(super) fn node_then(&mut self, state: State, place: Allowed) -> Result<Event, Problem> {
        self.states.push(state);
        self.node(place)
    }

    pub(super) fn close(&mut self, span: Span) -> Result<Event, Problem> {
        self.pop_state();
        self.starts.pop();
        Ok(Event::bare(Kind::End, span))
    }

    pub(super) fn unexpected(&self, reason: Reason, token: Token) -> Problem {
        let at = token.span.start as usize;
        Problem::new(reason, at, self.starts.last().copied().unwrap_or(at))
    }

    fn start(&mut self) -> Result<Event, Problem> {
        let mut token = self.scanner.peek()?;
        let explicit = matches!(
            token.kind,
            TokenKind::Version(_) | TokenKind::TagDirective(_) | TokenKind::DocumentStart
        );
        if token.kind == TokenKind::StreamEnd {
            return Ok(self.done(token.span.start));
        }
        let mut version = false;
        loop {
            match token.kind {
                TokenKind::Version(known) if known && !version => version = true,
                TokenKind::TagDirective(id) => {
                    let it = self
                        .scanner
                        .tags
                        .get(id as usize)
                        .cloned()
                        .unwrap_or_default();
                    if self.prefixes.insert(it.0, it.1).is_some() {
                        return Err(self.unexpected(Reason::Directive, token));
                    }
                }
                TokenKind::Version(_) => return Err(self.unexpected(Reason::Directive, token)),
                _ => break,
            }
            self.skip(token);
            token = self.scanner.peek()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            let prefixes = &mut self.prefixes;
            prefixes
                .entry(handle.to_owned())
                .or_insert_with(|| prefix.to_owned());
        }
        self.states.push(State::DocumentEnd);
        if !explicit {
            return self.node(Allowed::Block);
        }
        if token.kind != TokenKind::DocumentStart {
            return Err(self.unexpected(Reason::DirectiveWithoutStart, token));
        }
        self.skip(token);
        self.document_content()
    }

    fn document_content(&mut self) -> Result<Event, Problem> {
        match self.scanner.peek()?.kind {
            TokenKind::Version(_)
            | TokenKind::TagDirective(_)
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop_state();
                Ok(self.empty())
            }
            _ => self.node(Allowed::Block),
        }
    }

    fn document_end(&mut self) -> Result<Event, Problem> {
        let token = self.scanner.peek()?;
        Ok(self.done(match token.kind {
            TokenKind::DocumentEnd => token.span.end,
            _ => token.span.start,
        }))
    }

    fn done(&mut self, at: u32) -> Event {
        self.end = Some(at as usize);
        Event::bare(Kind::Done, Span::at(at))
    }

    /// The anchor and tag before a node.
    fn properties(&mut self) -> Result<(Option<Span>, Option<u32>), Problem> {
        let (mut anchor, mut tag) = (None, None);
        loop {
            let token = self.scanner.peek()?;
            match token.kind {
                TokenKind::Anchor if anchor.is_none() => {
                    anchor = Some(Span::new(token.span.start + 1, token.span.end));
                }
                TokenKind::Tag(id) if tag.is_none() => tag = Some(self.resolve_tag(id, token)?),
                _ => return Ok((anchor, tag)),
            }
            self.skip(token);
        }
    }

    fn resolve_tag(&mut self, id: u32, token: Token) -> Result<u32, Problem> {
        let tag = self.scanner.tags.get(id as usize);
        let (handle, suffix) = tag.map_or(("", ""), |it| (it.0.as_str(), it.1.as_str()));
        let full = if handle.is_empty() {
            suffix.to_owned()
        } else {
            match self.prefixes.get(handle) {
                Some(prefix) if !(prefix.is_empty() && suffix.is_empty()) => {
                    format!("{prefix}{suffix}")
                }
                _ => return Err(self.unexpected(Reason::UndefinedTagHandle, token)),
            }
        };
        self.tags.push(full);
        Ok(u32::try_from(self.tags.len() - 1).unwrap_or(u32::MAX))
    }

    fn node(&mut self, place: Allowed) -> Result<Event, Problem> {
        let mut token = self.scanner.peek()?;
        if token.kind == TokenKind::Alias {
            return Ok(self.alias(token));
        }
        let (mut anchor, mut tag) = (None, None);
        if matches!(token.kind, TokenKind::Anchor | TokenKind::Tag(_)) {
            (anchor, tag) = self.properties()?;
            token = self.scanner.peek()?;
        }
        let block = place != Allowed::Flow;
        let kind = match token.kind {
            TokenKind::BlockEntry if place == Allowed::BlockOrIndentless => {
                self.state = State::IndentlessSeqEntry;
                Kind::SeqStart(Style::Block)
            }
            TokenKind::Scalar(style, text) => {
                self.pop_state();
                self.skip(token);
                Kind::Scalar(style, text.into())
            }
            TokenKind::FlowSeqStart => {
                self.state = State::FlowSeqFirst;
                Kind::SeqStart(Style::Flow)
            }
            TokenKind::FlowMapStart => {
                self.state = State::FlowMapFirst;
                Kind::MapStart(Style::Flow)
            }
            TokenKind::BlockSeqStart if block => {
                self.state = State::BlockSeqFirst;
                Kind::SeqStart(Style::Block)
            }
            TokenKind::BlockMapStart if block => {
                self.state = State::BlockMapFirst;
                Kind::MapStart(Style::Block)
            }
            _ if anchor.is_some() || tag.is_some() => {
                self.pop_state();
                let empty = self.empty();
                return Ok(Event {
                    anchor,
                    tag,
                    ..empty
                });
            }
            _ => return Err(self.unexpected(Reason::NoContent, token)),
        };
        Ok(Event {
            kind,
            span: token.span,
            anchor,
            tag,
        })
    }

    fn block_seq_entry(&mut self) -> Result<Event, Problem> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::BlockEntry => {
                self.skip(token);
                match self.scanner.peek()?.kind {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => {
                        self.empty_then(State::BlockSeqEntry)
                    }
                    _ => self.node_then(State::BlockSeqEntry, Allowed::Block),
                }
            }
            TokenKind::BlockEnd => {
                // The end of a block is not text: what comes after it starts there.
                self.scanner.skip();
                self.close(token.span)
            }
            _ => Err(self.unexpected(Reason::ExpectedDash, token)),
        }
    }

    fn indentless_seq_entry(&mut self) -> Result<Event, Problem> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::BlockEntry {
            self.pop_state();
            return Ok(Event::bare(Kind::End, Span::at(token.span.start)));
        }
        self.skip(token);
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty_then(State::IndentlessSeqEntry)
            }
            _ => self.node_then(State::IndentlessSeqEntry, Allowed::Block),
        }
    }

    fn block_map_key(&mut self) -> Result<Event, Problem> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Key => {
                self.skip(token);
                match self.scanner.peek()?.kind {
                    TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                        self.empty_then(State::BlockMapValue)
                    }
                    _ => self.node_then(State::BlockMapValue, Allowed::BlockOrIndentless),
                }
            }
            TokenKind::BlockEnd => {
                self.scanner.skip();
                self.close(token.span)
            }
            _ => Err(self.unexpected(Reason::ExpectedKey, token)),
        }
    }

    fn block_map_value(&mut self) -> Result<Event, Problem> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::Value {
            return self.empty_then(State::BlockMapKey);
        }
        self.skip(token);
        match self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                self.empty_then(State::BlockMapKey)
            }
            _ => self.node_then(State::BlockMapKey, Allowed::BlockOrIndentless),
        }
    }
}

/// Which nodes may be somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Allowed {
    Block,
    /// Also a sequence whose dashes are not deeper than the key before it.
    BlockOrIndentless,
    Flow,
}

impl Events for YamlEvents<'_> {
    fn next(&mut self) -> Result<Event, Problem> {
        match self.state {
            State::Start => self.start(),
            State::DocumentEnd => self.document_end(),
            State::BlockSeqFirst => {
                let token = self.scanner.peek()?;
                self.open(token);
                self.block_seq_entry()
            }
            State::BlockSeqEntry => self.block_seq_entry(),
            State::IndentlessSeqEntry => self.indentless_seq_entry(),
            State::BlockMapFirst => {
                let token = self.scanner.peek()?;
                self.open(token);
                self.block_map_key()
            }
            State::BlockMapKey => self.block_map_key(),
            State::BlockMapValue => self.block_map_value(),
            State::FlowSeqFirst => {
                let token = self.scanner.peek()?;
                self.open(token);
                self.flow_seq_entry(true)
            }
            State::FlowSeqEntry => self.flow_seq_entry(false),
            State::FlowSeqPairKey => self.flow_seq_pair_key(),
            State::FlowSeqPairValue => self.flow_seq_pair_value(),
            State::FlowSeqPairEnd => self.flow_seq_pair_end(),
            State::FlowMapFirst => {
                let token = self.scanner.peek()?;
                self.open(token);
                self.flow_map_key(true)
            }
            State::FlowMapKey => self.flow_map_key(false),
            State::FlowMapValue => self.flow_map_value(),
            State::FlowMapEmptyValue => {
                self.scanner.peek()?;
                self.empty_then(State::FlowMapKey)
            }
        }
    }

    fn decoded(&self) -> &str {
        &self.scanner.decoded
    }

    fn decode(&mut self, text: &str) -> Text {
        let start = self.scanner.decoded.len();
        self.scanner.decoded.push_str(text);
        Text::Decoded(Span::from_usize(start, self.scanner.decoded.len()))
    }

    fn tag(&self, id: u32) -> &str {
        self.tags.get(id as usize).map_or("", String::as_str)
    }

    fn finish(self) -> (String, Vec<Comment>) {
        (self.scanner.decoded, self.scanner.comments)
    }
}
