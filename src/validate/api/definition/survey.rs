//! One look at all schemas of a version, which finds those that need no other.
//!
//! Nearly all fields of a large definition say their type and a description. What
//! the server has to say of a schema depends on words that these do not have, so
//! that the passes which know the words one by one may leave them out.

use super::schema::{TYPES, UNSUPPORTED};
use super::structure::is_set;
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
        let (mut is_easy, mut is_bare) = (true, node.is_map());
        let (mut kind, mut holds) = ("", None);
        for entry in node.entries().filter(|it| !it.value.is_null()) {
            let value = entry.value;
            let held = match entry.name() {
                "type" => {
                    kind = value.as_str().unwrap_or_default();
                    continue;
                }
                "items" => {
                    self.is_plain &= !value.is_seq();
                    is_bare &= value.is_map();
                    is_easy &= self.inner(value, depth);
                    "array"
                }
                "properties" => {
                    for field in value.entries() {
                        is_bare &= field.value.is_map();
                        is_easy &= self.inner(field.value, depth);
                    }
                    "object"
                }
                "additionalProperties" => {
                    is_bare &= value.is_map();
                    is_easy &= self.inner(value, depth);
                    "object"
                }
                _ => {
                    is_bare &= self.word(&entry, depth);
                    continue;
                }
            };
            is_bare &= holds.replace(held).is_none();
        }
        is_bare &= TYPES.contains(&kind);
        is_bare &= holds.is_none_or(|it| it == kind) && (kind != "array" || holds.is_some());
        is_easy &= is_bare;
        let at = (node.id() - self.first) as usize;
        self.bare[at / 64] |= u64::from(is_bare) << (at % 64);
        self.easy[at / 64] |= u64::from(is_easy) << (at % 64);
        is_easy
    }

    fn inner(&mut self, value: Node<'_>, depth: u32) -> bool {
        value.is_map() && self.schema(value, depth + 1)
    }

    /// Looks at a word that is neither the type nor what a value is made of; true
    /// when nothing can be said against it.
    fn word(&mut self, entry: &Entry<'_>, depth: u32) -> bool {
        let value = entry.value;
        match entry.name() {
            "description" | "format" | "required" | "enum" | "title" | "example" | "nullable"
            | "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems"
            | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "externalDocs"
            | "minProperties" | "maxProperties" => true,
            "pattern" => value.as_str().is_some_and(pattern::is_valid),
            "x-kubernetes-preserve-unknown-fields" => {
                self.is_plain &= value.as_bool() != Some(false);
                value.as_bool() == Some(true)
            }
            "default" => {
                self.has_defaults = true;
                false
            }
            "allOf" | "anyOf" | "oneOf" => {
                for item in value.items() {
                    self.inner(item, depth);
                }
                false
            }
            "not" => {
                self.inner(value, depth);
                false
            }
            name => {
                if name == "$schema" || UNSUPPORTED.contains(&name) {
                    let is_nothing = value.is_map() && value.entries().next().is_none();
                    self.is_plain &= is_nothing || !is_set(value);
                    for field in value.entries() {
                        self.inner(field.value, depth);
                    }
                }
                false
            }
        }
    }
}
