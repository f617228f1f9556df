//! How an object gets from a version of its kind to the one that replaces it.

use super::alike::alike;
use super::structure::{self, rewrite};
use crate::catalog::{Catalog, Kind, MinorRange};
use crate::finding::Finding;
use crate::fix::Fix;
use crate::resolve::Resource;
use std::fmt::Write as _;

/// Fields that the advice names at most.
const SHOWN: usize = 3;

/// What to do about an old version.
pub(super) struct Way {
    pub(super) help: String,
    pub(super) fix: Option<Fix>,
}

/// The way from `old`, the kind of `resource`, to the version `new` of the same
/// kind. Where `new` is not a version of that kind, there is advice only.
///
/// The change is safe where both versions say the same of what the object has;
/// it is offered as unsafe where the new version takes the object, but the two
/// differ or the old one is not known any more.
pub(super) fn find(
    catalog: &Catalog,
    minors: MinorRange,
    resource: &Resource<'_>,
    old: Kind<'_>,
    new: &str,
) -> Way {
    let mut way = Way {
        help: format!("use {new}"),
        fix: None,
    };
    let Some(target) = catalog.kind_of(new, resource.kind) else {
        return way;
    };
    let missing = |it| target.type_in(it).is_none();
    if let Some(late) = minors.iter().rfind(|it| missing(*it)) {
        let _ = write!(way.help, ", which is not in Kubernetes {late} yet");
        return way;
    }
    let Some(wanted) = target.type_in(minors.high()) else {
        return way;
    };
    let edit = resource.node.get("apiVersion");
    let Some(edit) = edit.and_then(|at| rewrite(at, new)) else {
        return way;
    };
    let mut known = catalog.minors().rev().filter_map(|it| old.type_in(it));
    let is_same = known
        .next()
        .is_some_and(|it| alike(resource.node, it, wanted));
    let title = format!("use {new}");
    if is_same && !means_another(resource, new) {
        way.fix = Some(Fix::safe(title, vec![edit]));
        return way;
    }
    let mut against = Vec::new();
    structure::check(catalog, minors.high(), resource, wanted, &mut against);
    if against.is_empty() {
        way.fix = Some(Fix::risky(title, vec![edit]));
    } else {
        name_fields(&mut way.help, &against);
    }
    way
}

/// Names the fields that the new version does not take as they are.
fn name_fields(help: &mut String, against: &[Finding]) {
    let mut fields: Vec<&str> = against
        .iter()
        .filter_map(|it| it.field.as_deref())
        .collect();
    fields.dedup();
    let shown = fields.iter().take(SHOWN).copied().collect::<Vec<_>>();
    let _ = write!(help, "; also change {}", shown.join(", "));
    if fields.len() > SHOWN {
        let _ = write!(help, " and {} more", fields.len() - SHOWN);
    }
}

/// Whether the same fields mean something else in the new version.
///
/// An empty selector of a budget selects no pod in `policy/v1beta1` and all in
/// `policy/v1`; the versions of flow control differ in the defaults that their
/// code fills in.
fn means_another(resource: &Resource<'_>, new: &str) -> bool {
    match (resource.group(), new) {
        ("policy", "policy/v1") if resource.kind == "PodDisruptionBudget" => {
            let selector = resource.node.at(&["spec", "selector"]);
            selector.is_none_or(|it| it.entries().next().is_none())
        }
        ("flowcontrol.apiserver.k8s.io", _) => true,
        _ => false,
    }
}
