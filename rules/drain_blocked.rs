//! `drain-blocked`: a budget that cannot tell how many pods there should be.

use crate::rule::{Bundle, Category, Check, Cx, Rule, Severity, Workload, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "drain-blocked",
    summary: "a PodDisruptionBudget guards pods whose number it cannot find out",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
For `maxUnavailable`, and for a percentage, a budget asks the controller of each
pod how many there should be. A Job and a bare Pod cannot tell: the budget reports
an error, allows no disruption, and draining the node of such a pod waits until it
is gone by itself. Only a number of pods to keep (`minAvailable: 1`) works for them.

```yaml bad
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: import
spec:
  maxUnavailable: 1
#                 ^ the budget lets no pod go: it asks Job `import` how many pods there should be, and a Job cannot tell
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
        // A budget that blocks all by itself is another finding.
        let plain = guard.is_min && guard.amount.percent().is_none();
        if plain || guard.blocks_all() || selector.is_empty() {
            continue;
        }
        let resource = budget.resource;
        let pods = bundle.pods_chosen_near(&resource, &selector);
        let mute = pods.iter().find(|pod| {
            let kind = Workload::new(pod.resource).map(|it| it.kind);
            let cannot_tell = matches!(
                kind,
                Some(WorkloadKind::Job | WorkloadKind::CronJob | WorkloadKind::Pod)
            );
            cannot_tell
        });
        let Some(pod) = mute else { continue };
        let kind = match pod.resource.kind {
            "CronJob" => "Job",
            kind => kind,
        };
        let message = format!(
            "the budget lets no pod go: it asks {} `{}` how many pods there should be, and a \
             {kind} cannot tell",
            pod.resource.kind,
            pod.resource.name()
        );
        let name = pod.resource.metadata().and_then(|it| it.get("name"));
        let reported = cx.report_on(&resource, guard.node, message).help(
            "choose only pods of a controller with replicas, or set `minAvailable` to a number",
        );
        if let Some(name) = name {
            reported.related(name, "its pods are chosen");
        }
    }
}
