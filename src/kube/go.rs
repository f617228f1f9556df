//! How Go reads integers and prints text: Kubernetes' messages are made of both.

use std::fmt::{self, Write as _};

/// Displays as Go's `%q` does.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                ' '..='~' => f.write_char(c)?,
                '\x07' => f.write_str("\\a")?,
                '\x08' => f.write_str("\\b")?,
                '\x0c' => f.write_str("\\f")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\x0b' => f.write_str("\\v")?,
                '\0'..='\x7f' => write!(f, "\\x{:02x}", u32::from(c))?,
                _ if is_printable(c) => f.write_char(c)?,
                '\0'..='\u{ffff}' => write!(f, "\\u{:04x}", u32::from(c))?,
                _ => write!(f, "\\U{:08x}", u32::from(c))?,
            }
        }
        f.write_char('"')
    }
}

/// Displays a number as Go's `%v` does: the shortest digits, with an exponent below
/// 1e-4 and from 1e21 on.
#[derive(Clone, Copy, Debug)]
pub struct Float(pub f64);

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if self.0.is_nan() {
            return f.write_str("NaN");
        }
        if self.0.is_infinite() {
            return f.write_str(if self.0 > 0.0 { "+Inf" } else { "-Inf" });
        }
        if size == 0.0 || (1e-4..1e21).contains(&size) {
            return write!(f, "{}", self.0);
        }
        let text = format!("{:e}", self.0);
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        write!(f, "{digits}e{sign}{exponent:0>2}")
    }
}

/// Letters, marks, numbers, punctuation and symbols; asked of non-ASCII only.
fn is_printable(c: char) -> bool {
    // Rust knows the same set, but escapes a combining mark at the start of a text.
    let mut text = [0; 8];
    text[0] = b'a';
    let length = 1 + c.encode_utf8(&mut text[1..]).len();
    let text = std::str::from_utf8(&text[..length]).unwrap_or_default();
    text.escape_debug().nth(1) == Some(c)
}

/// Why Go reads no integer; displayed as `strconv.Atoi` says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AtoiError<'a> {
    /// The text is not a sign and digits.
    Syntax(&'a str),
    /// The number has more than 64 bits.
    Range(&'a str),
}

impl fmt::Display for AtoiError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, why) = match self {
            Self::Syntax(text) => (text, "invalid syntax"),
            Self::Range(text) => (text, "value out of range"),
        };
        write!(f, "strconv.Atoi: parsing {}: {why}", Quoted(text))
    }
}

impl std::error::Error for AtoiError<'_> {}

/// Reads a decimal integer with or without a sign, as `strconv.Atoi` does.
///
/// # Errors
/// If it is none or does not fit. What comes first in the text decides which: a
/// digit too many for 64 bits without a sign, or a character that is not a digit.
pub fn atoi(text: &str) -> Result<i64, AtoiError<'_>> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut number: u64 = 0;
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return Err(AtoiError::Syntax(text));
        }
        let next = number.checked_mul(10);
        let next = next.and_then(|tens| tens.checked_add(u64::from(byte - b'0')));
        number = next.ok_or(AtoiError::Range(text))?;
    }
    Err(match digits {
        "" => AtoiError::Syntax(text),
        _ => AtoiError::Range(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_against_an_integer_is_told() {
        assert_eq!(atoi("+007"), Ok(7));
        assert_eq!(atoi("-9223372036854775808"), Ok(i64::MIN));
        for text in ["", "-", "1_0", " 1", "9999999999999999999x"] {
            assert_eq!(atoi(text), Err(AtoiError::Syntax(text)));
        }
        for text in ["9223372036854775808", "99999999999999999999x"] {
            assert_eq!(atoi(text), Err(AtoiError::Range(text)));
        }
    }

    #[test]
    fn only_what_cannot_be_seen_is_escaped() {
        for (text, quoted) in [
            ("a 'b'", r#""a 'b'""#),
            ("\"\\", r#""\"\\""#),
            ("\n\t\0\x7f", r#""\n\t\x00\x7f""#),
            ("é世\u{301}", "\"é世\u{301}\""),
            ("\u{a0}\u{200b}\u{e0001}", r#""\u00a0\u200b\U000e0001""#),
        ] {
            assert_eq!(Quoted(text).to_string(), quoted);
        }
    }
}
