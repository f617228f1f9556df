//! What the API server refuses.
//!
//! First comes the shape: is the kind known, does the strict decoder take every
//! field and value, is what the server requires there. A mistake gives one
//! finding: what is below a wrong value, or missing because it stands in the
//! wrong place, is not reported again.

mod elsewhere;
mod explain;
mod kinds;
mod misplaced;
mod required;
mod scalar;
mod structure;
mod unique;

pub use kinds::check_identity;

use crate::catalog::{Catalog, Minor};
use crate::finding::{Finding, Place, Severity};
use crate::parse::Node;
use crate::resolve::Resource;
use crate::source::Span;

/// Checks one object against the API of one minor release.
///
/// Reports `unknown-kind`, `api-removed`, `unknown-field`, `api-type`,
/// `api-required`, `api-unsupported` and `api-duplicate`. Kinds of groups that
/// are not Kubernetes' own pass unseen. The items of a `List` are objects of
/// their own.
pub fn check(catalog: &Catalog, minor: Minor, resource: &Resource<'_>, out: &mut Vec<Finding>) {
    let kind = catalog.kind_of(resource.api_version, resource.kind);
    match kind.and_then(|kind| kind.type_in(minor)) {
        Some(top) => structure::check(catalog, minor, resource, top, out),
        None => kinds::check(catalog, minor, resource, kind, out),
    }
}

/// A finding at `span` about the value `at` of an object.
fn finding(
    rule: &'static str,
    resource: &Resource<'_>,
    at: Node<'_>,
    span: Span,
    message: String,
) -> Finding {
    let place = Place {
        source: at.document().source(),
        span,
    };
    let mut finding = Finding::new(rule, Severity::Error, place, message);
    finding.document = at.document().index();
    finding.object = Some(resource.reference());
    let path = at.path_below(resource.node);
    finding.field = (!path.is_empty()).then_some(path);
    finding
}
