//! `mutable-selector-label`: a selector that the next version would have to change.

use crate::rule::{Category, Check, Cx, Rule, Severity, Workload, WorkloadKind};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "mutable-selector-label",
    summary: "an immutable selector contains a label that changes with each version",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
The selector of a Deployment, StatefulSet, DaemonSet or ReplicaSet is immutable.
`app.kubernetes.io/version` and `helm.sh/chart` change with the next release, and
`pod-template-hash` is set by the Deployment controller. With one of them in the
selector the next upgrade is refused, and the object has to be deleted first. Keep
them as labels of the pods, and select by name and instance.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
      app.kubernetes.io/version: "1.4"
#     ^^^^^^^^^^^^^^^^^^^^^^^^^ label `app.kubernetes.io/version` changes with each version, but the selector is immutable
  template:
    metadata:
      labels:
        app: web
        app.kubernetes.io/version: "1.4"
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
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
        app.kubernetes.io/version: "1.4"
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
```
"##,
};

const CHANGING: [&str; 3] = [
    "app.kubernetes.io/version",
    "helm.sh/chart",
    "pod-template-hash",
];

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    use WorkloadKind::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
    if !matches!(
        workload.kind,
        Deployment | ReplicaSet | StatefulSet | DaemonSet
    ) {
        return;
    }
    let Some(labels) = workload.selector().and_then(|it| it.get("matchLabels")) else {
        return;
    };
    for entry in labels.entries() {
        let key = entry.name();
        // In the ReplicaSets that a Deployment creates, the hash is right.
        let own = key == "pod-template-hash" && workload.kind == ReplicaSet;
        if CHANGING.contains(&key) && !own {
            let message =
                format!("label `{key}` changes with each version, but the selector is immutable");
            cx.report(entry.value, message)
                .at(entry.key.place())
                .help("remove it from the selector; it may stay on the pods");
        }
    }
}
