//! Which scalars the API server's decoder takes for which type.
//!
//! Between the YAML and the decoder is JSON: `3.0` becomes `3` and is an
//! integer, `1e3` too, and a quantity may be written as a number.

use crate::catalog::Shape;
use crate::kube::quantity::Quantity;
use crate::kube::{base64, time};
use crate::parse::{Node, Value};

/// Whether the decoder takes `node`, which is not null, for the scalar type
/// `shape`; for collections, whether it is that collection at all.
pub(super) fn accepts(shape: Shape<'_>, node: Node<'_>) -> bool {
    let value = node.value();
    match shape {
        Shape::Any => true,
        Shape::Object(_) | Shape::Map(_) => matches!(value, Value::Map(_)),
        Shape::List(_) => matches!(value, Value::Seq(_)),
        Shape::String(_) => matches!(value, Value::Str(_)),
        Shape::Boolean => matches!(value, Value::Bool(_)),
        Shape::Int32 => integer(value).is_some_and(|it| i32::try_from(it).is_ok()),
        Shape::Int64 => integer(value).is_some(),
        Shape::Number => matches!(value, Value::Int(_) | Value::Uint(_) | Value::Float(_)),
        Shape::Bytes => match value {
            Value::Str(text) => base64::decoded_length(text).is_some(),
            Value::Seq(_) => node.items().all(is_byte),
            _ => false,
        },
        Shape::Quantity => match value {
            Value::Str(text) => Quantity::parse_field(text).is_ok(),
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => true,
            _ => false,
        },
        Shape::IntOrString => match value {
            Value::Str(_) => true,
            _ => integer(value).is_some_and(|it| i32::try_from(it).is_ok()),
        },
        Shape::Time => matches!(value, Value::Str(text) if time::parse_rfc3339(text).is_ok()),
        Shape::MicroTime => matches!(value, Value::Str(text) if time::parse_micro(text).is_ok()),
        Shape::SchemaOrBool(_) => matches!(value, Value::Map(_) | Value::Bool(_)),
        // Their decoders look at collections only and pass anything else over.
        Shape::SchemaOrArray(_) | Shape::SchemaOrStrings(_) => true,
    }
}

/// Whether a value has the form that `shape` wants: a mapping, a list, or a scalar.
pub(super) fn is_alike(shape: Shape<'_>, node: Node<'_>) -> bool {
    let form =
        |is_map, is_seq| node.is_null() || node.is_map() == is_map && node.is_seq() == is_seq;
    match shape {
        Shape::Object(_) | Shape::Map(_) => form(true, false),
        Shape::List(_) => form(false, true),
        Shape::Any
        | Shape::SchemaOrBool(_)
        | Shape::SchemaOrArray(_)
        | Shape::SchemaOrStrings(_) => true,
        _ => form(false, false),
    }
}

/// One past the largest `i64`.
const LIMIT: f64 = 9_223_372_036_854_775_808.0;

/// The integer that JSON would have, within `i64`.
fn integer(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Int(it) => Some(it),
        // From 1e21 on a number is written with an exponent, which no integer has;
        // i64 ends before that.
        Value::Float(it) if it.fract() == 0.0 && (-LIMIT..LIMIT).contains(&it) =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within i64")]
            Some(it as i64)
        }
        _ => None,
    }
}

/// A list of numbers is another way to write bytes.
fn is_byte(node: Node<'_>) -> bool {
    node.is_null() || integer(node.value()).is_some_and(|it| u8::try_from(it).is_ok())
}
