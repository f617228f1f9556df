//! `named-target-port-miss`: a Service port without a matching container port.

use crate::listed::listed;
use crate::nearest::nearest;
use crate::rule::{
    Bundle, Category, Check, Cx, Node, Pod, Rule, Service, ServicePort, Severity, TargetPort,
    Workload,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "named-target-port-miss",
    summary: "no selected pod has a container port with the name in `targetPort`",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A `targetPort` that is a name is looked up in each pod: the first container port with
that name and the same protocol. A pod without one gets no endpoint for this port, and
no error is shown. If only some of the selected pods have the port, the Service uses
fewer pods than it seems to; that is a warning.

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
    targetPort: web
#               ^^^ no container port of Deployment `web` is named `web`
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
        ports:
        - name: http
          containerPort: 8080
```

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: dns
spec:
  selector:
    app: dns
  ports:
  - port: 53
    targetPort: dns
#               ^^^ container port `dns` of Pod `dns` is UDP, but the port of the Service is TCP
---
apiVersion: v1
kind: Pod
metadata:
  name: dns
  labels:
    app: dns
spec:
  containers:
  - name: dns
    image: coredns/coredns:1.13.1
    ports:
    - name: dns
      containerPort: 53
      protocol: UDP
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
    targetPort: http
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
    image: nginx:1.29.3
    ports:
    - name: http
      containerPort: 8080
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for service in bundle.services() {
        let named = |port: &ServicePort<'_>| matches!(port.target().value, TargetPort::Name(_));
        let ports: Vec<ServicePort<'_>> = service.ports().filter(named).collect();
        if ports.is_empty() {
            continue;
        }
        // Pods of Jobs rarely serve requests, and lose nothing without the port.
        let mut pods = bundle.pods_of(&service);
        pods.retain(|pod| {
            pod.workload.is_long_running() && bundle.are_near(&pod.resource, &service.resource)
        });
        for port in ports {
            check_port(&service, port, &pods, bundle, cx);
        }
    }
}

fn check_port(
    service: &Service<'_>,
    port: ServicePort<'_>,
    pods: &[Pod<'_>],
    bundle: &Bundle<'_>,
    cx: &mut Cx<'_>,
) {
    let field = port.target();
    let (TargetPort::Name(name), Some(node)) = (field.value, field.node) else {
        return;
    };
    let protocol = port.protocol().value;
    let lacks = |pod: &Pod<'_>| pod.port_for(field.value, protocol).is_none();
    let lacking: Vec<&Pod<'_>> = pods.iter().filter(|pod| lacks(pod)).collect();
    let Some(first) = lacking.first() else { return };
    let some = lacking.len() < pods.len();
    // Pods from several files may be alternatives; a patch may add the port.
    let source = service.resource.source();
    let scattered = pods.iter().any(|pod| pod.resource.source() != source);
    let (kind, pod_name) = (first.resource.kind, first.resource.name());
    let workload = Workload::new(first.resource);
    let mut versions = workload.iter().flat_map(|it| bundle.versions_of(it));
    let done = versions.any(|it| it.pod().is_some_and(|pod| !lacks(&pod)));
    if done || (some && scattered) {
        return;
    }
    let whose = format!("{kind} `{pod_name}`");
    let other = first.ports().find(|it| it.is_target(field.value));
    let message = match other {
        Some(other) => format!(
            "container port `{name}` of {whose} is {}, but the port of the Service is {protocol}",
            other.protocol().value
        ),
        None => format!("no container port of {whose} is named `{name}`"),
    };
    let reported = cx.report_on(&service.resource, node, message);
    let reported = match some {
        true => reported.severity(Severity::Warning),
        false => reported,
    };
    let names: Vec<&str> = first.ports().filter_map(|port| port.name()).collect();
    let help = match (nearest(name, names.iter().copied()), names.is_empty()) {
        (Some(near), _) if other.is_none() => format!("did you mean `{near}`?"),
        _ if other.is_some() => "give both the same protocol".to_owned(),
        (_, true) => "name the container port: none of them has a name".to_owned(),
        (_, false) => {
            let names = names.iter().map(|it| format!("`{it}`"));
            format!(
                "use one of the names that its ports have: {}",
                listed(names)
            )
        }
    };
    let containers = first.spec().and_then(|spec| spec.get("containers"));
    let at = other.map(|port| port.node).or(containers);
    let target: Node<'_> = at.unwrap_or(first.node);
    reported
        .help(help)
        .related(target, "the pods that it selects");
}
