//! `admission-rejects-pods`: a workload that is accepted although its pods are rejected.

use crate::rule::{Category, Check, Cx, Rule, Severity, Workload, WorkloadKind};
use crate::server::admission;
use crate::server::at::At;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "admission-rejects-pods",
    summary: "the API server accepts the workload, but its admission plugins reject its pods",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Workload(check),
    docs: r##"
Admission plugins that are on by default check pods, not pod templates: `kubectl
apply` of the Deployment succeeds, and its ReplicaSet then fails to create pods, with
an error that only its events show. `priority` and `preemptionPolicy` must be what the
Priority plugin computes from `priorityClassName` (0 and `PreemptLowerPriority` without
one), and `overhead` must come from a RuntimeClass.

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
        app: web
    spec:
      priority: 1000
#               ^^^^ the pods of Deployment `web` are rejected: the integer value of priority (1000) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name
      containers:
      - name: web
        image: registry.example.com/web:1.2.3
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
    spec:
      priorityClassName: high
      containers:
      - name: web
        image: registry.example.com/web:1.2.3
```
"##,
};

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = workload.pod().and_then(|it| it.spec()) else {
        return;
    };
    // A bare Pod is rejected itself: the server checks report that.
    if workload.kind == WorkloadKind::Pod {
        return;
    }
    let resource = &workload.resource;
    for (field, at, reason) in admission::pod(At::new(spec)) {
        let message = format!(
            "the pods of {} `{}` are rejected: {reason}",
            resource.kind,
            resource.name()
        );
        cx.report(at.place().0, message).help(help(field));
    }
}

fn help(field: &str) -> &'static str {
    match field {
        "overhead" => "remove `overhead`: it is copied from the RuntimeClass",
        "preemptionPolicy" => "set `preemptionPolicy` in a PriorityClass and name that class",
        _ => "remove the field and name a PriorityClass in `priorityClassName`",
    }
}
