//! `hpa-replicas-reset`: every apply undoes what the autoscaler did.

use crate::rule::{Bundle, Category, Check, Cx, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "hpa-replicas-reset",
    summary: "a workload with an autoscaler also sets `replicas`",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias(
        "kube-score",
        "deployment-targeted-by-hpa-does-not-have-replicas-configured",
    )],
    check: Check::Bundle(check),
    docs: r##"
Each apply sets the number of pods back to what the manifest says, even in the middle
of the traffic that the autoscaler scaled up for; scaling up again takes minutes.
Leave `replicas` out. If it was applied before, removing it from the manifest sets it
to 1 once, unless the field is first removed from
`kubectl.kubernetes.io/last-applied-configuration` (`kubectl apply
edit-last-applied`).

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
#           ^ HorizontalPodAutoscaler `web` scales Deployment `web`, but each apply sets it back to 3
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
---
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
      containers:
      - name: web
        image: nginx:1.29.3
---
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
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for workload in bundle.workloads() {
        let replicas = workload.replicas();
        let resource = &workload.resource;
        // An autoscaler does not scale a workload with 0 replicas.
        let Some(node) = replicas.node.filter(|_| replicas.value > 0) else {
            continue;
        };
        let autoscalers = bundle.autoscalers_of(workload);
        let near = |it: &&_| -> bool {
            let autoscaler: &crate::rule::Autoscaler<'_> = it;
            bundle.are_near(&autoscaler.resource, resource)
        };
        let Some(autoscaler) = autoscalers.iter().find(near) else {
            continue;
        };
        let message = format!(
            "{} `{}` scales {} `{}`, but each apply sets it back to {}",
            autoscaler.resource.kind,
            autoscaler.resource.name(),
            resource.kind,
            resource.name(),
            replicas.value
        );
        let reported = cx
            .report_on(resource, node, message)
            .help("remove `replicas`: leave it to the autoscaler");
        if let Some(target) = autoscaler.target() {
            reported.related(target.node, "the autoscaler");
        }
    }
}
