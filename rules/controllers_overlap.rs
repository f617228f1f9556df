//! `controllers-overlap`: two controllers that select each other's pods.

use crate::kube::selector::Selector;
use crate::rule::{
    Bundle, Category, Check, Cx, Pod, Rule, Severity, Workload, WorkloadKind, equality_selector,
    label_selector,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "controllers-overlap",
    summary: "two controllers in a namespace select each other's pods",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Each controller must have pods of its own. Ownership keeps two Deployments with
the same selector from deleting each other's pods, but all that goes by labels
mixes them up: an autoscaler averages over both (which makes it an error), a
disruption budget counts both, `kubectl logs deploy/…` shows either, and orphaned
pods go to whoever is first. Give each a label that the other has not. The rule
compares objects of one file.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
# ^^^^^^^^ Deployment `worker` and Deployment `web` select each other's pods
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      containers:
      - name: worker
        image: ghcr.io/acme/worker:1.4.2
```

```yaml good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: shop
      component: web
  template:
    metadata:
      labels:
        app: shop
        component: web
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
    matchLabels:
      app: shop
      component: worker
  template:
    metadata:
      labels:
        app: shop
        component: worker
    spec:
      containers:
      - name: worker
        image: ghcr.io/acme/worker:1.4.2
```
"##,
};

/// A controller with what it selects and what it makes.
struct Controller<'a> {
    workload: Workload<'a>,
    selector: Selector<'a>,
    pod: Pod<'a>,
}

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let controllers: Vec<Controller<'_>> =
        bundle.workloads().iter().filter_map(controller).collect();
    // Workloads stand in the order of their sources.
    let one_file = |a: &Controller<'_>, b: &Controller<'_>| {
        a.workload.resource.source() == b.workload.resource.source()
    };
    for file in controllers.chunk_by(one_file) {
        for (index, later) in file.iter().enumerate() {
            let first = file[..index].iter().find(|earlier| overlap(earlier, later));
            let (Some(first), Some(node)) = (first, later.workload.selector()) else {
                continue;
            };
            let (one, other) = (&later.workload.resource, &first.workload.resource);
            let message = format!(
                "{} `{}` and {} `{}` select each other's pods",
                one.kind,
                one.name(),
                other.kind,
                other.name()
            );
            let scaled = [first, later].iter().any(|it| {
                let autoscalers = bundle.autoscalers_of(&it.workload);
                autoscalers
                    .iter()
                    .any(|scaler| bundle.are_near(&scaler.resource, one))
            });
            let reported = cx
                .report_on(one, node, message)
                .help("give the pods of each a label that the other has not, and select by it");
            let reported = match scaled {
                true => reported.severity(Severity::Error),
                false => reported,
            };
            if let Some(node) = first.workload.selector() {
                reported.related(node, "the other selector");
            }
        }
    }
}

fn controller<'a>(workload: &Workload<'a>) -> Option<Controller<'a>> {
    let node = workload.selector()?;
    let selector = match workload.kind {
        WorkloadKind::Pod | WorkloadKind::Job | WorkloadKind::CronJob => return None,
        WorkloadKind::ReplicationController => equality_selector(Some(node))?,
        _ => label_selector(node)?,
    };
    Some(Controller {
        workload: *workload,
        selector,
        pod: workload.pod()?,
    })
}

fn overlap(one: &Controller<'_>, other: &Controller<'_>) -> bool {
    let (a, b) = (&one.workload.resource, &other.workload.resource);
    // Of the same kind and name it is one object, written twice.
    let same = a.kind == b.kind && a.name() == b.name();
    !same
        && a.namespace() == b.namespace()
        && chooses(&one.selector, &other.pod)
        && chooses(&other.selector, &one.pod)
}

/// Labels that controllers give tell the pods apart.
fn chooses(selector: &Selector<'_>, pod: &Pod<'_>) -> bool {
    selector.matches(|key| pod.label(key))
}
