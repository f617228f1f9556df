//! `selector-template-mismatch`: a controller that does not select its own pods.

use crate::rule::{
    Category, Check, Cx, Node, Pod, Rule, Severity, Workload, WorkloadKind, alias, requirement,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "selector-template-mismatch",
    summary: "the selector of a controller does not match the pods of its own template",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "mismatching-selector"),
        alias(
            "kube-score",
            "deployment-pod-selector-labels-match-template-metadata-labels",
        ),
    ],
    check: Check::Workload(check),
    docs: r##"
A controller counts the pods that its selector matches. If its own template gives them
other labels, it would create pods endlessly, so the API server refuses such an
object. Selectors are immutable, so usually the template has to change.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: webb
#            ^^^^ the selector requires `app: web`, but the pod template has `app: webb`
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
```

```yaml bad
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  selector:
    matchExpressions:
    - key: tier
      operator: In
      values: [db]
  template:
    metadata:
      labels:
#     ^^^^^^ the selector requires `tier in (db)`, but the pod template has no label `tier`
        app: db
    spec:
      containers:
      - name: db
        image: postgres:18.1
```

```yaml good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
        tier: front
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
```
"##,
};

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    let (Some(pod), Some(selector)) = (workload.pod(), workload.selector()) else {
        return;
    };
    // A patch may contain only the selector.
    if pod.labels_node().is_none() && !workload.is_whole() {
        return;
    }
    let pairs = match workload.kind {
        WorkloadKind::Pod | WorkloadKind::CronJob => return,
        WorkloadKind::Job if !is_manual(workload) => return,
        WorkloadKind::ReplicationController => Some(selector),
        _ => selector.get("matchLabels"),
    };
    for entry in pairs.into_iter().flat_map(Node::entries) {
        let Some(value) = entry.value.as_str() else {
            continue;
        };
        if pod.label(entry.name()) != Some(value) {
            let wanted = format!("{}: {value}", entry.name());
            report(&pod, entry.name(), entry.value, &wanted, cx);
        }
    }
    let expressions = selector.get("matchExpressions");
    for node in expressions.into_iter().flat_map(Node::items) {
        let Some(requirement) = requirement(node).filter(|it| it.check().is_ok()) else {
            continue;
        };
        if !requirement.matches(|key| pod.label(key)) {
            let at = node.get("key").unwrap_or(node);
            report(&pod, requirement.key, at, &requirement.to_string(), cx);
        }
    }
}

/// The selector of a Job is generated, unless `manualSelector` is set.
fn is_manual(workload: &Workload<'_>) -> bool {
    let manual = workload.spec().and_then(|spec| spec.get("manualSelector"));
    manual.and_then(Node::as_bool) == Some(true)
}

fn report(pod: &Pod<'_>, key: &str, node: Node<'_>, wanted: &str, cx: &mut Cx<'_>) {
    let label = pod.labels_node().and_then(|labels| labels.get(key));
    let has = match label.and_then(Node::as_str) {
        Some(value) => format!("`{key}: {value}`"),
        // A number or boolean is refused for its type; it is not a label yet.
        None if label.is_some() => return,
        None => format!("no label `{key}`"),
    };
    let message = format!("the selector requires `{wanted}`, but the pod template has {has}");
    // Selectors are immutable, so the server reports the labels as well. A template
    // without any is refused for that.
    let Some(at) = label.or_else(|| pod.labels_node()) else {
        return;
    };
    cx.report(at, message)
        .help("give the pod template the labels that the selector requires")
        .related(node, "the selector");
}
