//! `service-selects-job-pods`: a Service that also selects the pods of a Job.

use crate::rule::{Bundle, Category, Check, Cx, Pod, Rule, Service, Severity, TargetPort};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "service-selects-job-pods",
    summary: "a Service also selects the pods of a Job",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Labels shared by all parts of a release are convenient, until a migration Job has them
too: while its pod runs, the Service sends part of the traffic there, where nothing
listens. This happens only during a deployment or at night, and is hard to find.
Select by a label that only the long-running pods have (`component: server`). A
Service that selects only Jobs is assumed to be intended, and a named port that the
pod of the Job does not have does no harm.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
# ^^^^^^^^ Service `shop` also selects the pods of Job `migrate`
    app: shop
  ports:
  - port: 80
    targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
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
      - name: shop
        image: ghcr.io/acme/shop:1.4.2
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    metadata:
      labels:
        app: shop
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: ghcr.io/acme/shop:1.4.2
        args: [migrate]
```

```yaml good
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
    component: server
  ports:
  - port: 80
    targetPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: shop
  labels:
    app: shop
    component: server
spec:
  containers:
  - name: shop
    image: ghcr.io/acme/shop:1.4.2
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    metadata:
      labels:
        app: shop
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: ghcr.io/acme/shop:1.4.2
        args: [migrate]
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for service in bundle.services() {
        let Some(node) = service.selector_node() else {
            continue;
        };
        let pods = bundle.pods_of(&service);
        let near = |pod: &&Pod<'_>| bundle.are_near(&pod.resource, &service.resource);
        let (lasting, jobs): (Vec<&Pod<'_>>, Vec<&Pod<'_>>) = pods
            .iter()
            .filter(near)
            .partition(|pod| pod.workload.is_long_running());
        if lasting.is_empty() {
            continue;
        }
        if let Some(job) = jobs.iter().find(|job| gets_traffic(&service, job)) {
            let (kind, name) = (job.resource.kind, job.resource.name());
            let message = format!(
                "Service `{}` also selects the pods of {kind} `{name}`",
                service.resource.name()
            );
            cx.report_on(&service.resource, node, message)
                .help("select by a label that only the long-running pods have")
                .related(
                    job.labels_node().unwrap_or(job.node),
                    "the labels of the job's pods",
                );
        }
    }
}

/// Whether some port of the Service routes to the pod: a number always does.
fn gets_traffic(service: &Service<'_>, pod: &Pod<'_>) -> bool {
    service.ports().any(|port| match port.target().value {
        TargetPort::Number(_) => true,
        name => pod.port_for(name, port.protocol().value).is_some(),
    })
}
