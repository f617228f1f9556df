//! Names as they are typed, to what they name; for an unknown name, an error with
//! what may have been meant.

use super::args::{Level, Output};
use crate::catalog::{Catalog, Minor, MinorRange};
use crate::config::Selector;
use crate::finding::Severity;
use crate::kube::duration;
use crate::nearest::nearest;
use crate::pod_security::{self, Policy, Version};
use crate::report::diff::{DIFF_FORMATS, DiffFormat};
use crate::report::forecast::{FORECAST_FORMATS, ForecastFormat};
use crate::report::text::visible;
use crate::report::{FORMATS, Format};
use crate::rule::{Alias, Rule};
use crate::rules;
use jiff::SignedDuration;
use std::path::PathBuf;

/// `FMT` or `FMT=FILE`.
pub(super) fn output(text: &str) -> Result<Output, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(file)),
        None => (text, None),
    };
    if file == Some("") {
        return Err("expected a file name after `=`".to_owned());
    }
    let known = || FORMATS.iter().map(|format| format.name);
    let format = Format::named(name).ok_or_else(|| {
        let all = known().collect::<Vec<_>>().join(", ");
        did_you_mean(
            "format",
            name,
            nearest(name, known()),
            &format!("expected one of {all}"),
        )
    })?;
    let file = file.filter(|file| *file != "-").map(PathBuf::from);
    Ok(Output { format, file })
}

/// A way to print forecasts.
pub(super) fn forecast_format(name: &str) -> Result<&'static ForecastFormat, String> {
    let known = || FORECAST_FORMATS.iter().map(|format| format.name);
    ForecastFormat::named(name).ok_or_else(|| {
        let all = known().collect::<Vec<_>>().join(", ");
        let near = nearest(name, known());
        did_you_mean("format", name, near, &format!("expected one of {all}"))
    })
}

/// A way to print comparisons.
pub(super) fn diff_format(name: &str) -> Result<&'static DiffFormat, String> {
    let known = || DIFF_FORMATS.iter().map(|format| format.name);
    DiffFormat::named(name).ok_or_else(|| {
        let all = known().collect::<Vec<_>>().join(", ");
        let near = nearest(name, known());
        did_you_mean("format", name, near, &format!("expected one of {all}"))
    })
}

/// A duration that is not negative, as Go writes it: `90s`, `1h30m`.
pub(super) fn duration(text: &str) -> Result<SignedDuration, String> {
    match duration::parse(text) {
        Ok(duration) if !duration.is_negative() => Ok(duration),
        Ok(_) => Err("a duration cannot be negative".to_owned()),
        Err(_) => Err("expected a number with a unit, such as 10s, 1m30s, 500ms or 2h".to_owned()),
    }
}

/// A rule, a group, or `all`.
pub(super) fn selector(name: &str) -> Result<Selector, String> {
    Selector::named(name).ok_or_else(|| {
        let other = with_alias(name).map(|(rule, alias)| elsewhere(rule, alias));
        let near = nearest(name, Selector::names());
        let near = near.or_else(|| Selector::names().find(|known| known.contains(name)));
        other.unwrap_or_else(|| did_you_mean("rule or group", name, near, SEE_RULES))
    })
}

/// `RULE=LEVEL`.
pub(super) fn level(text: &str) -> Result<Level, String> {
    let Some((name, level)) = text.split_once('=') else {
        return Err("expected RULE=LEVEL, where LEVEL is error, warning, info or off".to_owned());
    };
    let selector = selector(name)?;
    let known = || Severity::ALL.into_iter().map(Severity::name).chain(["off"]);
    let severity = match Severity::ALL.into_iter().find(|it| it.name() == level) {
        None if level != "off" => {
            let near = nearest(level, known());
            let all = "expected error, warning, info or off";
            return Err(did_you_mean("level", level, near, all));
        }
        severity => severity,
    };
    Ok(Level { selector, severity })
}

/// `1.31`, `v1.31`, `1.31.4` or `1.29-1.33`, of those that are supported.
pub(super) fn kubernetes(text: &str) -> Result<MinorRange, String> {
    let catalog = Catalog::builtin();
    let mut minors = catalog.minors();
    let first = minors.next();
    let known = match (first, minors.next_back()) {
        (Some(first), Some(last)) => format!("supported are {first} to {last}"),
        _ => "none is supported".to_owned(),
    };
    let (range, in_order) = MinorRange::parse(text).ok_or_else(|| {
        format!("expected a version such as `1.31`, or a range such as `1.29-1.31`; {known}")
    })?;
    if !in_order {
        let (low, high) = (range.low(), range.high());
        return Err(format!("the older version comes first: `{low}-{high}`"));
    }
    let unknown = |it: &Minor| catalog.minors().all(|minor| minor != *it);
    match range.iter().find(unknown) {
        Some(minor) => Err(format!("unknown Kubernetes version {minor}; {known}")),
        None => Ok(range),
    }
}

/// A single release, as `1.31`.
pub(super) fn minor(text: &str) -> Result<Minor, String> {
    let range = kubernetes(text)?;
    match range.is_single() {
        true => Ok(range.high()),
        false => Err("expected one version, not a range".to_owned()),
    }
}

/// `restricted` or `restricted@1.31`; a `v` before the number and `latest` are accepted.
pub(super) fn pod_security(text: &str) -> Result<Policy, String> {
    let (name, version) = text.split_once('@').unwrap_or((text, "latest"));
    let level = pod_security::Level::named(name).ok_or_else(|| {
        let known = pod_security::Level::ALL.map(pod_security::Level::name);
        let near = nearest(name, known);
        let all = "expected privileged, baseline or restricted";
        did_you_mean("Pod Security level", name, near, all)
    })?;
    let number = version.strip_prefix('v').unwrap_or(version);
    let version = match number {
        "latest" => Some(Version::Latest),
        _ => Version::parse(&format!("v{number}")),
    };
    let version = version.ok_or("expected a version such as `@1.31`")?;
    Ok(Policy { level, version })
}

/// The rules of that name: its own, or the one that other linters have for it.
pub(super) fn rules(name: &str) -> Result<Vec<&'static Rule>, String> {
    if let Some(rule) = rules::find(name) {
        return Ok(vec![rule]);
    }
    let aliased = rules::ALL
        .iter()
        .filter(|rule| alias_of(rule, name).is_some());
    let aliased: Vec<&Rule> = aliased.copied().collect();
    if !aliased.is_empty() {
        return Ok(aliased);
    }
    if let Some(unknown) = unknown_of_tool(name) {
        return Err(unknown);
    }
    let names = rules::ALL.iter().map(|rule| rule.name);
    let aliases = rules::ALL.iter().flat_map(|rule| rule.aliases);
    let bare = name.rsplit([' ', '/']).next().unwrap_or(name);
    let near = nearest(bare, names.clone().chain(aliases.map(|alias| alias.name)));
    let near = near.or_else(|| names.clone().find(|known| known.contains(bare)));
    Err(did_you_mean("rule", name, near, SEE_RULES))
}

/// What is wrong with `TOOL NAME` or `TOOL/NAME`, where the tool is a known linter.
fn unknown_of_tool(name: &str) -> Option<String> {
    let (tool, check) = name.split_once([' ', '/'])?;
    let aliases = rules::ALL.iter().flat_map(|rule| rule.aliases);
    let of_tool: Vec<&str> = aliases
        .filter(|it| it.tool == tool)
        .map(|it| it.name)
        .collect();
    if of_tool.is_empty() {
        return None;
    }
    let near = nearest(check, of_tool.iter().copied());
    let otherwise = "no rule has this alias; `plimsoll rules` lists all rules";
    Some(did_you_mean(
        &format!("{tool} check"),
        check,
        near,
        otherwise,
    ))
}

const SEE_RULES: &str = "`plimsoll rules` lists them";

fn did_you_mean(noun: &str, name: &str, near: Option<&str>, otherwise: &str) -> String {
    let name = visible(name);
    match near {
        Some(near) => format!("unknown {noun} `{name}`; did you mean `{near}`?"),
        None => format!("unknown {noun} `{name}`; {otherwise}"),
    }
}

fn elsewhere(rule: &Rule, alias: Alias) -> String {
    let Alias { tool, name } = alias;
    format!("`{name}` of {tool} is called `{}` here", rule.name)
}

fn with_alias(name: &str) -> Option<(&'static Rule, Alias)> {
    let mut rules = rules::ALL.iter();
    rules.find_map(|rule| Some((*rule, alias_of(rule, name)?)))
}

/// The alias of `rule` that `name` is: `latest-tag`, or `kube-linter latest-tag`,
/// or `kube-linter/latest-tag`.
fn alias_of(rule: &Rule, name: &str) -> Option<Alias> {
    let split = name.split_once([' ', '/']);
    let is_it = |alias: &&Alias| {
        let with_tool = split.is_some_and(|(tool, it)| tool == alias.tool && it == alias.name);
        with_tool || alias.name == name
    };
    rule.aliases.iter().find(is_it).copied()
}
