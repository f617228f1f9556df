//! Checks an object against several minor releases at the cost of little more
//! than one.
//!
//! The newest release is asked first. Another one is asked again only where it
//! could say something else: where a part of its types differs that the object
//! uses, or where one of the server's own checks answered otherwise before some
//! release in the range.

use super::values;
use crate::catalog::{Catalog, Kind, Minor, MinorRange, MinorSet, TypeRef};
use crate::decode::alike::alike;
use crate::decode::structure;
use crate::finding::Finding;
use crate::finding::is_of_validation;
use crate::resolve::Resource;

/// A finding, and the releases that it holds for.
struct Held {
    finding: Finding,
    minors: MinorSet,
}

/// Checks `resource`, which is a `kind`, in those minors of a range that serve it.
pub(super) fn check(
    catalog: &Catalog,
    range: MinorRange,
    resource: &Resource<'_>,
    kind: Kind<'_>,
    out: &mut Vec<Finding>,
) {
    let (mut served, mut decoded) = (MinorSet::default(), MinorSet::default());
    let mut held = Vec::new();
    for (top, minors) in groups(range, resource, kind) {
        served = served.union(minors);
        if check_group(catalog, resource, top, minors, &mut held) {
            decoded = decoded.union(minors);
        }
    }
    settle(held, served, decoded, out);
}

/// The types of a kind over a range, each with the minors to which it is all the
/// same for this object; the newest first.
fn groups<'c>(
    range: MinorRange,
    resource: &Resource<'_>,
    kind: Kind<'c>,
) -> Vec<(TypeRef<'c>, MinorSet)> {
    let mut groups: Vec<(TypeRef<'c>, MinorSet)> = Vec::new();
    let mut last: Option<(TypeRef<'c>, usize)> = None;
    for minor in range.iter().rev() {
        let Some(top) = kind.type_in(minor) else {
            continue;
        };
        let same = last.filter(|(it, _)| *it == top).map(|(_, group)| group);
        let fits = |(it, _): &(TypeRef<'c>, _)| alike(resource.node, *it, top);
        let group = same.or_else(|| groups.iter().position(fits));
        let group = group.unwrap_or_else(|| {
            groups.push((top, MinorSet::default()));
            groups.len() - 1
        });
        groups[group].1.insert(minor);
        last = Some((top, group));
    }
    groups
}

/// Checks in all of `minors`, which have the same types; gives whether the object
/// decodes in them.
fn check_group(
    catalog: &Catalog,
    resource: &Resource<'_>,
    top: TypeRef<'_>,
    minors: MinorSet,
    held: &mut Vec<Held>,
) -> bool {
    let Some(latest) = newest(minors) else {
        return false;
    };
    let mut by_schema = Vec::new();
    let is_whole = structure::check(catalog, latest, resource, top, &mut by_schema);
    if !is_whole || !by_schema.iter().all(|it| is_of_validation(it.rule)) {
        hold(by_schema, minors, held);
        return false;
    }
    let mut waiting = minors;
    while let Some(latest) = newest(waiting) {
        let mut found = Vec::new();
        let oldest = values(resource, latest, &by_schema, &mut found);
        let same = waiting.iter().filter(|it| *it >= oldest).collect();
        hold(found, same, held);
        waiting = waiting.without(same);
    }
    true
}

fn hold(findings: Vec<Finding>, minors: MinorSet, held: &mut Vec<Held>) {
    for finding in findings {
        let mut known = held.iter_mut();
        match known
            .find(|it| is_same(&it.finding, &finding) && it.finding.message == finding.message)
        {
            Some(known) => known.minors = known.minors.union(minors),
            None => held.push(Held { finding, minors }),
        }
    }
}

/// Whether two findings are about the same mistake in the same place.
fn is_same(one: &Finding, other: &Finding) -> bool {
    one.place == other.place && one.rule == other.rule && one.field == other.field
}

/// Gives out what was found, and says of what holds only for some of the minors
/// which these are. Values are judged in those only that decode the object.
fn settle(held: Vec<Held>, served: MinorSet, decoded: MinorSet, out: &mut Vec<Finding>) {
    let asked = |it: &Held| match is_of_validation(it.finding.rule) && !decoded.is_empty() {
        true => decoded,
        false => served,
    };
    let is_whole = |it: &Held, minors: MinorSet| asked(it).without(minors).is_empty();
    let (whole, parts): (Vec<Held>, Vec<Held>) =
        held.into_iter().partition(|it| is_whole(it, it.minors));
    // What the shape shows is known of minors, too, that never come to the values.
    let known = |it: &&Held| {
        it.minors.intersection(decoded).is_empty()
            && whole.iter().any(|of| is_same(&of.finding, &it.finding))
    };
    for part in parts.iter().filter(|it| !known(it)) {
        let same = parts
            .iter()
            .filter(|it| is_same(&it.finding, &part.finding));
        let all = same.fold(MinorSet::default(), |all, it| all.union(it.minors));
        let mut finding = part.finding.clone();
        if !is_whole(part, all) {
            name(&mut finding, part.minors, served);
            out.push(finding);
        } else if newest(asked(part)).is_some_and(|it| part.minors.contains(it)) {
            // All refuse it, the older ones in other words.
            out.push(finding);
        }
    }
    out.extend(whole.into_iter().map(|it| it.finding));
}

fn newest(minors: MinorSet) -> Option<Minor> {
    minors.iter().next_back()
}

fn name(finding: &mut Finding, minors: MinorSet, served: MinorSet) {
    let others = served.without(minors);
    let (first, first_other) = (minors.iter().next(), others.iter().next());
    let (Some(first), Some(first_other)) = (first, first_other) else {
        return;
    };
    let Some(field) = structure::unknown(finding).map(str::to_owned) else {
        finding.message = format!("{}, in {minors}", finding.message);
        return;
    };
    finding.fix = None;
    if first < first_other {
        finding.rule = "field-too-new";
        finding.message =
            format!("field {field} was added in Kubernetes {first_other}: it is not in {minors}");
        finding.help = Some(format!("remove it, or check {first_other} and later only"));
    } else {
        finding.rule = "feature-removed";
        finding.message = format!("field {field} was removed in Kubernetes {first}");
        finding.help = Some("remove it".to_owned());
    }
}
