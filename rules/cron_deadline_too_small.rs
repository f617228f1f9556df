//! `cron-deadline-too-small`: runs are missed between two looks of the controller.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// The controller may come round only this often, in seconds.
const LOOK: i64 = 10;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-deadline-too-small",
    summary: "the starting deadline is shorter than the controller's round",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
`startingDeadlineSeconds` says how late a Job may still be made. The controller
may look at a CronJob only every ten seconds; with a deadline below that a run
whose moment falls between two looks counts as missed, and there is no Job and no
error. A deadline of a minute or more costs nothing.

```yaml bad in=cronjob
startingDeadlineSeconds: 5
#                        ^ a deadline of 5 s is shorter than the 10 s between two looks of the controller: runs are missed
```

```yaml good in=cronjob
startingDeadlineSeconds: 120
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let cron_job = CronJob::new(resource);
    let deadline = cron_job.and_then(|it| it.starting_deadline_seconds());
    // A negative one is refused.
    if let Some((node, seconds)) = deadline.filter(|(_, it)| (0..LOOK).contains(it)) {
        cx.report(
            node,
            format!(
                "a deadline of {seconds} s is shorter than the {LOOK} s between two looks of the controller: runs are missed"
            ),
        )
        .help("raise it to at least 60, or remove it");
    }
}
