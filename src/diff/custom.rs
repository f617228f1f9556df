//! Custom resources, by the definitions among the manifests and those that are given.

use super::{Context, Entry};
use crate::cel::Programs;
use crate::custom::{self, Defined, Server};
use crate::resolve::{Bundle, Resource};
use crate::schema::{Definition, Definitions};
use std::sync::Arc;

/// What is known about custom resources.
pub(super) struct Customs {
    definitions: Definitions,
    programs: Programs,
}

impl Customs {
    /// The definitions as they are applied with the new manifests; those that only
    /// the old ones hold stay for the kinds that the new ones do not define.
    pub(super) fn new(old: &Bundle<'_>, new: &Bundle<'_>) -> Self {
        let mut definitions = Definitions::default();
        for bundle in [new, old] {
            let made: Vec<_> = all(bundle)
                .filter_map(|it| Definition::new(it.node, it.source()))
                .filter(|it| definitions.of(&it.group, &it.kind).next().is_none())
                .collect();
            for one in made {
                definitions.add(Arc::new(one), "");
            }
        }
        Self {
            definitions,
            programs: Programs::default(),
        }
    }

    /// Adds what the server refuses about the object of an entry.
    pub(super) fn judge(&self, context: Context<'_>, entry: &mut Entry<'_>) {
        let Some(new) = entry.new else { return };
        let (group, kind) = (new.group(), new.kind);
        // A folder of files may not have all versions of a kind.
        let has_version = |it: &&Definition| !it.is_loose || it.version(new.version()).is_some();
        let given = context.definitions.of(group, kind).filter(has_version);
        let mut known = self.definitions.of(group, kind).chain(given);
        let Some(definition) = known.next() else {
            return;
        };
        let version = definition.version(new.version());
        let Some(version) = version.filter(|it| it.served) else {
            entry.refusals.extend(custom::not_served(&new, definition));
            return;
        };
        let server = Server {
            catalog: context.catalog,
            minor: context.minor,
            programs: &self.programs,
        };
        let defined = Defined {
            definition,
            version,
        };
        match &entry.old {
            Some(old) => custom::update(server, (old, &new), defined, &mut entry.refusals),
            None => custom::check(server, &new, defined, &mut entry.refusals),
        }
    }
}

fn all<'b, 'a>(bundle: &'b Bundle<'a>) -> impl Iterator<Item = &'b Resource<'a>> {
    bundle.of_kind("apiextensions.k8s.io", "CustomResourceDefinition")
}
