//! `pdb-missing`: replicas that a drain may evict all at once.

use crate::rule::{Bundle, Category, Check, Cx, Rule, Severity, Workload, WorkloadKind, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pdb-missing",
    summary: "no PodDisruptionBudget covers a workload with several replicas",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-score", "deployment-has-poddisruptionbudget"),
        alias("kube-score", "statefulset-has-poddisruptionbudget"),
        alias("polaris", "missingPodDisruptionBudget"),
    ],
    check: Check::Bundle(check),
    docs: r##"
Cluster upgrades drain nodes, several at a time unless something prevents it. Replicas
that happen to run on them are then evicted together, and the service is down although
it had enough of them. A PodDisruptionBudget makes the drain wait until the others are
ready again. Only Deployments and StatefulSets with two or more replicas are reported.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
#       ^^^ no PodDisruptionBudget covers the 3 replicas of Deployment `web`
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
```

```yaml good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for workload in bundle.workloads() {
        let resource = &workload.resource;
        let (Some(pod), Some(replicas)) = (workload.pod(), known_replicas(workload, bundle)) else {
            continue;
        };
        let covered = !bundle.budgets_of(&pod).is_empty() || bundle.has_too_many_budgets(&pod);
        let Some(name) = resource.metadata().and_then(|it| it.get("name")) else {
            continue;
        };
        if replicas >= 2 && !covered {
            let message = format!(
                "no PodDisruptionBudget covers the {replicas} replicas of {} `{}`",
                resource.kind,
                resource.name()
            );
            cx.report_on(resource, name, message)
                .help("add one with `maxUnavailable: 1` that selects its pods");
        }
    }
}

/// The minimum number of replicas.
fn known_replicas(workload: &Workload<'_>, bundle: &Bundle<'_>) -> Option<i64> {
    if !matches!(
        workload.kind,
        WorkloadKind::Deployment | WorkloadKind::StatefulSet
    ) {
        return None;
    }
    Some(match bundle.autoscaler_of(workload) {
        Some(autoscaler) => autoscaler.min_replicas().value,
        None => workload.replicas().value,
    })
}
