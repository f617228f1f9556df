//! `cron-schedule-invalid`: the API server refuses the schedule or its time zone.

use crate::fix::Edit;
use crate::kube::cron::{self, CronError};
use crate::kube::go::AtoiError;
use crate::kube::timezone::{self, TimeZoneError};
use crate::rule::{Category, Check, CronJob, Cx, Node, Resource, Rule, Severity, alias, edit};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-schedule-invalid",
    summary: "the API server refuses the schedule of a CronJob, or its time zone",
    category: Category::Api,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[alias("datree", "CRONJOB_INVALID_SCHEDULE_VALUE")],
    check: Check::Resource(check),
    docs: r##"
Kubernetes parses schedules differently from cron on most systems: five fields and no
seconds, days of the week from 0 to 6 (7 is not Sunday), no ranges that wrap around,
no `L`, `W`, `#` or `@reboot`. The zone belongs in `timeZone`, spelled as in the IANA
database, and never in the schedule.

```yaml bad in=cronjob
schedule: "0 3 * * 7"
#                  ^ end of range (7) above maximum (6): 7
```

```yaml fixed in=cronjob
schedule: "0 3 * * 0"
```

```yaml bad in=cronjob
schedule: "CRON_TZ=Europe/Berlin 0 3 * * *"
#          ^^^^^^^^^^^^^^^^^^^^^ cannot use TZ or CRON_TZ in schedule, use timeZone field instead
```

```yaml bad in=cronjob
schedule: 0 0 3 * * *
#         ^^^^^^^^^^^ expected exactly 5 fields, found 6: [0 0 3 * * *]
timeZone: europe/berlin
#         ^^^^^^^^^^^^^ unknown time zone europe/berlin
```

```yaml fixed in=cronjob
schedule: 0 0 3 * * *
timeZone: Europe/Berlin
```

```yaml good in=cronjob
schedule: "0 3 * * SUN"
timeZone: Europe/Berlin
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some(cron_job) = CronJob::new(resource) else {
        return;
    };
    // A missing or empty schedule is reported by the checks of required fields.
    if let Some((node, text)) = cron_job.schedule().filter(|(_, text)| !text.is_empty()) {
        if let Err(error) = cron::parse(text) {
            let reported = cx.report(node, error.to_string());
            let reported = reported.at_part(node, error.part());
            if let Some(help) = help(error) {
                reported.help(help).risky_fix(help, sunday(node, error));
            }
        }
        if text.contains("TZ") {
            let zone = text.split_whitespace().next().unwrap_or_default();
            let message = match cron_job.time_zone() {
                Some(_) => "cannot use both timeZone field and TZ or CRON_TZ in schedule",
                None => "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
            };
            cx.report(node, message)
                .at_part(node, if zone.contains("TZ") { zone } else { "" })
                .help("set the zone in `timeZone`, next to `schedule`");
        }
    }
    let zone = cron_job.time_zone();
    if let Some((node, name)) = zone.and_then(|it| Some((it, it.as_str()?)))
        && let Err(error) = timezone::parse(name)
    {
        let right = match error {
            TimeZoneError::Unknown(name) => timezone::respelled(name),
            _ => None,
        };
        let help = match &right {
            Some(right) => format!("did you mean `{right}`?"),
            None => {
                "name a zone of the IANA database, such as `Europe/Berlin` or `Etc/UTC`".to_owned()
            }
        };
        let edit = right.and_then(|right| edit::replace_part(node, name, &right));
        for message in error.messages() {
            let reported = cx.report(node, message).help(&help);
            reported.risky_fix("spell the zone as the IANA database does", edit.clone());
        }
    }
}

fn help(error: CronError<'_>) -> Option<&'static str> {
    Some(match error {
        CronError::FieldCount(text) => match text.split_whitespace().count() {
            6 => "remove the field for seconds (or years): keep minute, hour, day, month, weekday",
            _ => "write five fields: minute, hour, day of month, month, day of week",
        },
        CronError::AboveMaximum {
            end: 7, maximum: 6, ..
        } => "write 0 for Sunday",
        CronError::Reversed { .. } => {
            "split the range into two, as in `5-6,0-1`: it cannot wrap around"
        }
        CronError::NotNumber(AtoiError::Syntax("")) => "write a range before the step, as in `*/5`",
        CronError::NotNumber(_) => {
            "use numbers, `jan` to `dec` or `sun` to `sat`; `L`, `W`, `#` and full names are not supported"
        }
        CronError::Descriptor(_) => {
            "use @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly or @every 1h30m"
        }
        _ => return None,
    })
}

/// Writes 0 for a single 7, which is Sunday in other crons.
fn sunday(node: Node<'_>, error: CronError<'_>) -> Option<Edit> {
    match error {
        CronError::AboveMaximum {
            maximum: 6,
            range: "7",
            ..
        } => edit::replace_part(node, "7", "0"),
        _ => None,
    }
}
