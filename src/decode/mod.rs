//! Strict decoding: whether the kind is known, and whether the API server's decoder takes
//! every field and value of an object.
//!
//! A mistake gives one finding: what is below a wrong value, or missing because it is in
//! the wrong place, is not reported again. With it comes what the catalog alone knows of
//! an object: required fields, unique entries, where a misplaced field belongs.

pub(crate) mod alike;
mod elsewhere;
pub(crate) mod explain;
mod identity;
pub(crate) mod kinds;
mod misplaced;
mod relocate;
pub(crate) mod required;
mod scalar;
pub(crate) mod structure;
mod successor;
mod unique;

pub use identity::{check_identity, check_stray};

use crate::finding::{Finding, Place, Severity};
use crate::parse::Node;
use crate::resolve::Resource;
use crate::source::Span;

/// A finding at `span` about the value `at` of an object.
pub(crate) fn finding(
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
