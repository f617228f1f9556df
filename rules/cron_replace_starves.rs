//! `cron-replace-starves`: each run may be killed by the next before it finishes.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-replace-starves",
    summary: "with Replace, a run is killed by the next within its own time limit",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
`concurrencyPolicy: Replace` deletes the running Job when the next one is due. If a
run may take longer than the shortest time between two runs, each Job can be deleted
before it finishes: the work is never done, although no Job ever fails.

```yaml bad in=cronjob
schedule: "*/5 * * * *"
concurrencyPolicy: Replace
#                  ^^^^^^^ a run may take 600 s, but the next one replaces it after 300 s
jobTemplate:
  spec:
    activeDeadlineSeconds: 600
    template:
      spec:
        restartPolicy: Never
        containers:
        - name: app
          image: registry.example.com/app:1.4.2
```

```yaml good in=cronjob
schedule: "0 * * * *"
concurrencyPolicy: Replace
jobTemplate:
  spec:
    activeDeadlineSeconds: 600
    template:
      spec:
        restartPolicy: Never
        containers:
        - name: app
          image: registry.example.com/app:1.4.2
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some(cron_job) = CronJob::new(resource) else {
        return;
    };
    let policy = cron_job.concurrency_policy();
    let Some(policy) = policy.node.filter(|_| policy.value == "Replace") else {
        return;
    };
    let times = cron_job
        .run_limit_seconds()
        .zip(cron_job.shortest_gap_seconds());
    if let Some(((limit_node, limit), (schedule, gap))) = times
        && gap <= limit
    {
        cx.report(
            policy,
            format!("a run may take {limit} s, but the next one replaces it after {gap} s"),
        )
        .related(limit_node, "the longest run")
        .related(schedule, "the schedule")
        .help("run it less often, shorten the deadline, or use `Forbid`");
    }
}
