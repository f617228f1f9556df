//! Names of which something else speaks: objects may come into being by other
//! ways than as objects of the run.

use super::{Bundle, Set};
use crate::parse::{Document, Node};
use crate::resolve::Resource;
use memchr::memmem::Finder;
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::hash::BuildHasher;

/// What is written where nobody knows what comes of it: in documents that could
/// not be read, and in custom resources.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// The hashes of all runs of letters and digits. Rules ask for names that hardly
    /// ever stand there, and this spares the search for them.
    words: FxHashSet<u64>,
    /// Beside what unread templates stand: nobody knows what they will say.
    templates: FxHashSet<Set>,
}

impl Mentions {
    fn of(bundle: &Bundle<'_>) -> Self {
        let mut found = Self::default();
        for document in bundle.surroundings.unread() {
            let written = written(document);
            found.read(written);
            if written.contains("{{") {
                let set = bundle.set_of_source(document.source());
                found.templates.insert(set);
            }
        }
        for resource in bundle.at(&bundle.custom) {
            found.read(written(resource.node.document()));
        }
        found
    }

    fn read(&mut self, text: &str) {
        let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
        self.words.extend(runs.map(|it| FxBuildHasher.hash_one(it)));
        // In quotes the letter after a backslash is none of the word.
        let escaped = text.split('\\').skip(1).filter_map(|it| it.get(1..));
        let first = escaped.filter_map(|it| it.split(|c: char| !c.is_ascii_alphanumeric()).next());
        self.words
            .extend(first.map(|it| FxBuildHasher.hash_one(it)));
    }

    /// Whether all that `name` consists of is written somewhere.
    fn may_hold(&self, name: &str) -> bool {
        let mut runs = name.split(|c: char| !c.is_ascii_alphanumeric());
        runs.all(|it| self.words.contains(&FxBuildHasher.hash_one(it)))
    }
}

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
        unread.any(|it| holds_word(written(it), text))
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
    let mut waiting = vec![resource.node];
    while let Some(node) = waiting.pop() {
        waiting.extend(node.items());
        waiting.extend(node.entries().map(|entry| entry.value));
        let Some(text) = node.as_str() else { continue };
        let refers = || {
            let key = node.key().and_then(Node::as_str).unwrap_or_default();
            !resource.is_custom() && REFERENCES.contains(&key)
        };
        if holds_word(text, name) && !refers() {
            return true;
        }
    }
    false
}

fn holds_word(text: &str, word: &str) -> bool {
    let wordy = |c: char| c.is_ascii_alphanumeric();
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(wordy) && !text[at + word.len()..].starts_with(wordy))
}
