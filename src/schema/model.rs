//! A structural schema, as the API server works with it.

use crate::kube::pattern::Pattern;
use crate::parse::Node;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What `type` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `object`
    Object,
    /// `array`
    Array,
    /// `string`
    String,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `boolean`
    Boolean,
}

impl Kind {
    /// The kind with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "object" => Self::Object,
            "array" => Self::Array,
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            _ => return None,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// How the items of a list relate: `x-kubernetes-list-type`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ListType {
    /// They stand for themselves.
    #[default]
    Atomic,
    /// No two are equal.
    Set,
    /// No two have equal values of all these fields.
    Map(Vec<String>),
}

/// `additionalProperties`.
#[derive(Clone, PartialEq, Debug)]
pub enum Additional {
    /// `true` or `false`.
    Any(bool),
    /// What every value must be.
    Schema(Schema),
}

/// One rule of `x-kubernetes-validations`, as it is written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rule {
    /// The expression that must be true.
    pub rule: String,
    /// What to say else; empty when nothing is given.
    pub message: String,
    /// An expression for what to say.
    pub message_expression: Option<String>,
    /// The type of the error: `FieldValueInvalid` and so on.
    pub reason: Option<String>,
    /// The field that it is about, below the one that it is at.
    pub field_path: String,
    /// Whether it runs without an old value too.
    pub optional_old_self: bool,
}

/// What may be asked of a value beside its structure.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Values {
    /// The format, when the server checks it.
    pub format: Option<String>,
    /// Upper bound of a number.
    pub maximum: Option<f64>,
    /// Whether the upper bound itself is too much.
    pub exclusive_maximum: bool,
    /// Lower bound of a number.
    pub minimum: Option<f64>,
    /// Whether the lower bound itself is too little.
    pub exclusive_minimum: bool,
    /// What a number must be a multiple of.
    pub multiple_of: Option<f64>,
    /// Most characters of a string.
    pub max_length: Option<i64>,
    /// Fewest characters of a string.
    pub min_length: Option<i64>,
    /// What a string must match.
    pub pattern: Option<Pattern>,
    /// Most items of a list.
    pub max_items: Option<i64>,
    /// Fewest items of a list.
    pub min_items: Option<i64>,
    /// Whether all items must differ.
    pub unique_items: bool,
    /// Most entries of a mapping.
    pub max_properties: Option<i64>,
    /// Fewest entries of a mapping.
    pub min_properties: Option<i64>,
    /// Entries that must be there.
    pub required: Vec<String>,
    /// All values that it may have; any when empty.
    pub one_of_values: Vec<Json>,
    /// Other schemas that it is checked against.
    pub junctors: Option<Box<Junctors>>,
}

/// `allOf`, `anyOf`, `oneOf` and `not`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Junctors {
    /// All must hold.
    pub all_of: Vec<Schema>,
    /// One at least must hold.
    pub any_of: Vec<Schema>,
    /// One and no other must hold.
    pub one_of: Vec<Schema>,
    /// It must not hold.
    pub not: Option<Schema>,
}

/// A schema of a value and what is in it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Schema {
    /// `type`, where there is one.
    pub kind: Option<Kind>,
    /// Whether null is a value of its own, and not as good as nothing.
    pub nullable: bool,
    /// `x-kubernetes-int-or-string`
    pub int_or_string: bool,
    /// `x-kubernetes-preserve-unknown-fields`
    pub preserve: bool,
    /// `x-kubernetes-embedded-resource`
    pub embedded: bool,
    /// The fields of an object.
    pub properties: BTreeMap<String, Schema>,
    /// What other fields an object may have.
    pub additional: Option<Box<Additional>>,
    /// What the items of a list are.
    pub items: Option<Box<Schema>>,
    /// How the items of a list relate.
    pub list_type: ListType,
    /// What the server fills in.
    pub default: Option<Json>,
    /// What is asked beyond the structure.
    pub values: Option<Box<Values>>,
    /// The rules that are here.
    pub rules: Vec<Rule>,
    /// Whether a rule is here or anywhere below.
    pub has_rules: bool,
}

impl Schema {
    /// The structural schema that `node` writes.
    #[must_use]
    pub fn of(node: Node<'_>) -> Self {
        super::compile::compile(node)
    }

    /// The schema of a field that is not a property by name.
    #[must_use]
    pub fn additional(&self) -> Option<&Schema> {
        match self.additional.as_deref() {
            Some(Additional::Schema(schema)) => Some(schema),
            _ => None,
        }
    }

    /// The schema of the field `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Schema> {
        self.properties.get(name).or_else(|| self.additional())
    }
}
