//! The API of Kubernetes, minor by minor: kinds, their types, and their lives.
//!
//! The built-in catalog is one table in the binary (`schemas/catalog.bin`), made
//! from Kubernetes' own modules. Nothing is unpacked: a [`Catalog`] is a few
//! numbers over that table, and everything it hands out is a handle.

mod minor;
mod range;
mod table;
mod types;

pub use minor::Minor;
pub use range::{MinorRange, MinorSet};
pub use types::{Field, List, ListType, Names, Object, Shape, TypeRef};

use std::cmp::Ordering;
use table::{KIND_WORDS, Table};

static BUILT_IN: &[u8] = include_bytes!("../../schemas/catalog.bin");

/// Kinds and types of all embedded minors.
#[derive(Debug)]
pub struct Catalog {
    table: Table,
}

impl Catalog {
    /// The kinds that Kubernetes itself serves, of every embedded minor.
    #[must_use]
    pub fn builtin() -> Self {
        Self {
            table: Table::open(BUILT_IN).unwrap_or_else(Table::empty),
        }
    }

    /// The embedded minors, oldest first.
    pub fn minors(&self) -> impl DoubleEndedIterator<Item = Minor> + use<> {
        let first = self.table.first_minor;
        (first..first + self.table.minor_count)
            .map(|number| Minor::new(u8::try_from(number).unwrap_or(u8::MAX)))
    }

    /// The newest embedded minor.
    #[must_use]
    pub fn newest(&self) -> Minor {
        self.minors().next_back().unwrap_or(Minor::new(0))
    }

    /// The kind of that group, version and name, whatever minors serve it.
    #[must_use]
    pub fn kind(&self, group: &str, version: &str, name: &str) -> Option<Kind<'_>> {
        let (mut low, mut high) = (0, self.table.kind_count());
        while low < high {
            let middle = low + (high - low) / 2;
            let kind = self.kind_at(middle);
            let order = kind.name().cmp(name);
            let order = order.then_with(|| kind.group().cmp(group));
            match order.then_with(|| kind.version().cmp(version)) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(kind),
            }
        }
        None
    }

    /// [`Catalog::kind`] by an `apiVersion` as objects have it.
    #[must_use]
    pub fn kind_of(&self, api_version: &str, name: &str) -> Option<Kind<'_>> {
        let (group, version) = split_api_version(api_version);
        self.kind(group, version, name)
    }

    /// All kinds of all minors, by name, group and version.
    pub fn kinds(&self) -> impl Iterator<Item = Kind<'_>> {
        (0..self.table.kind_count()).map(|id| self.kind_at(id))
    }

    /// The type of that group, version and kind in one minor; `None` where the
    /// minor does not serve it.
    #[must_use]
    pub fn type_of(&self, minor: Minor, api_version: &str, kind: &str) -> Option<TypeRef<'_>> {
        self.kind_of(api_version, kind)?.type_in(minor)
    }

    /// Whether a group is one of Kubernetes' own: its kinds are all known here.
    #[must_use]
    pub fn has_group(&self, group: &str) -> bool {
        let served = |kind: &Kind<'_>| kind.group() == group && kind.plural().is_some();
        self.kinds().any(|kind| served(&kind))
    }

    fn kind_at(&self, id: u32) -> Kind<'_> {
        Kind {
            table: &self.table,
            id,
        }
    }
}

/// The group and the version of an `apiVersion`; the core group is empty.
#[must_use]
pub fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// A group, version and kind, with its life over the minors.
#[derive(Clone, Copy, Debug)]
pub struct Kind<'c> {
    table: &'c Table,
    id: u32,
}

/// What replaces a kind that goes away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replacement<'c> {
    /// Its group.
    pub group: &'c str,
    /// Its version.
    pub version: &'c str,
    /// Its kind.
    pub kind: &'c str,
}

impl<'c> Kind<'c> {
    fn word(self, word: u32) -> u32 {
        self.table.kind_word(self.id, word)
    }

    /// `kind` as objects have it: `Deployment`.
    #[must_use]
    pub fn name(self) -> &'c str {
        self.table.name(self.word(0))
    }

    /// The API group; empty for the core group.
    #[must_use]
    pub fn group(self) -> &'c str {
        self.table.name(self.word(1))
    }

    /// The version: `v1`.
    #[must_use]
    pub fn version(self) -> &'c str {
        self.table.name(self.word(2))
    }

    /// `apiVersion` as objects have it: `apps/v1`.
    #[must_use]
    pub fn api_version(self) -> String {
        join_api_version(self.group(), self.version())
    }

    /// The name of its resource: `deployments`. `None` where it has no
    /// collection of its own, as lists and subresources have none.
    #[must_use]
    pub fn plural(self) -> Option<&'c str> {
        (self.word(4) & 1 != 0).then(|| self.table.name(self.word(3)))
    }

    /// Whether its objects live in namespaces; `None` where that is not known,
    /// as for lists.
    #[must_use]
    pub fn is_namespaced(self) -> Option<bool> {
        let flags = self.word(4);
        (flags & 8 != 0).then_some(flags & 2 != 0)
    }

    fn life(self, shift: u32) -> Option<Minor> {
        let [number, ..] = (self.word(5) >> shift).to_le_bytes();
        (number != 0).then_some(Minor::new(number))
    }

    /// The minor that brought it, where known.
    #[must_use]
    pub fn introduced(self) -> Option<Minor> {
        self.life(0)
    }

    /// The minor that deprecated it.
    #[must_use]
    pub fn deprecated(self) -> Option<Minor> {
        self.life(8)
    }

    /// The first minor without it; may lie beyond the embedded ones.
    #[must_use]
    pub fn removed(self) -> Option<Minor> {
        self.life(16)
    }

    /// What to use instead.
    #[must_use]
    pub fn replacement(self) -> Option<Replacement<'c>> {
        let start = self.word(6).checked_sub(1)?;
        Some(Replacement {
            group: self.table.pool_name(start),
            version: self.table.pool_name(start + 1),
            kind: self.table.pool_name(start + 2),
        })
    }

    /// Its type in `minor`, where that serves it.
    #[must_use]
    pub fn type_in(self, minor: Minor) -> Option<TypeRef<'c>> {
        let index = u32::from(minor.number()).checked_sub(self.table.first_minor)?;
        if index >= self.table.minor_count {
            return None;
        }
        let id = self.word(KIND_WORDS + index).checked_sub(1)?;
        Some(TypeRef {
            table: self.table,
            id,
        })
    }
}

impl Replacement<'_> {
    /// `apiVersion` as objects have it.
    #[must_use]
    pub fn api_version(&self) -> String {
        join_api_version(self.group, self.version)
    }
}

fn join_api_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

#[cfg(test)]
mod tests;
