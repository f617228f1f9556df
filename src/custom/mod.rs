//! Custom resources against the definitions of a run, as the API server checks
//! them on creation: decode and prune, fill in, schema, metadata, lists, rules.

mod correlate;
mod embedded;
mod json;
mod keywords;
mod lists;
mod misplaced;
mod numbers;
mod path;
mod problem;
mod rules;
mod scale;

use crate::catalog::{Catalog, Minor};
use crate::cel::Programs;
use crate::decode::structure::decoder_path;
use crate::decode::{finding, required, structure};
use crate::finding::Finding;
use crate::finding::is_of_validation;
use crate::nearest::nearest;
use crate::parse::Node;
use crate::resolve::Resource;
use crate::schema::{
    Data, Definition, Item, JsonSchema, Met, Schema, Unknown, Version, build, build_value, plain,
};
use crate::server::{self, name_the_missing};
use correlate::Correlated;
pub(super) use path::Path;
use problem::Problem;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// The finding about what a schema asks and nothing here checks.
const GAP: &str = "schema-incomplete";

/// Unknown fields of an object whose place is searched for.
const SEARCHES: usize = 100;

/// What the server appends to a `generateName`, or something like it.
const GENERATED: &str = "aaaaa";

/// What checks a custom resource beside its definition.
#[derive(Clone, Copy)]
pub struct Server<'s> {
    /// The built-in types: the metadata is of one.
    pub catalog: &'s Catalog,
    /// The release.
    pub minor: Minor,
    /// Rules that were read before.
    pub programs: &'s Programs,
}

/// A version of a definition.
#[derive(Clone, Copy, Debug)]
pub struct Defined<'a> {
    /// The whole.
    pub definition: &'a Definition,
    /// One of its versions.
    pub version: &'a Version,
}

/// Checks one object against one version of its definition.
///
/// Reports `unknown-field` and the `api-*` names. What the server stops at, this
/// stops at: an object with unknown fields is not looked at any further.
pub fn check<'a>(
    server: Server<'_>,
    resource: &Resource<'a>,
    defined: Defined<'a>,
    out: &mut Vec<Finding>,
) {
    judge(server, (None, resource), defined, out);
}

/// [`check`] for an object that takes the place of `old`, which the server accepted:
/// rules may compare the two, and what stays as it is may stay wrong.
pub fn update<'a>(
    server: Server<'_>,
    (old, new): (&Resource<'a>, &Resource<'a>),
    defined: Defined<'a>,
    out: &mut Vec<Finding>,
) {
    let first = out.len();
    judge(server, (Some(old), new), defined, out);
    // A name is looked at when it is given.
    let is_name = |it: &Finding| {
        let field = it.field.as_deref();
        matches!(field, Some("metadata.name" | "metadata.generateName"))
            && is_of_validation(it.rule)
    };
    let own = out.split_off(first);
    out.extend(own.into_iter().filter(|it| !is_name(it)));
}

fn judge<'a>(
    server: Server<'_>,
    (old, resource): (Option<&Resource<'a>>, &Resource<'a>),
    Defined {
        definition,
        version,
    }: Defined<'a>,
    out: &mut Vec<Finding>,
) {
    let read = |resource: &Resource<'a>| {
        let mut met = Met::default();
        let prune = !definition.preserve;
        let mut item = build(resource.node, &version.schema, prune, &mut met);
        complete_name(&mut item);
        (item, met)
    };
    let (mut item, met) = read(resource);
    // Between two versions an object is converted in an unknown way.
    let old = old.filter(|it| it.api_version == resource.api_version);
    let old = old.map(|it| read(it).0);
    if met.is_too_deep
        || resource
            .node
            .entries()
            .any(|it| structure::is_directive(it.name()))
    {
        return;
    }
    let first = out.len();
    let mut all_metadata: Vec<Node<'a>> = resource.metadata().into_iter().collect();
    all_metadata.extend(met.embedded.iter().filter_map(|it| it.get("metadata")));
    for metadata in all_metadata {
        structure::check_metadata(server.catalog, server.minor, resource, metadata, out);
    }
    let unknown = met.unknown.iter().enumerate();
    out.extend(unknown.map(|(index, it)| {
        let top = (index < SEARCHES).then_some(&version.schema);
        pruned_field(resource, it, top)
    }));
    out.extend(required::check_name(resource));
    if out[first..].iter().any(|it| !is_of_validation(it.rule)) {
        return;
    }
    if version.has_status {
        item.set("status", old.as_ref().and_then(|it| it.get("status")));
    }
    let mut problems = problems(&item, old.as_ref(), version);
    if !problems.iter().any(|it| is_blocking(it.rule)) {
        let was = correlated(old.as_ref(), &item, version);
        rules::check(&item, &version.schema, server.programs, was, &mut problems);
    }
    let own = out.len();
    out.extend(problems.into_iter().map(|it| report(resource, it)));
    server::metadata(resource, server.minor, definition.namespaced, out);
    drop_repeated(out, own);
}

/// Drops what is said again from the finding at `first` on.
fn drop_repeated(out: &mut Vec<Finding>, first: usize) {
    let mut said = FxHashSet::default();
    let mut index = 0;
    out.retain(|it| {
        index += 1;
        let is_new = said.insert((it.rule, it.field.clone(), it.message.clone()));
        is_new || index <= first
    });
}

fn correlated<'i>(
    old: Option<&'i Item<'i>>,
    new: &'i Item<'i>,
    version: &'i Version,
) -> Option<Correlated<'i>> {
    let schema = &version.schema;
    old.map(|old| Correlated { new, old, schema })
}

/// What a JSON Schema has against a value: rule, path and message of each.
/// A null is a value like others; what only the API server knows is not asked.
#[must_use]
pub fn against(schema: &JsonSchema, value: Node<'_>) -> Vec<(&'static str, String, String)> {
    let item = plain(value, &mut Met::default());
    let problems = json::check(&item, schema, false);
    let told = problems.into_iter();
    told.map(|it| (it.rule, it.field, it.message)).collect()
}

/// What is wrong with a default: rule, path below it, the
/// number of the node, message.
pub(super) fn check_default<'a>(
    value: Node<'a>,
    schema: &'a Schema,
    programs: &Programs,
) -> Vec<(&'static str, String, u32, String)> {
    let mut met = Met::default();
    let item = build_value(value, schema, &mut met);
    let mut problems = keywords::check(&item, schema, &Path::TOP, None).problems;
    if problems.is_empty() {
        rules::check(&item, schema, programs, None, &mut problems);
    }
    let mut found: Vec<_> = Vec::new();
    if !met.unknown.is_empty() {
        let message = format!(
            "Invalid value: {}: must not have unknown fields",
            problem::shown(&item)
        );
        found.push(("api-invalid", String::new(), value.id(), message));
    }
    found.extend(
        problems
            .into_iter()
            .map(|it| (it.rule, it.field, it.node.id(), it.message)),
    );
    found
}

/// Whether a `fieldPath` of a rule refers to a field of the schema.
pub(super) fn is_field_path(schema: &Schema, path: &str) -> bool {
    path.starts_with(['.', '['])
        && rules::steps(path)
            .iter()
            .try_fold(schema, |at, name| at.field(name))
            .is_some()
}

fn problems<'a>(item: &Item<'a>, old: Option<&Item<'a>>, version: &'a Version) -> Vec<Problem<'a>> {
    let schema = &version.schema;
    let mut problems = match &version.json {
        Some(json) => json::check(item, json, true),
        None => keywords::check(item, schema, &Path::TOP, correlated(old, item, version)).problems,
    };
    if let Some(scale) = &version.scale {
        scale::check(item, scale, &mut problems);
    }
    embedded::check(item, schema, &Path::TOP, &mut problems);
    let mut before = Vec::new();
    if let Some(old) = old {
        lists::check(old, schema, &Path::TOP, &mut before);
    }
    if before.is_empty() {
        lists::check(item, schema, &Path::TOP, &mut problems);
    }
    problems
}

/// Rules are not asked of objects with such problems.
fn is_blocking(rule: &str) -> bool {
    matches!(
        rule,
        "api-unsupported"
            | "api-required"
            | "api-too-long"
            | "api-too-many"
            | "api-type"
            | "unknown-field"
    )
}

/// The server makes up a name before it looks at the object.
fn complete_name(item: &mut Item<'_>) {
    let Data::Map(fields) = &mut item.data else {
        return;
    };
    let metadata = fields.iter_mut().find(|it| it.name == "metadata");
    let Some(metadata) = metadata.map(|it| &mut it.item) else {
        return;
    };
    let named = metadata
        .get("name")
        .and_then(Item::as_str)
        .unwrap_or_default();
    let prefix = metadata.get("generateName").and_then(Item::as_str);
    let Some(prefix) = prefix.filter(|it| named.is_empty() && !it.is_empty()) else {
        return;
    };
    let name = Item {
        node: metadata.node,
        data: Data::Str(Cow::Owned(format!("{prefix}{GENERATED}"))),
    };
    metadata.remove("name");
    if let Data::Map(fields) = &mut metadata.data {
        fields.push(crate::schema::Field {
            name: Cow::Borrowed("name"),
            item: name,
        });
    }
}

fn report(resource: &Resource<'_>, problem: Problem<'_>) -> Finding {
    if problem.rule == "unknown-field" {
        return unknown_field(resource, problem.node, problem.guess.as_deref(), None);
    }
    let (mut node, mut span) = (problem.node, problem.span());
    if problem.rule == GAP
        && let Some(kind) = resource.node.get("kind")
    {
        (node, span) = (kind, kind.span());
    }
    let mut report = finding(problem.rule, resource, node, span, problem.message);
    report.field = Some(problem.field).filter(|it| !it.is_empty());
    if problem.rule == GAP {
        report.help = Some("fix the schema, or add the files that it refers to".to_owned());
    }
    name_the_missing(&mut report);
    report
}

/// A field that the server drops; where it belongs is searched for below `top`.
fn pruned_field(
    resource: &Resource<'_>,
    unknown: &Unknown<'_, '_>,
    top: Option<&Schema>,
) -> Finding {
    let node = unknown.node;
    let name = node.key().and_then(Node::as_str).unwrap_or_default();
    let parent = node.parent();
    let is_free = |it: &&str| parent.is_none_or(|parent| parent.entry(it).is_none());
    let holder = unknown.holder.into_iter();
    let known = holder.flat_map(|it| it.properties.keys());
    let known = known.map(String::as_str).filter(is_free);
    let guess = nearest(name, known);
    let searched = top.filter(|_| guess.is_none()).zip(parent);
    let place = searched.and_then(|(top, from)| misplaced::place(resource.node, top, from, name));
    unknown_field(resource, node, guess, place.as_deref())
}

/// A field that the schema does not have; `guess` is what was meant, and `place` the
/// path of what has a field of that name.
fn unknown_field(
    resource: &Resource<'_>,
    node: Node<'_>,
    guess: Option<&str>,
    place: Option<&str>,
) -> Finding {
    let key = node.key();
    let name = key.and_then(Node::as_str).unwrap_or_default();
    let span = key.map_or(node.span(), Node::span);
    let message = format!("unknown field {name:?}");
    let mut report = finding("unknown-field", resource, node, span, message);
    report.field = Some(decoder_path(resource.node, node));
    match (guess, place) {
        (Some(guess), _) => {
            report.fix = key.and_then(|key| structure::rename(key, guess));
            report.with_help(format!("did you mean `{guess}`?"))
        }
        (None, Some("")) => report.with_help(format!("`{name}` belongs to the top level")),
        (None, Some(place)) => report.with_help(format!("`{name}` belongs to {place}")),
        (None, None) => report.with_help(format!(
            "remove it: the definition of {} has no such field",
            resource.kind
        )),
    }
}

/// Says that nothing defines the kind of an object.
#[must_use]
pub fn not_defined(resource: &Resource<'_>) -> Option<Finding> {
    let at = resource.node.get("kind")?;
    let (kind, version) = (resource.kind, resource.api_version);
    let message = format!("no definition found for {version} {kind}");
    let help = "add its CustomResourceDefinition to the files, or pass it with --schema-location";
    Some(finding("unknown-kind", resource, at, at.span(), message).with_help(help))
}

/// Says that a definition does not serve the version that an object asks for.
#[must_use]
pub fn not_served(resource: &Resource<'_>, definition: &Definition) -> Option<Finding> {
    let at = resource.node.get("apiVersion")?;
    let (kind, group) = (resource.kind, resource.group());
    let served = definition.versions.iter().filter(|it| it.served);
    let served: Vec<&str> = served.map(|it| it.name.as_str()).collect();
    let message = format!("{kind} of {group} has no version {}", resource.version());
    let report = finding("unknown-kind", resource, at, at.span(), message);
    let named = |it: &&str| format!("{group}/{it}");
    let served: Vec<String> = served.iter().map(named).collect();
    Some(match served.is_empty() {
        true => report.with_help("its definition serves no version at all"),
        false => report.with_help(format!("its definition serves {}", served.join(", "))),
    })
}
