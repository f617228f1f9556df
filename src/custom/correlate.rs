//! Which value was in the place of another before an update, as the server finds
//! it: by name in mappings, by key in lists that are maps, and nowhere else. What an
//! update does not touch is not checked against it ("ratcheting").

use super::keywords::are_equal;
use crate::schema::{Data, Item, ListType, Schema};

/// A value with the one that it takes the place of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Correlated<'i> {
    pub(super) new: &'i Item<'i>,
    pub(super) old: &'i Item<'i>,
    /// Of both; nothing is known of fields that it does not have.
    pub(super) schema: &'i Schema,
}

impl<'i> Correlated<'i> {
    /// The entry of that name.
    pub(super) fn key(self, name: &str) -> Option<Self> {
        Some(Self {
            new: self.new.get(name)?,
            old: self.old.get(name)?,
            schema: self.schema.field(name)?,
        })
    }

    /// The item with that number in the new list.
    pub(super) fn index(self, index: usize) -> Option<Self> {
        let new = self.new.items().get(index)?;
        Some(Self {
            new,
            old: counterpart(self.old, new, self.schema)?,
            schema: self.schema.items.as_deref()?,
        })
    }

    /// Whether nothing in it changes. What the schema does not know of counts as
    /// changed, unless a list holds it that is one value.
    pub(super) fn is_same(self) -> bool {
        match (&self.new.data, &self.old.data) {
            (Data::List(new), Data::List(old)) => {
                if !matches!(self.schema.list_type, ListType::Map(_)) {
                    return are_equal(self.new, self.old);
                }
                new.len() == old.len()
                    && (0..new.len()).all(|it| self.index(it).is_some_and(Self::is_same))
            }
            (Data::Map(new), Data::Map(old)) => {
                let is_same = |name: &str| self.key(name).is_some_and(Self::is_same);
                new.len() == old.len() && new.iter().all(|it| is_same(&it.name))
            }
            (new, old) => new == old,
        }
    }
}

/// The item of the list `old` that has the keys of `new`; none in lists that are no
/// maps.
pub(super) fn counterpart<'i, 'a>(
    old: &'i Item<'a>,
    new: &Item<'_>,
    schema: &Schema,
) -> Option<&'i Item<'a>> {
    let ListType::Map(keys) = &schema.list_type else {
        return None;
    };
    let is_key = |it: &Item<'_>| !matches!(it.data, Data::Null | Data::List(_) | Data::Map(_));
    let fits = |old: &&Item<'a>| {
        keys.iter().all(|key| match (old.get(key), new.get(key)) {
            (Some(a), Some(b)) => is_key(a) && are_equal(a, b),
            _ => false,
        })
    };
    old.items().iter().find(fits)
}
