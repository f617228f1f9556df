//! `rollout-stalls-on-quota`: a rollout that the quota does not let start.

use crate::kube::quantity::Quantity;
use crate::rule::{Category, Check, Cx, Outlook, Rule, Severity};
use crate::simulate::Part;
use crate::simulate::forecast::DeploymentPart;
use crate::simulate::load::{Load, Use};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "rollout-stalls-on-quota",
    summary: "the quota leaves no room for the first pod of a rollout",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
A rolling update starts a new pod before it stops an old one, unless some may be
unavailable; `maxUnavailable: 25%` of fewer than four replicas is none. If the quota
has no room for one more pod than at rest, such a rollout creates no pod and stops
none until it is reported as failed: the first deployment works, and the second does
not.

```yaml bad
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.memory: 3Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
#           ^ a rollout of `web` never starts: it needs 1Gi of `requests.memory` for one more pod, and ResourceQuota `compute` has 0 left
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
            memory: 1Gi
```

```yaml good
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.memory: 3Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 1
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
            memory: 1Gi
```
"##,
};

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let bundle = outlook.bundle();
    let loads = outlook.loads();
    let waits = |load: &Load<'_>| {
        let part = outlook.forecast_of(&load.workload).map(|it| &it.part);
        matches!(
            part,
            Some(Part::Deployment(DeploymentPart {
                strategy: "RollingUpdate",
                max_surge: 1..,
                max_unavailable: 0,
                paused: false,
                ..
            }))
        )
    };
    for used in outlook.uses() {
        // Usage above the quota at rest is reported by quota-exceeded.
        if used.at_rest > used.hard.amount {
            continue;
        }
        for (index, each) in &used.by {
            let load = &loads[*index];
            let patched = || bundle.may_be_changed(&load.workload);
            let short = used.at_rest + *each > used.hard.amount;
            if short && load.least() > 0 && waits(load) && !patched() {
                report(load, used, *each, cx);
            }
        }
    }
}

fn report(load: &Load<'_>, used: &Use<'_>, each: Quantity, cx: &mut Cx<'_>) {
    let resource = &load.workload.resource;
    let message = format!(
        "a rollout of `{}` never starts: it needs {each} of `{}` for one more pod, and \
         ResourceQuota `{}` has {} left",
        resource.name(),
        used.hard.name,
        used.quota.resource.name(),
        used.hard.amount - used.at_rest
    );
    let place = load.workload.replicas().node;
    let place = place.or_else(|| resource.metadata()?.get("name"));
    cx.report_on(resource, place.unwrap_or(resource.node), message)
        .help("set `maxUnavailable: 1`, or leave room for one pod in the quota")
        .related(used.hard.node, "the quota");
}
