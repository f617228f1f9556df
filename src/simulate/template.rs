//! Whether two pod templates are the same to a controller, so that going from one
//! to the other replaces no pod.

use crate::catalog::{Catalog, Minor};
use crate::resolve::view::Workload;
use crate::same;

/// Whether the two workloads, both of one kind, have equal templates: as the API
/// server of that minor stores them, with its defaults, and quantities by value.
#[must_use]
pub fn same(old: &Workload<'_>, new: &Workload<'_>, minor: Minor) -> bool {
    let catalog = Catalog::builtin();
    let (old, new) = (&old.resource, &new.resource);
    let kind = catalog.kind_of(new.api_version, new.kind);
    let changes = same::changes(kind.and_then(|it| it.type_in(minor)), minor, old, new);
    !same::is_changed(&changes, "spec.template")
}
