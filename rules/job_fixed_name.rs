//! `job-fixed-name`: the Job can be applied only once.

use crate::rule::{Category, Check, Cx, Rule, Severity, Workload, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "job-fixed-name",
    summary: "a changed Job of the same name cannot be applied",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
The template of a Job is immutable. While the finished Job exists, applying the
manifest with a new image fails, and applying it unchanged does nothing. To run the
Job again, use `generateName` (with `kubectl create`), `ttlSecondsAfterFinished`, or a
hook of the tool that deploys it.

```yaml bad
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
#       ^^^^^^^ Job `migrate` cannot be applied again with a changed template while it exists
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry.example.com/migrate:1.4.2
```

```yaml good
apiVersion: batch/v1
kind: Job
metadata:
  generateName: migrate-
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry.example.com/migrate:1.4.2
```
"##,
};

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    let name = workload.resource.metadata().and_then(|it| it.get("name"));
    let Some((name, spec)) = name.zip(workload.spec()) else {
        return;
    };
    let cleaned = spec.get("ttlSecondsAfterFinished").is_some() || workload.hook().is_some();
    if workload.kind == WorkloadKind::Job && !cleaned {
        cx.report(
            name,
            format!(
                "Job `{}` cannot be applied again with a changed template while it exists",
                workload.resource.name()
            ),
        )
        .help("set `ttlSecondsAfterFinished`, or use `generateName` with `kubectl create`");
    }
}
