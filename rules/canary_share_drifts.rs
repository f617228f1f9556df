//! `canary-share-drifts`: a traffic split that an autoscaler changes.

use crate::rule::WorkloadKind;
use crate::rule::{Bundle, Category, Check, Container, Cx, Pod, Rule, Severity, Workload};
use crate::simulate::traffic::repository;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "canary-share-drifts",
    summary: "an autoscaler changes the share of the traffic that a canary gets",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A Service spreads its connections evenly over its ready pods. If it selects two
Deployments of the same program, the canary's share is its number of pods divided by
that of both. An autoscaler on only one side changes that share with the load: a
canary that gets 25 % at night gets 5 % at noon, or the reverse.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
# ^^^^^^^^ Service `web` splits its traffic between `web` and `web-canary` by pod count, but only `web` is autoscaled
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
      track: stable
  template:
    metadata:
      labels:
        app: web
        track: stable
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.8.0
        resources:
          requests:
            cpu: 100m
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-canary
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
      track: canary
  template:
    metadata:
      labels:
        app: web
        track: canary
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.9.0
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
  minReplicas: 3
  maxReplicas: 20
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
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
      track: stable
  template:
    metadata:
      labels:
        app: web
        track: stable
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.8.0
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-canary
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
      track: canary
  template:
    metadata:
      labels:
        app: web
        track: canary
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
        let ([one, other], Some(selector)) = (&pods[..], service.selector_node()) else {
            continue;
        };
        let deployments = pods
            .iter()
            .all(|it| it.workload == WorkloadKind::Deployment);
        let resource = &service.resource;
        let near = pods
            .iter()
            .all(|it| bundle.are_near(&it.resource, resource));
        if !deployments || !near || !are_versions(one, other) {
            continue;
        }
        let scaled = |pod: &Pod<'_>| {
            let workload = Workload::new(pod.resource)?;
            bundle.autoscaler_of(&workload)
        };
        let (scaled, still, autoscaler) = match (scaled(one), scaled(other)) {
            (Some(autoscaler), None) => (one, other, autoscaler),
            (None, Some(autoscaler)) => (other, one, autoscaler),
            _ => continue,
        };
        let message = format!(
            "Service `{}` splits its traffic between `{}` and `{}` by pod count, but only `{}` \
             is autoscaled",
            resource.name(),
            scaled.resource.name(),
            still.resource.name(),
            scaled.resource.name()
        );
        let name = autoscaler.resource.metadata().and_then(|it| it.get("name"));
        let reported = cx
            .report_on(resource, selector.key().unwrap_or(selector), message)
            .help("autoscale both, or split the traffic by weight at the Ingress or Gateway");
        if let Some(name) = name {
            reported.related(name, "the autoscaler");
        }
    }
}

/// Whether two templates run the same programs, in any version.
fn are_versions(one: &Pod<'_>, other: &Pod<'_>) -> bool {
    let image = |it: Container<'_>| it.image().map(|it| repository(it.value).to_owned());
    let images = |pod: &Pod<'_>| pod.app_containers().filter_map(image).collect::<Vec<_>>();
    images(one) == images(other)
}
