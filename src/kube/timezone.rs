//! Time zone names as `spec.timeZone` of a CronJob takes them.
//!
//! The zones are the bundled ones, so that a verdict does not depend on the
//! machine. Their look-up ignores case, the API server's does not: a name must be
//! spelled as the database spells it.

use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::fmt;

/// Longest part of a zone's name between slashes, in bytes.
const PART_MAX: usize = 14;

/// Why a name is not a time zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeZoneError<'a> {
    /// It is there, but empty.
    Empty,
    /// The zone of the machine, under its name in Go.
    Local,
    /// The zone of the machine, misspelt: both explicit zone wanted and unknown.
    LocalMisspelt(&'a str),
    /// There is no such zone, or its name is malformed.
    Unknown(&'a str),
}

const NOT_EXPLICIT: &str =
    "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";

impl TimeZoneError<'_> {
    /// The API server's messages; each is an error of its own.
    #[must_use]
    pub fn messages(self) -> Vec<String> {
        match self {
            Self::Empty => vec!["timeZone must be nil or non-empty string".to_owned()],
            Self::Local => vec![NOT_EXPLICIT.to_owned()],
            Self::LocalMisspelt(name) => {
                vec![NOT_EXPLICIT.to_owned(), format!("unknown time zone {name}")]
            }
            Self::Unknown(name) => vec![format!("unknown time zone {name}")],
        }
    }
}

/// The first of the messages.
impl fmt::Display for TimeZoneError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.messages().first().map_or("", String::as_str))
    }
}

impl std::error::Error for TimeZoneError<'_> {}

/// Reads the `timeZone` of a CronJob.
///
/// # Errors
/// If the API server would refuse it.
pub fn parse(name: &str) -> Result<TimeZone, TimeZoneError<'_>> {
    if name.is_empty() {
        return Err(TimeZoneError::Empty);
    }
    if !name.split('/').all(is_part) {
        return Err(TimeZoneError::Unknown(name));
    }
    if name == "Local" {
        return Err(TimeZoneError::Local);
    }
    if name.eq_ignore_ascii_case("Local") {
        return Err(TimeZoneError::LocalMisspelt(name));
    }
    find(name).ok_or(TimeZoneError::Unknown(name))
}

/// The zone of exactly that name.
#[must_use]
pub fn find(name: &str) -> Option<TimeZone> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    (zone.iana_name() == Some(name)).then_some(zone)
}

/// The name of the database that only differs in case, for a hint.
#[must_use]
pub fn respelled(name: &str) -> Option<String> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    zone.iana_name()
        .filter(|found| *found != name)
        .map(str::to_owned)
}

/// All zones by name, for suggestions.
pub fn names() -> impl Iterator<Item = String> {
    let database = TimeZoneDatabase::bundled();
    let names: Vec<_> = database.available().map(|name| name.to_string()).collect();
    names.into_iter()
}

fn is_part(part: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+');
    (1..=PART_MAX).contains(&part.len())
        && part.bytes().all(known)
        && !part.starts_with('-')
        && part != "."
        && part != ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_in_the_database() {
        for name in [
            "UTC",
            "Etc/UTC",
            "Europe/Paris",
            "America/Argentina/ComodRivadavia",
            "Etc/GMT+1",
            "EST5EDT",
        ] {
            assert!(parse(name).is_ok(), "{name}");
        }
        for name in [
            "europe/paris",
            "utc",
            "Etc/Unknown",
            "Europe",
            "Mars/Olympus",
            "/UTC",
            "UTC/",
            "Europe//Paris",
            "../UTC",
            "UTC ",
            "Europe/Paris/Metropolitan1",
        ] {
            assert_eq!(parse(name), Err(TimeZoneError::Unknown(name)));
        }
        assert_eq!(respelled("europe/paris").as_deref(), Some("Europe/Paris"));
        assert_eq!(respelled("Europe/Paris"), None);
        assert!(names().any(|name| name == "Asia/Tokyo"));
    }

    #[test]
    fn the_zone_of_the_machine_is_refused() {
        assert_eq!(parse("Local"), Err(TimeZoneError::Local));
        assert_eq!(
            parse("local").map_err(|error| error.messages().len()),
            Err(2)
        );
        assert_eq!(parse(""), Err(TimeZoneError::Empty));
    }
}
