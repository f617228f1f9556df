//! `drain-waits-for-rollout`: a budget that is used up during a rollout.

use crate::rule::{Category, Check, Cx, Outlook, Rule, Severity};
use crate::simulate::drain::Drain;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "drain-waits-for-rollout",
    summary: "during a rollout, a PodDisruptionBudget blocks every eviction",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
A budget never slows down a rollout, but a rollout uses up the budget: pods that are
unavailable because they are being replaced count against it. If a rollout may make as
many pods unavailable as the budget allows, nodes cannot be drained until it is over,
and a rollout that fails blocks them indefinitely.

```yaml bad
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 1
#                 ^ the budget blocks every eviction during a rollout of Deployment `web`: 2 of its 8 pods may be unavailable then
  selector:
    matchLabels:
      app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 8
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
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 3
  selector:
    matchLabels:
      app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 8
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
"##,
};

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let bundle = outlook.bundle();
    if bundle.budgets().next().is_none() {
        return;
    }
    for forecast in outlook.forecasts() {
        let (Some(workload), Some(pods)) = (&forecast.workload, forecast.pods) else {
            continue;
        };
        let taken = pods.desired - pods.min_available;
        // If a rollout takes all pods, none is left to evict.
        let some = taken > 0 && taken < pods.desired;
        if !some || bundle.may_be_changed(workload) {
            continue;
        }
        let Some(Drain::Waves {
            budget: name,
            during_rollout: 0,
            ..
        }) = Drain::of(forecast, bundle)
        else {
            continue;
        };
        let resource = &workload.resource;
        let pod = workload.pod();
        let budgets = pod.map(|it| bundle.budgets_near(&it)).unwrap_or_default();
        let near = budgets.into_iter().find(|it| it.resource.name() == name);
        let Some(budget) = near else { continue };
        let message = format!(
            "the budget blocks every eviction during a rollout of {} `{}`: {taken} of its {} pods may be unavailable then",
            resource.kind,
            resource.name(),
            pods.desired
        );
        let place = budget.guard().map(|it| it.node);
        cx.report_on(
            &budget.resource,
            place.unwrap_or(budget.resource.node),
            message,
        )
        .help("let the budget allow one more unavailable pod than the rollout does");
    }
}
