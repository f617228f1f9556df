//! Points in time and spans of time.

use super::{Answer, fail};
use crate::cel::value::Val;
use crate::kube::timezone;
use jiff::Zoned;
use jiff::tz::{Offset, TimeZone};

pub(super) fn member<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    match args {
        [Val::Duration(it)] => {
            let total = |unit: i64| Some(Ok(Val::Int(it.as_secs() / unit)));
            match name {
                "getHours" => total(3600),
                "getMinutes" => total(60),
                "getSeconds" => total(1),
                "getMilliseconds" => Some(Ok(Val::Int(i64::from(it.subsec_millis())))),
                _ => None,
            }
        }
        [Val::Time(at)] => field(name, &at.to_zoned(TimeZone::UTC)),
        [Val::Time(at), Val::Str(zone)] => match zone_named(zone) {
            Some(zone) => field(name, &at.to_zoned(zone)),
            None => Some(fail(format!("unknown time zone {zone}"))),
        },
        _ => None,
    }
}

/// A zone by name, or as an offset: `+01:30`.
fn zone_named(name: &str) -> Option<TimeZone> {
    let Some((hours, minutes)) = name.split_once(':') else {
        return timezone::find(name);
    };
    let hours: i32 = hours.parse().ok()?;
    let minutes: i32 = minutes.parse().ok()?;
    let sign = if name.starts_with('-') { -1 } else { 1 };
    let seconds = hours * 3600 + sign * minutes * 60;
    Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
}

fn field<'a>(name: &str, at: &Zoned) -> Answer<'a> {
    let value = match name {
        "getFullYear" => i64::from(at.year()),
        "getMonth" => i64::from(at.month()) - 1,
        "getDate" => i64::from(at.day()),
        "getDayOfMonth" => i64::from(at.day()) - 1,
        "getDayOfWeek" => i64::from(at.weekday().to_sunday_zero_offset()),
        "getDayOfYear" => i64::from(at.day_of_year()) - 1,
        "getHours" => i64::from(at.hour()),
        "getMinutes" => i64::from(at.minute()),
        "getSeconds" => i64::from(at.second()),
        "getMilliseconds" => i64::from(at.millisecond()),
        _ => return None,
    };
    Some(Ok(Val::Int(value)))
}
