//! `statefulset-broken-rollout-deadlock`: a failed rollout that a rollback does not fix.

use crate::rule::{Category, Check, Cx, Forecast, Rule, Severity};
use crate::simulate::Part;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "statefulset-broken-rollout-deadlock",
    summary: "a failed rollout of a StatefulSet stays stuck after a rollback",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Forecast(check),
    docs: r##"
With `podManagementPolicy: OrderedReady`, which is the default, the controller waits
for a pod that is not ready before it does anything else. If a rollout creates a pod
that never becomes ready, a rollback to the old template changes nothing: the
controller keeps waiting for the broken pod until somebody deletes it. With `Parallel`
it replaces the broken pod by itself. The field is immutable.

```yaml bad
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: queue
#       ^^^^^ a failed rollout of `queue` stays stuck after a rollback, until the broken pod is deleted by hand
spec:
  replicas: 3
  serviceName: queue
  selector:
    matchLabels:
      app: queue
  template:
    metadata:
      labels:
        app: queue
    spec:
      containers:
      - name: queue
        image: registry.example.com/queue:3.12.1
```

```yaml good
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: queue
spec:
  replicas: 3
  serviceName: queue
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      app: queue
  template:
    metadata:
      labels:
        app: queue
    spec:
      containers:
      - name: queue
        image: registry.example.com/queue:3.12.1
```
"##,
};

fn check(forecast: &Forecast<'_>, cx: &mut Cx<'_>) {
    let Part::StatefulSet(part) = &forecast.part else {
        return;
    };
    let resource = &forecast.resource;
    if part.deadlock && forecast.pods.is_some_and(|it| it.desired > 0) {
        let message = format!(
            "a failed rollout of `{}` stays stuck after a rollback, until the broken pod is \
             deleted by hand",
            resource.name()
        );
        let place = resource.metadata().and_then(|it| it.get("name"));
        cx.report(place.unwrap_or(resource.node), message)
            .help("set `podManagementPolicy: Parallel` unless the pods have to start in order");
    }
}
