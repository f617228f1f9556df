//! Names that something else mentions: objects may be created by other
//! ways than as objects of the run.

use super::{Bundle, Set, hash};
use crate::parse::{Document, Node};
use crate::resolve::Resource;
use memchr::memmem::Finder;
use rustc_hash::FxHashSet;
use std::sync::PoisonError;

/// What is written where its effect is unknown: in documents that could
/// not be read, and in custom resources.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// A bit for the hash of each run of letters and digits. Rules ask for names that
    /// rarely occur, and this spares the search for them.
    words: Vec<u64>,
    /// The sets with unread templates: what they render to is unknown.
    templates: FxHashSet<Set>,
}

/// How many bytes are searched for a name. Where more may mention it, it may be made: that
/// is what they are searched for, and a name that is in so much text is not a typo.
const SEARCHED: usize = 8 << 20;

/// How many bytes are searched in all, if each object asks for a name; some seconds' worth.
const SEARCHED_IN_ALL: usize = 40 << 30;

/// So few objects beside another are searched without a look at the words of the run, which
/// would have to be read first.
const FEW: usize = 300;

/// The words of a run that built-in objects hold where they refer to nothing, as bits.
#[derive(Debug)]
pub(super) struct Spoken(Mentions);

impl Spoken {
    fn of(bundle: &Bundle<'_>) -> Self {
        let mut found = Mentions::new();
        for resource in bundle.resources.iter().filter(|it| !it.is_custom()) {
            let spoken = resource.node.descendants().filter(|it| !it.is_key());
            for node in spoken.filter(|it| !refers(*it)) {
                found.read(node.as_str().unwrap_or_default());
            }
        }
        Self(found)
    }
}

impl Mentions {
    fn new() -> Self {
        Self {
            words: vec![0; BITS / 64],
            templates: FxHashSet::default(),
        }
    }

    fn of(bundle: &Bundle<'_>) -> Self {
        let mut found = Self::new();
        for document in bundle.surroundings.unread() {
            let written = written(document);
            found.read(written);
            if written.contains("{{") {
                let set = bundle.set_of_source(document.source());
                found.templates.insert(set);
            }
        }
        let mut last = None;
        for resource in bundle.at(&bundle.custom) {
            let document = resource.node.document();
            let id = Some((document.source(), document.index()));
            if std::mem::replace(&mut last, id) != id {
                found.read(written(document));
            }
        }
        found
    }

    fn read(&mut self, text: &str) {
        for (index, part) in text.split('\\').enumerate() {
            let words = words(part);
            if let Some(first) = words.clone().next().filter(|_| index > 0) {
                // In quotes the letter after a backslash is none of the word.
                self.add(first.get(1..).unwrap_or_default());
            }
            words.for_each(|it| self.add(it));
        }
    }

    fn add(&mut self, word: &[u8]) {
        let at = bit(word);
        self.words[at / 64] |= 1 << (at % 64);
    }

    /// Whether all that `name` consists of is written somewhere.
    fn may_hold(&self, name: &str) -> bool {
        words(name).all(|it| {
            let at = bit(it);
            self.words[at / 64] >> (at % 64) & 1 == 1
        })
    }
}

/// The runs of letters and digits in a text, and empty ones between other characters.
fn words(text: &str) -> impl Iterator<Item = &[u8]> + Clone {
    let text = text.as_bytes();
    text.split(|it| !it.is_ascii_alphanumeric())
}

/// The bit of a word: the upper bits of a hash.
fn bit(word: &[u8]) -> usize {
    let mix = |hash: u64, byte: &u8| {
        (hash.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    };
    (word.iter().fold(0, mix) >> (64 - LOG_BITS)) as usize
}

/// How many bits there are: one for each value of the upper bits of a hash. With so many,
/// those of a hundred thousand words are wrong about one name in a hundred.
const BITS: usize = 1 << LOG_BITS;
const LOG_BITS: u32 = 23;

impl Bundle<'_> {
    /// Whether an object of that name may well be created by other ways
    /// than as an object of the run: a document that could not be read, a
    /// generator, a custom resource whose operator makes it, or a command.
    #[must_use]
    pub fn may_be_made(&self, name: &str, near: &Resource<'_>) -> bool {
        if self.surroundings.is_generated(name) || self.may_be_hidden(name, near) {
            return true;
        }
        let spoken = || self.spoken.get_or_init(|| Spoken::of(self));
        if self.beside(near).nth(FEW).is_some() && !spoken().0.may_hold(name) {
            return false;
        }
        let key = (self.set_of(near), hash(name, "", ""));
        let known = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(&key).copied();
        found.unwrap_or_else(|| {
            let mut search = self.search(name);
            let mut beside = self.beside(near).filter(|it| !it.is_custom());
            let found = beside.any(|it| search.finds_in(it));
            known().insert(key, found);
            found
        })
    }

    fn search<'n>(&self, name: &'n str) -> Search<'n> {
        Search {
            name,
            finder: Finder::new(name),
            left: SEARCHED.min(SEARCHED_IN_ALL / self.resources.len().max(1)),
        }
    }

    /// Whether a document that could not be read, or a custom resource whose
    /// operator acts on it, mentions `text`.
    #[must_use]
    pub fn may_be_hidden(&self, text: &str, near: &Resource<'_>) -> bool {
        let mentions = self.mentions.get_or_init(|| Mentions::of(self));
        if mentions.templates.contains(&self.set_of(near)) {
            return true;
        }
        if !mentions.may_hold(text) {
            return false;
        }
        let mut search = self.search(text);
        let mut unread = self.surroundings.unread().iter();
        unread.any(|it| search.is_over(written(it)) || holds_word(written(it), &search.finder))
            || self.at(&self.custom).any(|it| search.finds_in(it))
    }
}

fn written(document: &Document) -> &str {
    document.span().text(document.text())
}

/// Fields that name other objects; to be named there makes no object.
const REFERENCES: &[&str] = &[
    "name",
    "secretName",
    "claimName",
    "serviceAccountName",
    "serviceAccount",
    "serviceName",
];

/// Whether a value is merely the name of another object.
fn refers(node: Node<'_>) -> bool {
    let key = node.key().and_then(Node::as_str).unwrap_or_default();
    REFERENCES.contains(&key)
}

/// A search for a name in one object after the other.
struct Search<'n> {
    name: &'n str,
    finder: Finder<'n>,
    /// How many bytes may still be searched.
    left: usize,
}

impl Search<'_> {
    /// Whether `text` is more than may be searched.
    fn is_over(&mut self, text: &str) -> bool {
        let left = self.left.checked_sub(text.len());
        self.left = left.unwrap_or_default();
        left.is_none()
    }

    /// Whether a text somewhere in `resource` holds the name as a word. What built-in
    /// objects merely refer to does not count.
    fn finds_in(&mut self, resource: &Resource<'_>) -> bool {
        // The text of an item of a list is that of the whole list.
        let text = resource.node.span().text(resource.node.document().text());
        if self.is_over(text) {
            return true;
        }
        // Hardly any does; one look at its text tells.
        if self.finder.find(text.as_bytes()).is_none() {
            return false;
        }
        let speaks = |node: Node<'_>| {
            let text = node.as_str().filter(|it| it.len() >= self.name.len());
            let is_reference = !resource.is_custom() && refers(node);
            text.is_some_and(|it| holds_word(it, &self.finder)) && !node.is_key() && !is_reference
        };
        resource.node.descendants().any(speaks)
    }
}

fn holds_word(text: &str, word: &Finder<'_>) -> bool {
    let text = text.as_bytes();
    let wordy = |it: Option<&u8>| it.is_some_and(u8::is_ascii_alphanumeric);
    word.find_iter(text).any(|at| {
        let end = at + word.needle().len();
        !wordy(text[..at].last()) && !wordy(text.get(end))
    })
}
