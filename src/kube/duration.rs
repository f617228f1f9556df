//! Durations as Go writes them: `1h30m`, `-1.5s`, `100ms`.
//!
//! Read exactly as `time.ParseDuration` reads them: units from `ns` to `h` (no
//! days), in any order, fractions of each, and a bare `0`.

use jiff::SignedDuration;
use std::fmt;

/// Why a text is not a duration; displayed in Go's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DurationError<'a> {
    /// It does not have the form of a duration, or is longer than 292 years.
    Invalid(&'a str),
    /// A number has no unit behind it.
    MissingUnit(&'a str),
    /// The unit is none that Go knows.
    UnknownUnit {
        /// What is in the unit's place.
        unit: &'a str,
        /// The whole text.
        text: &'a str,
    },
}

impl fmt::Display for DurationError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(text) => write!(f, "time: invalid duration {}", Plain(text)),
            Self::MissingUnit(text) => {
                write!(f, "time: missing unit in duration {}", Plain(text))
            }
            Self::UnknownUnit { unit, text } => write!(
                f,
                "time: unknown unit {} in duration {}",
                Plain(unit),
                Plain(text)
            ),
        }
    }
}

impl std::error::Error for DurationError<'_> {}

/// Quotes as Go's package `time` does, which escapes every byte that is not ASCII.
pub(super) struct Plain<'a>(pub(super) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for byte in self.0.bytes() {
            match byte {
                b'"' | b'\\' => write!(f, "\\{}", char::from(byte))?,
                b' '..=0x7f => write!(f, "{}", char::from(byte))?,
                _ => write!(f, "\\x{byte:02x}")?,
            }
        }
        f.write_str("\"")
    }
}

/// Nanoseconds that a Go duration cannot exceed below zero; one less above.
const LIMIT: u64 = 1 << 63;

/// Reads a duration.
///
/// # Errors
/// If Go would refuse the text.
pub fn parse(text: &str) -> Result<SignedDuration, DurationError<'_>> {
    let invalid = DurationError::Invalid(text);
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(SignedDuration::ZERO);
    }
    if rest.is_empty() {
        return Err(invalid);
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (number, after) = Number::read(rest).ok_or(invalid)?;
        let end = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        if unit.is_empty() {
            return Err(DurationError::MissingUnit(text));
        }
        let nanos = unit_nanos(unit).ok_or(DurationError::UnknownUnit { unit, text })?;
        total = number
            .times(nanos)
            .and_then(|part| total.checked_add(part))
            .filter(|total| *total <= LIMIT)
            .ok_or(invalid)?;
        rest = next;
    }
    match i64::try_from(total) {
        Ok(nanos) if negative => Ok(SignedDuration::from_nanos(-nanos)),
        Ok(nanos) => Ok(SignedDuration::from_nanos(nanos)),
        Err(_) if negative => Ok(SignedDuration::from_nanos(i64::MIN)),
        Err(_) => Err(invalid),
    }
}

fn unit_nanos(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// A number before a unit: `whole + fraction / scale`.
struct Number {
    whole: u64,
    fraction: u64,
    scale: f64,
}

impl Number {
    /// Takes a number off the front of the text.
    fn read(text: &str) -> Option<(Self, &str)> {
        let end = text.find(|c: char| !c.is_ascii_digit());
        let (digits, mut rest) = text.split_at(end.unwrap_or(text.len()));
        let whole = if digits.is_empty() {
            0
        } else {
            digits.parse().ok()?
        };
        if whole > LIMIT {
            return None;
        }
        let (mut fraction, mut scale, mut fractional) = (0, 1.0, false);
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(|c: char| !c.is_ascii_digit());
            let (digits, behind) = after.split_at(end.unwrap_or(after.len()));
            (fraction, scale) = read_fraction(digits);
            fractional = !digits.is_empty();
            rest = behind;
        }
        let number = Self {
            whole,
            fraction,
            scale,
        };
        (!digits.is_empty() || fractional).then_some((number, rest))
    }

    /// Its nanoseconds in that unit, if they fit.
    fn times(&self, unit: u64) -> Option<u64> {
        let whole = self
            .whole
            .checked_mul(unit)
            .filter(|whole| *whole <= LIMIT)?;
        // Go takes fractions through floating point; the result must not differ.
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss
        )]
        let part = (self.fraction as f64 * (unit as f64 / self.scale)) as u64;
        whole.checked_add(part).filter(|sum| *sum <= LIMIT)
    }
}

/// The digits of a fraction that fit into 63 bits, and the power of ten they are over.
fn read_fraction(digits: &str) -> (u64, f64) {
    let (mut fraction, mut scale) = (0_u64, 1.0);
    for digit in digits.bytes() {
        if fraction > (LIMIT - 1) / 10 {
            break;
        }
        let next = fraction * 10 + u64::from(digit - b'0');
        if next > LIMIT {
            break;
        }
        fraction = next;
        scale *= 10.0;
    }
    (fraction, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up() {
        let nanos = |text| parse(text).map(|duration| duration.as_nanos());
        assert_eq!(nanos("1h30m"), Ok(5_400_000_000_000));
        assert_eq!(nanos("-1.5s"), Ok(-1_500_000_000));
        assert_eq!(nanos(".5h"), Ok(1_800_000_000_000));
        assert_eq!(nanos("1s1h"), Ok(3_601_000_000_000));
        assert_eq!(nanos("+0"), Ok(0));
        assert_eq!(nanos("1µs"), nanos("1us"));
        assert_eq!(nanos("-9223372036854775808ns"), Ok(i64::MIN.into()));
    }

    #[test]
    fn errors_are_those_of_go() {
        let error = |text| parse(text).map_err(|error| error.to_string());
        for (text, message) in [
            ("", "time: invalid duration \"\""),
            ("1", "time: missing unit in duration \"1\""),
            ("1d", "time: unknown unit \"d\" in duration \"1d\""),
            (
                "1µ",
                "time: unknown unit \"\\xc2\\xb5\" in duration \"1\\xc2\\xb5\"",
            ),
            (".s", "time: invalid duration \".s\""),
            ("1h 30m", "time: unknown unit \"h \" in duration \"1h 30m\""),
            (
                "9223372036854775808ns",
                "time: invalid duration \"9223372036854775808ns\"",
            ),
        ] {
            assert_eq!(error(text), Err(message.to_owned()));
        }
    }
}
