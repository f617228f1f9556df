//! `job-retries-surprise`: a failed Job leaves nothing to inspect, or fewer pods run than `parallelism`.

use crate::rule::{Category, Check, Cx, Node, Rule, Severity, Workload, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "job-retries-surprise",
    summary: "a failed Job leaves nothing to inspect, or fewer pods run than `parallelism`",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
With `restartPolicy: OnFailure` a container restarts in its pod, and when
`backoffLimit` is reached the pod is deleted with all its logs. With `Never`, each
attempt is a separate pod, which stays. A CronJob with `failedJobsHistoryLimit: 0`
removes failed Jobs at once. And a `parallelism` above the number of remaining
completions has no effect.

```yaml bad
apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  completions: 2
  parallelism: 5
#              ^ at most 2 pods run at once, because `completions` is 2
  template:
    spec:
      restartPolicy: OnFailure
#                    ^^^^^^^^^ after the last failure the pod is deleted, with its logs
      containers:
      - name: import
        image: registry.example.com/import:1.4.2
```

```yaml bad
apiVersion: batch/v1
kind: CronJob
metadata:
  name: backup
spec:
  schedule: "15 3 * * *"
  failedJobsHistoryLimit: 0
#                         ^ a failed Job is removed at once, with its logs
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: backup
            image: registry.example.com/backup:2.0.0
```

```yaml good in=job
completions: 5
parallelism: 2
template:
  spec:
    restartPolicy: Never
    containers:
    - name: import
      image: registry.example.com/import:1.4.2
```
"##,
};

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    let Some(job) = workload.job_spec() else {
        return;
    };
    let number = |spec: Node<'_>, key: &str| spec.get(key).and_then(Node::as_i64);
    let history = workload
        .spec()
        .filter(|_| workload.kind == WorkloadKind::CronJob);
    let history = history.and_then(|it| it.get("failedJobsHistoryLimit"));
    if let Some(limit) = history.filter(|it| it.as_i64() == Some(0)) {
        let message = "a failed Job is removed at once, with its logs";
        cx.report(limit, message.to_owned())
            .help("set it to 1 or more, to keep the last failed Job");
    }
    let both = number(job, "completions").zip(number(job, "parallelism"));
    if let (Some((wanted, at_once)), Some(node)) = (both, job.get("parallelism"))
        && at_once > wanted
    {
        let message =
            format!("at most {wanted} pods run at once, because `completions` is {wanted}");
        cx.report(node, message)
            .help("lower it, or raise `completions`");
    }
    let policy = job.at(&["template", "spec", "restartPolicy"]);
    if let Some(policy) = policy.filter(|it| it.is_text("OnFailure")) {
        let message = "after the last failure the pod is deleted, with its logs";
        cx.report(policy, message.to_owned())
            .help("use `Never`, or collect the logs elsewhere");
    }
}
