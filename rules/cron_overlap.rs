//! `cron-overlap`: Jobs of one CronJob may run at the same time.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// Runs closer together than this easily overlap, in seconds.
const CLOSE: i64 = 300;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-overlap",
    summary: "runs follow each other closely and may overlap",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
`concurrencyPolicy` is `Allow` by default: a run starts even if the previous one is
still active. If runs are minutes apart, a slow one soon overlaps with others, and
each of them makes the rest slower. Work that takes locks, or that reads what the last
run wrote, should use `Forbid`.

```yaml bad in=cronjob
schedule: "* * * * *"
#         ^^^^^^^^^^^ a run starts 60 s after the previous one, even if that has not finished
```

```yaml good in=cronjob
schedule: "* * * * *"
concurrencyPolicy: Forbid
```

```yaml good in=cronjob
schedule: "0 * * * *"
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some(cron_job) = CronJob::new(resource) else {
        return;
    };
    if cron_job.concurrency_policy().value != "Allow" || cron_job.suspend().value {
        return;
    }
    let Some((node, gap)) = cron_job.shortest_gap_seconds() else {
        return;
    };
    let limit = cron_job.run_limit_seconds().map(|(_, seconds)| seconds);
    if gap < limit.unwrap_or(CLOSE) {
        cx.report(
            node,
            format!("a run starts {gap} s after the previous one, even if that has not finished"),
        )
        .help("set `concurrencyPolicy` to `Forbid` or `Replace` unless runs may overlap");
    }
}
