//! `quota-demands-field`: a quota wants an amount that a container does not state.

use crate::rule::{Bundle, Category, Check, Cx, Rule, Severity};
use crate::simulate::footprint::PodNeeds;
use crate::simulate::limit_range;
use crate::simulate::quota::Quota;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "quota-demands-field",
    summary: "a container lacks a request or limit that the ResourceQuota demands",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Where a ResourceQuota counts cpu or memory, each container and init container has
to say how much of it it wants, or none of its pods is made. The workload itself
is accepted, and only its events tell why it has no pods. A LimitRange with
defaults states the amounts for those who do not; a limit states the request too.

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
#             ^^^ no pod of Deployment `web` is made: ResourceQuota `compute` demands `limits.memory` of each container
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
                    "no pod of {} `{}` is made: ResourceQuota `{}` demands `{}` of each container",
                    resource.kind,
                    resource.name(),
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
