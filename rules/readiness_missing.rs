//! `readiness-missing`: a Service sends traffic to pods before they can answer.

use crate::rule::{Bundle, Category, Check, Container, Cx, Pod, ProbeKind, Rule, Severity, alias};
use rustc_hash::FxHashSet;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "readiness-missing",
    summary: "pods behind a Service have no readiness probe",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "no-readiness-probe"),
        alias("kube-score", "pod-probes"),
        alias("polaris", "readinessProbeMissing"),
        alias("checkov", "CKV_K8S_9"),
        alias("datree", "CONTAINERS_MISSING_READINESSPROBE_KEY"),
    ],
    check: Check::Bundle(check),
    docs: r##"
A container without a readiness probe counts as ready as soon as its process has
started, and its Services send it traffic at once. During a rollout, old pods are then
removed before the new ones can answer. Only pods that a Service of the same run
selects are reported.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
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
#             ^^^ container `web` gets traffic from Service `web` but has no readiness probe
        image: registry.example.com/web:1.4.2
```

```yaml good
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: web
    image: registry.example.com/web:1.4.2
    readinessProbe:
      tcpSocket:
        port: 80
  - name: agent
    image: registry.example.com/agent:1.4.2
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let mut reported = FxHashSet::default();
    for service in bundle.services() {
        for pod in bundle.pods_of(&service) {
            let container = unready(&pod).filter(|_| pod.workload.is_long_running());
            let first = |it: &Container<'_>| {
                let place = it.node.place();
                reported.insert((place.source, place.span.start))
            };
            let Some(container) = container.filter(first) else {
                continue;
            };
            let node = container.node.get("name").unwrap_or(container.node);
            let message = format!(
                "container `{}` gets traffic from Service `{}` but has no readiness probe",
                container.name(),
                service.resource.name()
            );
            let found = cx.report_on(&pod.resource, node, message);
            let found = found.help("add a `readinessProbe` that succeeds once it can serve");
            if let Some(selector) = service.selector_node() {
                found.related(selector, "selected here");
            }
        }
    }
}

/// The first container, when none of the pod has a readiness probe: one is
/// enough to hold the traffic back.
fn unready<'a>(pod: &Pod<'a>) -> Option<Container<'a>> {
    let probed = |it: Container<'_>| it.probe(ProbeKind::Readiness).is_some();
    let first = pod.app_containers().next().filter(|it| !it.is_partial());
    first.filter(|_| !pod.containers().any(probed))
}
