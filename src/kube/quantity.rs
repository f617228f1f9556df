//! Resource quantities: `500m`, `1.5Gi`, `2e3`.
//!
//! Read as `k8s.io/apimachinery/pkg/api/resource` reads them, which accepts more
//! than its documentation says (`.`, `5.`, `+1`, `Ki`), rounds up to a billionth
//! and caps binary suffixes at `i64::MAX`. An amount here is an `i128` count of
//! billionths, so that all arithmetic is exact; beyond 1.7e29 units, where no
//! real manifest goes, it saturates.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// Billionths in one unit.
const UNIT: i128 = 1_000_000_000;
/// Billionths in one thousandth.
const MILLI: i128 = 1_000_000;
/// Decimal digits below the unit that are kept.
const NANO_DIGITS: i64 = 9;
/// Decimal digits that Kubernetes trusts to fit into its fast integer path.
const FAST_DIGITS: i64 = 18;

/// Which family of suffixes a quantity was written with, and is printed with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// `12e6`
    DecimalExponent,
    /// `12Mi`
    BinarySi,
    /// `12M`
    DecimalSi,
}

/// Why a text is not a quantity; displayed in the API server's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuantityError {
    /// It does not have the form of a number and a suffix.
    Format,
    /// It has no digit where digits are needed.
    Numeric,
    /// The suffix is none of the known ones.
    Suffix,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => {
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            Self::Numeric => "unable to parse numeric part of quantity",
            Self::Suffix => "unable to parse quantity's suffix",
        })
    }
}

impl std::error::Error for QuantityError {}

/// An amount of a resource.
///
/// Two quantities are equal when their amounts are, however they were written.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    nano: i128,
    format: Format,
    /// Kubernetes deems the text that it came from canonical and prints it as it is.
    verbatim: bool,
}

impl Quantity {
    /// Nothing of it.
    pub const ZERO: Self = Self::from_nano(0, Format::DecimalSi);

    /// That many billionths.
    #[must_use]
    pub const fn from_nano(nano: i128, format: Format) -> Self {
        Self {
            nano,
            format,
            verbatim: false,
        }
    }

    /// That many thousandths, as CPU is counted.
    #[must_use]
    pub const fn from_milli(milli: i64) -> Self {
        Self::from_nano(milli as i128 * MILLI, Format::DecimalSi)
    }

    /// That many whole units, as memory (in bytes) is counted.
    #[must_use]
    pub const fn from_value(value: i64, format: Format) -> Self {
        Self::from_nano(value as i128 * UNIT, format)
    }

    /// Reads a quantity as `resource.ParseQuantity` does.
    ///
    /// # Errors
    /// If Kubernetes would refuse the text; spaces around it are an error here.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let parts = Parts::scan(text)?;
        let suffix = Suffix::read(parts.suffix)?;
        let fast = parts.is_fast(suffix);
        if !fast && !parts.has_digits {
            return Err(QuantityError::Numeric);
        }
        let magnitude = match suffix {
            Suffix::Binary(power) => parts.binary_nano(power),
            Suffix::Decimal(power, _) => parts.decimal_nano(power),
        };
        let format = match suffix {
            // Less than one byte cannot be said with a binary suffix.
            Suffix::Binary(_) if !fast && magnitude > 0 && magnitude < UNIT => Format::DecimalSi,
            Suffix::Binary(_) => Format::BinarySi,
            Suffix::Decimal(_, format) => format,
        };
        Ok(Self {
            nano: if parts.negative {
                -magnitude
            } else {
                magnitude
            },
            format,
            verbatim: text == "0" || (fast && parts.is_canonical(suffix)),
        })
    }

    /// Reads a quantity as it is in a manifest: [`Quantity::parse`] without
    /// the spaces around it, which the API server drops.
    ///
    /// # Errors
    /// If Kubernetes would refuse the text.
    pub fn parse_field(text: &str) -> Result<Self, QuantityError> {
        Self::parse(text.trim())
    }

    /// Its amount in billionths.
    #[must_use]
    pub const fn nano(self) -> i128 {
        self.nano
    }

    /// The suffixes that it is printed with.
    #[must_use]
    pub const fn format(self) -> Format {
        self.format
    }

    /// Whole units, rounded away from zero, within `i64`: bytes of memory.
    #[must_use]
    pub fn value(self) -> i64 {
        self.rounded_up(UNIT)
    }

    /// Thousandths, rounded away from zero, within `i64`: CPU.
    #[must_use]
    pub fn milli_value(self) -> i64 {
        self.rounded_up(MILLI)
    }

    fn rounded_up(self, unit: i128) -> i64 {
        let (whole, rest) = (self.nano / unit, self.nano % unit);
        let rounded = whole + rest.signum();
        i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
    }

    /// Whether the amount is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.nano == 0
    }

    /// Whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.nano < 0
    }

    /// Whether the amount is a whole number of units.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.nano % UNIT == 0
    }

    /// What the API server prints for the quantity that was read from `source`.
    ///
    /// It keeps a text that it deems canonical, which is not always the text that
    /// [`Display`](fmt::Display) gives (`1.500` stays, `1.5` becomes `1500m`).
    #[must_use]
    pub fn printed<'a>(self, source: &'a str) -> Cow<'a, str> {
        if self.verbatim {
            Cow::Borrowed(source)
        } else {
            Cow::Owned(self.to_string())
        }
    }

    /// The format of a sum: a zero has none of its own.
    fn sum_format(self, other: Self) -> Format {
        if self.is_zero() {
            other.format
        } else {
            self.format
        }
    }
}

/// The text of a quantity, taken apart.
struct Parts<'a> {
    negative: bool,
    /// Digits before the point without leading zeros, `0` if there are none.
    whole: &'a str,
    /// Digits after the point.
    fraction: &'a str,
    suffix: &'a str,
    /// Whether the number has any digit at all.
    has_digits: bool,
}

impl<'a> Parts<'a> {
    fn scan(text: &'a str) -> Result<Self, QuantityError> {
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (zeros, rest) = split_while(unsigned, |byte| byte == b'0');
        let (whole, rest) = split_while(rest, |byte| byte.is_ascii_digit());
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => split_while(rest, |byte| byte.is_ascii_digit()),
            None => ("", rest),
        };
        let (_, exponent) = split_while(suffix, |byte| b"eEinumkKMGTP".contains(&byte));
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if !exponent.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(QuantityError::Format);
        }
        Ok(Self {
            negative,
            whole: if whole.is_empty() { "0" } else { whole },
            fraction,
            suffix,
            has_digits: !(zeros.is_empty() && whole.is_empty() && fraction.is_empty()),
        })
    }

    /// Digits before and after the point, together.
    fn digits(&self) -> impl DoubleEndedIterator<Item = u8> {
        self.whole.bytes().chain(self.fraction.bytes())
    }

    fn digit_count(&self) -> i64 {
        as_count(self.whole) + as_count(self.fraction)
    }

    /// Whether Kubernetes reads it into a scaled `i64`, and so may keep its text.
    fn is_fast(&self, suffix: Suffix) -> bool {
        match suffix {
            Suffix::Decimal(power, _) => {
                self.digit_count() <= FAST_DIGITS
                    && i64::from(power) - as_count(self.fraction) >= -NANO_DIGITS
            }
            Suffix::Binary(power) => {
                self.fraction.is_empty() && as_count(self.whole) + i64::from(power) * 3 / 10 <= 14
            }
        }
    }

    /// Whether Kubernetes takes the text for canonical; only asked on the fast path.
    fn is_canonical(&self, suffix: Suffix) -> bool {
        match suffix {
            Suffix::Decimal(power, _) => {
                let scale = i64::from(power) - as_count(self.fraction);
                let zeros = self.digits().rev().take_while(|digit| *digit == b'0');
                scale % 3 == 0 && zeros.take(3).count() < 3 && !self.whole.starts_with('0')
            }
            Suffix::Binary(_) => saturating_digits(self.whole.bytes()) & 7 != 0,
        }
    }

    /// The amount of `digits × 10^power`, in billionths, rounded up.
    fn decimal_nano(&self, power: i32) -> i128 {
        let shift = i64::from(power) - as_count(self.fraction) + NANO_DIGITS;
        let kept = if shift < 0 {
            usize::try_from(self.digit_count() + shift).unwrap_or(0)
        } else {
            usize::MAX
        };
        let amount = saturating_digits(self.digits().take(kept));
        let rest = self.digits().skip(kept).any(|digit| digit != b'0');
        let amount = amount.saturating_add(i128::from(rest));
        match u32::try_from(shift) {
            Ok(shift) if amount != 0 => 10_i128
                .checked_pow(shift)
                .map_or(i128::MAX, |factor| amount.saturating_mul(factor)),
            _ => amount,
        }
    }

    /// The amount of `digits × 2^power`, in billionths, rounded up and capped.
    fn binary_nano(&self, power: u32) -> i128 {
        /// Digits of the fraction taken at a time: times 2^60 billionths they fit into `i128`.
        const STEP: usize = 11;
        const STEP_UNIT: i128 = 100_000_000_000;
        const CAP: i128 = i64::MAX as i128;
        let whole = saturating_digits(self.whole.bytes()).saturating_mul(1 << power);
        if whole >= CAP {
            return CAP * UNIT;
        }
        let unit = UNIT << power;
        let (mut fraction, mut inexact) = (0, false);
        for chunk in self.fraction.as_bytes().chunks(STEP).rev() {
            let padded = chunk.iter().copied().chain(std::iter::repeat(b'0'));
            let scaled = saturating_digits(padded.take(STEP)) * unit + fraction;
            fraction = scaled / STEP_UNIT;
            inexact |= scaled % STEP_UNIT != 0;
        }
        (whole * UNIT + fraction + i128::from(inexact)).min(CAP * UNIT)
    }
}

/// What is behind the number.
#[derive(Clone, Copy)]
enum Suffix {
    /// A power of ten.
    Decimal(i32, Format),
    /// A power of two.
    Binary(u32),
}

const DECIMAL: [(&str, i32); 10] = [
    ("", 0),
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

impl Suffix {
    fn read(text: &str) -> Result<Self, QuantityError> {
        if let Some((_, power)) = DECIMAL.iter().find(|(suffix, _)| *suffix == text) {
            return Ok(Self::Decimal(*power, Format::DecimalSi));
        }
        let tens = (0_u32..).step_by(10);
        if let Some((_, power)) = BINARY.iter().zip(tens).find(|(suffix, _)| **suffix == text) {
            return Ok(Self::Binary(power));
        }
        let exponent = text.strip_prefix(['e', 'E']).ok_or(QuantityError::Suffix)?;
        let exponent: i64 = exponent.parse().map_err(|_| QuantityError::Suffix)?;
        // Kubernetes cuts the exponent down to 32 bits without a look.
        #[allow(clippy::cast_possible_truncation)]
        let exponent = exponent as i32;
        Ok(Self::Decimal(exponent, Format::DecimalExponent))
    }
}

fn split_while(text: &str, accept: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().take_while(|byte| accept(*byte)).count();
    // Only ASCII bytes are ever accepted, so the cut is between characters.
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn as_count(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

fn saturating_digits(digits: impl Iterator<Item = u8>) -> i128 {
    digits.fold(0_i128, |amount, digit| {
        amount
            .saturating_mul(10)
            .saturating_add(i128::from(digit - b'0'))
    })
}

/// The canonical form: no fraction, the largest suffix that loses nothing.
///
/// Amounts from 1e21 on have no decimal suffix left; Kubernetes then prints the
/// digits without any, and so does this.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0");
        }
        let small = self.nano.unsigned_abs() < 1024 * UNIT.unsigned_abs();
        match self.format {
            Format::BinarySi if !small && self.is_whole() => {
                let (mantissa, power) = without_factors(self.nano / UNIT, 1024);
                write!(f, "{mantissa}{}", BINARY.get(power).copied().unwrap_or(""))
            }
            Format::BinarySi | Format::DecimalSi => {
                let (mantissa, power) = thousands(self.nano);
                let suffix = DECIMAL.iter().find(|(_, known)| *known == power);
                write!(f, "{mantissa}{}", suffix.map_or("", |(suffix, _)| *suffix))
            }
            Format::DecimalExponent => match thousands(self.nano) {
                (mantissa, 0) => write!(f, "{mantissa}"),
                (mantissa, power) => write!(f, "{mantissa}e{power}"),
            },
        }
    }
}

/// Mantissa and power of ten, the power a multiple of three and as large as can be.
fn thousands(nano: i128) -> (i128, i32) {
    let (mantissa, times) = without_factors(nano, 1000);
    (
        mantissa,
        i32::try_from(times).map_or(0, |times| times * 3 - 9),
    )
}

fn without_factors(mut value: i128, factor: i128) -> (i128, usize) {
    let mut times = 0;
    while value != 0 && value % factor == 0 {
        value /= factor;
        times += 1;
    }
    (value, times)
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nano == other.nano
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nano.cmp(&other.nano)
    }
}

impl Add for Quantity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::from_nano(self.nano.saturating_add(other.nano), self.sum_format(other))
    }
}

impl Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::from_nano(self.nano.saturating_sub(other.nano), self.sum_format(other))
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Quantity {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Mul<i64> for Quantity {
    type Output = Self;

    fn mul(self, times: i64) -> Self {
        Self::from_nano(self.nano.saturating_mul(i128::from(times)), self.format)
    }
}

impl Neg for Quantity {
    type Output = Self;

    fn neg(self) -> Self {
        Self::from_nano(self.nano.saturating_neg(), self.format)
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(quantities: I) -> Self {
        quantities.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests;
