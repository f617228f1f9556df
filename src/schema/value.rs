//! A custom resource as the server sees it after decoding: without the fields
//! that its schema does not know, and with those that it fills in.

use super::model::Schema;
use crate::parse::{Node, Value};
use serde_json::Value as Json;
use std::borrow::Cow;

/// Deeper values are cut off: neither building nor walking may exhaust the stack.
const DEPTH: u32 = 200;
/// The fields that every object has.
const META: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// A value and where it is written; what the server fills in has the place of
/// what it is filled into.
#[derive(Clone, PartialEq, Debug)]
pub struct Item<'a> {
    /// Where it, or what holds it, is written.
    pub node: Node<'a>,
    /// What it is.
    pub data: Data<'a>,
}

/// What a value is. Integral floats are integers, as they are in JSON.
#[derive(Clone, PartialEq, Debug)]
pub enum Data<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer within 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Str(Cow<'a, str>),
    /// A list.
    List(Vec<Item<'a>>),
    /// A mapping, in the order in which it is written.
    Map(Vec<Field<'a>>),
}

/// An entry of a mapping.
#[derive(Clone, PartialEq, Debug)]
pub struct Field<'a> {
    /// Its key.
    pub name: Cow<'a, str>,
    /// Its value.
    pub item: Item<'a>,
}

impl<'a> Item<'a> {
    /// The value of `key`, null or not.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Item<'a>> {
        self.fields()
            .iter()
            .find(|field| field.name == key)
            .map(|field| &field.item)
    }

    /// Its entries, when it is a mapping.
    #[must_use]
    pub fn fields(&self) -> &[Field<'a>] {
        match &self.data {
            Data::Map(fields) => fields,
            _ => &[],
        }
    }

    /// Its items, when it is a list.
    #[must_use]
    pub fn items(&self) -> &[Item<'a>] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// Its text, when it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Gives the entry `key` of a mapping another value, or none.
    pub fn set(&mut self, key: &'static str, value: Option<&Item<'a>>) {
        self.remove(key);
        if let (Data::Map(fields), Some(item)) = (&mut self.data, value) {
            fields.push(Field {
                name: Cow::Borrowed(key),
                item: item.clone(),
            });
        }
    }

    /// Removes the entry `key` of a mapping.
    pub fn remove(&mut self, key: &str) {
        if let Data::Map(fields) = &mut self.data {
            fields.retain(|field| field.name != key);
        }
    }

    /// As JSON, keys in order.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match &self.data {
            Data::Null => Json::Null,
            Data::Bool(it) => Json::from(*it),
            Data::Int(it) => Json::from(*it),
            Data::Float(it) => Json::from(*it),
            Data::Str(it) => Json::from(it.as_ref()),
            Data::List(items) => items.iter().map(Item::to_json).collect(),
            Data::Map(fields) => {
                let mut sorted: Vec<_> = fields.iter().collect();
                sorted.sort_by(|a, b| a.name.cmp(&b.name));
                let pair = |field: &Field<'_>| (field.name.to_string(), field.item.to_json());
                Json::Object(sorted.into_iter().map(pair).collect())
            }
        }
    }
}

/// A field that no schema knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unknown<'a, 's> {
    /// The value of it.
    pub(crate) node: Node<'a>,
    /// The schema of what holds it.
    pub(crate) holder: Option<&'s Schema>,
}

/// What was met on the way of [`build`].
#[derive(Debug, Default)]
pub(crate) struct Met<'a, 's> {
    /// Fields that are pruned.
    pub(crate) unknown: Vec<Unknown<'a, 's>>,
    /// Objects inside of the object; the top is none.
    pub(crate) embedded: Vec<Node<'a>>,
    /// It is deeper than any object of use.
    pub(crate) is_too_deep: bool,
}

/// The object `node` under `schema` as the server keeps it.
pub(crate) fn build<'a>(
    node: Node<'a>,
    schema: &'a Schema,
    prune: bool,
    met: &mut Met<'a, 'a>,
) -> Item<'a> {
    Builder { met }.map(node, Some(schema), !prune, true, 0)
}

/// A value under its schema, with unknown fields left out and none filled in.
pub(crate) fn build_value<'a>(
    node: Node<'a>,
    schema: &'a Schema,
    met: &mut Met<'a, 'a>,
) -> Item<'a> {
    Builder { met }.value(node, Some(schema), false, 0)
}

/// A value as it is written.
pub(crate) fn plain<'a>(node: Node<'a>, met: &mut Met<'a, 'a>) -> Item<'a> {
    Builder { met }.value(node, None, true, 0)
}

struct Builder<'m, 'a> {
    met: &'m mut Met<'a, 'a>,
}

impl<'a> Builder<'_, 'a> {
    /// `keep` holds where unknown fields stay, whatever the schema says of them.
    fn value(
        &mut self,
        node: Node<'a>,
        schema: Option<&'a Schema>,
        keep: bool,
        depth: u32,
    ) -> Item<'a> {
        if depth > DEPTH {
            self.met.is_too_deep = true;
            return Item {
                node,
                data: Data::Null,
            };
        }
        let keep = keep || schema.is_some_and(|it| it.preserve);
        match node.value() {
            Value::Map(_) => self.map(node, schema, keep, false, depth),
            Value::Seq(_) => {
                let items = schema.and_then(|it| it.items.as_deref());
                let list = node.items().map(|item| {
                    let built = self.value(item, items, keep, depth + 1);
                    filled(built, items)
                });
                Item {
                    node,
                    data: Data::List(list.collect()),
                }
            }
            value => Item {
                node,
                data: scalar(value),
            },
        }
    }

    fn map(
        &mut self,
        node: Node<'a>,
        schema: Option<&'a Schema>,
        keep: bool,
        top: bool,
        depth: u32,
    ) -> Item<'a> {
        let embedded = top || schema.is_some_and(|it| it.embedded);
        if embedded && !top {
            self.met.embedded.push(node);
        }
        let keep = keep || schema.is_some_and(|it| it.preserve);
        let mut fields: Vec<Field<'a>> = Vec::new();
        for entry in node.entries() {
            let name = entry.name();
            let own = schema.and_then(|it| it.properties.get(name));
            let other = schema.and_then(|it| it.additional.as_deref().map(|_| it.additional()));
            let item = if embedded && META.contains(&name) {
                self.value(entry.value, own, true, depth + 1)
            } else if let Some(inner) = own.map(Some).or(other) {
                if entry.value.is_null()
                    && inner.is_some_and(|it| !it.nullable && it.default.is_none())
                {
                    continue;
                }
                let built = self.value(entry.value, inner, false, depth + 1);
                filled(built, inner)
            } else if keep {
                self.value(entry.value, None, true, depth + 1)
            } else {
                self.met.unknown.push(Unknown {
                    node: entry.value,
                    holder: schema,
                });
                continue;
            };
            fields.push(Field {
                name: Cow::Borrowed(name),
                item,
            });
        }
        if let Some(schema) = schema {
            add_defaults(node, schema, &mut fields, depth);
        }
        Item {
            node,
            data: Data::Map(fields),
        }
    }
}

/// A null that may not be one gives way to the default.
fn filled<'a>(item: Item<'a>, schema: Option<&'a Schema>) -> Item<'a> {
    let default = schema
        .filter(|it| !it.nullable)
        .and_then(|it| Some((it, it.default.as_ref()?)));
    match default {
        Some((schema, default)) if item.data == Data::Null => {
            constant(item.node, default, Some(schema), 0)
        }
        _ => item,
    }
}

fn add_defaults<'a>(node: Node<'a>, schema: &'a Schema, fields: &mut Vec<Field<'a>>, depth: u32) {
    for (name, property) in &schema.properties {
        let Some(default) = &property.default else {
            continue;
        };
        if !default.is_null() && fields.iter().all(|field| field.name != name.as_str()) {
            let item = constant(node, default, Some(property), depth + 1);
            fields.push(Field {
                name: Cow::Borrowed(name),
                item,
            });
        }
    }
}

/// A value of the schema itself, with the defaults that it leaves out.
fn constant<'a>(
    node: Node<'a>,
    value: &'a Json,
    schema: Option<&'a Schema>,
    depth: u32,
) -> Item<'a> {
    let data = match value {
        _ if depth > DEPTH => Data::Null,
        Json::Null => Data::Null,
        Json::Bool(it) => Data::Bool(*it),
        Json::Number(it) => match (it.as_i64(), it.as_f64()) {
            (Some(it), _) => Data::Int(it),
            (None, it) => Data::Float(it.unwrap_or_default()),
        },
        Json::String(it) => Data::Str(Cow::Borrowed(it)),
        Json::Array(items) => {
            let inner = schema.and_then(|it| it.items.as_deref());
            let each = |it| constant(node, it, inner, depth + 1);
            Data::List(items.iter().map(each).collect())
        }
        Json::Object(entries) => {
            let mut fields = Vec::with_capacity(entries.len());
            for (name, value) in entries {
                let inner = schema.and_then(|it| it.field(name));
                let item = constant(node, value, inner, depth + 1);
                fields.push(Field {
                    name: Cow::Borrowed(name.as_str()),
                    item,
                });
            }
            if let Some(schema) = schema {
                add_defaults(node, schema, &mut fields, depth);
            }
            Data::Map(fields)
        }
    };
    Item { node, data }
}

/// The least float beyond what JSON writes without an exponent, and so with the
/// look of a float.
const EXPONENT: f64 = 1e21;

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "within i64, and as Go converts"
)]
fn scalar(value: Value<'_>) -> Data<'_> {
    match value {
        Value::Bool(it) => Data::Bool(it),
        Value::Int(it) => Data::Int(it),
        Value::Uint(it) => Data::Float(it as f64),
        Value::Float(it)
            if it.fract() == 0.0 && it.abs() < EXPONENT && it.abs() < i64::MAX as f64 =>
        {
            Data::Int(it as i64)
        }
        Value::Float(it) => Data::Float(it),
        Value::Str(it) => Data::Str(Cow::Borrowed(it)),
        Value::Null | Value::Map(_) | Value::Seq(_) => Data::Null,
    }
}
