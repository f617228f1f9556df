//! Cron schedules as CronJobs run them.
//!
//! Kubernetes uses `github.com/robfig/cron` v3 (`ParseStandard`, `Next`), whose
//! grammar and calendar differ from other cron programs in ways that matter: no
//! weekday 7, a day field with a step counts as restricted, `?` is `*`, a time in
//! the hour that spring skips is not run that day, and one in the hour that
//! autumn repeats runs twice. [`parse`] and [`Schedule::next`] agree with it on all of this.
//!
//! ```
//! use plimsoll::kube::cron;
//! let from = "2025-01-01T00:00:00Z".parse()?;
//! let times = cron::fire_times("0 0 13 * 5", Some("Europe/Paris"), from, 2)?;
//! assert_eq!(times[0].to_string(), "2025-01-03T00:00:00+01:00[Europe/Paris]");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod describe;
mod parse;
mod search;

pub use parse::{CronError, parse};

use super::timezone::{self, TimeZoneError};
use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};
use std::fmt;

/// When a CronJob runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Schedule {
    /// Five fields, or a descriptor that stands for them.
    Calendar(Calendar),
    /// `@every`: that long after the last run, in whole seconds, at least one.
    Every(SignedDuration),
}

/// The five fields, and the zone in which they are read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    /// Minutes of the hour, 0–59.
    pub minute: Field,
    /// Hours of the day, 0–23.
    pub hour: Field,
    /// Days of the month, 1–31.
    pub day_of_month: Field,
    /// Months, 1–12.
    pub month: Field,
    /// Days of the week, 0 (Sunday) – 6.
    pub day_of_week: Field,
    /// The zone of a `TZ=` or `CRON_TZ=` prefix, which the API server refuses today.
    pub zone: Option<TimeZone>,
}

/// The values that one field allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Bit n stands for the value n.
    bits: u64,
    /// Written with `*` or `?` and no step above 1.
    star: bool,
}

impl Field {
    /// Whether the value is allowed.
    #[must_use]
    pub fn contains(self, value: i8) -> bool {
        u32::try_from(value).is_ok_and(|value| self.bits.checked_shr(value).unwrap_or(0) & 1 == 1)
    }

    /// Whether it counts as unrestricted when the two day fields are combined.
    ///
    /// `*/2` does not, `*/1` and `*,5` do.
    #[must_use]
    pub fn is_star(self) -> bool {
        self.star
    }

    /// Whether nothing is allowed, as after a lone comma: the schedule never fires.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The allowed values in order.
    pub fn values(self) -> impl Iterator<Item = i8> {
        (0..64).filter(move |value| self.contains(*value))
    }
}

impl Calendar {
    /// Whether both day fields are restricted, so that a day matches if **either** does.
    #[must_use]
    pub fn days_are_alternatives(&self) -> bool {
        !self.day_of_month.star && !self.day_of_week.star
    }
}

impl Schedule {
    /// The first time after `after` that it fires, in the zone of `after`.
    ///
    /// `None` if it does not within five years (then it never does), or if the
    /// time would be beyond the year 9999. Fields are read in the schedule's own
    /// zone if it has one, otherwise in that of `after`.
    #[must_use]
    pub fn next(&self, after: &Zoned) -> Option<Zoned> {
        let found = match self {
            Self::Every(delay) => {
                let start =
                    Timestamp::from_second(search::whole_seconds(after.timestamp())).ok()?;
                start.checked_add(*delay).ok()?
            }
            Self::Calendar(calendar) => {
                let zone = calendar.zone.as_ref().unwrap_or(after.time_zone());
                search::next(calendar, zone, after.timestamp())?
            }
        };
        Some(found.to_zoned(after.time_zone().clone()))
    }

    /// All times after `after` that it fires, each in the zone of `after`.
    pub fn times_after(&self, after: Zoned) -> impl Iterator<Item = Zoned> {
        std::iter::successors(Some(after), |last| self.next(last)).skip(1)
    }

    /// Whether it fires at all.
    #[must_use]
    pub fn fires(&self) -> bool {
        // Any start will do: the calendar repeats within the five years looked at,
        // but for 29 February around a year such as 1900 or 2100.
        self.next(&Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC))
            .is_some()
    }

    /// The shortest time between two runs on a clock without daylight saving.
    ///
    /// `None` if it fires less than twice in eight years.
    #[must_use]
    pub fn shortest_gap(&self) -> Option<SignedDuration> {
        const YEARS: i64 = 8;
        let calendar = match self {
            Self::Every(delay) => return Some(*delay),
            Self::Calendar(calendar) => calendar,
        };
        let clock = Self::Calendar(Calendar {
            zone: None,
            ..calendar.clone()
        });
        let floor = calendar.shortest_gap_within_days();
        let end = Timestamp::from_second(YEARS * 366 * 86_400).ok()?;
        let mut shortest = None;
        let mut last: Option<Zoned> = None;
        for time in clock.times_after(Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC)) {
            if time.timestamp() > end {
                break;
            }
            let gap = last.map(|last| time.duration_since(&last));
            shortest = [shortest, gap].into_iter().flatten().min();
            if shortest == floor {
                break;
            }
            last = Some(time);
        }
        shortest
    }
}

impl Calendar {
    /// The shortest gap if every day matched: no real one is shorter.
    fn shortest_gap_within_days(&self) -> Option<SignedDuration> {
        const DAY: i64 = 24 * 60;
        let hours = self.hour.values();
        let mut times = hours.flat_map(|hour| {
            let minutes = self.minute.values();
            minutes.map(move |minute| i64::from(hour) * 60 + i64::from(minute))
        });
        let first = times.next()?;
        let (mut last, mut shortest) = (first, DAY);
        for time in times {
            shortest = shortest.min(time - last);
            last = time;
        }
        Some(SignedDuration::from_mins(shortest.min(first + DAY - last)))
    }
}

/// Why no fire times can be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FireTimesError<'a> {
    /// The expression is not a schedule.
    Schedule(CronError<'a>),
    /// The time zone is none.
    TimeZone(TimeZoneError<'a>),
    /// A zone is given beside the expression and inside it.
    TwoZones,
}

impl fmt::Display for FireTimesError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schedule(error) => error.fmt(f),
            Self::TimeZone(error) => error.fmt(f),
            Self::TwoZones => {
                f.write_str("cannot use both timeZone field and TZ or CRON_TZ in schedule")
            }
        }
    }
}

impl std::error::Error for FireTimesError<'_> {}

/// The first `count` times after `from` at which a CronJob with this schedule runs.
///
/// They are in `timezone` if it is given, otherwise in the zone that the
/// expression names, otherwise in UTC. Fewer than `count` means that it does not
/// fire again.
///
/// # Errors
/// If Kubernetes would refuse the schedule or the zone.
pub fn fire_times<'a>(
    expression: &'a str,
    timezone: Option<&'a str>,
    from: Timestamp,
    count: usize,
) -> Result<Vec<Zoned>, FireTimesError<'a>> {
    let schedule = parse(expression).map_err(FireTimesError::Schedule)?;
    let zone = match (timezone, &schedule) {
        (Some(_), _) if expression.contains("TZ") => return Err(FireTimesError::TwoZones),
        (Some(name), _) => timezone::parse(name).map_err(FireTimesError::TimeZone)?,
        (
            None,
            Schedule::Calendar(Calendar {
                zone: Some(zone), ..
            }),
        ) => zone.clone(),
        (None, _) => TimeZone::UTC,
    };
    Ok(schedule
        .times_after(from.to_zoned(zone))
        .take(count)
        .collect())
}

#[cfg(test)]
mod tests;
