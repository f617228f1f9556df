//! Arithmetic and comparison.

use super::Stop;
use super::ast::Op;
use super::eval::{Evaluated, contains};
use super::value::{Val, are_equal, compare_numbers};
use crate::kube::go::Float;
use std::borrow::Cow;
use std::cmp::Ordering;

pub(super) fn binary<'a>(op: Op, left: &Val<'a>, right: &Val<'a>) -> Evaluated<'a> {
    Ok(match op {
        Op::Eq => Val::Bool(are_equal(left, right)),
        Op::Ne => Val::Bool(!are_equal(left, right)),
        Op::In => contains(right, left)?,
        Op::Lt => Val::Bool(compare(left, right)?.is_some_and(Ordering::is_lt)),
        Op::Le => Val::Bool(compare(left, right)?.is_some_and(Ordering::is_le)),
        Op::Gt => Val::Bool(compare(left, right)?.is_some_and(Ordering::is_gt)),
        Op::Ge => Val::Bool(compare(left, right)?.is_some_and(Ordering::is_ge)),
        Op::Add | Op::Sub => sum(op == Op::Sub, left, right)?,
        Op::Mul | Op::Div | Op::Rem => product(op, left, right)?,
    })
}

/// How two values compare; `Ok(None)` where a number is none, an error where the
/// types have no order.
pub(super) fn compare(left: &Val<'_>, right: &Val<'_>) -> Result<Option<Ordering>, Stop> {
    Ok(match (left, right) {
        (Val::Bool(a), Val::Bool(b)) => Some(a.cmp(b)),
        (Val::Str(a), Val::Str(b)) => Some(a.cmp(b)),
        (Val::Bytes(a), Val::Bytes(b)) => Some(a.cmp(b)),
        (Val::Time(a), Val::Time(b)) => Some(a.cmp(b)),
        (Val::Duration(a), Val::Duration(b)) => Some(a.cmp(b)),
        (
            Val::Int(_) | Val::Uint(_) | Val::Double(_),
            Val::Int(_) | Val::Uint(_) | Val::Double(_),
        ) => compare_numbers(left, right),
        _ => return Err(Stop::Overload),
    })
}

fn overflow() -> Stop {
    Stop::error("integer overflow")
}

pub(super) fn negated(value: Val<'_>) -> Evaluated<'_> {
    match value {
        Val::Int(it) => it.checked_neg().map(Val::Int).ok_or_else(overflow),
        Val::Double(it) => Ok(Val::Double(-it)),
        Val::Duration(it) => it.checked_neg().map(Val::Duration).ok_or_else(overflow),
        _ => Err(Stop::Overload),
    }
}

fn sum<'a>(minus: bool, left: &Val<'a>, right: &Val<'a>) -> Evaluated<'a> {
    let made = match (left, right) {
        (Val::Int(a), Val::Int(b)) if minus => a.checked_sub(*b).map(Val::Int),
        (Val::Int(a), Val::Int(b)) => a.checked_add(*b).map(Val::Int),
        (Val::Uint(a), Val::Uint(b)) if minus => a.checked_sub(*b).map(Val::Uint),
        (Val::Uint(a), Val::Uint(b)) => a.checked_add(*b).map(Val::Uint),
        (Val::Double(a), Val::Double(b)) => Some(Val::Double(if minus { a - b } else { a + b })),
        (Val::Time(a), Val::Time(b)) if minus => Some(Val::Duration(a.duration_since(*b))),
        (Val::Time(a), Val::Duration(b)) if minus => a.checked_sub(*b).ok().map(Val::Time),
        (Val::Duration(a), Val::Duration(b)) if minus => a.checked_sub(*b).map(Val::Duration),
        (Val::Duration(a), Val::Duration(b)) => a.checked_add(*b).map(Val::Duration),
        (Val::Time(at), Val::Duration(by)) | (Val::Duration(by), Val::Time(at)) if !minus => {
            at.checked_add(*by).ok().map(Val::Time)
        }
        (Val::Str(a), Val::Str(b)) if !minus => Some(Val::Str(Cow::Owned(format!("{a}{b}")))),
        (Val::Bytes(a), Val::Bytes(b)) if !minus => Some(Val::Bytes([&**a, &**b].concat().into())),
        _ if !minus => return left.joined(right),
        _ => return Err(Stop::Overload),
    };
    made.ok_or_else(overflow)
}

fn product<'a>(op: Op, left: &Val<'a>, right: &Val<'a>) -> Evaluated<'a> {
    let by_zero = || {
        let word = if op == Op::Rem { "modulus" } else { "division" };
        Stop::error(format!("{word} by zero"))
    };
    let made = match (op, left, right) {
        (Op::Div | Op::Rem, Val::Int(_), Val::Int(0))
        | (Op::Div | Op::Rem, Val::Uint(_), Val::Uint(0)) => {
            return Err(by_zero());
        }
        (Op::Mul, Val::Int(a), Val::Int(b)) => a.checked_mul(*b).map(Val::Int),
        (Op::Div, Val::Int(a), Val::Int(b)) => a.checked_div(*b).map(Val::Int),
        (Op::Rem, Val::Int(a), Val::Int(b)) => a.checked_rem(*b).map(Val::Int),
        (Op::Mul, Val::Uint(a), Val::Uint(b)) => a.checked_mul(*b).map(Val::Uint),
        (Op::Div, Val::Uint(a), Val::Uint(b)) => a.checked_div(*b).map(Val::Uint),
        (Op::Rem, Val::Uint(a), Val::Uint(b)) => a.checked_rem(*b).map(Val::Uint),
        (Op::Mul, Val::Double(a), Val::Double(b)) => Some(Val::Double(a * b)),
        (Op::Div, Val::Double(a), Val::Double(b)) => Some(Val::Double(a / b)),
        _ => return Err(Stop::Overload),
    };
    made.ok_or_else(overflow)
}

/// A value as messages show it.
pub(super) fn plain(value: &Val<'_>) -> String {
    match value {
        Val::Null => "null".to_owned(),
        Val::Bool(it) => it.to_string(),
        Val::Int(it) => it.to_string(),
        Val::Uint(it) => it.to_string(),
        Val::Double(it) => Float(*it).to_string(),
        Val::Str(it) => it.to_string(),
        Val::Bytes(it) => String::from_utf8_lossy(it).into_owned(),
        Val::Quantity(it) => it.to_string(),
        Val::Time(it) => it.to_string(),
        Val::Duration(it) => format!("{}s", Float(it.as_secs_f64())),
        Val::Type(it) => (*it).to_owned(),
        Val::Url(it) => it.to_string(),
        Val::Ip(it) => it.to_string(),
        Val::Cidr(it) => format!("{}/{}", it.address, it.prefix),
        _ => value.type_name().to_owned(),
    }
}
