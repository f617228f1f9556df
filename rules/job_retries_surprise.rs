//! `job-retries-surprise`: a Job whose failures leave less behind than one expects.

use crate::rule::{Category, Check, Cx, Node, Rule, Severity, Workload, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "job-retries-surprise",
    summary: "a failed Job leaves nothing to look into, or runs fewer pods than it says",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
With `restartPolicy: OnFailure` a container starts again in its pod, and when
`backoffLimit` is reached the pod is deleted, with all logs. With `Never` each
attempt is a pod of its own, which stays. A CronJob with `failedJobsHistoryLimit: 0`
removes its failed Jobs at once. And no more pods run than completions are left,
whatever `parallelism` says.

```yaml bad
apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  completions: 2
  parallelism: 5
#              ^ no more than 2 pods run at once: that many completions are wanted
  template:
    spec:
      restartPolicy: OnFailure
#                    ^^^^^^^^^ at the last failure the pod is deleted, and its logs with it
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
#                         ^ a Job that fails is removed at once, and its logs with it
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
        let message = "a Job that fails is removed at once, and its logs with it";
        cx.report(limit, message.to_owned())
            .help("keep the last one: it says why");
    }
    let both = number(job, "completions").zip(number(job, "parallelism"));
    if let (Some((wanted, at_once)), Some(node)) = (both, job.get("parallelism"))
        && at_once > wanted
    {
        let message =
            format!("no more than {wanted} pods run at once: that many completions are wanted");
        cx.report(node, message)
            .help("lower it, or raise `completions`");
    }
    let policy = job.at(&["template", "spec", "restartPolicy"]);
    if let Some(policy) = policy.filter(|it| it.is_text("OnFailure")) {
        let message = "at the last failure the pod is deleted, and its logs with it";
        cx.report(policy, message.to_owned())
            .help("use `Never`, or collect the logs elsewhere");
    }
}
