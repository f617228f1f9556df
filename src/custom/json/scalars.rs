//! The keywords that ask something of a value without looking into it.

use super::{Outcome, invalid, type_of};
use crate::custom::keywords::unsupported;
use crate::custom::path::Path;
use crate::custom::problem::Problem;
use crate::kube::go::{Float, Quoted};
use crate::kube::pattern::Pattern;
use crate::schema::json::{Bound, Keyword, Types};
use crate::schema::{Data, Item, format};
use std::cmp::Ordering;

pub(super) fn check<'a>(
    item: &Item<'a>,
    keyword: &Keyword,
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) {
    let detail = match (keyword, &item.data) {
        (Keyword::Never, _) => "is a forbidden property".to_owned(),
        (Keyword::Type(types), data) if !is_of(data, *types) => {
            let is = Quoted(type_of(data)).to_string();
            let detail = format!("must be of type {}: {is}", types.names());
            return out.add(Problem::of_schema("api-type", path, item, &is, &detail));
        }
        (Keyword::Enum(values), _) => {
            let value = item.to_json();
            if !values.contains(&value) {
                out.add(unsupported(item, values, path));
            }
            return;
        }
        (Keyword::Format(name), data) if !is_in_format(data, name) => {
            let value = super::shown(item);
            let detail = format!("must be of type {name}: {value}");
            return out.add(Problem::of_schema("api-type", path, item, &value, &detail));
        }
        (keyword, Data::Str(text)) => match of_text(keyword, text) {
            Some(detail) => detail,
            None => return,
        },
        (keyword, Data::Int(_) | Data::Float(_)) => match of_number(keyword, &item.data) {
            Some(detail) => detail,
            None => return,
        },
        (Keyword::MinItems(least), Data::List(all)) if is_less(all.len(), *least) => {
            format!("should have at least {least} items")
        }
        (Keyword::MaxItems(most), Data::List(all)) if is_more(all.len(), *most) => {
            format!("should have at most {most} items")
        }
        (Keyword::MinProperties(least), Data::Map(all)) if is_less(all.len(), *least) => {
            format!("should have at least {least} properties")
        }
        (Keyword::MaxProperties(most), Data::Map(all)) if is_more(all.len(), *most) => {
            format!("should have at most {most} properties")
        }
        _ => return,
    };
    out.add(invalid(path, item, &detail));
}

fn is_of(data: &Data<'_>, types: Types) -> bool {
    let is_whole = match data {
        Data::Int(_) => true,
        Data::Float(it) => it.fract() == 0.0,
        _ => false,
    };
    let is_number = matches!(data, Data::Int(_) | Data::Float(_));
    types.has(type_of(data)) || is_whole && types.has("integer") || is_number && types.has("number")
}

fn is_less(count: usize, least: i64) -> bool {
    i64::try_from(count).is_ok_and(|it| it < least)
}

fn is_more(count: usize, most: i64) -> bool {
    i64::try_from(count).is_ok_and(|it| it > most)
}

fn of_text(keyword: &Keyword, text: &str) -> Option<String> {
    let length = || text.chars().count();
    match keyword {
        Keyword::MinLength(least) => {
            is_less(length(), *least).then(|| format!("should be at least {least} chars long"))
        }
        Keyword::MaxLength(most) => {
            is_more(length(), *most).then(|| format!("should be at most {most} chars long"))
        }
        Keyword::Pattern(pattern) => (pattern.is_match(text) == Some(false))
            .then(|| format!("should match '{}'", pattern.text())),
        _ => None,
    }
}

fn of_number(keyword: &Keyword, data: &Data<'_>) -> Option<String> {
    match keyword {
        Keyword::Minimum(bound, beyond) => {
            let words = if *beyond { "" } else { " or equal to" };
            let order = compare(data, *bound)?;
            (order == Ordering::Less || *beyond && order == Ordering::Equal)
                .then(|| format!("should be greater than{words} {}", written(*bound)))
        }
        Keyword::Maximum(bound, beyond) => {
            let words = if *beyond { "" } else { " or equal to" };
            let order = compare(data, *bound)?;
            (order == Ordering::Greater || *beyond && order == Ordering::Equal)
                .then(|| format!("should be less than{words} {}", written(*bound)))
        }
        Keyword::MultipleOf(factor) => (!is_multiple(data, *factor))
            .then(|| format!("should be a multiple of {}", written(*factor))),
        _ => None,
    }
}

fn written(bound: Bound) -> String {
    match bound {
        Bound::Int(it) => it.to_string(),
        Bound::Float(it) => Float(it).to_string(),
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "next to a bound that is a float"
)]
fn compare(data: &Data<'_>, bound: Bound) -> Option<Ordering> {
    match (data, bound) {
        (Data::Int(it), Bound::Int(bound)) => Some(it.cmp(&bound)),
        (Data::Int(it), Bound::Float(bound)) => (*it as f64).partial_cmp(&bound),
        (Data::Float(it), Bound::Int(bound)) => it.partial_cmp(&(bound as f64)),
        (Data::Float(it), Bound::Float(bound)) => it.partial_cmp(&bound),
        _ => None,
    }
}

/// As decimals, since 0.3 is three times 0.1 there; as floats where those are too
/// long.
fn is_multiple(data: &Data<'_>, factor: Bound) -> bool {
    let value = match data {
        Data::Int(it) => Bound::Int(*it),
        Data::Float(it) => Bound::Float(*it),
        _ => return true,
    };
    let exact = || {
        let ((value, a), (factor, b)) = (decimal(value)?, decimal(factor)?);
        let power = |by: i32| 10i128.checked_pow(u32::try_from(by).ok()?);
        let low = a.min(b);
        let value = value.checked_mul(power(a - low)?)?;
        let factor = factor.checked_mul(power(b - low)?)?;
        (factor != 0).then(|| value % factor == 0)
    };
    exact().unwrap_or_else(|| {
        let quotient = float(value) / float(factor);
        quotient.fract() == 0.0
    })
}

#[allow(clippy::cast_precision_loss, reason = "the last resort")]
fn float(bound: Bound) -> f64 {
    match bound {
        Bound::Int(it) => it as f64,
        Bound::Float(it) => it,
    }
}

/// A number as digits and a power of ten.
fn decimal(bound: Bound) -> Option<(i128, i32)> {
    let float = match bound {
        Bound::Int(it) => return Some((i128::from(it), 0)),
        Bound::Float(it) => format!("{it:e}"),
    };
    let (digits, exponent) = float.split_once('e')?;
    let (whole, after) = digits.split_once('.').unwrap_or((digits, ""));
    let places = i32::try_from(after.len()).ok()?;
    let digits = format!("{whole}{after}").parse().ok()?;
    Some((digits, exponent.parse::<i32>().ok()? - places))
}

fn is_in_format(data: &Data<'_>, name: &str) -> bool {
    match (name, data) {
        ("int32", Data::Int(it)) => i32::try_from(*it).is_ok(),
        ("int32" | "int64", Data::Float(it)) => it.fract() != 0.0,
        ("regex", Data::Str(text)) => Pattern::new(text).regex().is_some(),
        ("time", Data::Str(text)) => format::is_valid("date-time", &format!("2000-01-01T{text}")),
        ("json-pointer", Data::Str(text)) => {
            let is_escape = |it: &str| it.starts_with(['0', '1']);
            (text.is_empty() || text.starts_with('/')) && text.split('~').skip(1).all(is_escape)
        }
        (_, Data::Str(text)) => format::is_valid(name, text),
        _ => true,
    }
}
