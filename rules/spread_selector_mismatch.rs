//! `spread-selector-mismatch`: pods spread over what they are not part of.

use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity, label_selector};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "spread-selector-mismatch",
    summary: "a topology spread constraint does not count the pods that it is for",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
A topology spread constraint spreads the pods that its `labelSelector` chooses. If
that leaves out the very pods it stands on, each of them finds all zones equally
empty, and they may all land in one: the constraint has no effect, and nothing
says so. A constraint without a selector counts no pod at all.

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
    // A patch may leave the labels out; they are elsewhere then.
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
