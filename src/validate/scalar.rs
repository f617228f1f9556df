//! Which scalars the API server's decoder takes for which type.
//!
//! Between the YAML and the decoder stands JSON: `3.0` becomes `3` and is an
//! integer, `1e3` too, and a quantity may be written as a number.

use crate::catalog::Shape;
use crate::kube::quantity::Quantity;
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
            Value::Str(text) => is_base64(text),
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
        Shape::Time => matches!(value, Value::Str(text) if is_time(text, Fraction::Any)),
        Shape::MicroTime => matches!(value, Value::Str(text) if is_time(text, Fraction::Micro)),
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

/// Go's `base64.StdEncoding`: padded, line breaks allowed anywhere.
fn is_base64(text: &str) -> bool {
    let (mut digits, mut padding) = (0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => digits += 1,
            _ => return false,
        }
    }
    // Padding stands only where a group of four needs it.
    (digits + padding).is_multiple_of(4) && padding <= 2 && (padding == 0 || digits > 0)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fraction {
    /// None, or any number of digits.
    Any,
    /// Exactly six digits.
    Micro,
}

/// Go's `time.Parse` of RFC 3339: seconds may have a fraction after a point or a
/// comma, and the hour may have one digit.
fn is_time(text: &str, fraction: Fraction) -> bool {
    read_time(text.as_bytes(), fraction).is_some()
}

fn read_time(text: &[u8], fraction: Fraction) -> Option<()> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(byte(rest, b"-")?, 2)?;
    let (day, rest) = number(byte(rest, b"-")?, 2)?;
    let rest = byte(rest, b"T")?;
    let (hour, rest) = number(rest, 2).or_else(|| number(rest, 1))?;
    let (minute, rest) = number(byte(rest, b":")?, 2)?;
    let (second, rest) = number(byte(rest, b":")?, 2)?;
    let fits = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let rest = skip_fraction(rest, fraction)?;
    let end = match rest {
        b"Z" => return fits.then_some(()),
        _ => byte(rest, b"+-")?,
    };
    let (hours, end) = number(end, 2)?;
    let (minutes, end) = number(byte(end, b":")?, 2)?;
    (fits && hours <= 24 && minutes < 60 && end.is_empty()).then_some(())
}

fn skip_fraction(text: &[u8], fraction: Fraction) -> Option<&[u8]> {
    let after = byte(
        text,
        if fraction == Fraction::Any {
            b".,"
        } else {
            b"."
        },
    );
    let digits = |text: &[u8]| text.iter().take_while(|it| it.is_ascii_digit()).count();
    match (fraction, after) {
        (Fraction::Any, None) => Some(text),
        (Fraction::Micro, None) => None,
        (Fraction::Any, Some(rest)) => match digits(rest) {
            0 => None,
            count => rest.get(count..),
        },
        (Fraction::Micro, Some(rest)) => (digits(rest) == 6).then(|| rest.get(6..))?,
    }
}

fn number(text: &[u8], digits: usize) -> Option<(u32, &[u8])> {
    let (head, rest) = text.split_at_checked(digits)?;
    let mut value = 0;
    for digit in head {
        value = value * 10 + char::from(*digit).to_digit(10)?;
    }
    Some((value, rest))
}

fn byte<'a>(text: &'a [u8], among: &[u8]) -> Option<&'a [u8]> {
    let (first, rest) = text.split_first()?;
    among.contains(first).then_some(rest)
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded_and_may_be_broken_into_lines() {
        for text in ["", "YQ==", "YWI=", "YWJj", "YW\nJj\n", "Y\r\nQ=\n="] {
            assert!(is_base64(text), "{text:?}");
        }
        for text in [
            "YQ", "YQ=", "Y===", "YQ==YQ==", "Y-_j", "YW Jj", "==", "hunter2",
        ] {
            assert!(!is_base64(text), "{text:?}");
        }
    }

    #[test]
    fn times_are_those_that_go_reads() {
        for text in [
            "2024-02-29T23:59:59Z",
            "2024-01-01T4:00:00Z",
            "2024-01-01T00:00:00.5+02:00",
            "2024-01-01T00:00:00,123456789-23:59",
        ] {
            assert!(is_time(text, Fraction::Any), "{text}");
        }
        for text in [
            "",
            "2024-01-01",
            "2023-02-29T00:00:00Z",
            "2024-01-01 00:00:00Z",
            "2024-01-01T00:00:00",
            "2024-01-01t00:00:00z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:60Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+2:00",
            "2024-01-01T00:00:00ZZ",
        ] {
            assert!(!is_time(text, Fraction::Any), "{text}");
        }
        assert!(is_time("2024-01-01T00:00:00.123456Z", Fraction::Micro));
        assert!(!is_time("2024-01-01T00:00:00Z", Fraction::Micro));
        assert!(!is_time("2024-01-01T00:00:00.1234567Z", Fraction::Micro));
    }
}
