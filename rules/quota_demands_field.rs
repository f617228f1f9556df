//! `quota-demands-field`: a quota requires an amount that a container does not set.

use crate::rule::{Bundle, Category, Check, Cx, Rule, Severity};
use crate::simulate::footprint::PodNeeds;
use crate::simulate::limit_range;
use crate::simulate::quota::Quota;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "quota-demands-field",
    summary: "a container lacks a request or limit that the ResourceQuota requires",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
If a ResourceQuota counts CPU or memory, each container and init container must set
the amount; otherwise its pods are rejected. The workload itself is accepted, and only
its events say why it has no pods. A LimitRange can set defaults, and a limit also
sets the request.

```yaml bad
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.cpu: "4"
    limits.memory: 8Gi
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
#             ^^^ the pods of Deployment `web` are rejected: ResourceQuota `compute` requires `limits.memory` of each container
        image: nginx:1.29.3
        resources:
          requests:
            cpu: 100m
            memory: 64Mi
```

```yaml good
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.cpu: "4"
    limits.memory: 8Gi
---
apiVersion: v1
kind: LimitRange
metadata:
  name: defaults
spec:
  limits:
  - type: Container
    default:
      memory: 256Mi
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
            cpu: 100m
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    if bundle.of_kind("", "ResourceQuota").next().is_none() {
        return;
    }
    for workload in bundle.workloads() {
        let resource = &workload.resource;
        let quotas = Quota::of(bundle, resource);
        let Some(pod) = workload.pod().filter(|_| !quotas.is_empty()) else {
            continue;
        };
        // A patch may add what is missing.
        if bundle.may_be_changed(workload) {
            continue;
        }
        let mut needs = PodNeeds::read(pod);
        limit_range::apply(&limit_range::of(bundle, resource), &mut needs);
        for quota in quotas.iter().filter(|it| it.counts(&needs)) {
            for (container, hard) in quota.unstated(&needs) {
                let message = format!(
                    "{}: ResourceQuota `{}` requires `{}` of each container",
                    pod.with_verb("is rejected", "are rejected"),
                    quota.resource.name(),
                    hard.name
                );
                let field = match hard.name.split_once('.') {
                    Some(_) => hard.name.to_owned(),
                    None => format!("requests.{}", hard.name),
                };
                let at = container.node.get("name").unwrap_or(container.node);
                cx.report_on(resource, at, message)
                    .help(format!(
                        "set `resources.{field}`, or a default for it in a LimitRange"
                    ))
                    .related(hard.node, "the quota counts it here");
            }
        }
    }
}
