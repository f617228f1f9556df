//! `cron-forbid-hang`: one hung Job blocks all later runs.

use crate::rule::{Category, Check, CronJob, Cx, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-forbid-hang",
    summary: "with Forbid and no deadline, one hung Job blocks all later runs",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
`concurrencyPolicy: Forbid` skips a run while the Job of an earlier one is still
active. A Job that waits for a lock or a lost connection stays active indefinitely,
and the CronJob starts nothing until somebody deletes it. With
`activeDeadlineSeconds`, the Job ends by itself.

```yaml bad in=cronjob
concurrencyPolicy: Forbid
#                  ^^^^^^ `Forbid` without `activeDeadlineSeconds`: one hung Job blocks all later runs
```

```yaml good in=cronjob
concurrencyPolicy: Forbid
jobTemplate:
  spec:
    activeDeadlineSeconds: 3600
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
    let unlimited = cron_job.job_spec().is_some() && cron_job.run_limit_seconds().is_none();
    if let Some(node) = policy
        .node
        .filter(|_| policy.value == "Forbid" && unlimited)
    {
        cx.report(
            node,
            "`Forbid` without `activeDeadlineSeconds`: one hung Job blocks all later runs",
        )
        .help(
            "set `jobTemplate.spec.activeDeadlineSeconds` to the longest time that a run may take",
        );
    }
}
