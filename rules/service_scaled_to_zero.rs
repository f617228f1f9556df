//! `service-scaled-to-zero`: a Service that routes to pods that do not run.

use crate::rule::{Bundle, Category, Check, Cx, Pod, Rule, Service, Severity, Workload};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "service-scaled-to-zero",
    summary: "a Service routes to a version without replicas while another one runs",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A blue/green switch changes the selector of the Service and takes effect at once. If
the new side is scaled to zero, all connections are refused while the old side is
idle. Scale up first, then switch. This is reported if another workload has replicas,
and differs from the selected one only in one label of the selector.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
    version: green
#            ^^^^^ Service `web` routes to `web-green`, which has no replicas, while `web-blue` runs
  ports:
  - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-blue
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
      version: blue
  template:
    metadata:
      labels:
        app: web
        version: blue
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.8.0
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-green
spec:
  replicas: 0
  selector:
    matchLabels:
      app: web
      version: green
  template:
    metadata:
      labels:
        app: web
        version: green
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.9.0
```

```yaml good
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
    version: blue
  ports:
  - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-blue
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
      version: blue
  template:
    metadata:
      labels:
        app: web
        version: blue
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.8.0
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-green
spec:
  replicas: 0
  selector:
    matchLabels:
      app: web
      version: green
  template:
    metadata:
      labels:
        app: web
        version: green
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.9.0
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for service in bundle.services() {
        let pods = bundle.pods_of(&service);
        let idle = pods.iter().all(|it| runs(it, bundle) == Some(false));
        let (Some(first), true) = (pods.first(), idle) else {
            continue;
        };
        check_switch(&service, first, bundle, cx);
    }
}

/// How many pods are searched for one that runs.
const MOST: usize = 1000;

/// Looks for the side that runs: the same labels except for one of the selector.
fn check_switch<'a>(service: &Service<'a>, idle: &Pod<'a>, bundle: &Bundle<'a>, cx: &mut Cx<'_>) {
    let Some(selector) = service.selector_node() else {
        return;
    };
    let resource = &service.resource;
    for pair in selector.entries() {
        let rest = selector.entries().filter(|it| it.name() != pair.name());
        let rest: Vec<_> = rest.collect();
        if rest.is_empty() {
            continue;
        }
        let running = bundle
            .pods_in(resource.namespace())
            .iter()
            .take(MOST)
            .find(|pod| {
                let same = |it: &crate::parse::Entry<'_>| pod.label(it.name()) == it.value.as_str();
                let differs = pod.label(pair.name());
                let differs = differs.is_some() && differs != pair.value.as_str();
                let near = bundle.are_near(&pod.resource, resource);
                near && differs && rest.iter().all(same) && runs(pod, bundle) == Some(true)
            });
        let Some(running) = running else { continue };
        let message = format!(
            "Service `{}` routes to `{}`, which has no replicas, while `{}` runs",
            resource.name(),
            idle.resource.name(),
            running.resource.name()
        );
        let replicas = Workload::new(idle.resource).and_then(|it| it.replicas().node);
        let reported = cx
            .report_on(resource, pair.value, message)
            .help("scale up the new side before switching the Service to it");
        if let Some(replicas) = replicas {
            reported.related(replicas, "scaled to zero here");
        }
        return;
    }
}

/// Whether a workload has replicas; `None` if something else decides.
fn runs(pod: &Pod<'_>, bundle: &Bundle<'_>) -> Option<bool> {
    let workload = Workload::new(pod.resource).filter(|it| it.kind.has_replicas())?;
    let scaled = bundle.autoscaler_of(&workload).is_some();
    let (namespace, name) = (pod.resource.namespace(), pod.resource.name());
    let mut versions = bundle.workloads_named(pod.resource.kind, namespace, name);
    let alone = versions.nth(1).is_none();
    (!scaled && alone).then(|| workload.replicas().value > 0)
}
