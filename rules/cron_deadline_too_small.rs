//! `cron-deadline-too-small`: a starting deadline that every run misses.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-deadline-too-small",
    summary: "every run misses the starting deadline of a CronJob",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
`startingDeadlineSeconds` limits how late a Job may start. The controller wakes up 0.1
s after the scheduled time, so with a deadline of 0 every run counts as missed and no
Job is ever created. (Before Kubernetes 1.21 the controller checked every ten seconds,
and deadlines below that were too short as well.)

```yaml bad in=cronjob
startingDeadlineSeconds: 0
#                        ^ with a deadline of 0 s every run counts as missed: no Job is ever created
```

```yaml good in=cronjob
startingDeadlineSeconds: 5
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let cron_job = CronJob::new(resource);
    let deadline = cron_job.and_then(|it| it.starting_deadline_seconds());
    // A negative one is refused.
    if let Some((node, _)) = deadline.filter(|(_, seconds)| *seconds == 0) {
        let message = "with a deadline of 0 s every run counts as missed: no Job is ever created";
        cx.report(node, message)
            .help("raise it, for example to 60, or remove it");
    }
}
