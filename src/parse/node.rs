//! One YAML document as a flat arena of nodes.
//!
//! Nodes are in document order, each with the index one past its last
//! descendant. Walking the children of a node is therefore a walk over one
//! slice, and copying a subtree (an alias, a merged mapping) is copying a slice.
//! A scalar whose value is verbatim in the text is a span and no copy.
//!
//! Aliases and merge keys are expanded here, so that everything later sees what
//! Kubernetes sees; an expanded node keeps the span of the text that it came from
//! and says so by [`Node::is_aliased`].

use super::stored::{NodeData, Stored, Text, key_bit};
use crate::finding::Place;
use crate::source::Span;
use std::sync::{Arc, OnceLock};

/// How a node is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// A scalar without quotes, or nothing at all (an empty value).
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A mapping or sequence by indentation.
    Block,
    /// `{…}` or `[…]`
    Flow,
}

/// What a node is, after YAML 1.1 resolution as Kubernetes does it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value<'a> {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `yes`, `on`, … unquoted.
    Bool(bool),
    /// An integer within `i64`.
    Int(i64),
    /// An integer above `i64::MAX`.
    Uint(u64),
    /// Any other number; never infinite or NaN, which JSON cannot hold.
    Float(f64),
    /// A string.
    Str(&'a str),
    /// A mapping with that many entries, replaced ones included.
    Map(u32),
    /// A sequence with that many items.
    Seq(u32),
}

impl Value<'_> {
    /// The JSON name of its type, as the API server's messages have it.
    #[must_use]
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) | Self::Uint(_) => "integer",
            Self::Float(_) => "number",
            Self::Str(_) => "string",
            Self::Map(_) => "object",
            Self::Seq(_) => "array",
        }
    }
}

/// A comment, from `#` to the end of its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// Its bytes, `#` included, line break excluded.
    pub span: Span,
    /// Whether nothing but white space is before it on its line.
    pub own_line: bool,
}

/// The root has no parent.
pub(crate) const NO_PARENT: u32 = u32::MAX;

/// One YAML document.
///
/// A document that Kubernetes would refuse has no root; what is wrong with it
/// is among the findings that parsing returned beside it.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) text: Arc<str>,
    pub(super) decoded: String,
    pub(super) nodes: Vec<NodeData>,
    pub(super) comments: Vec<Comment>,
    pub(super) source: u32,
    pub(super) index: u32,
    pub(super) span: Span,
    /// For each item of a sequence, its number in it; worked out when one is asked for.
    pub(super) places: OnceLock<Vec<u32>>,
}

impl Document {
    /// The text of the whole source that it is part of.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number of an item in its sequence.
    fn place_of(&self, item: Node<'_>) -> u32 {
        let places = self.places.get_or_init(|| {
            let mut counts = vec![0; self.nodes.len()];
            let next = |data: &NodeData| {
                let count = counts.get_mut(data.parent as usize);
                count.map_or(0, |it| std::mem::replace(it, *it + 1))
            };
            self.nodes.iter().map(next).collect()
        });
        places.get(item.id as usize).copied().unwrap_or_default()
    }

    fn characters(&self, text: Text) -> &str {
        match text {
            Text::Source(span) => span.text(&self.text),
            Text::Decoded(span) => span.text(&self.decoded),
        }
    }

    /// The number of its source in the run.
    #[must_use]
    pub fn source(&self) -> u32 {
        self.source
    }

    /// Its number in the source, from 0; empty documents count.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The bytes between its `---` lines.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Its comments, in order.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The top node; `None` when the document is empty or would be refused.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.nodes.is_empty()).then_some(Node { doc: self, id: 0 })
    }

    /// The node with that [`Node::id`].
    #[must_use]
    pub fn node(&self, id: u32) -> Option<Node<'_>> {
        ((id as usize) < self.nodes.len()).then_some(Node { doc: self, id })
    }
}

/// A node of a [`Document`]: a handle, cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    doc: &'a Document,
    id: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.doc, other.doc) && self.id == other.id
    }
}

/// One `key: value` of a mapping.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Entry<'a> {
    /// The key; its value is always [`Value::Str`].
    pub key: Node<'a>,
    /// The value.
    pub value: Node<'a>,
}

impl<'a> Entry<'a> {
    /// The key as Kubernetes has it: `y: 1` has the key `true`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.key.as_str().unwrap_or_default()
    }
}

impl<'a> Node<'a> {
    pub(super) fn data(self) -> &'a NodeData {
        &self.doc.nodes[self.id as usize]
    }

    fn with_id(self, id: u32) -> Self {
        Self { doc: self.doc, id }
    }

    /// Its number in the document, in document order.
    #[must_use]
    pub fn id(self) -> u32 {
        self.id
    }

    /// How many nodes there are in it, itself included.
    #[must_use]
    pub fn size(self) -> u32 {
        self.data().end - self.id
    }

    /// The document it is part of.
    #[must_use]
    pub fn document(self) -> &'a Document {
        self.doc
    }

    /// The bytes it is written in. A missing value is an empty span after its key;
    /// a quoted scalar includes its quotes; a block collection runs from its first
    /// key or dash to the end of its last value.
    #[must_use]
    pub fn span(self) -> Span {
        self.data().span
    }

    /// Where to point when speaking of the node as a whole: a scalar or a flow
    /// collection itself; for a block collection, which may be a page long, the
    /// key that it belongs to, or else its first key.
    #[must_use]
    pub fn head(self) -> Span {
        if self.style() != Style::Block {
            return self.span();
        }
        let key = self.key().or_else(|| self.first_key());
        key.map_or(self.span(), Node::span)
    }

    /// [`Node::head`] with its source.
    #[must_use]
    pub fn place(self) -> Place {
        Place {
            source: self.doc.source,
            span: self.head(),
        }
    }

    fn first_key(self) -> Option<Node<'a>> {
        let mut node = self;
        while let Some(item) = node.items().next() {
            node = item;
        }
        node.entries().next().map(|entry| entry.key)
    }

    /// The text it is written in.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.span().text(&self.doc.text)
    }

    /// How it is written.
    #[must_use]
    pub fn style(self) -> Style {
        self.data().style
    }

    /// Whether it is here by an alias or a merge key; its span is then
    /// where the anchored text is.
    #[must_use]
    pub fn is_aliased(self) -> bool {
        self.data().aliased
    }

    /// What it is.
    #[must_use]
    pub fn value(self) -> Value<'a> {
        match self.data().stored {
            Stored::Null => Value::Null,
            Stored::Bool(it) => Value::Bool(it),
            Stored::Int(it) => Value::Int(it),
            Stored::Uint(it) => Value::Uint(it),
            Stored::Float(it) => Value::Float(it),
            Stored::Str(text) => Value::Str(self.doc.characters(text)),
            Stored::Map { count, .. } => Value::Map(count),
            Stored::Seq(count) => Value::Seq(count),
        }
    }

    /// Its string, when it is one; `80` and `true` unquoted are none.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        match self.data().stored {
            Stored::Str(text) => Some(self.doc.characters(text)),
            _ => None,
        }
    }

    /// Whether it is that string. Most keys differ in length from the one that is
    /// looked for, and need no look at their text.
    #[must_use]
    pub fn is_text(self, text: &str) -> bool {
        let (span, of) = match self.data().stored {
            Stored::Str(Text::Source(span)) => (span, &*self.doc.text),
            Stored::Str(Text::Decoded(span)) => (span, &*self.doc.decoded),
            _ => return false,
        };
        let (start, end) = (span.start as usize, span.end as usize);
        end - start == text.len() && of.as_bytes().get(start..end) == Some(text.as_bytes())
    }

    /// Its boolean, when it is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.data().stored {
            Stored::Bool(it) => Some(it),
            _ => None,
        }
    }

    /// Its integer, when it is one within `i64`.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self.data().stored {
            Stored::Int(it) => Some(it),
            _ => None,
        }
    }

    /// Whether it is null or empty.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.data().stored, Stored::Null)
    }

    /// Whether it is a mapping.
    #[must_use]
    pub fn is_map(self) -> bool {
        matches!(self.data().stored, Stored::Map { .. })
    }

    /// Whether it is a sequence.
    #[must_use]
    pub fn is_seq(self) -> bool {
        matches!(self.data().stored, Stored::Seq(_))
    }

    /// The value of `key`, when this is a mapping that has it and the value is not null
    /// (Kubernetes treats a null as absent).
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.entry(key)
            .map(|entry| entry.value)
            .filter(|value| !value.is_null())
    }

    /// The entry of `key`, its value null or not.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'a>> {
        match self.key_bits() >> key_bit(key) & 1 {
            0 => None,
            _ => self.entries().find(|entry| entry.key.is_text(key)),
        }
    }

    /// The bits of the keys of a mapping; none of any other node.
    pub(crate) fn key_bits(self) -> u64 {
        match self.data().stored {
            Stored::Map { keys, .. } => keys,
            _ => 0,
        }
    }

    /// [`Node::get`] along several keys.
    #[must_use]
    pub fn at(self, keys: &[&str]) -> Option<Node<'a>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a mapping in document order, without those that a later
    /// entry of the same key replaces; nothing for other nodes.
    pub fn entries(self) -> impl Iterator<Item = Entry<'a>> {
        let map = self.is_map();
        let mut at = self.id + 1;
        let end = if map { self.data().end } else { at };
        std::iter::from_fn(move || {
            while at < end {
                let key = self.with_id(at);
                let value = self.with_id(at + 1);
                at = value.data().end;
                if !key.data().replaced {
                    return Some(Entry { key, value });
                }
            }
            None
        })
    }

    /// The keys of a mapping, those included that a later one replaces.
    pub fn all_keys(self) -> impl Iterator<Item = Node<'a>> {
        let mut at = self.id + 1;
        let end = if self.is_map() { self.data().end } else { at };
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let key = self.with_id(at);
                at = self.with_id(at + 1).data().end;
                key
            })
        })
    }

    /// The items of a sequence; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'a>> {
        let mut at = self.id + 1;
        let end = if self.is_seq() { self.data().end } else { at };
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let item = self.with_id(at);
                at = item.data().end;
                item
            })
        })
    }

    /// All nodes in it, keys and replaced entries included, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'a>> {
        (self.id + 1..self.data().end).map(move |id| self.with_id(id))
    }

    /// The mapping or sequence that holds it.
    #[must_use]
    pub fn parent(self) -> Option<Node<'a>> {
        let parent = self.data().parent;
        (parent != NO_PARENT).then(|| self.with_id(parent))
    }

    /// The key it is the value of; a key is its own.
    #[must_use]
    pub fn key(self) -> Option<Node<'a>> {
        if self.is_key() {
            return Some(self);
        }
        // Keys are scalars, so the key is the node before.
        self.parent()
            .filter(|parent| parent.is_map())
            .map(|_| self.with_id(self.id - 1))
    }

    /// Its number among the items of its sequence, from 0.
    #[must_use]
    pub fn number(self) -> usize {
        self.doc.place_of(self) as usize
    }

    /// Whether it is the key of an entry.
    #[must_use]
    pub fn is_key(self) -> bool {
        self.data().key
    }
}
