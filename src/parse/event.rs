//! What the readers of YAML and JSON say about a text: a flat sequence of events.
//!
//! Both readers produce these events, so that a document is built in one
//! place whatever it was written in. An event borrows nothing: texts are spans,
//! either of the source or of the buffer of decoded texts, which the document
//! takes over as it is.

use super::node::{Comment, Style};
use super::stored::Text;
use crate::source::Span;

/// One event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    /// Where it is written, properties excluded; an empty span stands for
    /// a value that is not written at all.
    pub(crate) span: Span,
    /// The name of the anchor on this node, or of the anchor an alias refers to.
    pub(crate) anchor: Option<Span>,
    /// The resolved tag, a number for [`Events::tag`].
    pub(crate) tag: Option<u32>,
}

/// What an event is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Alias,
    Scalar(Style, Text),
    MapStart(Style),
    SeqStart(Style),
    /// The end of the innermost mapping or sequence.
    End,
    /// The end of the document; nothing comes after it.
    Done,
}

impl Event {
    /// An event without anchor or tag.
    pub(crate) fn bare(kind: Kind, span: Span) -> Self {
        Self {
            kind,
            span,
            anchor: None,
            tag: None,
        }
    }
}

/// A reader of one document.
pub(crate) trait Events {
    /// The next event. After an error or [`Kind::Done`] it is not called again.
    fn next(&mut self) -> Result<Event, Problem>;

    /// The buffer of decoded texts.
    fn decoded(&self) -> &str;

    /// Adds a text that is nowhere in the source to that buffer.
    fn decode(&mut self, text: &str) -> Text;

    /// A tag by its number, in full: `tag:yaml.org,2002:int` for `!!int`.
    fn tag(&self, id: u32) -> &str;

    /// Hands over the decoded texts and the comments.
    fn finish(self) -> (String, Vec<Comment>);
}

/// What keeps a text from being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    // What the scanner refuses.
    ControlCharacter,
    NoToken,
    KeyWithoutColon,
    EntryNotAllowed,
    KeyNotAllowed,
    ValueNotAllowed,
    TabInPlain,
    TabInBlockScalar,
    BlockScalarHeader,
    ZeroIndicator,
    UnclosedQuote,
    MarkerInQuote,
    UnknownEscape,
    NotHex,
    NotUnicode,
    AnchorName,
    Tag,
    Directive,
    TooDeep,
    // What the grammar refuses.
    DirectiveWithoutStart,
    UndefinedTagHandle,
    NoContent,
    ExpectedDash,
    ExpectedKey,
    ExpectedInFlowSequence,
    ExpectedInFlowMapping,
    // What the document refuses.
    UnknownAnchor,
    SelfReference,
    ExcessiveAliasing,
    // What is too much for us alone.
    TooManyCopies,
    NestedMerges,
    // Again what the document refuses.
    ComplexKey,
    NullKey,
    HugeKey,
    MergeValue,
    NotANumber,
    WrongTag,
    Base64,
    Separator,
    Json,
}

/// Why and where a document cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Problem {
    pub(crate) reason: Reason,
    /// Where the reader noticed it.
    pub(crate) at: usize,
    /// Where the thing that it was reading starts.
    pub(crate) context: usize,
}

impl Problem {
    pub(crate) fn new(reason: Reason, at: usize, context: usize) -> Self {
        Self {
            reason,
            at,
            context,
        }
    }
}
