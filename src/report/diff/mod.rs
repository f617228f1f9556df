//! What applying changed manifests does, as text: one file per format.

mod json;
mod markdown;
mod text;

use super::RenderOptions;
use crate::diff::{Diff, Entry};
use crate::kube::quantity::Quantity;
use crate::parse::Node;
use crate::report::text::{columns, count, visible, width};
use crate::resolve::Resource;
use crate::same::Change;
use crate::source::Source;
use std::io;

/// All formats, the default one first.
pub static DIFF_FORMATS: &[DiffFormat] = &[text::FORMAT, json::FORMAT, markdown::FORMAT];

/// A value of more columns than this is shown in part.
const WIDEST: usize = 40;

/// A way to write a comparison down.
#[derive(Debug)]
pub struct DiffFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in one line.
    pub summary: &'static str,
    /// Writes the whole comparison.
    pub write: fn(&Comparison<'_>, &RenderOptions, &mut dyn io::Write) -> io::Result<()>,
}

impl DiffFormat {
    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        DIFF_FORMATS.iter().find(|format| format.name == name)
    }
}

/// What was compared, and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// What came of it.
    pub diff: &'a Diff<'a>,
    /// The sources before.
    pub old: &'a [Source],
    /// The sources after.
    pub new: &'a [Source],
}

impl Comparison<'_> {
    /// Where the object is, after or else before: its source and line.
    fn place(&self, entry: &Entry<'_>) -> (&str, u32) {
        match (entry.new, entry.old) {
            (Some(new), _) => place(self.new, &new),
            (None, Some(old)) => place(self.old, &old),
            (None, None) => ("", 0),
        }
    }
}

fn place<'s>(sources: &'s [Source], resource: &Resource<'_>) -> (&'s str, u32) {
    let place = resource.node.place();
    match sources.get(place.source as usize) {
        Some(source) => (source.name(), source.position(place.span.start).line),
        None => ("", 0),
    }
}

/// `Deployment shop/web`.
fn title(entry: &Entry<'_>) -> String {
    let Some(resource) = entry.resource() else {
        return String::new();
    };
    let (namespace, name) = (resource.namespace(), resource.name());
    let slash = if namespace.is_empty() { "" } else { "/" };
    let name = if name.is_empty() {
        "(name generated)"
    } else {
        name
    };
    visible(&format!("{} {namespace}{slash}{name}", resource.kind)).into_owned()
}

/// A change as `path: old -> new`; values of Secrets are not shown.
fn line(entry: &Entry<'_>, change: &Change<'_>) -> String {
    let path = visible(&change.path);
    if is_secret(entry, change) {
        let what = match (change.old, change.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        return format!("{path}: {what}");
    }
    format!("{path}: {} -> {}", shown(change.old), shown(change.new))
}

fn is_secret(entry: &Entry<'_>, change: &Change<'_>) -> bool {
    let secret = entry.resource().is_some_and(|it| it.is("", "Secret"));
    secret
        && ["data", "stringData"]
            .iter()
            .any(|it| change.path.starts_with(it))
}

/// A value on one line.
fn shown(node: Option<Node<'_>>) -> String {
    let Some(node) = node.filter(|it| !it.is_null()) else {
        return "(none)".to_owned();
    };
    if node.is_seq() {
        return crate::report::text::count(node.items().count(), "item");
    }
    if node.is_map() {
        let names: Vec<&str> = node.entries().map(|it| it.name()).collect();
        return cropped(&format!("{{{}}}", names.join(", ")));
    }
    match node.as_str() {
        Some("") => "\"\"".to_owned(),
        Some(text) => cropped(&visible(text)),
        None => cropped(node.raw()),
    }
}

/// A text without its middle, where it is long: of two images mostly the ends differ.
fn cropped(text: &str) -> String {
    if width(text) <= WIDEST {
        return text.to_owned();
    }
    let within = |room: usize| {
        let mut used = 0;
        move |c: &char| {
            used += columns(*c);
            used <= room
        }
    };
    let head: String = text.chars().take_while(within(WIDEST / 2 - 1)).collect();
    let tail = text.chars().rev().take_while(within(WIDEST / 2));
    let tail: Vec<char> = tail.collect();
    let tail: String = tail.into_iter().rev().collect();
    format!("{head}…{tail}")
}

/// What pods request, the usual resources first: `cpu 500m, memory 1Gi`.
fn amounts<'a>(peak: impl Iterator<Item = (&'a str, Quantity)>) -> String {
    let all: Vec<String> = peak
        .map(|(name, amount)| format!("{name} {amount}"))
        .collect();
    all.join(", ")
}

/// What is known of a rollout, in sentences without a full stop.
fn rollout(entry: &Entry<'_>) -> Vec<String> {
    let Some(rollout) = &entry.rollout else {
        return Vec::new();
    };
    let forecast = &rollout.forecast;
    let mut found = Vec::new();
    if let Some(pods) = forecast.pods {
        found.push(format!(
            "{}: at least {} available, at most {} in total ({} including those stopping)",
            count(usize::try_from(pods.desired).unwrap_or(0), "pod"),
            pods.min_available,
            pods.max_total,
            pods.max_with_terminating
        ));
    } else {
        found.push("one pod on each matching node".to_owned());
    }
    if !forecast.trace.is_empty() {
        found.push(format!(
            "takes {} if every pod becomes ready",
            count(forecast.trace.len(), "step")
        ));
    }
    if let Some(stuck) = forecast.stuck {
        found.push(format!(
            "with a broken image it stops at {} old and {} new pods, {} available",
            stuck.old, stuck.new, stuck.available
        ));
    }
    if let Some(peak) = rollout.peak.as_ref().filter(|it| !it.is_empty()) {
        found.push(format!("requests at the peak: {}", amounts(peak.iter())));
    }
    found
}
