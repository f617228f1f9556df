//! `hpa-target-missing`: an autoscaler whose target does not exist.

use crate::nearest::nearest;
use crate::rule::{
    Autoscaler, AutoscalerKind, Bundle, Category, Check, Cx, Rule, Severity, Workload, alias,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "hpa-target-missing",
    summary: "a HorizontalPodAutoscaler targets a workload that the files do not define",
    category: Category::References,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "dangling-horizontalpodautoscaler"),
        alias("kube-score", "horizontalpodautoscaler-has-target"),
    ],
    check: Check::Bundle(check),
    docs: r##"
An autoscaler whose target does not exist is accepted but does nothing, and the
workload that was meant keeps its size. The target must be in the same namespace.
Targets of custom kinds are not checked, and nothing is reported if the files beside
the autoscaler define no workload of that kind.

```yaml bad
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: wbe
#         ^^^ there is no Deployment `wbe`
  maxReplicas: 5
---
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
      containers:
      - name: web
        image: nginx:1.29.3
```

```yaml good
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  maxReplicas: 5
---
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
      containers:
      - name: web
        image: nginx:1.29.3
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let horizontal = |it: &Autoscaler<'_>| it.kind == AutoscalerKind::Horizontal;
    for autoscaler in bundle.autoscalers().filter(horizontal) {
        let resource = autoscaler.resource;
        let Some(target) = autoscaler.target() else {
            continue;
        };
        let (kind, name) = (target.kind, target.name.value);
        let group = if kind == "ReplicationController" {
            ""
        } else {
            "apps"
        };
        let candidates = || {
            let workloads = bundle.near(&resource, group, kind).copied();
            let scaled = workloads.filter_map(Workload::new);
            let scaled = scaled.filter(|it| it.kind.has_replicas());
            scaled.map(|it| it.resource.name())
        };
        let is_there = bundle.named_anywhere(group, kind, name).next().is_some();
        let Some(first) = candidates().next().filter(|_| !is_there) else {
            continue;
        };
        if bundle.may_be_made(name, &resource) {
            continue;
        }
        let Some(node) = target.name.node else {
            continue;
        };
        let help = match nearest(name, candidates()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("name an existing one, such as `{}`", first),
        };
        cx.report_on(&resource, node, format!("there is no {kind} `{name}`"))
            .help(help);
    }
}
