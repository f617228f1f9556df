//! Names of which something else speaks: objects may come into being by other
//! ways than as objects of the run.

use super::{Bundle, Set};
use crate::parse::{Document, Node};
use crate::resolve::Resource;
use memchr::memmem::Finder;
use rustc_hash::FxHashSet;

/// What is written where nobody knows what comes of it: in documents that could
/// not be read, and in custom resources.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// A bit for the hash of each run of letters and digits. Rules ask for names that
    /// hardly ever stand there, and this spares the search for them.
    words: Vec<u64>,
    /// Beside what unread templates stand: nobody knows what they will say.
    templates: FxHashSet<Set>,
}

impl Mentions {
    fn of(bundle: &Bundle<'_>) -> Self {
        let mut found = Self {
            words: vec![0; BITS / 64],
            ..Self::default()
        };
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
    (word.iter().fold(0, mix) >> 44) as usize
}

/// How many bits there are: one for each value of the upper 20 bits of a hash.
const BITS: usize = 1 << 20;

impl Bundle<'_> {
    /// Whether an object of that name may well come into being by other ways
    /// than as an object of the run: a document that could not be read, a
    /// generator, a custom resource whose operator makes it, or a command.
    #[must_use]
    pub fn may_be_made(&self, name: &str, near: &Resource<'_>) -> bool {
        let finder = Finder::new(name);
        self.surroundings.is_generated(name)
            || self.may_be_hidden(name, near)
            || self
                .beside(near)
                .any(|it| !it.is_custom() && speaks_of(it, name, &finder))
    }

    /// Whether a document that could not be read, or a custom resource whose
    /// operator acts on it, speaks of `text`.
    #[must_use]
    pub fn may_be_hidden(&self, text: &str, near: &Resource<'_>) -> bool {
        let mentions = self.mentions.get_or_init(|| Mentions::of(self));
        if mentions.templates.contains(&self.set_of(near)) {
            return true;
        }
        if !mentions.may_hold(text) {
            return false;
        }
        let finder = Finder::new(text);
        let mut unread = self.surroundings.unread().iter();
        unread.any(|it| holds_word(written(it), &finder))
            || self.at(&self.custom).any(|it| speaks_of(it, text, &finder))
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

/// Whether a text somewhere in `resource` holds `name` as a word. What built-in
/// objects merely refer to does not count.
fn speaks_of(resource: &Resource<'_>, name: &str, finder: &Finder<'_>) -> bool {
    // Hardly any does; one look at the text of its document tells.
    let text = written(resource.node.document());
    if finder.find(text.as_bytes()).is_none() {
        return false;
    }
    let refers = |node: Node<'_>| {
        let key = node.key().and_then(Node::as_str).unwrap_or_default();
        !resource.is_custom() && REFERENCES.contains(&key)
    };
    let speaks = |node: Node<'_>| {
        let text = node.as_str().filter(|it| it.len() >= name.len());
        text.is_some_and(|it| holds_word(it, finder)) && !node.is_key() && !refers(node)
    };
    resource.node.descendants().any(speaks)
}

fn holds_word(text: &str, word: &Finder<'_>) -> bool {
    let text = text.as_bytes();
    let wordy = |it: Option<&u8>| it.is_some_and(u8::is_ascii_alphanumeric);
    word.find_iter(text).any(|at| {
        let end = at + word.needle().len();
        !wordy(text[..at].last()) && !wordy(text.get(end))
    })
}
