//! `hpa-max-exceeds-quota`: an autoscaler whose maximum exceeds the quota.

use crate::rule::{Category, Check, Cx, Outlook, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "hpa-max-exceeds-quota",
    summary: "the quota stops an autoscaler before it reaches its maximum",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
Under load the autoscaler asks for up to `maxReplicas` pods, and the quota rejects
those that it has no room for, just when they are needed. The calculation takes
everything else in the namespace at rest, and this workload at its maximum.

```yaml bad
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.cpu: "4"
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
        resources:
          requests:
            cpu: 500m
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
  minReplicas: 2
  maxReplicas: 20
#              ^^ ResourceQuota `compute` has room for 8 pods of Deployment `web`, not for 20: it allows 4 of `requests.cpu`
```

```yaml good
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.cpu: "12"
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
        resources:
          requests:
            cpu: 500m
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
  minReplicas: 2
  maxReplicas: 20
```
"##,
};

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let loads = outlook.loads();
    for used in outlook.uses() {
        // Usage above the quota at rest is reported by quota-exceeded.
        if used.at_rest > used.hard.amount {
            continue;
        }
        for (index, each) in &used.by {
            let load = &loads[*index];
            let Some(autoscaler) = load.autoscaler.filter(|_| each.nano() > 0) else {
                continue;
            };
            let free = used.hard.amount - used.at_rest;
            let more = i64::try_from(free.nano() / each.nano()).unwrap_or(i64::MAX);
            let room = load.least().saturating_add(more);
            let max = autoscaler.max_replicas();
            let Some(node) = max.node.filter(|_| room < max.value) else {
                continue;
            };
            let resource = &load.workload.resource;
            let message = format!(
                "ResourceQuota `{}` has room for {room} pods of {} `{}`, not for {}: it allows {} \
                 of `{}`",
                used.quota.resource.name(),
                resource.kind,
                resource.name(),
                max.value,
                used.hard.amount,
                used.hard.name
            );
            cx.report_on(&autoscaler.resource, node, message)
                .help("raise the quota, or lower the maximum")
                .related(used.hard.node, "the quota");
        }
    }
}
