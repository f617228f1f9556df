//! Bounds of numbers, as the server compares them: integers as integers, with
//! bounds that are cut to integers.

use super::keywords::Outcome;
use super::path::Path;
use super::problem::Problem;
use crate::kube::go::Float;
use crate::schema::{Data, Item, Kind, Values};

/// Largest integer that a float holds exactly.
const EXACT: f64 = 9_007_199_254_740_991.0;
/// How near a float must be to an integer to count as one.
const EPSILON: f64 = 1e-9;

/// Whether the server takes a float for an integer.
pub(super) fn is_integral(value: f64) -> bool {
    if !value.is_finite() || value.abs() > EXACT {
        return false;
    }
    let rounded = value.round();
    let near = (value - rounded).abs() < EPSILON * rounded.abs();
    value == rounded || rounded != 0.0 && near
}

/// A number in either form.
#[derive(Clone, Copy)]
enum Number {
    Int(i64),
    Float(f64),
}

pub(super) fn check<'a>(
    item: &Item<'a>,
    kind: Option<Kind>,
    values: Option<&Values>,
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) {
    let number = match item.data {
        Data::Int(it) => Number::Int(it),
        Data::Float(it) => Number::Float(it),
        _ => return,
    };
    let format = values.and_then(|it| it.format.as_deref());
    check_size(item, number, kind, format.unwrap_or_default(), path, out);
    let Some(values) = values else { return };
    let mut invalid = |detail: String| out.add(Problem::invalid(path, item, &detail));
    if let Some(factor) = values.multiple_of.filter(|it| !is_multiple(number, *it)) {
        invalid(format!("should be a multiple of {}", bound(number, factor)));
    }
    if let Some(least) = values.minimum {
        let exclusive = values.exclusive_minimum;
        if is_beyond(
            number,
            least,
            exclusive,
            |value, least| value < least,
            |value, least| value < least,
        ) {
            let words = if exclusive {
                "greater than"
            } else {
                "greater than or equal to"
            };
            invalid(format!("should be {words} {}", bound(number, least)));
        }
    }
    if let Some(most) = values.maximum {
        let exclusive = values.exclusive_maximum;
        if is_beyond(
            number,
            most,
            exclusive,
            |value, most| value > most,
            |value, most| value > most,
        ) {
            let words = if exclusive {
                "less than"
            } else {
                "less than or equal to"
            };
            invalid(format!("should be {words} {}", bound(number, most)));
        }
    }
}

/// The number must fit the size that its type has.
fn check_size<'a>(
    item: &Item<'a>,
    number: Number,
    kind: Option<Kind>,
    format: &str,
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) {
    if !fits(number, kind, format) {
        let kind = kind.map_or("", Kind::name);
        let format = match format {
            "" => " (default format)".to_owned(),
            format => format!(" with format {format}"),
        };
        let at = path.in_schema();
        let said = format!("Checked value must be of type {kind}{format} in {at}");
        out.add(Problem::of_whole(path, item, said));
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the server cuts bounds too"
)]
fn is_beyond(
    number: Number,
    bound: f64,
    exclusive: bool,
    ints: impl Fn(i64, i64) -> bool,
    floats: impl Fn(f64, f64) -> bool,
) -> bool {
    match number {
        Number::Int(it) => ints(it, bound as i64) || exclusive && it == bound as i64,
        Number::Float(it) => floats(it, bound) || exclusive && it == bound,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the server cuts factors too"
)]
fn is_multiple(number: Number, factor: f64) -> bool {
    match number {
        // A factor that is cut to nothing is refused for itself.
        Number::Int(it) => factor as i64 > 0 && it % (factor as i64) == 0,
        Number::Float(it) if factor < 1.0 => is_integral(1.0 / factor * it),
        Number::Float(it) => is_integral(it / factor),
    }
}

/// A bound as the message has it.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the server cuts bounds too"
)]
fn bound(number: Number, bound: f64) -> String {
    match number {
        Number::Int(_) => (bound as i64).to_string(),
        Number::Float(_) => Float(bound).to_string(),
    }
}

/// Whether the number is within the size that its format has.
fn fits(number: Number, kind: Option<Kind>, format: &str) -> bool {
    match (kind, format, number) {
        (Some(Kind::Integer), "int32", Number::Int(it)) => i32::try_from(it).is_ok(),
        // Integers are read from the text that Go writes, and that has no point.
        (Some(Kind::Integer), _, Number::Float(_)) => false,
        (Some(Kind::Number), "float", Number::Float(it)) => it.abs() <= f64::from(f32::MAX),
        _ => true,
    }
}
