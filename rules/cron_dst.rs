//! `cron-dst`: a run that is skipped or repeated when daylight saving time changes.

use crate::kube::cron::Calendar;
use crate::kube::timezone;
use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil::DateTime};

/// Changes of the clock are looked up over three years from this date on. A fixed
/// date keeps the verdict the same on every day.
const FROM: i64 = 1_767_225_600;
const SPAN: i64 = 3 * 366 * 86_400;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-dst",
    summary: "a run is skipped or repeated when daylight saving time changes",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
When clocks go forward, one hour of the day does not exist, and a run in it is
skipped. When they go back, one hour occurs twice, and so does a run in it. A nightly
backup at 02:30 local time is skipped once a year. Schedules that run every hour are
not reported.

```yaml bad in=cronjob
schedule: 30 2 * * *
#         ^^^^^^^^^^ 2026-03-29T02:30:00 does not exist in Europe/Berlin: this run is skipped
timeZone: Europe/Berlin
```

```yaml good in=cronjob
schedule: 30 4 * * *
timeZone: Europe/Berlin
```

```yaml good in=cronjob
schedule: 30 2 * * *
timeZone: Etc/UTC
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some(cron_job) = CronJob::new(resource) else {
        return;
    };
    let name = cron_job.time_zone().and_then(|it| it.as_str());
    let zone = name.and_then(|name| timezone::parse(name).ok());
    let Some(((node, calendar), zone)) = cron_job.calendar().zip(zone) else {
        return;
    };
    if calendar.hour.values().count() == 24 {
        return;
    }
    let name = name.unwrap_or_default();
    let Some((time, skipped)) = first_clash(&calendar, &zone) else {
        return;
    };
    let message = match skipped {
        true => format!("{time} does not exist in {name}: this run is skipped"),
        false => format!("{time} occurs twice in {name}: this run is repeated"),
    };
    cx.report(node, message)
        .help("choose an hour at which the clocks do not change, or `timeZone: Etc/UTC`");
}

/// The first run that falls into a change of the clock, and whether it is skipped.
fn first_clash(calendar: &Calendar, zone: &TimeZone) -> Option<(DateTime, bool)> {
    let from = Timestamp::from_second(FROM).ok()?;
    let end = Timestamp::from_second(FROM + SPAN).ok()?;
    zone.following(from)
        .take_while(|it| it.timestamp() < end)
        .find_map(|change| {
            let at = change.timestamp();
            let before = zone.to_offset(at - SignedDuration::from_secs(1));
            let jump = change.offset().seconds() - before.seconds();
            let old = before.to_datetime(at);
            let new = change.offset().to_datetime(at);
            let minutes = i64::from(jump.abs()) / 60;
            let first = old.min(new);
            (0..minutes)
                .filter_map(|minute| first.checked_add(SignedDuration::from_mins(minute)).ok())
                .find(|time| matches(calendar, *time))
                .map(|time| (time, jump > 0))
        })
}

fn matches(calendar: &Calendar, time: DateTime) -> bool {
    let month_day = calendar.day_of_month.contains(time.day());
    let week_day = calendar
        .day_of_week
        .contains(time.weekday().to_sunday_zero_offset());
    let day = match calendar.days_are_alternatives() {
        true => month_day || week_day,
        false => month_day && week_day,
    };
    day && calendar.month.contains(time.month())
        && calendar.hour.contains(time.hour())
        && calendar.minute.contains(time.minute())
}
