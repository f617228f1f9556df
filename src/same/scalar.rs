//! Whether two scalars are the same value, written or by default.

use super::Side;
use crate::catalog::Shape;
use crate::kube::quantity::Quantity;
use crate::kube::time;
use crate::parse::{Node, Value};

/// A scalar, however it came about.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Scalar<'a> {
    Text(&'a str),
    Int(i64),
    Uint(u64),
    Float(f64),
    Bool(bool),
    /// Neither a scalar nor known.
    Other,
}

fn scalar(side: Side<'_>) -> Option<Scalar<'_>> {
    match side {
        Side::Absent | Side::Empty => None,
        Side::There(node) => match node.value() {
            Value::Null => None,
            Value::Str(text) => Some(Scalar::Text(text)),
            Value::Int(it) => Some(Scalar::Int(it)),
            Value::Uint(it) => Some(Scalar::Uint(it)),
            Value::Float(it) => Some(Scalar::Float(it)),
            Value::Bool(it) => Some(Scalar::Bool(it)),
            Value::Map(_) | Value::Seq(_) => Some(Scalar::Other),
        },
        Side::Const(json) => Some(match json {
            "true" => Scalar::Bool(true),
            "false" => Scalar::Bool(false),
            _ => match (json.parse(), unquoted(json)) {
                (Ok(number), _) => Scalar::Int(number),
                (_, Some(text)) => Scalar::Text(text),
                _ => Scalar::Other,
            },
        }),
    }
}

/// The text of a constant without escapes.
fn unquoted(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}

/// Whether two values of a scalar type are the same; `zero` tells whether absent
/// is as good as zero.
pub(super) fn are_same(shape: Shape<'_>, old: Side<'_>, new: Side<'_>, zero: bool) -> bool {
    let (one, other) = (scalar(old), scalar(new));
    let (one, other) = match (one, other) {
        (None, None) => return true,
        (Some(one), Some(other)) => (one, other),
        (Some(one), None) | (None, Some(one)) => return zero && is_zero(shape, one),
    };
    match shape {
        Shape::Quantity => amount(one, old) == amount(other, new),
        Shape::Time | Shape::MicroTime => {
            let instant = |it| match it {
                Scalar::Text(text) => time::parse_rfc3339(text).ok(),
                _ => None,
            };
            match (instant(one), instant(other)) {
                (Some(one), Some(other)) => one == other,
                _ => one == other,
            }
        }
        Shape::Bytes => bytes(one) == bytes(other),
        _ => one == other,
    }
}

/// Base64 without the line breaks that decoding skips.
fn bytes(it: Scalar<'_>) -> Option<String> {
    match it {
        Scalar::Text(text) => Some(text.split(['\n', '\r']).collect()),
        _ => None,
    }
}

fn is_zero(shape: Shape<'_>, it: Scalar<'_>) -> bool {
    match it {
        Scalar::Text(text) => match shape {
            Shape::Quantity => Quantity::parse_field(text) == Quantity::parse_field("0"),
            // The text "" is none of the zero of IntOrString, which is a number.
            Shape::IntOrString => false,
            _ => text.is_empty(),
        },
        Scalar::Int(number) => number == 0,
        Scalar::Float(number) => number == 0.0,
        Scalar::Bool(it) => !it,
        Scalar::Uint(_) | Scalar::Other => false,
    }
}

/// The amount of a quantity; `None` for what is not a quantity, which is reported elsewhere.
fn amount(it: Scalar<'_>, side: Side<'_>) -> Option<Quantity> {
    match it {
        Scalar::Text(text) => Quantity::parse_field(text).ok(),
        Scalar::Int(number) => Quantity::parse_field(&number.to_string()).ok(),
        Scalar::Float(_) => Quantity::parse_field(side.node()?.raw()).ok(),
        _ => None,
    }
}

/// The texts of a list, written or by default.
pub(super) fn texts(side: Side<'_>) -> Vec<&str> {
    match side {
        Side::There(node) => node.items().filter_map(Node::as_str).collect(),
        Side::Const(json) => {
            let inner = json.trim_start_matches('[').trim_end_matches(']');
            inner.split(',').filter_map(unquoted).collect()
        }
        Side::Absent | Side::Empty => Vec::new(),
    }
}
