//! Walks an object along its type, as the API server's strict decoder does.
//!
//! On a good object nothing is allocated: names are compared where they stand,
//! and the fields that were seen are bits of one word.

use super::{explain, finding, misplaced, required, scalar, unique};
use crate::catalog::{Names, Object, Shape, TypeRef};
use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::nearest::nearest;
use crate::parse::{Entry, Node, Style, Value};
use crate::resolve::Resource;

/// Deeper values are not looked at; no kind has a use for them, and neither
/// parsing nor walking may exhaust the stack.
const DEPTH: u32 = 200;

/// Looking for where a field belongs costs a search of the kind's types; a file
/// that is all unknown fields gets it for so many only.
const SEARCHES: u32 = 100;

/// Checks `resource` against its type.
pub(super) fn check(resource: &Resource<'_>, top: TypeRef<'_>, out: &mut Vec<Finding>) {
    let first = out.len();
    let mut walk = Walk {
        resource,
        top,
        out,
        searches: 0,
        moved: Vec::new(),
    };
    walk.value(resource.node, top, Mode::STRICT, 0);
    let moved = walk.moved;
    if !moved.is_empty() {
        drop_consequences(&moved, first, out);
    }
}

/// A field that stands in the wrong place is not also missing in the right one.
fn drop_consequences(moved: &[String], first: usize, out: &mut Vec<Finding>) {
    let mut index = 0;
    out.retain(|finding| {
        index += 1;
        let caused = |field: &String| {
            let right_place = misplaced::without_indices(field);
            moved.iter().any(|it| {
                it.strip_prefix(right_place.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            })
        };
        index <= first || finding.rule != "api-required" || !finding.field.iter().any(caused)
    });
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
    /// The status that a manifest brings along is decoded, and then dropped.
    const STATUS: Self = Self {
        known_fields: true,
        validated: false,
    };
    /// Inside a value with a decoder of its own, which is not a strict one.
    const LENIENT: Self = Self {
        known_fields: false,
        validated: false,
    };
}

struct Walk<'a, 'c, 'w> {
    resource: &'w Resource<'a>,
    top: TypeRef<'c>,
    out: &'w mut Vec<Finding>,
    searches: u32,
    /// Where misplaced fields belong, lists without indices.
    moved: Vec<String>,
}

impl<'a, 'c> Walk<'a, 'c, '_> {
    fn value(&mut self, node: Node<'a>, wanted: TypeRef<'c>, mode: Mode, depth: u32) {
        // Null is as good as absent for the decoder, in lists and maps too.
        if node.is_null() || depth > DEPTH {
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
        let mut seen = 0u64;
        let mut unknown = false;
        for entry in node.entries() {
            let Some(field) = object.field(entry.name()) else {
                unknown = true;
                continue;
            };
            if !entry.value.is_null() {
                seen |= 1 << (field.index() & 63);
            }
            let mode = if depth == 0 && field.name() == "status" {
                Mode::STATUS
            } else {
                mode
            };
            self.value(entry.value, field.value_type(), mode, depth + 1);
            if mode.validated && entry.value.is_seq() {
                unique::check(self.resource, object, entry, self.out);
            }
        }
        let mut renamed = Vec::new();
        if unknown && mode.known_fields {
            for entry in node.entries() {
                if object.field(entry.name()).is_none() {
                    renamed.extend(self.unknown_field(node, object, entry));
                }
            }
        }
        if mode.validated {
            self.required(node, object, seen, &renamed);
        }
    }

    fn required(&mut self, node: Node<'a>, object: Object<'c>, seen: u64, renamed: &[&str]) {
        for field in object.fields() {
            let missing = field.is_required() && seen >> (field.index() & 63) & 1 == 0;
            if !missing || renamed.contains(&field.name()) {
                continue;
            }
            if !required::is_enforced(object.name(), field.name()) {
                continue;
            }
            let message = format!("required value: {} is missing", field.name());
            let mut report = finding("api-required", self.resource, node, node.head(), message);
            let path = report.field.take();
            report.field = Some(path.map_or(field.name().to_owned(), |path| {
                format!("{path}.{}", field.name())
            }));
            let wanted = field.value_type().describe();
            self.out
                .push(report.with_help(format!("add `{}`, {wanted}", field.name())));
        }
    }

    /// Reports a field that the type does not have; gives the name of the field
    /// that it is a misspelling of.
    fn unknown_field(
        &mut self,
        node: Node<'a>,
        object: Object<'c>,
        entry: Entry<'a>,
    ) -> Option<&'c str> {
        let name = entry.name();
        let message = format!("unknown field {name:?}");
        let span = entry.key.span();
        let mut report = finding("unknown-field", self.resource, entry.value, span, message);
        report.field = Some(decoder_path(self.resource.node, entry.value));
        let absent = |it: &&str| node.entry(it).is_none();
        let names = object.fields().map(|field| field.name());
        let guess = nearest(name, names.filter(absent));
        let mut places = Vec::new();
        if guess.is_none() && self.searches < SEARCHES {
            self.searches += 1;
            places = misplaced::places(self.resource.node, self.top, node, name);
        }
        if let Some(guess) = guess {
            report = report.with_help(format!("did you mean `{guess}`?"));
            report.fix = rename(entry.key, guess);
        } else if !places.is_empty() {
            report = report.with_help(misplaced::sentence(name, &places));
            let path =
                |place: &misplaced::Place<'_>| misplaced::without_indices(&place.field(name));
            self.moved.extend(places.iter().map(path));
        } else {
            report = report.with_help(format!("remove it: {} has no such field", object.name()));
        }
        self.out.push(report);
        guess
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
        let message = format!("unsupported value: {text:?}: supported values: {list}");
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

/// The path as the strict decoder writes it: every key after a point, whatever
/// characters it has.
fn decoder_path(root: Node<'_>, node: Node<'_>) -> String {
    let mut steps = Vec::new();
    let mut at = node;
    while at != root {
        let Some(parent) = at.parent() else { break };
        steps.push((parent, at));
        at = parent;
    }
    let mut path = String::new();
    for (parent, node) in steps.into_iter().rev() {
        match node.key().and_then(Node::as_str) {
            Some(key) if path.is_empty() => path.push_str(key),
            Some(key) => path = format!("{path}.{key}"),
            None => {
                let index = parent.items().take_while(|it| *it != node).count();
                path = format!("{path}[{index}]");
            }
        }
    }
    path
}

/// Writes another text in place of a name or value, in the quotes that it has.
fn rename(node: Node<'_>, text: &str) -> Option<Fix> {
    if node.is_aliased() {
        return None;
    }
    let text = match node.style() {
        Style::Plain => text.to_owned(),
        Style::Single => format!("'{text}'"),
        Style::Double => format!("\"{text}\""),
        _ => return None,
    };
    let edit = Edit {
        span: node.span(),
        text: text.clone(),
    };
    Some(Fix::risky(format!("write {text}"), vec![edit]))
}
