//! Between types: `int("5")`, `string(5)`, `type(5)`, `size(…)`.

use super::{Answer, fail, integer};
use crate::cel::operators::plain;
use crate::cel::value::Val;
use crate::kube::go::Float;
use crate::kube::{duration, time};

/// The types that have a name in expressions.
pub(in crate::cel) fn type_named(name: &str) -> Option<&'static str> {
    const TYPES: &[&str] = &[
        "bool",
        "bytes",
        "double",
        "int",
        "list",
        "map",
        "null_type",
        "string",
        "type",
        "uint",
        "dyn",
        "optional_type",
    ];
    TYPES.iter().find(|it| **it == name).copied()
}

pub(super) fn global<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let [value] = args else {
        return match (name, args) {
            ("matches", [Val::Str(text), Val::Str(pattern)]) => {
                Some(super::strings::matches(text, pattern))
            }
            _ => None,
        };
    };
    Some(match (name, value) {
        ("size", value) => return size(value).map(Ok),
        ("type", value) => Ok(Val::Type(value.type_name())),
        ("dyn", value) => Ok(value.clone()),
        ("int", value) => return int(value),
        ("uint", value) => return uint(value),
        ("double", value) => return double(value),
        ("bool", Val::Bool(it)) => Ok(Val::Bool(*it)),
        ("bool", Val::Str(it)) => match it.as_ref() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Val::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Val::Bool(false)),
            _ => fail("type conversion error from 'string' to 'bool'"),
        },
        ("bytes", Val::Bytes(it)) => Ok(Val::Bytes(it.clone())),
        ("bytes", Val::Str(it)) => Ok(Val::Bytes(it.as_bytes().into())),
        ("string", value) => return string(value),
        ("duration", Val::Duration(it)) => Ok(Val::Duration(*it)),
        ("duration", Val::Str(it)) => match duration::parse(it) {
            Ok(it) => Ok(Val::Duration(it)),
            Err(_) => fail("type conversion error from 'string' to 'google.protobuf.Duration'"),
        },
        ("timestamp", Val::Time(it)) => Ok(Val::Time(*it)),
        ("timestamp", Val::Str(it)) => match time::parse_rfc3339(it) {
            Ok(it) => Ok(Val::Time(it)),
            Err(_) => fail("type conversion error from 'string' to 'google.protobuf.Timestamp'"),
        },
        _ => return None,
    })
}

/// How long a value is: characters, bytes, items or entries.
pub(super) fn size<'a>(value: &Val<'a>) -> Option<Val<'a>> {
    Some(integer(match value {
        Val::Str(it) => it.chars().count(),
        Val::Bytes(it) => it.len(),
        other => other.count()?,
    }))
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "checked before"
)]
fn int<'a>(value: &Val<'a>) -> Answer<'a> {
    Some(match value {
        Val::Int(it) => Ok(Val::Int(*it)),
        Val::Uint(it) => {
            i64::try_from(*it).map_or_else(|_| fail("integer overflow"), |it| Ok(Val::Int(it)))
        }
        Val::Double(it) if it.abs() < i64::MAX as f64 => Ok(Val::Int(*it as i64)),
        Val::Double(_) => fail("integer overflow"),
        Val::Str(it) => match it.parse() {
            Ok(it) => Ok(Val::Int(it)),
            Err(_) => fail("type conversion error from 'string' to 'int'"),
        },
        Val::Time(it) => Ok(Val::Int(it.as_second())),
        _ => return None,
    })
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "checked before"
)]
fn uint<'a>(value: &Val<'a>) -> Answer<'a> {
    Some(match value {
        Val::Uint(it) => Ok(Val::Uint(*it)),
        Val::Int(it) => u64::try_from(*it).map_or_else(
            |_| fail("unsigned integer overflow"),
            |it| Ok(Val::Uint(it)),
        ),
        Val::Double(it) if (0.0..u64::MAX as f64).contains(it) => Ok(Val::Uint(*it as u64)),
        Val::Double(_) => fail("unsigned integer overflow"),
        Val::Str(it) => match it.parse() {
            Ok(it) => Ok(Val::Uint(it)),
            Err(_) => fail("type conversion error from 'string' to 'uint'"),
        },
        _ => return None,
    })
}

#[allow(
    clippy::cast_precision_loss,
    reason = "what a conversion to float does"
)]
fn double<'a>(value: &Val<'a>) -> Answer<'a> {
    Some(match value {
        Val::Double(it) => Ok(Val::Double(*it)),
        Val::Int(it) => Ok(Val::Double(*it as f64)),
        Val::Uint(it) => Ok(Val::Double(*it as f64)),
        Val::Str(it) => match it.parse() {
            Ok(it) => Ok(Val::Double(it)),
            Err(_) => fail("type conversion error from 'string' to 'double'"),
        },
        _ => return None,
    })
}

fn string<'a>(value: &Val<'a>) -> Answer<'a> {
    Some(match value {
        Val::Str(it) => Ok(Val::Str(it.clone())),
        Val::Bytes(it) => match String::from_utf8(it.to_vec()) {
            Ok(it) => Ok(Val::text(it)),
            Err(_) => fail("invalid UTF-8 in bytes, cannot convert to string"),
        },
        Val::Double(it) => Ok(Val::text(Float(*it).to_string())),
        Val::Bool(_)
        | Val::Int(_)
        | Val::Uint(_)
        | Val::Time(_)
        | Val::Duration(_)
        | Val::Ip(_)
        | Val::Cidr(_) => Ok(Val::text(plain(value))),
        _ => return None,
    })
}
