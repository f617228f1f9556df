//! `job-ttl-hook`: the Job of a hook is removed before its tool sees the result.

use crate::rule::{Category, Check, Cx, Rule, Severity, Workload, WorkloadKind};

/// Tools that wait for a hook may check only this often, in seconds.
const LOOK: i64 = 60;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "job-ttl-hook",
    summary: "the Job of a hook is removed before its tool sees the result",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
Helm and Argo CD wait until the Job of a hook has finished. If
`ttlSecondsAfterFinished` removes it before they check again, they never see the
result: they wait until their own timeout, or recreate the Job. Hooks have their own
deletion policies, which do not race with the tool.

```yaml bad
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations:
    helm.sh/hook: pre-upgrade
spec:
  ttlSecondsAfterFinished: 0
#                          ^ the hook `helm.sh/hook` is removed 0 s after it finishes, possibly before the tool sees the result
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
                "the hook `{name}` is removed {seconds} s after it finishes, possibly before the tool sees the result"
            ),
        )
        .related(hook, "makes it a hook")
        .help("remove `ttlSecondsAfterFinished` and use the hook's own deletion policy");
    if seconds == 0 {
        reported.severity(Severity::Error);
    }
}
