//! A node as a document stores it: forty bytes, whatever it is.

use super::node::Style;
use crate::source::Span;

/// Where the characters of a string value are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text {
    /// Verbatim in the source.
    Source(Span),
    /// In the document's own buffer: the text had escapes, folds or line breaks.
    Decoded(Span),
}

/// What a node is, as it is stored; [`super::Value`] to everyone else.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stored {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(Text),
    Map {
        count: u32,
        /// The bits ([`key_bit`]) of its keys: most look-ups are for fields that are not
        /// there, and end at this.
        keys: u64,
    },
    Seq(u32),
}

/// The number of one of 64 bits for a key, by its length and three of its letters. In
/// line it is a constant where the key is one, whose text then need not be read.
#[inline(always)]
pub(crate) fn key_bit(key: &str) -> u32 {
    let bytes = key.as_bytes();
    let letter = |at: usize| bytes.get(at).map_or(0, |it| u32::from(*it));
    let count = bytes.len();
    let mixed = letter(0)
        .wrapping_add(letter(count / 2) << 1)
        .wrapping_add(letter(count.wrapping_sub(1)) << 3)
        .wrapping_add((count as u32).wrapping_mul(11));
    mixed & 63
}

/// A node: where it is written, and what it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeData {
    pub(super) span: Span,
    pub(super) parent: u32,
    /// Index one past the last descendant.
    pub(super) end: u32,
    pub(super) stored: Stored,
    pub(super) style: Style,
    /// It is here by an alias or a merge key.
    pub(super) aliased: bool,
    /// It is a key of its parent.
    pub(super) key: bool,
    /// On a key: a later entry of the same mapping replaces this one.
    pub(super) replaced: bool,
}
