//! A schedule in words, for people who do not read five fields at a glance.

use super::{Calendar, Field, Schedule};
use std::fmt::Write as _;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
/// More times of day than this are told by hours and minutes apart.
const MOST_TIMES: usize = 6;

impl Schedule {
    /// When it fires, in words: `at 02:30 on Monday to Friday`.
    ///
    /// The zone is left to the caller to say.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Every(delay) => format!("{delay:#} after the last run"),
            Self::Calendar(_) if !self.fires() => "never".to_owned(),
            Self::Calendar(calendar) => {
                let mut words = times(calendar);
                days(calendar, &mut words);
                if !calendar.month.is_full(1, 12) {
                    let _ = write!(words, " in {}", named(calendar.month, 1, &MONTHS));
                }
                words
            }
        }
    }
}

impl Field {
    fn is_full(self, low: i8, high: i8) -> bool {
        (low..=high).all(|value| self.contains(value))
    }
}

/// The times of the day.
fn times(calendar: &Calendar) -> String {
    let (minute, hour) = (calendar.minute, calendar.hour);
    let minutes: Vec<i8> = minute.values().collect();
    let all_hours = hour.is_full(0, 23);
    if minute.is_full(0, 59) {
        return match all_hours {
            true => "every minute".to_owned(),
            false => format!("every minute of hour {}", numbers(hour)),
        };
    }
    if minutes.len() * hour.values().count() <= MOST_TIMES {
        let time = |hour: i8| {
            minutes
                .iter()
                .map(move |minute| format!("{hour:02}:{minute:02}"))
        };
        let times: Vec<_> = hour.values().flat_map(time).collect();
        return format!("at {}", listed(&times));
    }
    let start = match even_step(&minutes) {
        Some(step) => format!("every {step} minutes"),
        None => format!("at minute {}", numbers(minute)),
    };
    match all_hours {
        true if start.starts_with("every") => start,
        true => format!("{start} of every hour"),
        false => format!("{start} of hour {}", numbers(hour)),
    }
}

/// The step of minutes that go evenly round the clock from 0.
fn even_step(minutes: &[i8]) -> Option<i8> {
    let step = *minutes.get(1)?;
    let even = (0..60).step_by(usize::try_from(step).ok()?);
    (60 % step == 0 && even.eq(minutes.iter().copied())).then_some(step)
}

fn days(calendar: &Calendar, words: &mut String) {
    let (month, week) = (calendar.day_of_month, calendar.day_of_week);
    let of_month = !month.is_star() && !month.is_empty();
    let of_week = !week.is_star() && !week.is_empty();
    if of_month {
        let _ = write!(words, " on day {} of the month", numbers(month));
    }
    // Two restricted fields add up, which surprises most people: say it.
    if of_month && of_week {
        words.push_str(" and also");
    }
    if of_week {
        let _ = write!(words, " on {}", named(week, 0, &WEEKDAYS));
    }
}

fn numbers(field: Field) -> String {
    runs(field, |value| value.to_string())
}

fn named(field: Field, first: i8, names: &[&str]) -> String {
    runs(field, |value| {
        let index = usize::try_from(value - first).unwrap_or(usize::MAX);
        names.get(index).copied().unwrap_or_default().to_owned()
    })
}

/// The values in order, three or more in a row as a range.
fn runs(field: Field, word: impl Fn(i8) -> String) -> String {
    let mut runs: Vec<(i8, i8)> = Vec::new();
    for value in field.values() {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == value => *last = value,
            _ => runs.push((value, value)),
        }
    }
    let mut parts = Vec::new();
    for (first, last) in runs {
        match last - first {
            0 => parts.push(word(first)),
            1 => parts.extend([word(first), word(last)]),
            _ => parts.push(format!("{} to {}", word(first), word(last))),
        }
    }
    listed(&parts)
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::kube::cron::parse;

    #[test]
    fn schedules_are_told_as_people_would() {
        for (text, words) in [
            ("* * * * *", "every minute"),
            ("*/15 * * * *", "every 15 minutes"),
            (
                "*/7 * * * *",
                "at minute 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour",
            ),
            ("30 2 * * *", "at 02:30"),
            ("0 0,12 * * *", "at 00:00 and 12:00"),
            ("30 2 * * 1-5", "at 02:30 on Monday to Friday"),
            ("0 * * * *", "at minute 0 of every hour"),
            ("*/30 9-17 * * *", "every 30 minutes of hour 9 to 17"),
            ("* 5 * * *", "every minute of hour 5"),
            (
                "0 0 13 * 5",
                "at 00:00 on day 13 of the month and also on Friday",
            ),
            (
                "0 0 1 */3 *",
                "at 00:00 on day 1 of the month in January, April, July and October",
            ),
            ("0 0 * * sat,sun", "at 00:00 on Sunday and Saturday"),
            ("@yearly", "at 00:00 on day 1 of the month in January"),
            ("0 0 30 2 *", "never"),
            (", * * * *", "never"),
            ("@every 90m", "1h 30m after the last run"),
        ] {
            let described = parse(text).map(|schedule| schedule.describe());
            assert_eq!(described.as_deref(), Ok(words), "{text}");
        }
    }
}
