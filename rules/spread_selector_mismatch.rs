//! `spread-selector-mismatch`: a topology spread that does not count its own pods.

use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity, label_selector};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "spread-selector-mismatch",
    summary: "a topology spread constraint does not count its own pods",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
A topology spread constraint spreads the pods that its `labelSelector` matches. If it
does not match the pods that have the constraint, they see all zones as equally empty
and may all be scheduled to one: the constraint has no effect, and no error is shown.
A constraint without a selector counts no pods.

```yaml bad
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
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        labelSelector:
#       ^^^^^^^^^^^^^ the constraint counts pods with `app=frontend`, but these have `app=web`, so it does not spread them
          matchLabels:
            app: frontend
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
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        labelSelector:
          matchLabels:
            app: web
      containers:
      - name: web
        image: nginx:1.29.3
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    // A patch may leave out the labels.
    let whole = pod.app_containers().any(|it| it.image().is_some());
    if !whole {
        return;
    }
    let constraints = pod
        .spec()
        .and_then(|spec| spec.get("topologySpreadConstraints"));
    for constraint in constraints.into_iter().flat_map(Node::items) {
        let Some(node) = constraint.get("labelSelector") else {
            if let Some(key) = constraint.get("topologyKey") {
                let message = "the constraint has no `labelSelector`, so it counts no pod and spreads nothing";
                cx.report(key, message)
                    .help("add a `labelSelector` with the labels of the pods");
            }
            continue;
        };
        let Some(selector) = label_selector(node) else {
            continue;
        };
        if pod.is_chosen_by(&selector) {
            continue;
        }
        let labels = match pod.labels_text() {
            none if none.is_empty() => "no labels".to_owned(),
            labels => format!("`{labels}`"),
        };
        let message = format!(
            "the constraint counts pods with `{selector}`, but these have {labels}, so it does not spread them"
        );
        let reported = cx
            .report(node, message)
            .help("select the labels of the pods");
        if let Some(labels) = pod.labels_node() {
            reported.related(labels, "the labels of the pods");
        }
    }
}
