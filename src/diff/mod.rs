//! What applying one set of manifests over another does: which objects are created,
//! removed, refused, rolled out or changed in place, and which data is at risk.
//!
//! Pure: two bundles in, one value out. What is equal after defaulting is equal.

mod advice;
mod custom;
mod risk;
mod rollout;

pub use risk::{Risk, RiskKind};
pub use rollout::Rollout;

use crate::catalog::{Catalog, Minor};
use crate::finding::{Finding, is_refusal};
use crate::resolve::view::Workload;
use crate::resolve::{Bundle, Resource};
use crate::same::Change;
use crate::schema::Definitions;
use crate::{same, validate};
use custom::Customs;
use std::collections::HashMap;

/// What happens to an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// The API server refuses it; nothing changes.
    Refused,
    /// It no longer exists. `kubectl apply` removes nothing by itself, only with
    /// pruning.
    Removed,
    /// Its pods are replaced.
    Rolls,
    /// It is new.
    Created,
    /// It changes without replacing pods.
    InPlace,
    /// It does not change.
    Nothing,
}

impl Outcome {
    /// All outcomes, in the order in which reports have them.
    pub const ALL: [Self; 6] = [
        Self::Refused,
        Self::Removed,
        Self::Rolls,
        Self::Created,
        Self::InPlace,
        Self::Nothing,
    ];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Removed => "removed",
            Self::Rolls => "rolls",
            Self::Created => "created",
            Self::InPlace => "in-place",
            Self::Nothing => "nothing",
        }
    }
}

/// What happens to one object, and why.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The object before; `None` for a new one.
    pub old: Option<Resource<'a>>,
    /// The object after; `None` for one that is removed.
    pub new: Option<Resource<'a>>,
    /// What happens to it.
    pub outcome: Outcome,
    /// The fields that differ; empty unless the object exists before and after.
    pub changes: Vec<Change<'a>>,
    /// What the API server says if it refuses the object.
    pub refusals: Vec<Finding>,
    /// What to do if a field may not change.
    pub advice: Option<&'static str>,
    /// What else to know about the change.
    pub notes: Vec<String>,
    /// What is lost, or no longer selected.
    pub risks: Vec<Risk>,
    /// How the pods are replaced.
    pub rollout: Option<Rollout<'a>>,
}

impl<'a> Entry<'a> {
    /// Whether there is anything to report about it.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.outcome != Outcome::Nothing || !self.risks.is_empty()
    }

    /// The object, after or else before.
    #[must_use]
    pub fn resource(&self) -> Option<Resource<'a>> {
        self.new.or(self.old)
    }
}

/// What applying a set of manifests over another does.
#[derive(Clone, Debug, Default)]
pub struct Diff<'a> {
    /// The objects, by [`Outcome`] and then in the order of the files.
    pub entries: Vec<Entry<'a>>,
}

impl Diff<'_> {
    /// How many objects have that outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.entries
            .iter()
            .filter(|it| it.outcome == outcome)
            .count()
    }

    /// How many objects put data at risk.
    #[must_use]
    pub fn at_risk(&self) -> usize {
        self.with_risk(RiskKind::Data)
    }

    /// How many objects no longer select the pods that they selected.
    #[must_use]
    pub fn cut_off(&self) -> usize {
        self.with_risk(RiskKind::Detached)
    }

    fn with_risk(&self, kind: RiskKind) -> usize {
        let has = |it: &&Entry<'_>| it.risks.iter().any(|it| it.kind == kind);
        self.entries.iter().filter(has).count()
    }

    /// Whether something is refused, or data is at risk.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.count(Outcome::Refused) + self.at_risk() > 0
    }
}

/// What a comparison needs besides the objects.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The types of objects.
    pub catalog: &'a Catalog,
    /// The Kubernetes version that they are applied to.
    pub minor: Minor,
    /// What custom resources are checked against, besides the definitions among the
    /// objects.
    pub definitions: &'a Definitions,
}

/// Computes what applying `new` over `old` does.
#[must_use]
pub fn compare<'a>(context: Context<'a>, old: &'a Bundle<'a>, new: &'a Bundle<'a>) -> Diff<'a> {
    let (before, after) = (Named::new(old), Named::new(new));
    let customs = Customs::new(old, new);
    let mut entries = Vec::new();
    for resource in &after.order {
        let mut entry = match before.get(resource) {
            Some(was) => updated(context, (old, new), was, *resource),
            None => created(context, *resource),
        };
        if matches!(entry.outcome, Outcome::Created | Outcome::InPlace) {
            customs.judge(context, &mut entry);
            keep_refusals(&mut entry);
        }
        entries.push(entry);
    }
    let gone = before
        .order
        .iter()
        .filter(|it| after.get(it).is_none() && !it.name().is_empty());
    entries.extend(gone.map(|it| removed(*it)));
    risk::detached(old, new, &mut entries);
    entries.sort_by_key(|it| it.outcome);
    Diff { entries }
}

/// The objects of a bundle by what identifies them; of several the last, as when
/// they are applied one after the other.
struct Named<'a> {
    order: Vec<Resource<'a>>,
    index: HashMap<(&'a str, &'a str, &'a str, &'a str), usize>,
}

impl<'a> Named<'a> {
    fn new(bundle: &Bundle<'a>) -> Self {
        let mut named = Self {
            order: Vec::new(),
            index: HashMap::new(),
        };
        for resource in bundle.resources() {
            if bundle.is_patch(resource) || !is_named(resource) {
                continue;
            }
            let key = key_of(resource);
            match named.index.get(&key) {
                // Each object with a generated name is a separate one.
                Some(&known) if !resource.name().is_empty() => named.order[known] = *resource,
                _ => {
                    named.index.insert(key, named.order.len());
                    named.order.push(*resource);
                }
            }
        }
        named
    }

    fn get(&self, resource: &Resource<'a>) -> Option<Resource<'a>> {
        if resource.name().is_empty() {
            return None;
        }
        let index = *self.index.get(&key_of(resource))?;
        self.order.get(index).copied()
    }
}

/// Whether it has a name for the server; a kustomization, for example, has none.
fn is_named(resource: &Resource<'_>) -> bool {
    let prefix = || resource.metadata()?.get("generateName");
    !resource.name().is_empty() || prefix().is_some()
}

fn key_of<'a>(resource: &Resource<'a>) -> (&'a str, &'a str, &'a str, &'a str) {
    (
        resource.group(),
        resource.kind,
        resource.namespace(),
        resource.name(),
    )
}

fn entry<'a>(old: Option<Resource<'a>>, new: Option<Resource<'a>>, outcome: Outcome) -> Entry<'a> {
    Entry {
        old,
        new,
        outcome,
        changes: Vec::new(),
        refusals: Vec::new(),
        advice: None,
        notes: Vec::new(),
        risks: Vec::new(),
        rollout: None,
    }
}

fn created<'a>(context: Context<'a>, resource: Resource<'a>) -> Entry<'a> {
    let mut entry = entry(None, Some(resource), Outcome::Created);
    validate::check(
        context.catalog,
        context.minor,
        &resource,
        &mut entry.refusals,
    );
    keep_refusals(&mut entry);
    entry
}

fn removed(resource: Resource<'_>) -> Entry<'_> {
    let mut entry = entry(Some(resource), None, Outcome::Removed);
    entry.risks = risk::removal(&resource);
    entry
}

fn updated<'a>(
    context: Context<'a>,
    bundles: (&'a Bundle<'a>, &'a Bundle<'a>),
    old: Resource<'a>,
    new: Resource<'a>,
) -> Entry<'a> {
    let mut entry = entry(Some(old), Some(new), Outcome::Nothing);
    entry.changes = changes(context, &old, &new);
    if entry.changes.is_empty() {
        return entry;
    }
    entry.outcome = Outcome::InPlace;
    let Context { catalog, minor, .. } = context;
    validate::update(
        catalog,
        minor,
        (&old, &new),
        &entry.changes,
        &mut entry.refusals,
    );
    keep_refusals(&mut entry);
    if entry.outcome == Outcome::Refused {
        entry.advice = advice::on_refusal(context, &entry);
        return entry;
    }
    entry.risks = risk::update(&old, &new, &entry.changes);
    if let Some(workload) = Workload::new(new) {
        rollout::judge(context, bundles, &workload, &mut entry);
    } else {
        entry.notes.extend(advice::on_update(&entry));
    }
    entry
}

/// The fields that differ, with the defaults of the new object's version.
fn changes<'a>(context: Context<'a>, old: &Resource<'a>, new: &Resource<'a>) -> Vec<Change<'a>> {
    let kind = context.catalog.kind_of(new.api_version, new.kind);
    same::changes(
        kind.and_then(|it| it.type_in(context.minor)),
        context.minor,
        old,
        new,
    )
}

/// Warnings and the like are not refusals.
fn keep_refusals(entry: &mut Entry<'_>) {
    entry.refusals.retain(|it| is_refusal(it.rule));
    if !entry.refusals.is_empty() {
        entry.outcome = Outcome::Refused;
    }
}

#[cfg(test)]
mod tests;
