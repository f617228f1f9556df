//! The grammar of schedules, and what is said against texts outside it.

use super::{Calendar, Field, Schedule};
use crate::kube::duration::{self, DurationError};
use crate::kube::go::{AtoiError, atoi};
use crate::kube::timezone;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use std::fmt;

/// Why a text is not a schedule; displayed in the words of robfig/cron.
///
/// Each part is a piece of the text, so that a caller can point at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CronError<'a> {
    /// There is no text.
    Empty,
    /// It has other than five fields: the text after any zone.
    FieldCount(&'a str),
    /// It starts with `TZ=` or `CRON_TZ=`, and nothing follows the zone.
    ZoneOnly,
    /// There is no such zone.
    Zone(&'a str),
    /// It starts with `@`, but is not a known descriptor.
    Descriptor(&'a str),
    /// The duration of `@every` is none: the descriptor and why.
    Every(&'a str, DurationError<'a>),
    /// A value is neither a number nor a known name.
    NotNumber(AtoiError<'a>),
    /// A number is below zero.
    Negative(&'a str),
    /// A range has more than one `-`.
    TooManyHyphens(&'a str),
    /// A range has more than one `/`.
    TooManySlashes(&'a str),
    /// A range starts below what the field takes.
    BelowMinimum {
        /// Where it starts.
        start: i64,
        /// The least that the field takes.
        minimum: i64,
        /// The range.
        range: &'a str,
    },
    /// A range ends above what the field takes.
    AboveMaximum {
        /// Where it ends.
        end: i64,
        /// The most that the field takes.
        maximum: i64,
        /// The range.
        range: &'a str,
    },
    /// A range ends before it starts; it cannot wrap around.
    Reversed {
        /// Where it starts.
        start: i64,
        /// Where it ends.
        end: i64,
        /// The range.
        range: &'a str,
    },
    /// The step of a range is zero.
    ZeroStep(&'a str),
}

impl<'a> CronError<'a> {
    /// The piece of the expression that is at fault; empty if all of it is.
    #[must_use]
    pub fn part(self) -> &'a str {
        match self {
            Self::Empty | Self::ZoneOnly => "",
            Self::FieldCount(part)
            | Self::Zone(part)
            | Self::Descriptor(part)
            | Self::Every(part, _)
            | Self::NotNumber(AtoiError::Syntax(part) | AtoiError::Range(part))
            | Self::Negative(part)
            | Self::TooManyHyphens(part)
            | Self::TooManySlashes(part)
            | Self::ZeroStep(part) => part,
            Self::BelowMinimum { range, .. }
            | Self::AboveMaximum { range, .. }
            | Self::Reversed { range, .. } => range,
        }
    }
}

impl fmt::Display for CronError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.part();
        match *self {
            Self::Empty => f.write_str("empty spec string"),
            Self::FieldCount(_) => {
                let fields: Vec<_> = part.split_whitespace().collect();
                let (count, fields) = (fields.len(), fields.join(" "));
                write!(f, "expected exactly 5 fields, found {count}: [{fields}]")
            }
            // The library falls over this one, and Kubernetes reports how.
            Self::ZoneOnly => f.write_str(
                "invalid schedule format: runtime error: slice bounds out of range [:-1]",
            ),
            Self::Zone(_) if part.contains("..") || part.starts_with(['/', '\\']) => {
                let why = "time: invalid location name";
                write!(f, "provided bad location {part}: {why}")
            }
            Self::Zone(_) => write!(f, "provided bad location {part}: unknown time zone {part}"),
            Self::Descriptor(_) => write!(f, "unrecognized descriptor: {part}"),
            Self::Every(_, why) => write!(f, "failed to parse duration {part}: {why}"),
            Self::NotNumber(why) => write!(f, "failed to parse int from {part}: {why}"),
            Self::Negative(_) => {
                let number: i64 = part.parse().unwrap_or_default();
                write!(f, "negative number ({number}) not allowed: {part}")
            }
            Self::TooManyHyphens(_) => write!(f, "too many hyphens: {part}"),
            Self::TooManySlashes(_) => write!(f, "too many slashes: {part}"),
            Self::BelowMinimum { start, minimum, .. } => {
                write!(
                    f,
                    "beginning of range ({start}) below minimum ({minimum}): {part}"
                )
            }
            Self::AboveMaximum { end, maximum, .. } => {
                write!(f, "end of range ({end}) above maximum ({maximum}): {part}")
            }
            Self::Reversed { start, end, .. } => {
                write!(
                    f,
                    "beginning of range ({start}) beyond end of range ({end}): {part}"
                )
            }
            Self::ZeroStep(_) => write!(f, "step of range should be a positive number: {part}"),
        }
    }
}

impl std::error::Error for CronError<'_> {}

/// What a field takes: numbers from `minimum` to `maximum`, and the names of some.
struct Bounds {
    minimum: i64,
    maximum: i64,
    /// Names of the values from `minimum` on.
    names: &'static [&'static str],
}

const MINUTES: Bounds = Bounds {
    minimum: 0,
    maximum: 59,
    names: &[],
};
const HOURS: Bounds = Bounds {
    minimum: 0,
    maximum: 23,
    names: &[],
};
const DAYS: Bounds = Bounds {
    minimum: 1,
    maximum: 31,
    names: &[],
};
const MONTHS: Bounds = Bounds {
    minimum: 1,
    maximum: 12,
    names: &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
};
const WEEKDAYS: Bounds = Bounds {
    minimum: 0,
    maximum: 6,
    names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/// Reads a schedule as `cron.ParseStandard` does.
///
/// # Errors
/// If Kubernetes would refuse the text. It also refuses any `TZ` in the schedule
/// of a new CronJob, which is not checked here.
pub fn parse(text: &str) -> Result<Schedule, CronError<'_>> {
    if text.is_empty() {
        return Err(CronError::Empty);
    }
    let (zone, text) = split_zone(text)?;
    if text.starts_with('@') {
        return descriptor(text, zone);
    }
    let mut fields = text.split_whitespace();
    let mut next = || fields.next().ok_or(CronError::FieldCount(text));
    let five = [next()?, next()?, next()?, next()?, next()?];
    if fields.next().is_some() {
        return Err(CronError::FieldCount(text));
    }
    calendar(five, zone).map(Schedule::Calendar)
}

fn split_zone(text: &str) -> Result<(Option<TimeZone>, &str), CronError<'_>> {
    let Some(zoned) = text
        .strip_prefix("TZ=")
        .or_else(|| text.strip_prefix("CRON_TZ="))
    else {
        return Ok((None, text));
    };
    let (name, rest) = zoned.split_once(' ').ok_or(CronError::ZoneOnly)?;
    let zone = match name {
        // Go takes no name for UTC, and this one for the zone of the machine.
        "" => Some(TimeZone::UTC),
        "Local" => None,
        _ => Some(timezone::find(name).ok_or(CronError::Zone(name))?),
    };
    Ok((zone, rest.trim()))
}

fn descriptor(text: &str, zone: Option<TimeZone>) -> Result<Schedule, CronError<'_>> {
    let five = match text {
        "@yearly" | "@annually" => ["0", "0", "1", "1", "*"],
        "@monthly" => ["0", "0", "1", "*", "*"],
        "@weekly" => ["0", "0", "*", "*", "0"],
        "@daily" | "@midnight" => ["0", "0", "*", "*", "*"],
        "@hourly" => ["0", "*", "*", "*", "*"],
        _ => {
            let every = text
                .strip_prefix("@every ")
                .ok_or(CronError::Descriptor(text))?;
            let delay = duration::parse(every).map_err(|why| CronError::Every(text, why))?;
            // Parts of a second are dropped, and less than one becomes one.
            let seconds = delay.as_secs().max(1);
            return Ok(Schedule::Every(SignedDuration::from_secs(seconds)));
        }
    };
    calendar(five, zone).map(Schedule::Calendar)
}

fn calendar(five: [&str; 5], zone: Option<TimeZone>) -> Result<Calendar, CronError<'_>> {
    let [minute, hour, day_of_month, month, day_of_week] = five;
    Ok(Calendar {
        minute: field(minute, &MINUTES)?,
        hour: field(hour, &HOURS)?,
        day_of_month: field(day_of_month, &DAYS)?,
        month: field(month, &MONTHS)?,
        day_of_week: field(day_of_week, &WEEKDAYS)?,
        zone,
    })
}

/// Ranges between commas; empty ones count for nothing.
fn field<'a>(text: &'a str, bounds: &Bounds) -> Result<Field, CronError<'a>> {
    let mut all = Field {
        bits: 0,
        star: false,
    };
    for text in text.split(',').filter(|range| !range.is_empty()) {
        let field = range(text, bounds)?;
        all.bits |= field.bits;
        all.star |= field.star;
    }
    Ok(all)
}

/// `*`, `3`, `1-5`, each with or without `/2`. The order of the checks decides
/// which error is told, so it is that of the library.
fn range<'a>(text: &'a str, bounds: &Bounds) -> Result<Field, CronError<'a>> {
    let mut slashes = text.split('/');
    let mut hyphens = slashes.next().unwrap_or_default().split('-');
    let low = hyphens.next().unwrap_or_default();
    let high = hyphens.next();
    let mut star = matches!(low, "*" | "?");
    let (start, mut end) = if star {
        (bounds.minimum, bounds.maximum)
    } else {
        let start = value(low, bounds)?;
        if hyphens.next().is_some() {
            return Err(CronError::TooManyHyphens(text));
        }
        (start, high.map_or(Ok(start), |high| value(high, bounds))?)
    };
    let mut step = 1;
    if let Some(written) = slashes.next() {
        if slashes.next().is_some() {
            return Err(CronError::TooManySlashes(text));
        }
        step = number(written)?;
        if high.is_none() {
            end = bounds.maximum;
        }
        star &= step <= 1;
    }
    if start < bounds.minimum {
        let minimum = bounds.minimum;
        return Err(CronError::BelowMinimum {
            start,
            minimum,
            range: text,
        });
    }
    if end > bounds.maximum {
        let maximum = bounds.maximum;
        return Err(CronError::AboveMaximum {
            end,
            maximum,
            range: text,
        });
    }
    if start > end {
        return Err(CronError::Reversed {
            start,
            end,
            range: text,
        });
    }
    if step == 0 {
        return Err(CronError::ZeroStep(text));
    }
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    let bits = (start..=end).step_by(step).fold(0, |bits, n| bits | 1 << n);
    Ok(Field { bits, star })
}

fn value<'a>(text: &'a str, bounds: &Bounds) -> Result<i64, CronError<'a>> {
    let named = |name: &&str| name.eq_ignore_ascii_case(text);
    match bounds.names.iter().position(named) {
        Some(index) => Ok(bounds.minimum + i64::try_from(index).unwrap_or_default()),
        None => number(text),
    }
}

fn number(text: &str) -> Result<i64, CronError<'_>> {
    match atoi(text).map_err(CronError::NotNumber)? {
        number if number < 0 => Err(CronError::Negative(text)),
        number => Ok(number),
    }
}
