//! Points in time as the API writes them: RFC 3339, such as `2025-03-09T02:30:00-05:00`.
//!
//! Read as `metav1.Time` is, by Go's `time.Parse`, which is a little more lenient
//! than the RFC (a one-digit hour, a comma before parts of a second, an offset of
//! 24 hours) and has no leap seconds.

use super::duration::Plain;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Zoned};
use std::fmt;

/// Why a text is not a point in time; displayed in Go's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeError<'a> {
    /// Something else is where a part of the form should be.
    Malformed {
        /// The whole text.
        text: &'a str,
        /// The form, in Go's way of saying it.
        layout: &'static str,
        /// What is left of the text there.
        rest: &'a str,
        /// The part, as it is in the form.
        part: &'static str,
    },
    /// A part has a number that it cannot have: the text and the part's name.
    OutOfRange(&'a str, &'static str),
    /// Something follows: the text and what follows.
    Extra(&'a str, &'a str),
}

impl fmt::Display for TimeError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed {
                text,
                layout,
                rest,
                part,
            } => {
                let (text, layout, rest, part) =
                    (Plain(text), Plain(layout), Plain(rest), Plain(part));
                write!(
                    f,
                    "parsing time {text} as {layout}: cannot parse {rest} as {part}"
                )
            }
            Self::OutOfRange(text, part) => {
                write!(f, "parsing time {}: {part} out of range", Plain(text))
            }
            Self::Extra(text, rest) => {
                let (text, rest) = (Plain(text), Plain(rest));
                write!(f, "parsing time {text}: extra text: {rest}")
            }
        }
    }
}

impl std::error::Error for TimeError<'_> {}

/// Reads a point in time.
///
/// # Errors
/// If the API server would refuse the text.
pub fn parse_rfc3339(text: &str) -> Result<Timestamp, TimeError<'_>> {
    parse(text, Fraction::Any)
}

/// Reads a point in time as `metav1.MicroTime` is: with exactly six digits of a second.
///
/// # Errors
/// If the API server would refuse the text.
pub fn parse_micro(text: &str) -> Result<Timestamp, TimeError<'_>> {
    parse(text, Fraction::Micro)
}

/// The digits of a second that a text may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fraction {
    /// None, or any number of them.
    Any,
    /// Exactly six.
    Micro,
}

fn parse(text: &str, fraction: Fraction) -> Result<Timestamp, TimeError<'_>> {
    let layout = match fraction {
        Fraction::Any => "2006-01-02T15:04:05Z07:00",
        Fraction::Micro => "2006-01-02T15:04:05.000000Z07:00",
    };
    let mut reader = Reader {
        text,
        layout,
        rest: text,
    };
    let year = reader.digits(4, "2006", "year", 0..=9999)?;
    reader.skip("-")?;
    let month = reader.digits(2, "01", "month", 1..=12)?;
    reader.skip("-")?;
    // Whether the month has the day is asked at the end, as Go does.
    let day = reader.digits(2, "02", "day", 0..=99)?;
    reader.skip("T")?;
    let hour = reader.hour()?;
    reader.skip(":")?;
    let minute = reader.digits(2, "04", "minute", 0..=59)?;
    reader.skip(":")?;
    let second = reader.digits(2, "05", "second", 0..=59)?;
    let nanosecond = match fraction {
        Fraction::Any => reader.fraction(),
        Fraction::Micro => reader.microseconds()?,
    };
    let offset = reader.offset()?;
    if !reader.rest.is_empty() {
        return Err(TimeError::Extra(text, reader.rest));
    }
    timestamp([year, month, day, hour, minute, second], nanosecond, offset)
        .ok_or(TimeError::OutOfRange(text, "day"))
}

/// `None` if the month has no such day. Beyond the years 0–9999, the nearest time within.
fn timestamp(parts: [i32; 6], nanosecond: i32, offset: i32) -> Option<Timestamp> {
    let [year, month, day, hour, minute, second] = parts;
    let small = |part: i32| i8::try_from(part).ok();
    let date = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
    let shown = date.at(small(hour)?, small(minute)?, small(second)?, nanosecond);
    let as_utc = jiff::tz::Offset::UTC.to_timestamp(shown);
    let time = as_utc.and_then(|time| time.checked_sub(SignedDuration::from_secs(offset.into())));
    Some(time.unwrap_or(if year == 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    }))
}

struct Reader<'a> {
    text: &'a str,
    layout: &'static str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn malformed(&self, part: &'static str) -> TimeError<'a> {
        let Self { text, layout, rest } = *self;
        TimeError::Malformed {
            text,
            layout,
            rest,
            part,
        }
    }

    fn skip(&mut self, separator: &'static str) -> Result<(), TimeError<'a>> {
        let rest = self.rest.strip_prefix(separator);
        self.rest = rest.ok_or_else(|| self.malformed(separator))?;
        Ok(())
    }

    /// That many digits.
    fn digits(
        &mut self,
        count: usize,
        part: &'static str,
        name: &'static str,
        range: std::ops::RangeInclusive<i32>,
    ) -> Result<i32, TimeError<'a>> {
        let digits = self.rest.get(..count);
        let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        let number = number.ok_or_else(|| self.malformed(part))?;
        if !range.contains(&number) {
            return Err(TimeError::OutOfRange(self.text, name));
        }
        self.rest = &self.rest[count..];
        Ok(number)
    }

    /// One or two digits.
    fn hour(&mut self) -> Result<i32, TimeError<'a>> {
        let second = self.rest.as_bytes().get(1);
        let count = if second.is_some_and(u8::is_ascii_digit) {
            2
        } else {
            1
        };
        self.digits(count, "15", "hour", 0..=23)
    }

    /// Nanoseconds behind a point or comma; further digits are dropped.
    fn fraction(&mut self) -> i32 {
        let Some(digits) = self.rest.strip_prefix(['.', ',']) else {
            return 0;
        };
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return 0;
        }
        self.rest = &digits[count..];
        let padded = digits[..count].bytes().chain(std::iter::repeat(b'0'));
        padded
            .take(9)
            .fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'))
    }

    /// Nanoseconds from exactly six digits; a seventh is left, where the offset should be.
    fn microseconds(&mut self) -> Result<i32, TimeError<'a>> {
        let digits = self.rest.strip_prefix(['.', ',']);
        let digits = digits.and_then(|it| it.get(..6));
        let number = digits.filter(|it| it.bytes().all(|b| b.is_ascii_digit()));
        let number: Option<i32> = number.and_then(|it| it.parse().ok());
        let number = number.ok_or_else(|| self.malformed(".000000"))?;
        self.rest = &self.rest[7..];
        Ok(number * 1000)
    }

    /// Seconds east of UTC.
    fn offset(&mut self) -> Result<i32, TimeError<'a>> {
        const PART: &str = "Z07:00";
        if let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Ok(0);
        }
        let &[sign, h1, h2, b':', m1, m2, ..] = self.rest.as_bytes() else {
            return Err(self.malformed(PART));
        };
        let number = |tens: u8, ones: u8| {
            let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
            digits.then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
        };
        // Go looks at the numbers first, at the minutes before the hours, and only
        // then at what is malformed.
        let hours = number(h1, h2);
        let minutes = hours.and_then(|_| number(m1, m2));
        if minutes.is_some_and(|minutes| minutes > 60) {
            return Err(TimeError::OutOfRange(self.text, "time zone offset minute"));
        }
        if hours.is_some_and(|hours| hours > 24) {
            return Err(TimeError::OutOfRange(self.text, "time zone offset hour"));
        }
        let (Some(hours), Some(minutes)) = (hours, minutes) else {
            return Err(self.malformed(PART));
        };
        let east = match sign {
            b'+' => 1,
            b'-' => -1,
            _ => return Err(self.malformed(PART)),
        };
        self.rest = &self.rest[6..];
        Ok(east * (hours * 60 + minutes) * 60)
    }
}

/// Displays as Go writes RFC 3339: to the second, with `Z` for no offset.
#[derive(Clone, Copy, Debug)]
pub struct Rfc3339<'a>(pub &'a Zoned);

impl fmt::Display for Rfc3339<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.datetime();
        let (year, month, day) = (shown.year(), shown.month(), shown.day());
        let (hour, minute, second) = (shown.hour(), shown.minute(), shown.second());
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        let offset = self.0.offset().seconds();
        if offset == 0 {
            return f.write_str("Z");
        }
        let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn what_go_takes_is_taken() {
        let time = |text| parse_rfc3339(text).unwrap().to_string();
        assert_eq!(time("2025-03-09T02:30:00Z"), "2025-03-09T02:30:00Z");
        assert_eq!(time("2025-03-09T02:30:00-05:00"), "2025-03-09T07:30:00Z");
        assert_eq!(
            time("2025-03-09T2:30:00,25+00:00"),
            "2025-03-09T02:30:00.25Z"
        );
        assert_eq!(
            time("2024-02-29T00:00:00.0123456789Z"),
            "2024-02-29T00:00:00.012345678Z"
        );
        assert_eq!(time("2024-02-29T00:00:00+24:60"), "2024-02-27T23:00:00Z");
    }

    #[test]
    fn a_micro_time_has_six_digits_of_a_second() {
        for text in [
            "2024-01-01T00:00:00.123456Z",
            "2024-01-01T4:00:00,123456+24:60",
        ] {
            assert!(parse_micro(text).is_ok(), "{text}");
        }
        for text in [
            "2024-01-01T00:00:00Z",
            "2024-01-01T00:00:00.12345Z",
            "2024-01-01T00:00:00.1234567Z",
        ] {
            let error = parse_micro(text).unwrap_err().to_string();
            assert!(error.contains(".000000Z07:00\": cannot parse"), "{error}");
        }
    }

    #[test]
    fn errors_are_those_of_go() {
        let form = "as \"2006-01-02T15:04:05Z07:00\": cannot parse";
        for (text, why) in [
            ("", format!(" {form} \"\" as \"2006\"")),
            (
                "2025-3-09T02:30:00Z",
                format!(" {form} \"3-09T02:30:00Z\" as \"01\""),
            ),
            ("2025-03-09", format!(" {form} \"\" as \"T\"")),
            (
                "2025-03-09 02:30:00Z",
                format!(" {form} \" 02:30:00Z\" as \"T\""),
            ),
            ("2025-03-09T02:30:00", format!(" {form} \"\" as \"Z07:00\"")),
            ("2025-13-09T02:30:00Z", ": month out of range".into()),
            ("2025-02-29T02:30:00Z", ": day out of range".into()),
            ("2025-02-28T24:00:00Z", ": hour out of range".into()),
            ("2025-02-28T23:59:60Z", ": second out of range".into()),
            ("2025-02-28T23:59:59Zjunk", ": extra text: \"junk\"".into()),
        ] {
            let error = parse_rfc3339(text).unwrap_err().to_string();
            assert_eq!(error, format!("parsing time \"{text}\"{why}"));
        }
    }

    #[test]
    fn times_are_printed_to_the_second() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let time = parse_rfc3339("2025-03-09T07:30:00.5Z").unwrap();
        assert_eq!(
            Rfc3339(&time.to_zoned(zone)).to_string(),
            "2025-03-09T03:30:00-04:00"
        );
        assert_eq!(
            Rfc3339(&time.to_zoned(TimeZone::UTC)).to_string(),
            "2025-03-09T07:30:00Z"
        );
    }
}
