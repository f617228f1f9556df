//! `spread-no-matchlabelkeys`: a hard topology spread that also counts the old pods.

use crate::rule::{Category, Check, Cx, Forecast, Node, Rule, Severity, label_selector};
use crate::simulate::Part;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "spread-no-matchlabelkeys",
    summary: "during a rollout, a hard topology spread also counts the pods of the old template",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Forecast(check),
    docs: r##"
During a rollout, the old and the new pods of a Deployment have the same labels, and a
`DoNotSchedule` constraint counts both. A new pod then stays `Pending` although the
new pods are spread well, or they end up uneven when the old ones are gone. With
`matchLabelKeys: [pod-template-hash]` (since 1.27) only pods of the same template
count.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 4
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      topologySpreadConstraints:
      - topologyKey: topology.kubernetes.io/zone
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ during a rollout, the pods of the old template count as well
        maxSkew: 1
        whenUnsatisfiable: DoNotSchedule
        labelSelector:
          matchLabels:
            app: web
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
  replicas: 4
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      topologySpreadConstraints:
      - topologyKey: topology.kubernetes.io/zone
        maxSkew: 1
        whenUnsatisfiable: DoNotSchedule
        matchLabelKeys: [pod-template-hash]
        labelSelector:
          matchLabels:
            app: web
      containers:
      - name: web
        image: nginx:1.29.3
```
"##,
};

fn check(forecast: &Forecast<'_>, cx: &mut Cx<'_>) {
    let Part::Deployment(part) = &forecast.part else {
        return;
    };
    // Before 1.27 the field is alpha and dropped.
    if !cx.reaches(27) {
        return;
    }
    let Some(pod) = forecast.workload.and_then(|it| it.pod()) else {
        return;
    };
    // If all old pods are stopped first, none of them counts.
    let mixes = part.strategy == "RollingUpdate" && forecast.pods.is_some_and(|it| it.desired > 1);
    let constraints = pod
        .spec()
        .and_then(|it| it.get("topologySpreadConstraints"));
    for it in constraints
        .into_iter()
        .flat_map(Node::items)
        .filter(|_| mixes)
    {
        let text = |key: &str| it.get(key).and_then(Node::as_str);
        let mut keys = it.get("matchLabelKeys").into_iter().flat_map(Node::items);
        let by_template = keys.any(|key| key.as_str() == Some("pod-template-hash"));
        let selector = it.get("labelSelector").and_then(label_selector);
        let counts_itself = selector.is_some_and(|it| pod.is_chosen_by(&it));
        let soft = text("whenUnsatisfiable") == Some("ScheduleAnyway");
        if let (false, false, true, Some(node)) =
            (soft, by_template, counts_itself, it.get("topologyKey"))
        {
            cx.report(
                node,
                "during a rollout, the pods of the old template count as well",
            )
            .help("add `matchLabelKeys: [pod-template-hash]`");
        }
    }
}
