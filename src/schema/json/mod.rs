//! JSON Schema files: what they ask of a value, ready to be checked against one.
//!
//! Apart from [`Schema`](super::Schema), which is the structural schema of the API
//! server with the server's own arithmetic. Here the words mean what JSON Schema
//! says, of whichever draft. Schemas are numbered, and name one another by number:
//! so a reference may lead back to where it is, and nothing is compiled twice.

mod compile;
mod refer;

use crate::kube::pattern::Pattern;
use serde_json::Value as Json;
use std::collections::BTreeMap;

pub use refer::Load;

/// The number of a schema within a [`JsonSchema`].
pub type Id = u32;

/// A schema with all that it refers to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct JsonSchema {
    /// By [`Id`]; the first is the schema of the whole value.
    schemas: Vec<Vec<Keyword>>,
    /// What could not be followed, each as a sentence; nothing of it is checked.
    pub gaps: Vec<String>,
    /// Whether some keyword asks which entries others have looked at.
    pub asks_for_rest: bool,
}

impl JsonSchema {
    /// What the schema asks; nothing for an invalid number.
    #[must_use]
    pub fn keywords(&self, id: Id) -> &[Keyword] {
        self.schemas.get(id as usize).map_or(&[], Vec::as_slice)
    }
}

/// A bound of a number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Bound {
    /// An integer within 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
}

/// The types that a value may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Types(u8);

impl Types {
    /// All names, in the order in which messages have them.
    const NAMES: [&'static str; 7] = [
        "integer", "string", "number", "boolean", "array", "object", "null",
    ];

    /// Adds the type of that name; false when there is none.
    #[must_use]
    pub fn add(&mut self, name: &str) -> bool {
        let index = Self::NAMES.iter().position(|it| *it == name);
        self.0 |= index.map_or(0, |it| 1 << it);
        index.is_some()
    }

    /// Whether the type of that name is among them.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        let index = Self::NAMES.iter().position(|it| *it == name);
        index.is_some_and(|it| self.0 & 1 << it != 0)
    }

    /// Their names, with commas between them.
    #[must_use]
    pub fn names(self) -> String {
        let all = Self::NAMES.into_iter().filter(|it| self.has(it));
        all.collect::<Vec<_>>().join(",")
    }
}

/// One thing that a schema asks. Those of JSON Schema's keywords that mean
/// something only together are one.
#[derive(Clone, PartialEq, Debug)]
pub enum Keyword {
    /// The schema is `false`.
    Never,
    /// `$ref`
    Ref(Id),
    /// `type`
    Type(Types),
    /// `enum` and `const`; integral numbers are integers.
    Enum(Vec<Json>),
    /// `minimum`; whether the bound itself is too little.
    Minimum(Bound, bool),
    /// `maximum`; whether the bound itself is too much.
    Maximum(Bound, bool),
    /// `multipleOf`
    MultipleOf(Bound),
    /// `minLength`
    MinLength(i64),
    /// `maxLength`
    MaxLength(i64),
    /// `pattern`
    Pattern(Pattern),
    /// `format`, of those that are checked.
    Format(Box<str>),
    /// `minItems`
    MinItems(i64),
    /// `maxItems`
    MaxItems(i64),
    /// `uniqueItems`
    Unique,
    /// `prefixItems` and `items`, or `items` and `additionalItems`.
    Items(Vec<Id>, Option<Id>),
    /// `contains`, with `minContains` and `maxContains`; whether the items that it
    /// finds are looked at by that, as they are since 2020.
    Contains(Id, i64, Option<i64>, bool),
    /// `minProperties`
    MinProperties(i64),
    /// `maxProperties`
    MaxProperties(i64),
    /// `required`
    Required(Vec<Box<str>>),
    /// `properties`, `patternProperties` and `additionalProperties`.
    Properties(Box<Properties>),
    /// `propertyNames`
    Names(Id),
    /// `dependentRequired`: what else is asked for where the first is there.
    NeedsEntries(Box<str>, Vec<Box<str>>),
    /// `dependentSchemas`: what else holds where an entry is there.
    NeedsSchema(Box<str>, Id),
    /// `allOf`
    All(Vec<Id>),
    /// `anyOf`
    Any(Vec<Id>),
    /// `oneOf`
    One(Vec<Id>),
    /// `not`
    Not(Id),
    /// `if`, `then` and `else`.
    If(Id, Option<Id>, Option<Id>),
    /// `unevaluatedProperties`; always the last but one.
    RestOfMap(Id),
    /// `unevaluatedItems`; always the last.
    RestOfList(Id),
}

/// What the entries of a mapping are.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Properties {
    /// By their names.
    pub named: BTreeMap<Box<str>, Id>,
    /// By what their names match.
    pub patterns: Vec<(Pattern, Id)>,
    /// All others.
    pub rest: Option<Id>,
}
