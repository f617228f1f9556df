//! The next time that a calendar matches.
//!
//! The steps are those of the library that Kubernetes uses, one by one, because
//! what happens around a change of the clock follows from them: days are stepped
//! on the wall clock, hours and minutes on the absolute one.

use super::Calendar;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// Years after the start in which a match is looked for.
const YEARS: i16 = 5;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// Seconds since the epoch, parts of a second cut off towards the past.
pub(super) fn whole_seconds(time: Timestamp) -> i64 {
    time.as_second() - i64::from(time.subsec_nanosecond() < 0)
}

/// An instant and what the clocks of the zone show then.
struct Clock<'z> {
    zone: &'z TimeZone,
    second: i64,
    shown: DateTime,
}

impl<'z> Clock<'z> {
    /// `None` outside the years that can be calculated with.
    fn at(zone: &'z TimeZone, second: i64) -> Option<Self> {
        let shown = offset_at(zone, second)?.to_datetime(Timestamp::from_second(second).ok()?);
        Some(Self {
            zone,
            second,
            shown,
        })
    }

    /// When the clocks show that time.
    ///
    /// A time that they skip or repeat is resolved as Go's `time.Date` does: by
    /// the offset in effect at that many seconds of UTC, then corrected once.
    fn showing(zone: &'z TimeZone, shown: DateTime) -> Option<Self> {
        let as_utc = Offset::UTC.to_timestamp(shown).ok()?.as_second();
        let guess = offset_at(zone, as_utc)?;
        let offset = offset_at(zone, as_utc - i64::from(guess.seconds()))?;
        Self::at(zone, as_utc - i64::from(offset.seconds()))
    }

    fn move_by(&mut self, seconds: i64) -> Option<()> {
        *self = Self::at(self.zone, self.second + seconds)?;
        Some(())
    }

    fn show(&mut self, shown: DateTime) -> Option<()> {
        *self = Self::showing(self.zone, shown)?;
        Some(())
    }

    fn date(&self) -> Date {
        self.shown.date()
    }
}

fn offset_at(zone: &TimeZone, second: i64) -> Option<Offset> {
    Some(zone.to_offset(Timestamp::from_second(second).ok()?))
}

/// The first match after `after`.
pub(super) fn next(calendar: &Calendar, zone: &TimeZone, after: Timestamp) -> Option<Timestamp> {
    let mut clock = Clock::at(zone, whole_seconds(after) + 1)?;
    let last_year = clock.shown.year() + YEARS;
    // Whether the smaller units have been set to their start.
    let mut reset = false;
    while clock.shown.year() <= last_year {
        if to_month(calendar, &mut clock, &mut reset)?
            && to_day(calendar, &mut clock, &mut reset)?
            && to_hour(calendar, &mut clock, &mut reset)?
            && to_minute(calendar, &mut clock, &mut reset)?
        {
            return Timestamp::from_second(clock.second).ok();
        }
    }
    None
}

/// Goes to a month that matches; `false` if a new year began on the way, so that
/// all has to be looked at again. The same holds for the smaller units below.
fn to_month(calendar: &Calendar, clock: &mut Clock<'_>, reset: &mut bool) -> Option<bool> {
    while !calendar.month.contains(clock.shown.month()) {
        if !*reset {
            *reset = true;
            clock.show(clock.date().first_of_month().at(0, 0, 0, 0))?;
        }
        // A day that the next month lacks runs over into the month after it.
        let first = clock.date().first_of_month().checked_add(1.month()).ok()?;
        let days = i64::from(clock.shown.day()) - 1;
        let date = first.checked_add(days.days()).ok()?;
        clock.show(date.to_datetime(clock.shown.time()))?;
        if clock.shown.month() == 1 {
            return Some(false);
        }
    }
    Some(true)
}

fn to_day(calendar: &Calendar, clock: &mut Clock<'_>, reset: &mut bool) -> Option<bool> {
    while !day_matches(calendar, clock.date()) {
        if !*reset {
            *reset = true;
            clock.show(clock.date().at(0, 0, 0, 0))?;
        }
        let before = clock.second;
        let tomorrow = clock.date().tomorrow().ok()?;
        clock.show(tomorrow.to_datetime(clock.shown.time()))?;
        // Where midnight does not exist, or was passed twice, back to the day's edge.
        match i64::from(clock.shown.hour()) {
            0 => {}
            hour @ 13.. => clock.move_by((24 - hour) * HOUR)?,
            hour => clock.move_by(-hour * HOUR)?,
        }
        // A zone that crosses the date line has no tomorrow (Pacific/Apia on
        // 2011-12-30). The library never returns there; go to the day after.
        if clock.second <= before {
            *clock = Clock::at(clock.zone, before + 24 * HOUR)?;
        }
        if clock.shown.day() == 1 {
            return Some(false);
        }
    }
    Some(true)
}

fn to_hour(calendar: &Calendar, clock: &mut Clock<'_>, reset: &mut bool) -> Option<bool> {
    while !calendar.hour.contains(clock.shown.hour()) {
        if !*reset {
            *reset = true;
            clock.show(clock.date().at(clock.shown.hour(), 0, 0, 0))?;
        }
        clock.move_by(HOUR)?;
        if clock.shown.hour() == 0 {
            return Some(false);
        }
    }
    Some(true)
}

fn to_minute(calendar: &Calendar, clock: &mut Clock<'_>, reset: &mut bool) -> Option<bool> {
    while !calendar.minute.contains(clock.shown.minute()) {
        if !*reset {
            *reset = true;
            clock.move_by(-clock.second.rem_euclid(MINUTE))?;
        }
        clock.move_by(MINUTE)?;
        if clock.shown.minute() == 0 {
            return Some(false);
        }
    }
    // Schedules have no seconds: they match at the full minute only.
    while clock.shown.second() != 0 {
        *reset = true;
        clock.move_by(MINUTE - i64::from(clock.shown.second()))?;
        if clock.shown.second() == 0 {
            return Some(false);
        }
    }
    Some(true)
}

fn day_matches(calendar: &Calendar, date: Date) -> bool {
    let month = calendar.day_of_month.contains(date.day());
    let weekday = date.weekday().to_sunday_zero_offset();
    let week = calendar.day_of_week.contains(weekday);
    if calendar.days_are_alternatives() {
        month || week
    } else {
        month && week
    }
}
