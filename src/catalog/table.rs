//! The binary form of a catalog, and how it is read.
//!
//! A table is a run of little-endian `u32` words followed by the text of all its
//! names; `schemas/generate/encode.go` writes it. It is read in place: opening it
//! looks at sixteen words, and a look-up is a binary search over records. Types
//! that are built at run time are put into the same form, so that there is one
//! kind of type and one reader.
//!
//! A word that is out of place reads as 0, and type 0 is always there: a damaged
//! table gives wrong answers, never a panic.

use std::borrow::Cow;

const MAGIC: u32 = u32::from_le_bytes(*b"PLMS");
const VERSION: u32 = 2;

/// A name is one word: where it starts in the text, and in this many low bits its length.
const LENGTH_BITS: u32 = 10;

/// Words in a record of each section.
pub(super) const TYPE_WORDS: u32 = 4;
pub(super) const FIELD_WORDS: u32 = 3;
/// A kind's record has these, and then one type for each minor.
pub(super) const KIND_WORDS: u32 = 7;

/// Where each section starts, in words, and how many records it has.
#[derive(Clone, Copy, Debug, Default)]
struct Section {
    start: u32,
    count: u32,
}

/// Types, fields and kinds.
#[derive(Debug)]
pub(super) struct Table {
    words: Cow<'static, [u8]>,
    text: Cow<'static, str>,
    pub(super) first_minor: u32,
    pub(super) minor_count: u32,
    types: Section,
    fields: Section,
    pool: Section,
    kinds: Section,
}

impl Table {
    /// Opens a table, or gives `None` where it is none.
    pub(super) fn open(bytes: &'static [u8]) -> Option<Self> {
        let word = |index: u32| read(bytes, index);
        if word(0) != MAGIC || word(1) != VERSION {
            return None;
        }
        let section = |count: u32, start: u32| Section {
            start: word(start),
            count: word(count),
        };
        let text = bytes.get(word(12) as usize..)?;
        Some(Self {
            words: Cow::Borrowed(bytes),
            text: Cow::Borrowed(std::str::from_utf8(text).ok()?),
            first_minor: word(2),
            minor_count: word(3),
            types: section(4, 8),
            fields: section(5, 9),
            pool: section(6, 10),
            kinds: section(7, 11),
        })
    }

    /// A table that holds nothing.
    pub(super) fn empty() -> Self {
        let none = Section::default();
        Self {
            words: Cow::Borrowed(&[]),
            text: Cow::Borrowed(""),
            first_minor: 0,
            minor_count: 0,
            types: none,
            fields: none,
            pool: none,
            kinds: none,
        }
    }

    fn word(&self, index: u32) -> u32 {
        read(&self.words, index)
    }

    /// The name that a word stands for.
    pub(super) fn name(&self, packed: u32) -> &str {
        let start = (packed >> LENGTH_BITS) as usize;
        let length = (packed & ((1 << LENGTH_BITS) - 1)) as usize;
        self.text.get(start..start + length).unwrap_or_default()
    }

    /// A word of a type's record.
    pub(super) fn type_word(&self, id: u32, word: u32) -> u32 {
        self.word(self.types.start + id * TYPE_WORDS + word)
    }

    /// A word of a field's record.
    pub(super) fn field_word(&self, id: u32, word: u32) -> u32 {
        self.word(self.fields.start + id * FIELD_WORDS + word)
    }

    /// A name of a list of names.
    pub(super) fn pool_name(&self, index: u32) -> &str {
        self.name(self.word(self.pool.start + index))
    }

    /// A word of a kind's record.
    pub(super) fn kind_word(&self, id: u32, word: u32) -> u32 {
        let words = KIND_WORDS + self.minor_count;
        self.word(self.kinds.start + id * words + word)
    }

    /// How many kinds it has, over all minors.
    pub(super) fn kind_count(&self) -> u32 {
        self.kinds.count
    }

    /// How many types it has.
    #[cfg(test)]
    pub(super) fn type_count(&self) -> u32 {
        self.types.count
    }
}

fn read(bytes: &[u8], index: u32) -> u32 {
    let at = index as usize * 4;
    bytes
        .get(at..at + 4)
        .and_then(|word| word.try_into().ok())
        .map_or(0, u32::from_le_bytes)
}
