//! Fields that take a number, a percentage or a name: `maxSurge`, `minAvailable`,
//! `targetPort`.
//!
//! The arithmetic is that of `k8s.io/apimachinery/pkg/util/intstr`; which way a
//! percentage is rounded depends on the field and is for the caller to say.

use super::go::{AtoiError, Quoted, atoi};
use std::fmt;

/// What the API server says of a string that should be a percentage.
pub const NOT_A_PERCENT: &str = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
/// What the API server says of a percentage above 100 where that makes no sense.
pub const MORE_THAN_100_PERCENT: &str = "must not be greater than 100%";

/// A value that is an integer or a string in the manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntOrString<'a> {
    /// A JSON number; the API takes 32 bits.
    Int(i32),
    /// A JSON string: a percentage, or the name of a port.
    Str(&'a str),
}

/// Which way a percentage of a whole goes to the next integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// To the next integer above.
    Up,
    /// To the next integer below.
    Down,
}

/// Why a value cannot be scaled; displayed as controllers log it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScaleError<'a> {
    /// The string does not end in `%`.
    NoPercentSign,
    /// What is before `%` is no 64-bit integer: the whole string and why.
    NotInteger(&'a str, AtoiError<'a>),
}

impl fmt::Display for ScaleError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid value for IntOrString: ")?;
        match self {
            Self::NoPercentSign => f.write_str("invalid type: string is not a percentage"),
            Self::NotInteger(text, why) => write!(f, "invalid value {}: {why}", Quoted(text)),
        }
    }
}

impl std::error::Error for ScaleError<'_> {}

impl<'a> IntOrString<'a> {
    /// Its amount when the whole is `total`: an integer as it is, a percentage of it rounded.
    ///
    /// Neither is clamped: `200%` of 3 is 6, and -1 stays -1.
    ///
    /// # Errors
    /// If it is a string but no percentage.
    pub fn scaled(self, total: i32, rounding: Rounding) -> Result<i64, ScaleError<'a>> {
        let text = match self {
            Self::Int(amount) => return Ok(i64::from(amount)),
            Self::Str(text) => text,
        };
        let number = text.strip_suffix('%').ok_or(ScaleError::NoPercentSign)?;
        let percent = atoi(number).map_err(|why| ScaleError::NotInteger(text, why))?;
        // Kubernetes calculates in floating point; so do we, to fall on the same side.
        #[allow(clippy::cast_precision_loss)]
        let exact = percent as f64 * f64::from(total) / 100.0;
        #[allow(clippy::cast_possible_truncation)]
        Ok(match rounding {
            Rounding::Up => exact.ceil() as i64,
            Rounding::Down => exact.floor() as i64,
        })
    }

    /// The percentage, if it is a valid one; above `i64` it is the greatest.
    #[must_use]
    pub fn percent(self) -> Option<i64> {
        match self {
            Self::Str(text) if is_percent(text) => {
                Some(text.trim_end_matches('%').parse().unwrap_or(i64::MAX))
            }
            _ => None,
        }
    }

    /// Whether it is a valid percentage above 100.
    #[must_use]
    pub fn is_more_than_100_percent(self) -> bool {
        self.percent().is_some_and(|percent| percent > 100)
    }
}

impl fmt::Display for IntOrString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(amount) => amount.fmt(f),
            Self::Str(text) => f.write_str(text),
        }
    }
}

/// Whether the text is digits and a `%`, which is all that the API takes for a percentage.
#[must_use]
pub fn is_percent(text: &str) -> bool {
    text.strip_suffix('%')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Checks a string that should be a percentage.
///
/// # Errors
/// With [`NOT_A_PERCENT`].
pub fn check_percent(text: &str) -> Result<(), &'static str> {
    if is_percent(text) {
        Ok(())
    } else {
        Err(NOT_A_PERCENT)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_as_told() {
        let scaled =
            |text, total, rounding| IntOrString::Str(text).scaled(total, rounding).unwrap();
        assert_eq!(scaled("25%", 3, Rounding::Up), 1);
        assert_eq!(scaled("25%", 3, Rounding::Down), 0);
        assert_eq!(scaled("25%", 10, Rounding::Up), 3);
        assert_eq!(scaled("25%", 10, Rounding::Down), 2);
        assert_eq!(scaled("200%", 3, Rounding::Up), 6);
        assert_eq!(scaled("40%", 3, Rounding::Down), 1);
        assert_eq!(scaled("70%", 3, Rounding::Down), 2);
        assert_eq!(scaled("0%", 7, Rounding::Up), 0);
        assert_eq!(IntOrString::Int(-5).scaled(3, Rounding::Up), Ok(-5));
    }

    #[test]
    fn only_digits_and_a_percent_sign_are_a_percentage() {
        for text in ["3", "1.5%", "-5%", "+5%", "%", "", "5%%", " 5%", "5 %"] {
            assert_eq!(check_percent(text), Err(NOT_A_PERCENT), "{text}");
            assert_eq!(IntOrString::Str(text).percent(), None, "{text}");
        }
        assert_eq!(check_percent("007%"), Ok(()));
        assert!(IntOrString::Str("101%").is_more_than_100_percent());
        assert!(!IntOrString::Str("100%").is_more_than_100_percent());
        assert!(IntOrString::Str("99999999999999999999%").is_more_than_100_percent());
    }

    #[test]
    fn errors_are_those_of_the_controllers() {
        let error = |text| {
            IntOrString::Str(text)
                .scaled(1, Rounding::Up)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            error("3"),
            "invalid value for IntOrString: invalid type: string is not a percentage"
        );
        assert_eq!(
            error("x%"),
            "invalid value for IntOrString: invalid value \"x%\": strconv.Atoi: parsing \"x\": invalid syntax"
        );
    }
}
