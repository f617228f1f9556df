//! Kinds that the API server does not have: misspelt, of another group or
//! version, or gone.

use super::structure::rewrite;
use super::{finding, successor};
use crate::catalog::{Catalog, Kind, Minor, MinorRange, MinorSet, split_api_version};
use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::nearest::nearest;
use crate::parse::Node;
use crate::resolve::Resource;
use std::borrow::Cow;

/// Reports an object whose kind some of `minors` does not serve, or will soon
/// not be served; `known` is its entry in the catalog, if any minor has or had it.
pub(crate) fn check(
    catalog: &Catalog,
    minors: MinorRange,
    resource: &Resource<'_>,
    known: Option<Kind<'_>>,
    out: &mut Vec<Finding>,
) {
    let served = Served {
        catalog,
        minor: minors.high(),
    };
    out.extend(match known {
        Some(kind) => served.life(minors, resource, kind),
        None => served.unknown(resource),
    });
}

/// The best `apiVersion` for a kind of that name in the newest minor.
pub(super) fn home(catalog: &Catalog, kind: &str) -> Option<String> {
    let served = Served {
        catalog,
        minor: catalog.newest(),
    };
    served.home(kind, "")
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

    /// What the life of a kind means for a range of minors.
    fn life(&self, minors: MinorRange, resource: &Resource<'_>, kind: Kind<'_>) -> Option<Finding> {
        if let Some(removed) = kind.removed().filter(|it| *it <= self.minor) {
            let what = format!("was removed in Kubernetes {removed}");
            return self.going("api-removed", &what, minors, resource, kind);
        }
        let missing = |it: &Minor| kind.type_in(*it).is_none();
        let missing: MinorSet = minors.iter().filter(missing).collect();
        if !missing.is_empty() {
            return self.not_served(missing, minors, resource, kind);
        }
        let deprecated = kind.deprecated().filter(|it| *it <= self.minor)?;
        let what = match kind.removed() {
            Some(removed) => {
                format!(
                    "is deprecated since Kubernetes {deprecated} and will be removed in {removed}"
                )
            }
            None => format!("is deprecated since Kubernetes {deprecated}"),
        };
        self.going("api-deprecated", &what, minors, resource, kind)
    }

    fn going(
        &self,
        rule: &'static str,
        what: &str,
        minors: MinorRange,
        resource: &Resource<'_>,
        kind: Kind<'_>,
    ) -> Option<Finding> {
        let at = resource.node.get("apiVersion")?;
        let message = format!("{} {} {what}", resource.api_version, resource.kind);
        let mut report = finding(rule, resource, at, at.span(), message);
        report.help = Some(match self.replacement(kind) {
            Some(other) => {
                let way = successor::find(self.catalog, minors, resource, kind, &other);
                report.fix = way.fix;
                way.help
            }
            None => without_successor(kind.name()).to_owned(),
        });
        Some(report)
    }

    fn not_served(
        &self,
        missing: MinorSet,
        minors: MinorRange,
        resource: &Resource<'_>,
        kind: Kind<'_>,
    ) -> Option<Finding> {
        let at = resource.node.get("apiVersion")?;
        let mut served = minors.iter().filter(|it| !missing.contains(*it));
        let rule = match served.next() {
            None => "unknown-kind",
            Some(_) if missing.contains(minors.low()) => "field-too-new",
            Some(_) => "feature-removed",
        };
        let came = kind.introduced().filter(|it| *it > minors.low());
        let came = came.map_or(String::new(), |it| format!(": added in {it}"));
        let (version, name) = (resource.api_version, resource.kind);
        let message = format!("{version} {name} is not in Kubernetes {missing}{came}");
        let report = finding(rule, resource, at, at.span(), message);
        Some(match self.home(name, kind.group()) {
            Some(home) if home != version => report.with_help(format!("use {home}")),
            _ => report,
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
        // A kubeconfig is of the core group by name only, and so is a list: kubectl takes
        // the items out of it, but not out of one within another, nor without any.
        if group.is_empty() && resource.kind == "Config" {
            return None;
        }
        if group.is_empty() && resource.kind == "List" {
            let at = resource.node.get("kind")?;
            let message =
                "no kind \"List\" in v1: kubectl reads `items` of a List only at the top level";
            let report = finding("unknown-kind", resource, at, at.span(), message.to_owned());
            return Some(match resource.node.entry("items") {
                None => report.with_help("add `items`"),
                Some(_) => report.with_help("move the items to the outer List"),
            });
        }
        if resource.api_version.matches('/').count() > 1 {
            let at = resource.node.get("apiVersion")?;
            let message = format!("unexpected GroupVersion string: {}", resource.api_version);
            let report = finding("unknown-kind", resource, at, at.span(), message);
            return Some(match self.home(resource.kind, group) {
                Some(home) => report.with_help(format!("use {home}")),
                None => report.with_help("write `group/version`"),
            });
        }
        let own = self.catalog.has_group(group);
        let homes = || self.kinds().filter(|kind| kind.name() == resource.kind);
        if !own {
            // Another group may have a kind of the same name; only a typo in the
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
        let message = format!("no kind {:?} in {}", resource.kind, shown(version));
        let report = finding("unknown-kind", resource, at, at.span(), message);
        let here = self.kinds().filter(|kind| kind.api_version() == version);
        let guess = nearest(resource.kind, here.map(Kind::name))
            .or_else(|| nearest(resource.kind, self.kinds().map(Kind::name)));
        let gone = self.catalog.kinds().filter(|it| it.name() == resource.kind);
        match (gone.filter_map(Kind::removed).max(), guess) {
            (Some(removed), _) => {
                let name = resource.kind;
                Some(report.with_help(format!("{name} was removed in Kubernetes {removed}")))
            }
            (_, Some(guess)) => Some(self.suggest(report, guess, resource, at)),
            _ => Some(report),
        }
    }

    /// Proposes the kind `guess` for the one written `at`.
    fn suggest(
        &self,
        mut report: Finding,
        guess: &str,
        resource: &Resource<'_>,
        at: Node<'_>,
    ) -> Finding {
        let (group, _) = split_api_version(resource.api_version);
        let home = self.home(guess, group);
        let home = home.filter(|it| it != resource.api_version);
        let mut edits: Vec<Edit> = rewrite(at, guess).into_iter().collect();
        let version = resource.node.get("apiVersion");
        if let (Some(home), Some(version)) = (&home, version) {
            edits.extend(rewrite(version, home));
        }
        if edits.len() == 1 + usize::from(home.is_some()) {
            report.fix = Some(Fix::risky(format!("write {guess}"), edits));
        }
        report.with_help(match home {
            Some(home) => format!("did you mean `{guess}`, which is in {home}?"),
            None => format!("did you mean `{guess}`?"),
        })
    }

    fn wrong_version(&self, resource: &Resource<'_>, home: &str) -> Option<Finding> {
        let at = resource.node.get("apiVersion")?;
        let (version, name) = (resource.api_version, resource.kind);
        let message = format!("{name} is in {home}, not in {}", shown(version));
        let mut report = finding("unknown-kind", resource, at, at.span(), message);
        let edit = rewrite(at, home);
        report.fix = edit.map(|it| Fix::risky(format!("write {home}"), vec![it]));
        Some(report.with_help(format!("use {home}")))
    }
}

/// A version in a message: in quotes where a reader could miss what is wrong with it.
fn shown(version: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "./-".contains(c);
    match version.chars().all(is_plain) && !version.is_empty() {
        true => Cow::Borrowed(version),
        false => Cow::Owned(format!("{version:?}")),
    }
}

/// Whether a text has the form of a version of Kubernetes' API: `v1`, `v2beta1`.
fn is_version(text: &str) -> bool {
    let rest = text.strip_prefix('v').unwrap_or_default();
    let digits = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let stage = digits.trim_end_matches(|it: char| it.is_ascii_digit());
    rest.len() > digits.len() && matches!(stage, "" | "alpha" | "beta")
}

/// What to do where no other kind took the place of one that is gone.
fn without_successor(kind: &str) -> &'static str {
    match kind {
        "PodSecurityPolicy" => {
            "use Pod Security admission: label namespaces with `pod-security.kubernetes.io/enforce`"
        }
        "ComponentStatus" => "query the health endpoints of the components",
        _ => "remove it: nothing replaces it",
    }
}
