//! Kinds that the API server does not have: misspelt, of another group or
//! version, or gone.

use super::finding;
use crate::catalog::{Catalog, Kind, Minor, split_api_version};
use crate::finding::{Finding, Place, Severity};
use crate::nearest::nearest;
use crate::parse::{Document, Node};
use crate::resolve::Resource;

/// Reports an object whose kind `minor` does not serve; `known` is its entry in
/// the catalog, if any minor has or had it.
pub(super) fn check(
    catalog: &Catalog,
    minor: Minor,
    resource: &Resource<'_>,
    known: Option<Kind<'_>>,
    out: &mut Vec<Finding>,
) {
    let served = Served { catalog, minor };
    out.extend(match known {
        Some(kind) => served.gone_or_new(resource, kind),
        None => served.unknown(resource),
    });
}

struct Served<'c> {
    catalog: &'c Catalog,
    minor: Minor,
}

impl<'c> Served<'c> {
    fn kinds(&self) -> impl Iterator<Item = Kind<'c>> + use<'c> {
        let minor = self.minor;
        let served = move |kind: &Kind<'_>| kind.type_in(minor).is_some();
        self.catalog.kinds().filter(served)
    }

    /// The best `apiVersion` for a kind of that name: the stable ones come first.
    fn home(&self, name: &str, group: &str) -> Option<String> {
        let rank = |kind: &Kind<'_>| {
            let stable = !kind.version().contains(['a', 'b']);
            (kind.group() == group, stable, kind.deprecated().is_none())
        };
        let named = self.kinds().filter(|kind| kind.name() == name);
        named.max_by_key(rank).map(Kind::api_version)
    }

    fn gone_or_new(&self, resource: &Resource<'_>, kind: Kind<'_>) -> Option<Finding> {
        let at = resource.node.get("apiVersion")?;
        let (version, name) = (resource.api_version, resource.kind);
        if let Some(removed) = kind.removed().filter(|it| *it <= self.minor) {
            let message = format!("{version} {name} was removed in Kubernetes {removed}");
            let report = finding("api-removed", resource, at, at.span(), message);
            return Some(match self.replacement(kind) {
                Some(other) => report.with_help(format!("use {other}")),
                None => report.with_help("nothing replaces it"),
            });
        }
        let message = match kind.introduced().filter(|it| *it > self.minor) {
            Some(first) => {
                format!(
                    "{version} {name} is not in Kubernetes {}: it came with {first}",
                    self.minor
                )
            }
            None => format!("{version} {name} is not in Kubernetes {}", self.minor),
        };
        let report = finding("unknown-kind", resource, at, at.span(), message);
        Some(match self.home(name, kind.group()) {
            Some(home) => report.with_help(format!("use {home}")),
            None => report,
        })
    }

    /// What to use instead: what its own API names, if that is still served.
    fn replacement(&self, kind: Kind<'_>) -> Option<String> {
        let served = |group: &str, version: &str, name: &str| {
            let other = self.catalog.kind(group, version, name);
            other.is_some_and(|other| other.type_in(self.minor).is_some())
        };
        match kind.replacement() {
            Some(it) if served(it.group, it.version, kind.name()) => Some(it.api_version()),
            Some(it) if served(it.group, it.version, it.kind) => {
                Some(format!("{} {}", it.api_version(), it.kind))
            }
            _ => self.home(kind.name(), kind.group()),
        }
    }

    fn unknown(&self, resource: &Resource<'_>) -> Option<Finding> {
        let (group, version) = split_api_version(resource.api_version);
        // A kubeconfig and a list are of the core group by name only.
        let no_objects = ["Config", "List"].contains(&resource.kind);
        if group.is_empty() && no_objects {
            return None;
        }
        let own = self.catalog.has_group(group);
        let homes = || self.kinds().filter(|kind| kind.name() == resource.kind);
        if !own {
            // Another group may have a kind of the same name; only a slip in the
            // group's own name gives it away.
            let near = nearest(group, homes().map(Kind::group))?;
            let home = self.home(resource.kind, near)?;
            return self.wrong_version(resource, &home);
        }
        if let Some(home) = self.home(resource.kind, group) {
            return self.wrong_version(resource, &home);
        }
        if group.is_empty() && !is_version(version) {
            return None;
        }
        let at = resource.node.get("kind")?;
        let version = resource.api_version;
        let message = format!("no kind {:?} in {version}", resource.kind);
        let report = finding("unknown-kind", resource, at, at.span(), message);
        let here = self.kinds().filter(|kind| kind.api_version() == version);
        let guess = nearest(resource.kind, here.map(Kind::name))
            .or_else(|| nearest(resource.kind, self.kinds().map(Kind::name)));
        let gone = self.catalog.kinds().filter(|it| it.name() == resource.kind);
        let help = match (gone.filter_map(Kind::removed).max(), guess) {
            (Some(removed), _) => format!("{} was removed in Kubernetes {removed}", resource.kind),
            (_, Some(guess)) => self.suggestion(guess, resource),
            _ => return Some(report),
        };
        Some(report.with_help(help))
    }

    fn suggestion(&self, guess: &str, resource: &Resource<'_>) -> String {
        let (group, _) = split_api_version(resource.api_version);
        match self.home(guess, group) {
            Some(home) if home != resource.api_version => {
                format!("did you mean `{guess}`, which is in {home}?")
            }
            _ => format!("did you mean `{guess}`?"),
        }
    }

    fn wrong_version(&self, resource: &Resource<'_>, home: &str) -> Option<Finding> {
        let at = resource.node.get("apiVersion")?;
        let (version, name) = (resource.api_version, resource.kind);
        let message = format!("{name} is in {home}, not in {version}");
        let report = finding("unknown-kind", resource, at, at.span(), message);
        Some(report.with_help(format!("use {home}")))
    }
}

/// Whether a text has the form of a version of Kubernetes' API: `v1`, `v2beta1`.
fn is_version(text: &str) -> bool {
    let rest = text.strip_prefix('v').unwrap_or_default();
    let digits = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let stage = digits.trim_end_matches(|it: char| it.is_ascii_digit());
    rest.len() > digits.len() && matches!(stage, "" | "alpha" | "beta")
}

/// Reports a document that is an object but for its `apiVersion` or its `kind`.
///
/// It counts as an object when the part that it has names something of
/// Kubernetes and it has `metadata`; else it is somebody else's file.
#[must_use]
pub fn check_identity(catalog: &Catalog, document: &Document) -> Option<Finding> {
    let root = document.root()?;
    let missing = |key: &str| root.get(key).is_none();
    if missing("metadata") && missing("spec") && missing("data") {
        return None;
    }
    let version = root.get("apiVersion").and_then(Node::as_str);
    let kind = root.get("kind").and_then(Node::as_str);
    let named = |name: &str| catalog.kinds().find(|kind| kind.name() == name);
    let (field, help) = match (version, kind) {
        (None, Some(kind)) if missing("apiVersion") => {
            named(kind)?;
            let served = Served {
                catalog,
                minor: catalog.newest(),
            };
            (
                "apiVersion",
                served
                    .home(kind, "")
                    .map(|home| format!("add `apiVersion: {home}`")),
            )
        }
        (Some(version), None) if missing("kind") => {
            let (group, version) = split_api_version(version);
            let known = |it: Kind<'_>| it.group() == group && it.version() == version;
            catalog.kinds().any(known).then_some(())?;
            ("kind", None)
        }
        _ => return None,
    };
    let first = root.entries().next()?.key;
    let place = Place {
        source: document.source(),
        span: first.span(),
    };
    let message = format!("Required value: {field} is missing");
    let mut report = Finding::new("api-required", Severity::Error, place, message);
    report = report.with_field(field);
    report.document = document.index();
    report.help = help.or_else(|| Some(format!("add `{field}`")));
    Some(report)
}
