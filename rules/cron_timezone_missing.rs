//! `cron-timezone-missing`: a time of day without a time zone.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-timezone-missing",
    summary: "a schedule sets a time of day, but no time zone",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
Without `timeZone` a schedule is interpreted in the local time zone of the
kube-controller-manager. That is usually UTC, but may differ from one cluster provider
to another. A schedule that names an hour or a day is clear only with its zone, even
if that is `Etc/UTC`.

```yaml bad in=cronjob
schedule: 30 2 * * *
#         ^^^^^^^^^^ `30 2 * * *` is interpreted in the time zone of the kube-controller-manager
```

```yaml good in=cronjob
schedule: 30 2 * * *
timeZone: Etc/UTC
```

```yaml good in=cronjob
schedule: "*/10 * * * *"
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some(cron_job) = CronJob::new(resource).filter(|it| it.time_zone().is_none()) else {
        return;
    };
    let Some((node, calendar)) = cron_job.calendar() else {
        return;
    };
    let every_hour = calendar.hour.values().count() == 24;
    if !every_hour && calendar.zone.is_none() {
        let text = node.as_str().unwrap_or_default();
        cx.report(
            node,
            format!("`{text}` is interpreted in the time zone of the kube-controller-manager"),
        )
        .help("set `timeZone`, for example to `Etc/UTC`");
    }
}
