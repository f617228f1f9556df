//! `rollout-rwo-surge`: a rollout that waits for its own volume.

use crate::kube::int_or_percent::Rounding;
use crate::rule::{
    Bundle, Category, Check, Cx, Rule, Severity, Workload, WorkloadKind, int_or_string,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "rollout-rwo-surge",
    summary: "a rolling update starts a second pod on a claim that only one node can mount",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A rolling update of one replica starts the new pod before it stops the old one. If the
new pod is scheduled to another node, the volume cannot be attached there while the
old pod uses it, and the old pod is not stopped before the new one is ready: the
rollout hangs. With `ReadWriteOncePod` it hangs even on one node, which is an error.
`strategy: {type: Recreate}` stops the old pod first.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wiki
spec:
  selector:
    matchLabels:
      app: wiki
  template:
    metadata:
      labels:
        app: wiki
    spec:
      containers:
      - name: wiki
        image: ghcr.io/acme/wiki:1.4.2
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: wiki
#                    ^^^^ a rolling update runs two pods at once, but claim `wiki` is `ReadWriteOnce`: it hangs if they are on two nodes
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: wiki
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
```

```yaml good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wiki
spec:
  strategy:
    type: Recreate
  selector:
    matchLabels:
      app: wiki
  template:
    metadata:
      labels:
        app: wiki
    spec:
      containers:
      - name: wiki
        image: ghcr.io/acme/wiki:1.4.2
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: wiki
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: wiki
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for workload in bundle.workloads() {
        let (WorkloadKind::Deployment, Some(pod)) = (workload.kind, workload.pod()) else {
            continue;
        };
        // With more replicas they do not even start: reported by replicas-share-rwo.
        let one = workload.replicas().value == 1;
        if !one || workload.strategy_type().value != "RollingUpdate" || surge(workload) < 1 {
            continue;
        }
        for claim in bundle.exclusive_claims(&pod) {
            let when = if claim.one_pod {
                "always"
            } else {
                "if they are on two nodes"
            };
            let message = format!(
                "a rolling update runs two pods at once, but claim `{}` is `{}`: it hangs {when}",
                claim.reference.name,
                claim.mode()
            );
            let reported = cx
                .report_on(&workload.resource, claim.reference.node, message)
                .help("set `strategy: {type: Recreate}`")
                .related(claim.modes, "the claim");
            if claim.one_pod {
                reported.severity(Severity::Error);
            }
        }
    }
}

/// How many additional pods a rolling update of one replica may start.
fn surge(workload: &Workload<'_>) -> i64 {
    let written = workload.rolling_update("maxSurge").and_then(int_or_string);
    written.map_or(1, |amount| amount.scaled(1, Rounding::Up).unwrap_or(1))
}
