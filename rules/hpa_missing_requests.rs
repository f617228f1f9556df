//! `hpa-missing-requests`: utilization that cannot be computed.

use crate::rule::{
    Autoscaler, AutoscalerKind, Bundle, Category, Check, Container, Cx, Node, Pod, ResourceMetric,
    Rule, Severity, Workload, label_selector,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "hpa-missing-requests",
    summary: "an autoscaler targets utilization, but a container of its target has no request",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Utilization is usage divided by requests. If one container of the pods, sidecars
included, has no request for the resource, the autoscaler cannot compute utilization:
it shows `<unknown>` and never scales. A limit counts, because the API server copies
it to the request; so do requests at the pod level, and defaults of a LimitRange.

```yaml bad
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
  metrics:
  - type: Resource
    resource:
      name: cpu
#           ^^^ container `proxy` of Deployment `web` has no cpu request, so utilization is unknown
      target:
        type: Utilization
        averageUtilization: 70
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
      - name: proxy
        image: envoyproxy/envoy:v1.36.2
```

```yaml good
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
  metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: 70
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
            cpu: 100m
```

The autoscaler measures every pod that the selector of its target matches: a Job that
shares the labels counts as well.

```yaml bad
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
        image: registry.example.com/web:1.2.3
        resources:
          requests:
            cpu: 100m
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    metadata:
      labels:
        app: web
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry.example.com/migrate:1.2.3
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
  maxReplicas: 10
  metrics:
  - type: Resource
    resource:
      name: cpu
#           ^^^ container `migrate` of Job `migrate` has no cpu request, so utilization is unknown
      target:
        type: Utilization
        averageUtilization: 70
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let horizontal = |it: &Autoscaler<'_>| it.kind == AutoscalerKind::Horizontal;
    for autoscaler in bundle.autoscalers().filter(horizontal) {
        let resource = autoscaler.resource;
        let mut metrics = autoscaler.resource_metrics();
        metrics.retain(|metric| metric.is_utilization);
        let Some(target) = autoscaler.target().filter(|_| !metrics.is_empty()) else {
            continue;
        };
        // A LimitRange may set defaults, and a patch may add what is missing.
        if bundle.near(&resource, "", "LimitRange").next().is_some() {
            continue;
        }
        let mut pieces = bundle.pieces(target.kind, resource.namespace(), target.name.value);
        let patched = pieces.next().is_some();
        let found = bundle.workloads_near(&resource, target.kind, target.name.value);
        let mut found = found.into_iter();
        let (Some(workload), None, false) = (found.next(), found.next(), patched) else {
            continue;
        };
        for metric in metrics {
            let node = metric.node.unwrap_or(target.node);
            let pods = measured(&workload, bundle);
            let found = pods
                .iter()
                .find_map(|pod| Some((pod, lacking(pod, metric)?)));
            if let Some((pod, container)) = found {
                let message = format!(
                    "container `{}` of {} `{}` has no {} request, so utilization is unknown",
                    container.name(),
                    pod.resource.kind,
                    pod.resource.name(),
                    metric.name
                );
                let at = container.node.get("name").unwrap_or(container.node);
                cx.report_on(&resource, node, message)
                    .help(format!(
                        "set `resources.requests.{}` of the container",
                        metric.name
                    ))
                    .related(at, "this container");
            }
        }
    }
}

/// The pods that the autoscaler measures: all that the selector of its target matches, those
/// of other workloads included.
fn measured<'a>(workload: &Workload<'a>, bundle: &Bundle<'a>) -> Vec<Pod<'a>> {
    let resource = &workload.resource;
    let selector = workload.selector().and_then(label_selector);
    let matching = selector.map(|it| bundle.pods_chosen(resource.namespace(), &it));
    let others = matching.into_iter().flatten();
    let others = others.filter(|it| {
        bundle.are_near(&it.resource, resource) && it.resource.rank() != resource.rank()
    });
    workload.pod().into_iter().chain(others).collect()
}

/// The first container that the metric measures and that has no request.
fn lacking<'a>(pod: &Pod<'a>, metric: ResourceMetric<'_>) -> Option<Container<'a>> {
    let whole = |kind| pod.resource_amount(kind, metric.name).is_some();
    if whole("requests") || whole("limits") {
        return None;
    }
    let measured = |container: &Container<'_>| match metric.container {
        Some(name) => container.name() == name,
        None => container.role.runs_beside(),
    };
    let lacks = |container: &Container<'_>| {
        let node = container.node.get("resources");
        let written = |list: &str| {
            let amounts = node.and_then(|node| node.get(list));
            amounts
                .and_then(|it: Node<'_>| it.get(metric.name))
                .is_some()
        };
        !written("requests") && !written("limits")
    };
    pod.containers().find(|it| measured(it) && lacks(it))
}
