//! `cron-never-fires`: a schedule that no day matches.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-never-fires",
    summary: "the schedule of a CronJob never fires",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
A schedule such as `0 0 31 2 *` is valid and accepted, but no Job is ever created from
it. Some people write it on purpose, to have a CronJob that is only started by hand;
`suspend: true` says so, and saves the controller the search for a next run.

```yaml bad in=cronjob
schedule: "0 0 31 2 *"
#         ^^^^^^^^^^^^ the schedule `0 0 31 2 *` never fires: no day matches it
```

```yaml good in=cronjob
schedule: "0 0 29 2 *"
```

```yaml good in=cronjob
schedule: "0 0 31 2 *"
suspend: true
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some(cron_job) = CronJob::new(resource).filter(|it| !it.suspend().value) else {
        return;
    };
    if let Some((node, schedule)) = cron_job.parsed()
        && !schedule.fires()
    {
        let text = node.as_str().unwrap_or_default();
        cx.report(
            node,
            format!("the schedule `{text}` never fires: no day matches it"),
        )
        .help("correct the day or the month, or set `suspend: true` if it is started by hand");
    }
}
