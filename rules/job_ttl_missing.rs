//! `job-ttl-missing`: a finished Job that is never removed.

use crate::rule::{Category, Check, Cx, Rule, Severity, Workload, WorkloadKind, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "job-ttl-missing",
    summary: "a finished Job is never removed",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-linter", "job-ttl-seconds-after-finished")],
    check: Check::Workload(check),
    docs: r##"
A finished Job stays, with its pods, until somebody deletes it. Applying the manifest
with a changed template then fails, because the template of a Job is immutable.
`ttlSecondsAfterFinished` removes both after a while. Jobs of a CronJob are not
reported, because they have a history limit, nor are hooks of Helm and Argo CD, which
have their own clean-up.

```yaml bad
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
#       ^^^^^^^ Job `migrate` has no `ttlSecondsAfterFinished`: it stays after it has finished
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry.example.com/migrate:1.4.2
```

```yaml good in=job
ttlSecondsAfterFinished: 86400
```
"##,
};

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = workload.spec() else { return };
    let ttl = spec.get("ttlSecondsAfterFinished");
    let job = workload.kind == WorkloadKind::Job;
    if !job || ttl.is_some() || workload.hook().is_some() {
        return;
    }
    let name = workload.resource.metadata().and_then(|it| it.get("name"));
    cx.report(
        name.unwrap_or(spec),
        format!(
            "Job `{}` has no `ttlSecondsAfterFinished`: it stays after it has finished",
            workload.resource.name()
        ),
    )
    .help("set `ttlSecondsAfterFinished`, long enough to read the logs");
}
