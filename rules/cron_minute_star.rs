//! `cron-minute-star`: sixty runs within one hour of the day.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-minute-star",
    summary: "a schedule for one hour of the day runs every minute of it",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
`* 3 * * *` looks like "at three" but means every minute from 3:00 to 3:59: sixty runs
a day. The minute field comes first, and needs a number when the hour is fixed. Ranges
of hours, as in `* 9-17 * * *`, are usually intended and are not reported.

```yaml bad in=cronjob
schedule: "* 3 * * *"
#          ^^^ runs 60 times from 3:00 to 3:59
```

```yaml good in=cronjob
schedule: "0 3 * * *"
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some((node, calendar)) = CronJob::new(resource).and_then(|it| it.calendar()) else {
        return;
    };
    let mut hours = calendar.hour.values();
    let (Some(hour), None) = (hours.next(), hours.next()) else {
        return;
    };
    if calendar.minute.values().count() != 60 {
        return;
    }
    let text = node.as_str().unwrap_or_default();
    let two: usize = text.find(' ').map_or(0, |first| {
        let rest = text[first..].trim_start();
        let skipped = text.len() - rest.len();
        skipped + rest.find(' ').unwrap_or(rest.len())
    });
    cx.report(node, format!("runs 60 times from {hour}:00 to {hour}:59"))
        .at_part(node, text.get(..two).unwrap_or_default())
        .help(format!("write `0 {hour}` to run once, at {hour}:00"));
}
