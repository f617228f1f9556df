//! `grace-zero`: pods are killed without being told.

use crate::rule::{Category, Check, Cx, Pod, Rule, Severity, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "grace-zero",
    summary: "pods are killed at once, without a signal to stop",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
With `terminationGracePeriodSeconds: 0` a pod is removed by force: no hook, no
SIGTERM, and the API server forgets it before the kubelet has confirmed that it is
gone. Requests in flight are cut and nothing is flushed. For a StatefulSet it is
worse, because the successor of the same name may start while the old pod still
writes to the same volume.

```yaml bad in=pod
terminationGracePeriodSeconds: 0
#                              ^ a grace period of 0 kills the pod at once, without SIGTERM or hooks
```

```yaml good in=pod
terminationGracePeriodSeconds: 5
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let grace = pod.grace_period_seconds();
    let Some(node) = grace.node.filter(|_| grace.value == 0) else {
        return;
    };
    let reported = cx
        .report(
            node,
            "a grace period of 0 kills the pod at once, without SIGTERM or hooks",
        )
        .help("use 1 or more; a process that stops by itself does not wait for the rest");
    if pod.workload == WorkloadKind::StatefulSet {
        reported.severity(Severity::Error);
    }
}
