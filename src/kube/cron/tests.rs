//! The grammar and the calendar, with the traps that other cron programs fall into.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::kube::time::Rfc3339;
use proptest::prelude::*;

fn times(expression: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
    let zone = timezone::parse(zone).unwrap();
    let from: jiff::civil::DateTime = from.parse().unwrap();
    let schedule = parse(expression).unwrap();
    let times = schedule.times_after(from.to_zoned(zone).unwrap());
    times
        .take(count)
        .map(|time| Rfc3339(&time).to_string())
        .collect()
}

#[test]
fn odd_texts_that_are_schedules() {
    let minutes = |text| match parse(text).unwrap() {
        Schedule::Calendar(calendar) => calendar.minute.values().collect::<Vec<_>>(),
        Schedule::Every(_) => vec![],
    };
    assert_eq!(minutes("1,,2 * * * *"), [1, 2]);
    assert_eq!(minutes("*-5 * * * *"), (0..60).collect::<Vec<_>>());
    assert_eq!(minutes("5/15 * * * *"), [5, 20, 35, 50]);
    assert_eq!(minutes("+5 * * * *"), [5]);
    assert_eq!(minutes("*/100 * * * *"), [0]);
    assert!(minutes(", * * * *").is_empty());
    assert_eq!(minutes("\t007-9  *\u{2003}? * * "), [7, 8, 9]);
    assert_eq!(parse("0 0 1 JAN sun").unwrap(), parse("0 0 1 1 0").unwrap());
    assert_eq!(parse("@midnight").unwrap(), parse("0 0 * * *").unwrap());
    assert!(!parse(", * * * *").unwrap().fires());
}

#[test]
fn texts_that_are_none() {
    let error = |text: &str| parse(text).unwrap_err().to_string();
    for (text, message) in [
        ("", "empty spec string"),
        ("60 0 * * *", "end of range (60) above maximum (59): 60"),
        ("0 24 * * *", "end of range (24) above maximum (23): 24"),
        ("0 0 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("0 0 * * 7", "end of range (7) above maximum (6): 7"),
        (
            "0 0 * * fri-mon",
            "beginning of range (5) beyond end of range (1): fri-mon",
        ),
        (
            "0 0 * * sunday",
            "failed to parse int from sunday: strconv.Atoi: parsing \"sunday\": invalid syntax",
        ),
        (
            "*/0 * * * *",
            "step of range should be a positive number: */0",
        ),
        ("/1 * * *", "expected exactly 5 fields, found 4: [/1 * * *]"),
        (
            "/1 * * * *",
            "failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax",
        ),
        ("5--6 * * * *", "too many hyphens: 5--6"),
        ("5/2/2 * * * *", "too many slashes: 5/2/2"),
        ("*/-2 * * * *", "negative number (-2) not allowed: -2"),
        (
            "0 0 0 * * *",
            "expected exactly 5 fields, found 6: [0 0 0 * * *]",
        ),
        (
            "0 0 L * *",
            "failed to parse int from L: strconv.Atoi: parsing \"L\": invalid syntax",
        ),
        (" @daily", "expected exactly 5 fields, found 1: [@daily]"),
        ("@Daily", "unrecognized descriptor: @Daily"),
        ("@reboot", "unrecognized descriptor: @reboot"),
        ("@every", "unrecognized descriptor: @every"),
        (
            "@every 1d",
            "failed to parse duration @every 1d: time: unknown unit \"d\" in duration \"1d\"",
        ),
        (
            "TZ=Mars/Olympus * * * * *",
            "provided bad location Mars/Olympus: unknown time zone Mars/Olympus",
        ),
        (
            "TZ=0",
            "invalid schedule format: runtime error: slice bounds out of range [:-1]",
        ),
    ] {
        assert_eq!(error(text), message, "{text}");
    }
    assert_eq!(parse("0 0 * * 1,7").unwrap_err().part(), "7");
}

#[test]
fn a_time_that_spring_skips_is_not_run() {
    let zone = "America/New_York";
    assert_eq!(
        times("30 2 * * *", zone, "2025-03-09T00:00", 1),
        ["2025-03-10T02:30:00-04:00"]
    );
    assert_eq!(
        times("0 * * * *", zone, "2025-03-09T00:30", 2),
        ["2025-03-09T01:00:00-05:00", "2025-03-09T03:00:00-04:00"]
    );
}

#[test]
fn a_time_that_autumn_repeats_is_run_twice() {
    assert_eq!(
        times("30 1 * * *", "America/New_York", "2025-11-02T00:00", 3),
        [
            "2025-11-02T01:30:00-04:00",
            "2025-11-02T01:30:00-05:00",
            "2025-11-03T01:30:00-05:00"
        ]
    );
}

#[test]
fn a_day_without_midnight_is_not_lost() {
    let zone = "America/Sao_Paulo";
    assert_eq!(
        times("0 0 * * *", zone, "2018-11-03T12:00", 1),
        ["2018-11-05T00:00:00-02:00"]
    );
    assert_eq!(
        times("0 5 4 11 *", zone, "2018-11-03T12:00", 1),
        ["2018-11-04T05:00:00-02:00"]
    );
}

#[test]
fn a_day_that_a_zone_leaves_out_is_passed_over() {
    let zone = "Pacific/Apia";
    assert_eq!(
        times("0 0 31 12 *", zone, "2011-12-28T10:00", 1),
        ["2011-12-31T00:00:00+14:00"]
    );
    assert_eq!(
        times("0 0 30 12 *", zone, "2011-12-28T10:00", 1),
        ["2012-12-30T00:00:00+14:00"]
    );
}

#[test]
fn two_restricted_day_fields_are_alternatives() {
    let days = |expression, count| -> Vec<String> {
        let times = times(expression, "UTC", "2025-01-01T00:00", count);
        times.iter().map(|time| time[8..10].to_owned()).collect()
    };
    assert_eq!(days("0 0 13 * 5", 4), ["03", "10", "13", "17"]);
    assert_eq!(days("0 0 */2 * 1", 5), ["03", "05", "06", "07", "09"]);
    assert_eq!(days("0 0 */1 * 1", 2), ["06", "13"]);
    assert_eq!(days("0 0 *,5 * 1", 2), ["06", "13"]);
}

#[test]
fn rare_days_are_found_and_missing_ones_given_up() {
    assert_eq!(
        times("0 0 29 2 *", "UTC", "2025-01-01T00:00", 1),
        ["2028-02-29T00:00:00Z"]
    );
    assert_eq!(times("0 0 30 2 *", "UTC", "2025-01-01T00:00", 1), [""; 0]);
    assert!(!parse("0 0 30 2 *").unwrap().fires());
    assert!(parse("0 0 29 2 *").unwrap().fires());
}

#[test]
fn steps_start_anew_in_each_larger_unit() {
    assert_eq!(
        times("*/7 * * * *", "UTC", "2025-01-01T00:50", 2),
        ["2025-01-01T00:56:00Z", "2025-01-01T01:00:00Z"]
    );
    assert_eq!(
        times("30 6-16/4 * * 1-5", "UTC", "2025-01-03T14:00", 3),
        [
            "2025-01-03T14:30:00Z",
            "2025-01-06T06:30:00Z",
            "2025-01-06T10:30:00Z"
        ]
    );
}

#[test]
fn every_counts_from_the_last_run_in_whole_seconds() {
    let from = "2025-01-01T00:00:00.9Z".parse().unwrap();
    let fire = |text| -> Vec<String> {
        let times = fire_times(text, None, from, 2).unwrap();
        times.iter().map(|time| Rfc3339(time).to_string()).collect()
    };
    assert_eq!(
        fire("@every 1h30m"),
        ["2025-01-01T01:30:00Z", "2025-01-01T03:00:00Z"]
    );
    assert_eq!(
        fire("@every 1.9s"),
        ["2025-01-01T00:00:01Z", "2025-01-01T00:00:02Z"]
    );
    assert_eq!(
        fire("@every -5m"),
        ["2025-01-01T00:00:01Z", "2025-01-01T00:00:02Z"]
    );
}

#[test]
fn the_zone_is_said_once() {
    let from = "2025-01-01T00:00:00Z".parse().unwrap();
    let first = |expression, zone| {
        let times = fire_times(expression, zone, from, 1);
        times
            .map(|times| times[0].to_string())
            .map_err(|error| error.to_string())
    };
    let expected = Ok("2025-01-01T06:00:00-05:00[America/New_York]".to_owned());
    assert_eq!(first("0 6 * * *", Some("America/New_York")), expected);
    assert_eq!(first("CRON_TZ=America/New_York 0 6 * * *", None), expected);
    assert_eq!(
        first("TZ=UTC 0 6 * * *", Some("UTC")),
        Err(FireTimesError::TwoZones.to_string())
    );
    assert_eq!(
        first("0 6 * * *", Some("utc")),
        Err("unknown time zone utc".to_owned())
    );
}

#[test]
fn the_shortest_gap_is_that_of_the_wall_clock() {
    let gap = |text| parse(text).unwrap().shortest_gap().map(|gap| gap.as_mins());
    assert_eq!(gap("* * * * *"), Some(1));
    assert_eq!(gap("*/7 * * * *"), Some(4));
    assert_eq!(gap("0 0 * * *"), Some(24 * 60));
    assert_eq!(gap("50,10 23,0 * * *"), Some(20));
    assert_eq!(gap("0 0,23 2-30/2 * *"), Some(23 * 60));
    assert_eq!(gap("0 0 1,31 * *"), Some(24 * 60));
    assert_eq!(gap("0 0 29 2 *"), Some((3 * 365 + 366) * 24 * 60));
    assert_eq!(gap("0 0 30 2 *"), None);
    assert_eq!(gap("@every 90m"), Some(90));
}

const ZONES: [&str; 8] = [
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Cairo",
];

fn field_text(low: u8, high: u8) -> impl Strategy<Value = String> {
    let number = low..=high;
    prop_oneof![
        3 => Just("*".to_owned()),
        3 => number.clone().prop_map(|n| n.to_string()),
        1 => (2_u8..20).prop_map(|step| format!("*/{step}")),
        1 => (number.clone(), number).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    let minute = prop_oneof![4 => field_text(0, 59), 1 => Just("0,30".to_owned())];
    let fields = (
        minute,
        field_text(0, 23),
        field_text(1, 31),
        field_text(1, 12),
        field_text(0, 6),
    );
    fields.prop_map(|(a, b, c, d, e)| format!("{a} {b} {c} {d} {e}"))
}

fn shows(calendar: &Calendar, time: &Zoned) -> bool {
    let day = calendar.day_of_month.contains(time.day());
    let week = calendar
        .day_of_week
        .contains(time.weekday().to_sunday_zero_offset());
    let either = calendar.days_are_alternatives();
    let day_fits = if either { day || week } else { day && week };
    calendar.minute.contains(time.minute())
        && calendar.hour.contains(time.hour())
        && calendar.month.contains(time.month())
        && day_fits
        && time.second() == 0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Looking at every minute finds the same time, even around changes of the clock.
    #[test]
    fn no_matching_minute_is_left_out(
        text in expression(),
        zone in prop::sample::select(&ZONES),
        from in 1_514_764_800_i64..1_767_225_600,
    ) {
        const LOOK_AHEAD: i64 = 2 * 24 * 60;
        let Schedule::Calendar(calendar) = parse(&text).unwrap() else {
            return Ok(());
        };
        let zone = timezone::find(zone).unwrap();
        let start = Timestamp::from_second(from).unwrap().to_zoned(zone);
        let found = Schedule::Calendar(calendar.clone()).next(&start);
        let whole = from - from.rem_euclid(60);
        let looked = (1..=LOOK_AHEAD)
            .map(|minute| Timestamp::from_second(whole + minute * 60).unwrap())
            .map(|time| time.to_zoned(start.time_zone().clone()))
            .find(|time| shows(&calendar, time));
        match looked {
            Some(time) => prop_assert_eq!(found, Some(time)),
            None => {
                let end = whole + LOOK_AHEAD * 60;
                let later = |time: &Zoned| time.timestamp().as_second() > end && shows(&calendar, time);
                let plausible = found.as_ref().is_none_or(later);
                prop_assert!(plausible, "{:?}", found);
            }
        }
    }

    #[test]
    fn times_go_forward(text in expression(), zone in prop::sample::select(&ZONES)) {
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let start = start.to_zoned(timezone::find(zone).unwrap());
        let times: Vec<_> = parse(&text).unwrap().times_after(start).take(50).collect();
        prop_assert!(times.is_sorted());
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,40}", fields in "[0-9*?,/A-Za-z-]{1,6}( [0-9*?,/a-z-]{1,6}){4}") {
        let _ = parse(&text).map_err(|error| error.to_string());
        let _ = parse(&fields).map(|schedule| schedule.fires());
    }
}
