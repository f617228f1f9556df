//! `limitrange-violation`: pods that the LimitRange of their namespace rejects.

use crate::rule::{Bundle, Category, Check, Container, Cx, Node, Rule, Severity, Workload};
use crate::simulate::footprint::{Amounts, PodNeeds};
use crate::simulate::limit_range::{self, LimitItem, Violation};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "limitrange-violation",
    summary: "a LimitRange rejects the pods, or makes them invalid",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A LimitRange bounds the requests and limits of pods when they are created. A workload
outside the bounds is accepted but never gets a pod. Its defaults can cause that as
well: a container that requests more than the default limit gets that limit, and is
then invalid because its request exceeds it.

```yaml bad
apiVersion: v1
kind: LimitRange
metadata:
  name: bounds
spec:
  limits:
  - type: Container
    max:
      memory: 1Gi
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
          limits:
            memory: 2Gi
#                   ^^^ the pods of Deployment `web` are rejected: maximum memory usage per Container is 1Gi, but limit is 2Gi
```

```yaml bad
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
            memory: 512Mi
#                   ^^^^^ the pods of Deployment `web` are rejected: the LimitRange sets the limit of memory to 256Mi, below this request
```

```yaml good
apiVersion: v1
kind: LimitRange
metadata:
  name: bounds
spec:
  limits:
  - type: Container
    max:
      memory: 1Gi
    min:
      memory: 16Mi
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
    if bundle.of_kind("", "LimitRange").next().is_none() {
        return;
    }
    for workload in bundle.workloads() {
        let items = limit_range::of(bundle, &workload.resource);
        // A patch may change the amounts.
        let patched = || bundle.may_be_changed(workload);
        if !items.is_empty() && !patched() {
            check_workload(workload, &items, cx);
        }
    }
    for claim in bundle.of_kind("", "PersistentVolumeClaim") {
        let items = limit_range::of(bundle, claim);
        let spec = claim.spec().filter(|_| !bundle.is_patch(claim));
        let requests = spec.and_then(|spec| spec.at(&["resources", "requests"]));
        let Some(requests) = requests.filter(|_| !items.is_empty()) else {
            continue;
        };
        for violation in limit_range::claim_violations(&items, &Amounts::read(Some(requests))) {
            let node = requests.get(violation.name).unwrap_or(requests);
            let message = format!("the claim is rejected: {}", violation.message);
            cx.report_on(claim, node, message)
                .help("request an amount within the LimitRange")
                .related(violation.bound, "the bound");
        }
    }
}

fn check_workload<'a>(workload: &Workload<'a>, items: &[LimitItem<'a>], cx: &mut Cx<'_>) {
    let Some(pod) = workload.pod() else { return };
    let resource = &workload.resource;
    let lead = pod.with_verb("is rejected", "are rejected");
    let mut needs = PodNeeds::read(pod);
    limit_range::apply(items, &mut needs);
    for it in &needs.containers {
        for (name, request) in it.needs.requests.iter() {
            let own = it.container.limit(name);
            let limit = it.needs.limits.get(name).filter(|_| own.is_none());
            let written = it.container.request(name);
            if let (Some(limit), Some(written)) = (limit.filter(|it| *it < request), written) {
                let message = format!(
                    "{lead}: the LimitRange sets the limit of {name} to {limit}, below this request"
                );
                cx.report_on(resource, written.node, message)
                    .help(format!("set `limits.{name}` of the container as well"))
                    .related(items[0].node, "the LimitRange");
            }
        }
    }
    for violation in limit_range::violations(items, &needs) {
        let node = place(&violation, workload);
        let message = format!("{lead}: {}", violation.message);
        cx.report_on(resource, node, message)
            .help("set amounts within the LimitRange")
            .related(violation.bound, "the bound");
    }
}

/// Where the amount is written, or else the object or container that lacks it.
fn place<'a>(violation: &Violation<'a>, workload: &Workload<'a>) -> Node<'a> {
    let name = |container: &Container<'a>| container.node.get("name");
    let amount = |container: &Container<'a>| {
        let (limit, request) = (
            container.limit(violation.name),
            container.request(violation.name),
        );
        let own = if violation.is_limit { limit } else { request };
        Some(own?.node)
    };
    let container = violation.container.as_ref();
    let found = container.and_then(|it| amount(it).or_else(|| name(it)));
    let top = workload.resource.node;
    found
        .or_else(|| workload.resource.metadata()?.get("name"))
        .unwrap_or(top)
}
