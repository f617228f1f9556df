//! `drain-blocked`: a budget that selects pods without a scalable controller.

use crate::rule::{Bundle, Category, Check, Cx, Rule, Severity, Workload, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "drain-blocked",
    summary: "a PodDisruptionBudget selects pods without a scalable controller",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
For `maxUnavailable`, and for a percentage, a budget asks the controller of each pod
for its number of replicas. Jobs and bare Pods have none: the budget reports an error
and allows no disruption, so draining the node of such a pod waits until the pod ends
by itself. Only a fixed number (`minAvailable: 1`) works for them.

```yaml bad
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: import
spec:
  maxUnavailable: 1
#                 ^ the budget blocks every eviction: it needs a replica count, and Job `import` has none
  selector:
    matchLabels:
      app: import
---
apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    metadata:
      labels:
        app: import
    spec:
      restartPolicy: Never
      containers:
      - name: import
        image: registry.example.com/import:1.2.0
```

```yaml good
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: import
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: import
---
apiVersion: batch/v1
kind: Job
metadata:
  name: import
spec:
  template:
    metadata:
      labels:
        app: import
    spec:
      restartPolicy: Never
      containers:
      - name: import
        image: registry.example.com/import:1.2.0
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for budget in bundle.budgets() {
        let Some((guard, selector)) = budget.guard().zip(budget.selector()) else {
            continue;
        };
        // A budget that blocks every eviction by itself is reported by pdb-blocks-all.
        let plain = guard.is_min && guard.amount.percent().is_none();
        if plain || guard.blocks_all() || selector.is_empty() {
            continue;
        }
        let resource = budget.resource;
        let pods = bundle.pods_chosen_near(&resource, &selector);
        let unscalable = pods.iter().find(|pod| {
            let kind = Workload::new(pod.resource).map(|it| it.kind);
            matches!(
                kind,
                Some(WorkloadKind::Job | WorkloadKind::CronJob | WorkloadKind::Pod)
            )
        });
        let Some(pod) = unscalable else { continue };
        let message = format!(
            "the budget blocks every eviction: it needs a replica count, and {} `{}` has none",
            pod.resource.kind,
            pod.resource.name()
        );
        let name = pod.resource.metadata().and_then(|it| it.get("name"));
        let reported = cx.report_on(&resource, guard.node, message).help(
            "select only pods of a controller with replicas, or set `minAvailable` to a number",
        );
        if let Some(name) = name {
            reported.related(name, "its pods are selected");
        }
    }
}
