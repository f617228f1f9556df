//! What the API server refuses.
//!
//! First comes the shape: is the kind known, does the strict decoder take every
//! field and value, is what the server requires there. A mistake gives one
//! finding: what is below a wrong value, or missing because it is in the
//! wrong place, is not reported again.

mod range;

use crate::catalog::{Catalog, Minor, MinorRange};
use crate::decode::{kinds, structure};
use crate::definition;
use crate::finding::{Finding, is_of_validation};
use crate::resolve::Resource;
use crate::same;
use crate::server::{self, Extent};

/// Checks what creating the object would check in code, and says how far its kind is
/// known; `None` for kinds that are not Kubernetes' own.
pub fn create(resource: &Resource<'_>, minor: Minor, out: &mut Vec<Finding>) -> Option<Extent> {
    server::create(check_of(resource), resource, minor, out).map(|(extent, _)| extent)
}

/// Checks what applying `new` over `old` would check in code: an accepted object of the
/// same kind and name. False for kinds that are not judged. `changes` are what
/// [`same::changes`] finds between the two.
pub fn replace<'a>(
    (old, new): (&Resource<'a>, &Resource<'a>),
    changes: &[same::Change<'a>],
    minor: Minor,
    out: &mut Vec<Finding>,
) -> bool {
    let Some(check) = check_of(new) else {
        return false;
    };
    server::update(check, (old, new), changes, minor, out);
    true
}

fn check_of(resource: &Resource<'_>) -> Option<server::Check> {
    let (group, version, kind) = (resource.group(), resource.version(), resource.kind);
    definition::check_of(group, version, kind).or_else(|| server::check_of(group, version, kind))
}

/// Checks one object against the API of one minor release, or of a range of
/// them: then it must hold for all, and a finding says which of them it is about
/// unless it is about all.
///
/// Reports `unknown-kind`, `api-removed`, `api-deprecated`, `unknown-field`,
/// `field-too-new`, `feature-removed`, `api-type`, and the names of
/// the server's checks. Kinds of groups that are not Kubernetes' own pass unseen. The
/// items of a `List` are objects of their own.
pub fn check(
    catalog: &Catalog,
    minors: impl Into<MinorRange>,
    resource: &Resource<'_>,
    out: &mut Vec<Finding>,
) {
    let minors = minors.into();
    let kind = catalog.kind_of(resource.api_version, resource.kind);
    kinds::check(catalog, minors, resource, kind, out);
    let Some(kind) = kind else { return };
    if !minors.is_single() {
        return range::check(catalog, minors, resource, kind, out);
    }
    let Some(top) = kind.type_in(minors.high()) else {
        return;
    };
    let first = out.len();
    let is_whole = structure::check(catalog, minors.high(), resource, top, out);
    // The server decodes the whole object before it looks at any value.
    if is_whole && out[first..].iter().all(|it| is_of_validation(it.rule)) {
        let by_schema = out.split_off(first);
        values(resource, minors.high(), &by_schema, out);
    }
}

/// Checks an object that is applied over another one, of the same kind and name and
/// accepted by the server; `changes` are what [`same::changes`] finds between the two.
///
/// Reports what [`check`] does, but for what the server looks at on creation only,
/// and fields that may not change.
pub fn update<'a>(
    catalog: &Catalog,
    minor: Minor,
    (old, new): (&Resource<'a>, &Resource<'a>),
    changes: &[same::Change<'a>],
    out: &mut Vec<Finding>,
) {
    let kind = catalog.kind_of(new.api_version, new.kind);
    kinds::check(catalog, minor.into(), new, kind, out);
    let Some(top) = kind.and_then(|kind| kind.type_in(minor)) else {
        return;
    };
    let first = out.len();
    let is_whole = structure::check(catalog, minor, new, top, out);
    if is_whole && out[first..].iter().all(|it| is_of_validation(it.rule)) {
        let by_schema = out.split_off(first);
        if !replace((old, new), changes, minor, out) {
            out.extend(by_schema);
            return;
        }
        for finding in &mut out[first..] {
            complete(finding, &by_schema);
            server::name_the_missing(finding);
        }
    }
}

/// Checks the values of an object that decodes, of which the schema check found
/// `by_schema`. Gives the oldest minor with the same verdict.
fn values(
    resource: &Resource<'_>,
    minor: Minor,
    by_schema: &[Finding],
    out: &mut Vec<Finding>,
) -> Minor {
    let first = out.len();
    let Some((extent, oldest)) = server::create(check_of(resource), resource, minor, out) else {
        out.extend_from_slice(by_schema);
        return Minor::new(0);
    };
    match extent {
        Extent::Whole => {
            for finding in &mut out[first..] {
                complete(finding, by_schema);
                server::name_the_missing(finding);
            }
        }
        Extent::Metadata => {
            let is_new = |it: &&Finding| !it.field.as_deref().is_some_and(is_in_metadata);
            out.extend(by_schema.iter().filter(is_new).cloned());
        }
    }
    oldest
}

fn is_in_metadata(field: &str) -> bool {
    field.starts_with("metadata") && !field.starts_with("metadata.managedFields")
}

/// What the schema check knows of the same mistake: what to do about it, which
/// field it is where the server says no more than that one is missing, and which
/// item of a list where the server names the list only.
fn complete(finding: &mut Finding, by_schema: &[Finding]) {
    let path = finding.field.as_deref().unwrap_or_default();
    let within = |it: &Finding| {
        let rest = it.field.as_deref().unwrap_or_default().strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    };
    let same = |it: &&Finding| it.rule == finding.rule && within(it);
    let Some(known) = by_schema.iter().find(same) else {
        return;
    };
    if known.field != finding.field {
        finding.place = known.place;
    }
    if finding.message == "Required value" {
        finding.message.clone_from(&known.message);
    }
    finding.help = finding.help.take().or_else(|| known.help.clone());
    finding.fix = finding.fix.take().or_else(|| known.fix.clone());
}
