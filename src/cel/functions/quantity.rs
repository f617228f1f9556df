//! Amounts of resources.

use super::{Answer, fail};
use crate::cel::value::Val;
use crate::kube::quantity::{Format, Quantity};

pub(super) fn global<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    Some(match (name, args) {
        ("quantity", [Val::Str(text)]) => match Quantity::parse(text) {
            Ok(it) => Ok(Val::Quantity(it)),
            Err(error) => fail(error.to_string()),
        },
        ("sign", [Val::Quantity(_)]) => return member(name, args),
        ("isQuantity", [Val::Str(text)]) => Ok(Val::Bool(Quantity::parse(text).is_ok())),
        _ => return None,
    })
}

#[allow(clippy::cast_precision_loss, reason = "what an approximate float is")]
pub(super) fn member<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    const UNIT: i128 = 1_000_000_000;
    let (Val::Quantity(it), rest) = args.split_first()? else {
        return None;
    };
    let nano = it.nano();
    let whole = i64::try_from(nano / UNIT).ok().filter(|_| nano % UNIT == 0);
    let other = match rest.first() {
        Some(Val::Quantity(other)) => Some(other.nano()),
        Some(Val::Int(other)) => Some(i128::from(*other) * UNIT),
        _ => None,
    };
    let of = |nano: i128| Ok(Val::Quantity(Quantity::from_nano(nano, Format::DecimalSi)));
    Some(match (name, rest, other) {
        ("sign", [], _) => Ok(Val::Int(i64::try_from(nano.signum()).unwrap_or_default())),
        ("isInteger", [], _) => Ok(Val::Bool(whole.is_some())),
        ("asInteger", [], _) => match whole {
            Some(it) => Ok(Val::Int(it)),
            None => fail("cannot convert value to integer"),
        },
        ("asApproximateFloat", [], _) => Ok(Val::Double(nano as f64 / 1e9)),
        ("isGreaterThan", [Val::Quantity(_)], Some(other)) => Ok(Val::Bool(nano > other)),
        ("isLessThan", [Val::Quantity(_)], Some(other)) => Ok(Val::Bool(nano < other)),
        ("compareTo", [Val::Quantity(_)], Some(other)) => Ok(Val::Int(nano.cmp(&other) as i64)),
        ("add", [_], Some(other)) => of(nano.saturating_add(other)),
        ("sub", [_], Some(other)) => of(nano.saturating_sub(other)),
        _ => return None,
    })
}
