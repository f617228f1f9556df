//! Walks an object along its type, as the API server's strict decoder does.
//!
//! On a good object nothing is allocated: names are compared where they are,
//! and the fields that were seen are bits of one word.

use super::elsewhere::{self, Life};
use super::{explain, finding, misplaced, relocate, required, scalar, unique};
use crate::catalog::{Catalog, Field, Minor, Names, Object, Shape, TypeRef};
use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::nearest::nearest;
use crate::parse::{Entry, Node, Style, Value};
use crate::resolve::Resource;

/// Deeper values are not looked at; no kind has a use for them, and neither
/// parsing nor walking may exhaust the stack.
const DEPTH: u32 = 200;

/// Findings in one object; more would only say the same again, and finding the
/// path of each takes as long as the lists that it passes.
const FINDINGS: usize = 1000;

/// Looking for where a field belongs costs a search of the kind's types; a file
/// that is all unknown fields gets it for so many only.
const SEARCHES: u32 = 100;

/// How the message of an unknown field begins; its name follows, in quotes.
const UNKNOWN: &str = "unknown field ";

/// The name of the unknown field that a finding is about, in quotes.
pub(crate) fn unknown(finding: &Finding) -> Option<&str> {
    let rest = finding.message.strip_prefix(UNKNOWN)?;
    Some(
        rest.rsplit_once("\": ")
            .map_or(rest, |(name, _)| &rest[..=name.len()]),
    )
}

/// Checks `resource` against `top`, its type in `minor`.
pub(crate) fn check(
    catalog: &Catalog,
    minor: Minor,
    resource: &Resource<'_>,
    top: TypeRef<'_>,
    out: &mut Vec<Finding>,
) -> bool {
    let first = out.len();
    let mut walk = Decoder {
        catalog,
        minor,
        resource,
        top,
        out,
        limit: first + FINDINGS,
        searches: 0,
        moved: Vec::new(),
        is_patch: false,
    };
    walk.value(resource.node, top, Mode::STRICT, 0);
    let (moved, is_patch) = (walk.moved, walk.is_patch);
    out.extend(required::check_name(resource));
    if is_patch || !moved.is_empty() {
        let own = out.split_off(first);
        let kept = |it: &Finding| it.rule != "api-required" || !is_patch && !is_moved(it, &moved);
        out.extend(own.into_iter().filter(kept));
    }
    !is_patch
}

/// Checks the `metadata` of a custom resource, or of an object inside of one.
pub(crate) fn check_metadata(
    catalog: &Catalog,
    minor: Minor,
    resource: &Resource<'_>,
    metadata: Node<'_>,
    out: &mut Vec<Finding>,
) {
    let pod = catalog
        .kind("", "v1", "Pod")
        .and_then(|it| it.type_in(minor));
    let field = pod.and_then(|it| it.as_object()?.field("metadata"));
    let Some(top) = field.map(Field::value_type) else {
        return;
    };
    let limit = out.len() + FINDINGS;
    let mut walk = Decoder {
        catalog,
        minor,
        resource,
        top,
        out,
        limit,
        searches: SEARCHES,
        moved: Vec::new(),
        is_patch: false,
    };
    walk.value(metadata, top, Mode::DROPPED, 0);
}

/// Whether what is missing is not missing but in the wrong place: the field
/// itself, or something below it.
fn is_moved(missing: &Finding, moved: &[String]) -> bool {
    let path = misplaced::without_indices(missing.field.as_deref().unwrap_or_default());
    let below = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
    let mut moved = moved.iter();
    moved.any(|it| it.strip_prefix(path.as_str()).is_some_and(below))
}

/// What is asked of the values below.
#[derive(Clone, Copy)]
struct Mode {
    /// Fields that the type does not have are refused.
    known_fields: bool,
    /// The server validates it: required fields, enumerations, duplicates.
    validated: bool,
}

impl Mode {
    const STRICT: Self = Self {
        known_fields: true,
        validated: true,
    };
    /// Decoded, and then dropped.
    const DROPPED: Self = Self {
        known_fields: true,
        validated: false,
    };
    /// Inside a value with a decoder of its own, which is not a strict one.
    const LENIENT: Self = Self {
        known_fields: false,
        validated: false,
    };
}

struct Decoder<'a, 'c, 'w> {
    catalog: &'w Catalog,
    minor: Minor,
    resource: &'w Resource<'a>,
    top: TypeRef<'c>,
    out: &'w mut Vec<Finding>,
    limit: usize,
    searches: u32,
    /// Where misplaced fields belong, lists without indices.
    moved: Vec<String>,
    /// It has directives of a strategic merge patch.
    is_patch: bool,
}

impl<'a, 'c> Decoder<'a, 'c, '_> {
    fn value(&mut self, node: Node<'a>, wanted: TypeRef<'c>, mode: Mode, depth: u32) {
        // Null is as good as absent for the decoder, in lists and maps too.
        if node.is_null() || depth > DEPTH || self.out.len() >= self.limit {
            return;
        }
        let shape = wanted.shape();
        if !scalar::accepts(shape, node) {
            let report = explain::wrong_type(self.resource, node, wanted);
            self.out.push(report);
            return;
        }
        match shape {
            Shape::Object(object) => self.object(node, object, mode, depth),
            Shape::Map(element) => {
                for entry in node.entries() {
                    self.value(entry.value, element, mode, depth + 1);
                }
            }
            Shape::List(list) => {
                for item in node.items() {
                    self.value(item, list.element(), mode, depth + 1);
                }
            }
            Shape::String(names) if mode.validated && !names.is_empty() => {
                self.enumeration(node, names);
            }
            Shape::SchemaOrBool(schema) if node.is_map() => {
                self.value(node, schema, Mode::LENIENT, depth + 1);
            }
            Shape::SchemaOrArray(schema) | Shape::SchemaOrStrings(schema) if node.is_map() => {
                self.value(node, schema, Mode::LENIENT, depth + 1);
            }
            Shape::SchemaOrArray(schema) => {
                for item in node.items() {
                    self.value(item, schema, Mode::LENIENT, depth + 1);
                }
            }
            Shape::SchemaOrStrings(_) => self.strings(node),
            _ => {}
        }
    }

    fn object(&mut self, node: Node<'a>, object: Object<'c>, mode: Mode, depth: u32) {
        let (mut seen, mut written) = (0u64, 0u64);
        let mut unknown = false;
        for entry in node.entries() {
            let Some(field) = object.field(entry.name()) else {
                unknown = true;
                continue;
            };
            let bit = 1 << (field.index() & 63);
            written |= bit;
            if !entry.value.is_null() {
                seen |= bit;
            }
            let mode = if mode.validated && is_dropped(object, field, entry.name()) {
                Mode::DROPPED
            } else {
                mode
            };
            self.value(entry.value, field.value_type(), mode, depth + 1);
            if mode.validated && entry.value.is_seq() {
                unique::check(self.resource, object, entry, self.limit, self.out);
            }
        }
        let mut renamed = Vec::new();
        if unknown && mode.known_fields {
            renamed = self.unknown_fields(node, object, written);
        }
        if mode.validated {
            required::check(self.resource, node, object, seen, &renamed, self.out);
        }
    }

    /// Reports the fields that the type does not have; gives the names of those
    /// that they are misspellings of.
    fn unknown_fields(&mut self, node: Node<'a>, object: Object<'c>, written: u64) -> Vec<&'c str> {
        let unknown = |entry: &Entry<'a>| object.field(entry.name()).is_none();
        if let Some(parent) = unindented(node, object, unknown) {
            self.not_nested(node, parent, unknown);
            return Vec::new();
        }
        let free = |field: &Field<'_>| written >> (field.index() & 63) & 1 == 0;
        let free: Vec<&str> = object.fields().filter(free).map(Field::name).collect();
        let mut renamed = Vec::new();
        for entry in node.entries().filter(unknown) {
            if is_directive(entry.name()) {
                self.is_patch = true;
                continue;
            }
            if self.out.len() < self.limit {
                renamed.extend(self.unknown_field(node, object, entry, &free));
            }
        }
        renamed
    }

    fn unknown_field(
        &mut self,
        node: Node<'a>,
        object: Object<'c>,
        entry: Entry<'a>,
        free: &[&'c str],
    ) -> Option<&'c str> {
        let name = entry.name();
        let message = format!("{UNKNOWN}{name:?}");
        let span = entry.key.span();
        let mut report = finding("unknown-field", self.resource, entry.value, span, message);
        report.field = Some(decoder_path(self.resource.node, entry.value));
        if let Some((when, help)) = self.other_minor(node, name) {
            report.message = format!("{}: {when}", report.message);
            self.out.push(report.with_help(help));
            return None;
        }
        // A misspelt name has a value of the right form still.
        let fits = |it: &&str| {
            let field = object.field(it);
            field.is_some_and(|field| scalar::is_alike(field.value_type().shape(), entry.value))
        };
        let guess = nearest(name, free.iter().copied().filter(fits));
        report = match guess {
            Some(guess) => {
                report.fix = rename(entry.key, guess);
                report.with_help(format!("did you mean `{guess}`?"))
            }
            None => {
                let path = report.field.clone().unwrap_or_default();
                let (help, fix) = self.advice(node, object, entry, &path);
                report.fix = fix;
                report.with_help(help)
            }
        };
        self.out.push(report);
        guess
    }

    /// Whether another minor has the field: when it came or went, and what to do.
    fn other_minor(&mut self, node: Node<'a>, name: &str) -> Option<(String, String)> {
        if self.searches >= SEARCHES {
            return None;
        }
        self.searches += 1;
        let life = elsewhere::life(self.catalog, self.minor, self.resource, node, name)?;
        Some(match life {
            Life::Since(minor) => (
                format!("added in Kubernetes {minor}"),
                format!("remove it, or use Kubernetes {minor} or later"),
            ),
            Life::Until(minor) => (
                format!("removed in Kubernetes {minor}"),
                "remove it".to_owned(),
            ),
        })
    }

    /// Where a field belongs that is not a misspelling.
    fn advice(
        &mut self,
        node: Node<'a>,
        object: Object<'c>,
        entry: Entry<'a>,
        path: &str,
    ) -> (String, Option<Fix>) {
        let name = entry.name();
        let hopeless = format!("remove it: {} has no such field", object.name());
        if name.starts_with('\u{a0}') {
            let help = "the line is indented with no-break spaces (U+00A0); use plain spaces";
            return (help.to_owned(), None);
        }
        if self.searches >= SEARCHES {
            return (hopeless, None);
        }
        self.searches += 1;
        let other = elsewhere::renamed(object, name).or_else(|| {
            elsewhere::other_version(self.catalog, self.minor, self.resource, node, name)
        });
        if let Some(other) = other {
            return (other, None);
        }
        let places = misplaced::places(self.resource.node, self.top, node, name);
        if places.is_empty() {
            let label = elsewhere::label(object, entry, path);
            return (label.unwrap_or(hopeless), None);
        }
        let field =
            |place: &misplaced::Owner<'_, '_>| misplaced::without_indices(&place.field(name));
        self.moved.extend(places.iter().map(field));
        let fix = match places.as_slice() {
            [only] => only.take(entry),
            _ => None,
        };
        (misplaced::sentence(name, &places), fix)
    }

    /// Reports fields that are beside the empty field that they belong to, all
    /// in one: it is one mistake of indentation.
    fn not_nested(
        &mut self,
        node: Node<'a>,
        parent: Entry<'a>,
        unknown: impl Fn(&Entry<'a>) -> bool,
    ) {
        let fields: Vec<Entry<'a>> = node.entries().filter(unknown).collect();
        let Some(first) = fields.first() else { return };
        let names: Vec<String> = fields.iter().map(|it| format!("{:?}", it.name())).collect();
        let (parent_name, list) = (parent.name(), names.join(", "));
        let plural = if names.len() == 1 { "field" } else { "fields" };
        let message = format!("unknown {plural} {list} beside {parent_name}, which is empty");
        let span = parent.key.span();
        let mut report = finding("unknown-field", self.resource, first.value, span, message)
            .with_help(format!("indent {list} below {parent_name}"));
        let edits = relocate::indent(parent, &fields);
        report.fix = edits.map(|it| Fix::risky(format!("indent {list}"), it));
        report.field = Some(decoder_path(self.resource.node, first.value));
        for field in fields {
            let mut place = field.key.place();
            place.span = field.key.span();
            report = report.with_related(place, format!("belongs to {parent_name}"));
        }
        self.out.push(report);
    }

    fn enumeration(&mut self, node: Node<'a>, names: Names<'c>) {
        let Value::Str(text) = node.value() else {
            return;
        };
        // The server takes an empty string for an absent one in most places.
        if text.is_empty() || names.iter().any(|name| name == text) {
            return;
        }
        let mut list = String::new();
        for name in names.iter() {
            list.push_str(if list.is_empty() { "" } else { ", " });
            list.push_str(&format!("{name:?}"));
        }
        let message = format!("Unsupported value: {text:?}: supported values: {list}");
        let mut report = finding("api-unsupported", self.resource, node, node.span(), message);
        if let Some(guess) = nearest(text, names.iter()) {
            report = report.with_help(format!("did you mean `{guess}`?"));
            report.fix = rename(node, guess);
        }
        self.out.push(report);
    }

    /// The items of a list of strings with a decoder of its own.
    fn strings(&mut self, node: Node<'a>) {
        for item in node.items() {
            if !item.is_null() && item.as_str().is_none() {
                let report = explain::not_a_string(self.resource, item);
                self.out.push(report);
            }
        }
    }
}

/// Whether the server drops a field before it validates the object: the status
/// that a manifest brings along, and fields behind feature gates that are off by
/// default. `name` is the field's name.
fn is_dropped(object: Object<'_>, field: Field<'_>, name: &str) -> bool {
    match name {
        "status" => {
            let of = field.value_type().as_object();
            of.is_some_and(|it| it.name().ends_with("Status"))
        }
        "mode" => object.name() == "GRPCAction",
        "protocol" => object.name() == "HTTPGetAction",
        "stopSignal" => object.name() == "Lifecycle",
        _ => false,
    }
}

/// Whether a key tells a strategic merge patch what to do: such a document is
/// merged into an object before any server sees it.
pub(crate) fn is_directive(key: &str) -> bool {
    key.strip_prefix('$').is_some_and(|rest| {
        let word = rest.split('/').next().unwrap_or_default();
        matches!(
            word,
            "patch" | "retainKeys" | "setElementOrder" | "deleteFromPrimitiveList"
        )
    })
}

/// The entry of `node` that is empty and whose type has all the fields that the
/// type of `node` has not, where there is exactly one.
fn unindented<'a>(
    node: Node<'a>,
    object: Object<'_>,
    unknown: impl Fn(&Entry<'a>) -> bool,
) -> Option<Entry<'a>> {
    let mut holders = node.entries().filter(|entry| {
        let field = object.field(entry.name()).filter(|_| entry.value.is_null());
        let inner = field.and_then(|field| field.value_type().as_object());
        inner.is_some_and(|inner| {
            node.entries()
                .filter(&unknown)
                .all(|it| inner.field(it.name()).is_some())
        })
    });
    let only = holders.next()?;
    holders.next().is_none().then_some(only)
}

/// The path as the strict decoder writes it: every key after a point, whatever
/// characters it has.
pub(crate) fn decoder_path(root: Node<'_>, node: Node<'_>) -> String {
    let mut steps = Vec::new();
    let mut at = node;
    while at != root {
        let Some(parent) = at.parent() else { break };
        steps.push(at);
        at = parent;
    }
    let mut path = String::new();
    for node in steps.into_iter().rev() {
        match node.key().and_then(Node::as_str) {
            Some(key) if path.is_empty() => path.push_str(key),
            Some(key) => path = format!("{path}.{key}"),
            None => path = format!("{path}[{}]", node.number()),
        }
    }
    path
}

/// Offers another text in place of a name or value.
pub(crate) fn rename(node: Node<'_>, text: &str) -> Option<Fix> {
    let edit = rewrite(node, text)?;
    Some(Fix::risky(format!("write {}", edit.text), vec![edit]))
}

/// Writes another text in place of a name or value, in the quotes that it has.
pub(crate) fn rewrite(node: Node<'_>, text: &str) -> Option<Edit> {
    if node.is_aliased() {
        return None;
    }
    let text = match node.style() {
        Style::Plain => text.to_owned(),
        Style::Single => format!("'{text}'"),
        Style::Double => format!("\"{text}\""),
        _ => return None,
    };
    let span = node.span();
    Some(Edit { span, text })
}
