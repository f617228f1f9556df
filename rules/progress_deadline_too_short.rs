//! `progress-deadline-too-short`: a healthy start takes longer than the progress deadline.

use crate::rule::{Category, Check, Container, Cx, ProbeKind, Rule, Severity};
use crate::rule::{Workload, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "progress-deadline-too-short",
    summary: "a pod may take longer to start than the progress deadline",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
A Deployment reports `ProgressDeadlineExceeded` when no new pod becomes available for
`progressDeadlineSeconds` (600 by default). If a container may take that long to
start, a healthy rollout is reported as failed, and tools that wait for it (`kubectl
rollout status`, `helm --wait`, Argo CD) give up.

```yaml bad in=deployment
progressDeadlineSeconds: 120
template:
  metadata:
    labels:
      app: app
  spec:
    containers:
    - name: app
      image: registry.example.com/app:1.4.2
      startupProbe:
        tcpSocket:
          port: 8080
        failureThreshold: 30
#                         ^^ the container may take 300 s to start, but the rollout counts as failed after 120 s
```

```yaml good in=deployment
template:
  metadata:
    labels:
      app: app
  spec:
    containers:
    - name: app
      image: registry.example.com/app:1.4.2
      startupProbe:
        tcpSocket:
          port: 8080
        failureThreshold: 30
```
"##,
};

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    if workload.kind != WorkloadKind::Deployment {
        return;
    }
    let deadline = workload.progress_deadline_seconds();
    let settle = workload.min_ready_seconds().value;
    for container in workload.pod().iter().flat_map(|pod| pod.app_containers()) {
        let Some((node, start)) = longest_start(&container) else {
            continue;
        };
        let start = start.saturating_add(settle);
        if start < deadline.value {
            continue;
        }
        let reported = cx.report(
            node,
            format!(
                "the container may take {start} s to start, but the rollout counts as failed after {} s",
                deadline.value
            ),
        );
        let reported = reported.help("raise `progressDeadlineSeconds` above the time to start");
        if let Some(node) = deadline.node {
            reported.related(node, "the deadline");
        }
    }
}

/// The longest time until ready that the probes allow, and where it is set.
fn longest_start<'a>(container: &Container<'a>) -> Option<(crate::rule::Node<'a>, i64)> {
    if let Some(startup) = container.probe(ProbeKind::Startup) {
        let delay = startup.initial_delay().value;
        let node = startup.failure_threshold().node_or(startup.node);
        return Some((node, delay.saturating_add(startup.budget())));
    }
    let delay = container.probe(ProbeKind::Readiness)?.initial_delay();
    Some((delay.node?, delay.value))
}
