//! What a scalar means: YAML 1.1 as go-yaml v2 resolves it, which is what
//! Kubernetes applies to every manifest.
//!
//! The differences to YAML 1.2 are those that bite: `yes`, `on` and `y` are
//! booleans, `0644` is octal, `1_000` is a thousand, `089` is the float 89 and
//! `12:30:45` is, for once, a string.

/// A scalar's meaning.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Scalar {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// An integer within `i64`.
    Int(i64),
    /// An integer above `i64::MAX`.
    Uint(u64),
    /// Any other number; infinite or NaN for `.inf` and `.nan`.
    Float(f64),
    /// A string.
    Str,
}

impl Scalar {
    fn kind(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Uint(_) => "int",
            Self::Float(_) => "float",
            Self::Str => "str",
        }
    }
}

/// What the plain (unquoted) scalar `text` means.
#[must_use]
pub fn resolve(text: &str) -> Scalar {
    let Some(&first) = text.as_bytes().first() else {
        return Scalar::Null;
    };
    match first {
        b'0'..=b'9' | b'+' | b'-' => number(text),
        b'.' => special_float(text).map_or_else(|| dot_float(text), Scalar::Float),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        _ => Scalar::Str,
    }
}

/// What `text` means under an explicit tag, given in full
/// (`tag:yaml.org,2002:int`); `None` if it is not of that type, which
/// Kubernetes refuses. `!!binary` is the caller's: here it is a string.
#[must_use]
pub fn resolve_tagged(tag: &str, text: &str) -> Option<Scalar> {
    let Some(name) = tag.strip_prefix("tag:yaml.org,2002:") else {
        return Some(Scalar::Str);
    };
    match name {
        "bool" | "int" | "null" => {
            let found = resolve(text);
            (found.kind() == name).then_some(found)
        }
        "float" => match resolve(text) {
            Scalar::Int(it) => Some(Scalar::Float(it as f64)),
            found @ Scalar::Float(_) => Some(found),
            _ => None,
        },
        "timestamp" => is_timestamp(text).then_some(Scalar::Str),
        _ => Some(Scalar::Str),
    }
}

fn word(text: &str) -> Scalar {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::Str,
    }
}

fn special_float(text: &str) -> Option<f64> {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        _ => None,
    }
}

fn number(text: &str) -> Scalar {
    // A date, an image tag, an address: most of what starts with a digit ends here.
    let numeric = |b: u8| b.is_ascii_hexdigit() || matches!(b, b'_' | b'.' | b'+' | b'-');
    let prefix = |b: u8| matches!(b, b'x' | b'X' | b'o' | b'O' | b'i' | b'n' | b'I' | b'N');
    if !text.bytes().all(|b| numeric(b) || prefix(b)) {
        return Scalar::Str;
    }
    if let Some(float) = special_float(text) {
        return Scalar::Float(float);
    }
    let stripped;
    let plain = if text.contains('_') {
        stripped = text.replace('_', "");
        stripped.as_str()
    } else {
        text
    };
    if let Some(int) = integer(plain) {
        return int;
    }
    if is_decimal_float(plain)
        && let Ok(float) = plain.parse::<f64>()
        && float.is_finite()
    {
        return Scalar::Float(float);
    }
    signed_binary(plain).unwrap_or(Scalar::Str)
}

/// An integer as Go writes it: decimal, or with the prefix `0x`, `0b`, `0o` or `0`.
fn integer(text: &str) -> Option<Scalar> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(value).map(Scalar::Int);
    }
    match i64::try_from(value) {
        Ok(value) => Some(Scalar::Int(value)),
        // Beyond i64 Go reads it as unsigned, and then it may have no sign.
        Err(_) => (!text.starts_with('+')).then_some(Scalar::Uint(value)),
    }
}

/// Go's second attempt at `0b…` takes a sign after the prefix.
fn signed_binary(text: &str) -> Option<Scalar> {
    let digits = text.strip_prefix("0b")?;
    let (negative, digits) = match digits.as_bytes().first()? {
        b'-' => (true, &digits[1..]),
        b'+' => (false, &digits[1..]),
        _ => return None,
    };
    let value = match digits.bytes().all(|b| matches!(b, b'0' | b'1')) {
        true => u64::from_str_radix(digits, 2).ok()?,
        false => return None,
    };
    match negative {
        true => 0i64.checked_sub_unsigned(value),
        false => i64::try_from(value).ok(),
    }
    .map(Scalar::Int)
}

/// Whether `text` is a decimal float: a sign, digits with at most one dot, an exponent.
fn is_decimal_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => digits(mantissa) && !mantissa.is_empty(),
    };
    let exponent_ok = exponent.is_none_or(|part| {
        let part = part.strip_prefix(['+', '-']).unwrap_or(part);
        !part.is_empty() && digits(part)
    });
    mantissa_ok && exponent_ok
}

/// A number that starts with a dot. Go parses it as its own literal, where an
/// underscore may only be between two digits.
fn dot_float(text: &str) -> Scalar {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let placed =
        |(at, &b): (usize, &u8)| b != b'_' || (at > 0 && is_digit(at - 1) && is_digit(at + 1));
    // Several underscores in a row are between digits only pairwise.
    if !bytes.iter().enumerate().all(placed) {
        return Scalar::Str;
    }
    let plain = text.replace('_', "");
    match plain.parse::<f64>() {
        Ok(float) if is_decimal_float(&plain) && float.is_finite() => Scalar::Float(float),
        _ => Scalar::Str,
    }
}

/// Whether `text` is one of the four forms of a timestamp that are recognized.
/// It stays a string all the same; only a `!!timestamp` tag makes a difference.
fn is_timestamp(text: &str) -> bool {
    let mut rest = text;
    let mut take = |count: std::ops::RangeInclusive<usize>, max: i16| -> Option<i16> {
        let digits = rest
            .bytes()
            .take(*count.end())
            .take_while(u8::is_ascii_digit)
            .count();
        let (number, after) = rest.split_at(digits);
        rest = after;
        let value = number.parse().ok()?;
        (count.contains(&digits) && value <= max).then_some(value)
    };
    let (Some(year), true) = (take(4..=4, 9999), text.as_bytes().get(4) == Some(&b'-')) else {
        return false;
    };
    let date = |rest: &str| -> Option<(i8, i8, usize)> {
        let (month, after) = rest.split_once('-')?;
        let digits = after.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let day = after.get(..digits)?.parse().ok()?;
        let month_ok = matches!(month.len(), 1 | 2) && month.bytes().all(|b| b.is_ascii_digit());
        let used = month.len() + 1 + digits;
        month_ok.then_some((month.parse().ok()?, day, used))
    };
    let Some((month, day, used)) = date(&text[5..]) else {
        return false;
    };
    let date = jiff::civil::Date::new(year, month, day);
    date.is_ok() && is_time(&text[5 + used..])
}

/// What may follow the date: nothing, ` h:m:s`, or `Th:m:s` with a zone.
fn is_time(rest: &str) -> bool {
    if rest.is_empty() {
        return true;
    }
    let zoned = rest.starts_with(['T', 't']);
    let Some(time) = rest.strip_prefix(['T', 't', ' ']) else {
        return false;
    };
    let clock_end = time.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.');
    let (clock, zone) = time.split_at(clock_end.unwrap_or(time.len()));
    let zone_ok = match zoned {
        true => zone == "Z" || is_offset(zone),
        false => zone.is_empty(),
    };
    zone_ok && is_clock(clock)
}

fn is_offset(zone: &str) -> bool {
    let within = |text: &str, max: u32| {
        text.len() == 2
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse::<u32>().is_ok_and(|it| it <= max)
    };
    match zone
        .strip_prefix(['+', '-'])
        .and_then(|it| it.split_once(':'))
    {
        Some((hours, minutes)) => within(hours, 24) && within(minutes, 60),
        None => false,
    }
}

fn is_clock(clock: &str) -> bool {
    let within = |text: &str, max: u32| {
        matches!(text.len(), 1 | 2)
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse::<u32>().is_ok_and(|it| it <= max)
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else {
        return false;
    };
    let (seconds, fraction) = match seconds.split_once('.') {
        Some((seconds, fraction)) => (seconds, Some(fraction)),
        None => (seconds, None),
    };
    let fraction_ok =
        fraction.is_none_or(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()));
    within(hours, 23) && within(minutes, 59) && within(seconds, 59) && fraction_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_yaml_1_1() {
        let cases = [
            ("yes", Scalar::Bool(true)),
            ("N", Scalar::Bool(false)),
            ("oN", Scalar::Str),
            ("0644", Scalar::Int(420)),
            ("0o17", Scalar::Int(15)),
            ("0b11", Scalar::Int(3)),
            ("0b-1", Scalar::Int(-1)),
            ("-0x1F", Scalar::Int(-31)),
            ("1_000", Scalar::Int(1000)),
            ("089", Scalar::Float(89.0)),
            ("1e3", Scalar::Float(1000.0)),
            ("1e400", Scalar::Str),
            (".5", Scalar::Float(0.5)),
            (".5_5", Scalar::Float(0.55)),
            (".5__5", Scalar::Str),
            ("12:30:45", Scalar::Str),
            ("1.2.3", Scalar::Str),
            ("-", Scalar::Str),
            ("+", Scalar::Str),
            ("0x", Scalar::Str),
            ("--1", Scalar::Str),
            ("", Scalar::Null),
            ("~", Scalar::Null),
            ("18446744073709551615", Scalar::Uint(u64::MAX)),
            (
                "+18446744073709551615",
                Scalar::Float(18_446_744_073_709_551_615.0),
            ),
            ("-9223372036854775808", Scalar::Int(i64::MIN)),
            ("+.inf", Scalar::Float(f64::INFINITY)),
            ("infinity", Scalar::Str),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text), expected, "{text}");
        }
    }

    #[test]
    fn tags_refuse_what_is_not_of_their_type() {
        let tag = |name: &str| format!("tag:yaml.org,2002:{name}");
        assert_eq!(resolve_tagged(&tag("int"), "0644"), Some(Scalar::Int(420)));
        assert_eq!(resolve_tagged(&tag("int"), "x"), None);
        assert_eq!(resolve_tagged(&tag("float"), "1"), Some(Scalar::Float(1.0)));
        assert_eq!(resolve_tagged(&tag("str"), "1"), Some(Scalar::Str));
        assert_eq!(resolve_tagged("!foo", "1"), Some(Scalar::Str));
        for (text, expected) in [
            ("2001-01-01", true),
            ("2001-2-29", false),
            ("2001-1-2T3:4:5Z", true),
            ("2001-1-2 3:4:5.6", true),
            ("2001-1-2T3:4:5", false),
        ] {
            assert_eq!(
                resolve_tagged(&tag("timestamp"), text).is_some(),
                expected,
                "{text}"
            );
        }
    }
}
