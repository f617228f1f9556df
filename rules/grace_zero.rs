//! `grace-zero`: pods are killed without a signal.

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
With `terminationGracePeriodSeconds: 0` a pod is deleted by force: no hooks, no
SIGTERM, and the API server removes the object before the kubelet has confirmed that
the pod has stopped. Requests in flight are cut off and nothing is flushed. For a
StatefulSet this is an error, because the new pod of the same name may start while the
old one still writes to the same volume.

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
        .help("set it to 1 or more; a process that exits earlier does not wait for the rest");
    if pod.workload == WorkloadKind::StatefulSet {
        reported.severity(Severity::Error);
    }
}
