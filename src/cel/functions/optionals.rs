//! Optional values.

use super::{Answer, fail};
use crate::cel::value::Val;

/// `optional.of` and its like.
pub(super) fn make<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    Some(Ok(match (name, args) {
        ("none", []) => Val::Optional(None),
        ("of", [value]) => Val::some(value.clone()),
        ("ofNonZeroValue", [value]) if is_zero(value) => Val::Optional(None),
        ("ofNonZeroValue", [value]) => Val::some(value.clone()),
        ("unwrap", [list]) => {
            let items = list.items()?;
            let inner = |it: &Val<'a>| match it {
                Val::Optional(Some(value)) => Some((**value).clone()),
                _ => None,
            };
            Val::list(items.iter().filter_map(inner).collect())
        }
        _ => return None,
    }))
}

fn is_zero(value: &Val<'_>) -> bool {
    match value {
        Val::Null | Val::Bool(false) | Val::Int(0) | Val::Uint(0) => true,
        Val::Double(it) => *it == 0.0,
        Val::Str(it) => it.is_empty(),
        Val::Bytes(it) => it.is_empty(),
        other => other.count() == Some(0),
    }
}

pub(super) fn member<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let (Val::Optional(value), rest) = args.split_first()? else {
        return None;
    };
    Some(match (name, value, rest) {
        ("hasValue", value, []) => Ok(Val::Bool(value.is_some())),
        ("value", Some(value), []) => Ok((**value).clone()),
        ("value", None, []) => fail("optional.none() dereference"),
        ("orValue", None, [other]) | ("or", None, [other]) => Ok(other.clone()),
        _ => return None,
    })
}
