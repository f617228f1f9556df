//! One look at all schemas of a version, which finds those that need no other.
//!
//! Nearly all fields of a large definition say their type and a description. What
//! the server has to say of a schema depends on words that these do not have, so
//! that the passes which know the words one by one may leave them out.

use super::schema::{TYPES, UNSUPPORTED};
use super::structure::{self, is_set};
use crate::kube::pattern;
use crate::parse::{Entry, Node};

/// Deeper schemas are not looked at.
const DEPTH: u32 = 100;

/// What one look at a schema and those in it gives.
pub(super) struct Survey {
    /// The number of the first node.
    first: u32,
    /// A bit for each node: nothing can be said against the schema that it is.
    easy: Vec<u64>,
    /// A bit for each node: nothing can be said against its own words.
    bare: Vec<u64>,
    /// The server can turn it into a structural schema.
    pub(super) is_plain: bool,
    /// It goes deeper than anyone looks.
    pub(super) is_too_deep: bool,
    /// Some value has a default.
    pub(super) has_defaults: bool,
}

impl Survey {
    pub(super) fn of(root: Node<'_>) -> Self {
        let words = (root.size() as usize).div_ceil(64);
        let mut survey = Self {
            first: root.id(),
            easy: vec![0; words],
            bare: vec![0; words],
            is_plain: true,
            is_too_deep: false,
            has_defaults: false,
        };
        survey.schema(root, 0);
        survey
    }

    /// Whether nothing can be said against a schema, as a field or as an item.
    pub(super) fn is_easy(&self, node: Node<'_>) -> bool {
        self.has(&self.easy, node)
    }

    /// Whether something can be said at most against the schemas of the fields, entries
    /// and items of a schema, and not against its own words.
    pub(super) fn is_bare(&self, node: Node<'_>) -> bool {
        self.has(&self.bare, node)
    }

    fn has(&self, bits: &[u64], node: Node<'_>) -> bool {
        let at = (node.id() - self.first) as usize;
        let word = bits.get(at / 64).copied().unwrap_or_default();
        word >> (at % 64) & 1 == 1
    }

    /// Looks at a schema and those in it; true when all of them are easy.
    fn schema(&mut self, node: Node<'_>, depth: u32) -> bool {
        if depth > DEPTH {
            self.is_too_deep = true;
            return false;
        }
        let mut words = Words {
            are_bare: node.is_map(),
            ..Words::default()
        };
        let mut is_easy = true;
        for entry in node.entries().filter(|it| !it.value.is_null()) {
            let value = entry.value;
            let held = match entry.name() {
                "items" => {
                    self.is_plain &= !value.is_seq();
                    words.are_bare &= value.is_map();
                    is_easy &= self.inner(value, depth);
                    "array"
                }
                "properties" => {
                    for field in value.entries() {
                        words.are_bare &= field.value.is_map();
                        is_easy &= self.inner(field.value, depth);
                    }
                    "object"
                }
                "additionalProperties" => {
                    words.are_bare &= value.is_map();
                    is_easy &= self.inner(value, depth);
                    "object"
                }
                _ => {
                    self.word(&entry, depth, &mut words);
                    continue;
                }
            };
            words.are_bare &= words.holds.replace(held).is_none();
        }
        let is_bare = words.agree();
        is_easy &= is_bare;
        let at = (node.id() - self.first) as usize;
        self.bare[at / 64] |= u64::from(is_bare) << (at % 64);
        self.easy[at / 64] |= u64::from(is_easy) << (at % 64);
        is_easy
    }

    fn inner(&mut self, value: Node<'_>, depth: u32) -> bool {
        value.is_map() && self.schema(value, depth + 1)
    }

    /// Looks at a word that is not what a value is made of.
    fn word<'a>(&mut self, entry: &Entry<'a>, depth: u32, words: &mut Words<'a>) {
        let value = entry.value;
        let text = value.as_str().unwrap_or_default();
        match entry.name() {
            "description" | "format" | "required" | "enum" | "title" | "example" | "nullable"
            | "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems"
            | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "externalDocs"
            | "minProperties" | "maxProperties" => {}
            "type" => words.kind = text,
            "pattern" => words.are_bare &= pattern::is_valid(text),
            "x-kubernetes-preserve-unknown-fields" => {
                self.is_plain &= value.as_bool() != Some(false);
                words.are_bare &= value.as_bool() == Some(true);
                words.may_be_anything = true;
            }
            "x-kubernetes-int-or-string" => {
                words.are_bare &= value.as_bool() == Some(true);
                words.are_either = true;
            }
            "x-kubernetes-list-type" if text == "atomic" => words.atomic = Some("array"),
            "x-kubernetes-map-type" if text == "atomic" => words.atomic = Some("object"),
            "anyOf" if structure::is_either(value) => words.alternatives = true,
            "allOf" | "anyOf" | "oneOf" => {
                words.are_bare = false;
                for item in value.items() {
                    self.inner(item, depth);
                }
            }
            "not" => {
                words.are_bare = false;
                self.inner(value, depth);
            }
            name => {
                words.are_bare = false;
                self.has_defaults |= name == "default";
                if name == "$schema" || UNSUPPORTED.contains(&name) {
                    let is_nothing = value.is_map() && value.entries().next().is_none();
                    self.is_plain &= is_nothing || !is_set(value);
                    for field in value.entries() {
                        self.inner(field.value, depth);
                    }
                }
            }
        }
    }
}

/// What the words of one schema say of its values.
#[derive(Default)]
struct Words<'a> {
    kind: &'a str,
    /// The type that the fields, entries or items in it are for.
    holds: Option<&'static str>,
    /// The type that its being atomic is for.
    atomic: Option<&'static str>,
    /// Its contents are unknown.
    may_be_anything: bool,
    /// It is an integer or a string.
    are_either: bool,
    /// It says so by alternatives.
    alternatives: bool,
    /// None of the words by itself has something against it.
    are_bare: bool,
}

impl Words<'_> {
    /// Whether nothing can be said against the words together.
    fn agree(&self) -> bool {
        let fits = |it: Option<&str>| it.is_none_or(|it| it == self.kind);
        let is_typed = match self.kind {
            "" => self.may_be_anything != self.are_either,
            "array" => self.holds.is_some() && !self.are_either,
            kind => TYPES.contains(&kind) && !self.are_either,
        };
        let is_told = !self.alternatives || self.are_either;
        self.are_bare && is_typed && is_told && fits(self.holds) && fits(self.atomic)
    }
}
