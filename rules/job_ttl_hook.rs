//! `job-ttl-hook`: the hook's Job is gone before its owner has seen it end.

use crate::rule::{Category, Check, Cx, Rule, Severity, Workload, WorkloadKind};

/// Tools that wait for a hook may look only this often, in seconds.
const LOOK: i64 = 60;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "job-ttl-hook",
    summary: "a Job that is a hook is removed before its tool has seen it end",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
Helm and Argo CD wait until the Job of a hook has ended. When
`ttlSecondsAfterFinished` removes it before they look again, they never learn the
result: they wait until their own timeout, or recreate the Job. Hooks have
deletion policies of their own, which do not race with the tool.

```yaml bad
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-upgrade
spec:
  ttlSecondsAfterFinished: 0
#                          ^ the hook `helm.sh/hook` is removed 0 s after it ends, perhaps before the tool has seen the result
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
  name: migrate
  annotations:
    helm.sh/hook: pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
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
    let Some((hook, spec)) = workload.hook().zip(workload.spec()) else {
        return;
    };
    let ttl = spec.get("ttlSecondsAfterFinished");
    let Some((node, seconds)) = ttl.and_then(|it| Some((it, it.as_i64()?))) else {
        return;
    };
    if workload.kind != WorkloadKind::Job || !(0..=LOOK).contains(&seconds) {
        return;
    }
    let name = hook.key().and_then(|it| it.as_str()).unwrap_or_default();
    let reported = cx
        .report(
            node,
            format!(
                "the hook `{name}` is removed {seconds} s after it ends, perhaps before the tool has seen the result"
            ),
        )
        .related(hook, "makes it a hook")
        .help("remove `ttlSecondsAfterFinished` and use the hook's own deletion policy");
    if seconds == 0 {
        reported.severity(Severity::Error);
    }
}
