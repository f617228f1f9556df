//! `netpol-service-port`: a policy that allows the port of a Service instead of the port of the pods.

use crate::resolve::Set;
use crate::rule::{
    Bundle, Category, Check, Cx, Node, Pod, Resource, Rule, Service, Severity, TargetPort, Value,
    label_selector,
};
use std::collections::HashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "netpol-service-port",
    summary: "a NetworkPolicy uses the port of a Service, but the pods listen on another",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Policies apply to packets as they reach the pod, after the port of the Service was
translated to the `targetPort`. So a rule with the Service's own port allows nothing,
and the intended traffic is dropped. This is reported only if no selected pod declares
the port, and a Service maps it to one that they declare.

```yaml bad
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
  - ports:
    - port: 80
#           ^^ port 80 is the port of Service `web`, but the pods listen on 8080: this rule allows nothing
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
    targetPort: 8080
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
    - containerPort: 8080
```

```yaml good
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
  - ports:
    - port: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
    targetPort: 8080
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
    - containerPort: 8080
```
"##,
};

/// How many pods, and Services with one port, are checked.
const MOST: usize = 100;

/// The Services of a run by what they are applied together with, their namespace and one
/// of their ports.
struct Services<'b, 'a> {
    bundle: &'b Bundle<'a>,
    by_port: HashMap<(Set, &'a str, i64), Vec<Service<'a>>>,
}

impl<'b, 'a> Services<'b, 'a> {
    fn of(bundle: &'b Bundle<'a>) -> Self {
        let mut by_port = HashMap::<_, Vec<Service<'a>>>::new();
        for service in bundle.services() {
            let resource = &service.resource;
            let (set, namespace) = (bundle.set_of(resource), resource.namespace());
            for port in service.ports() {
                let known = by_port.entry((set, namespace, port.number().value));
                known.or_default().push(service);
            }
        }
        Self { bundle, by_port }
    }

    /// Those with that port that are applied together with `policy`.
    fn near(&self, policy: &Resource<'a>, port: i64) -> &[Service<'a>] {
        let key = (self.bundle.set_of(policy), policy.namespace(), port);
        let found = self.by_port.get(&key).map_or(&[][..], Vec::as_slice);
        &found[..found.len().min(MOST)]
    }
}

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let services = Services::of(bundle);
    for policy in bundle.of_kind("networking.k8s.io", "NetworkPolicy") {
        let Some(spec) = policy.spec() else { continue };
        let own = spec.get("podSelector");
        let own = pods(policy, own, bundle);
        for rule in spec.get("ingress").into_iter().flat_map(Node::items) {
            check_ports(policy, rule, &own, &services, cx);
        }
        for rule in spec.get("egress").into_iter().flat_map(Node::items) {
            // Who listens is known only if all peers are pods of this namespace.
            let peers: Vec<Node<'_>> = rule.get("to").into_iter().flat_map(Node::items).collect();
            let plain = |it: &Node<'_>| it.entries().all(|entry| entry.name() == "podSelector");
            if peers.is_empty() || !peers.iter().all(plain) {
                continue;
            }
            let chosen = peers
                .iter()
                .flat_map(|it| pods(policy, it.get("podSelector"), bundle));
            let chosen: Vec<Pod<'_>> = chosen.take(MOST).collect();
            check_ports(policy, rule, &chosen, &services, cx);
        }
    }
}

fn pods<'a>(
    policy: &Resource<'_>,
    selector: Option<Node<'_>>,
    bundle: &Bundle<'a>,
) -> Vec<Pod<'a>> {
    let Some(selector) = selector.and_then(label_selector) else {
        return Vec::new();
    };
    bundle.pods_chosen_near(policy, &selector)
}

fn check_ports<'a>(
    policy: &Resource<'a>,
    rule: Node<'_>,
    pods: &[Pod<'_>],
    services: &Services<'_, 'a>,
    cx: &mut Cx<'_>,
) {
    let silent = |pod: &Pod<'_>| pod.app_containers().any(|it| it.ports().next().is_none());
    if pods.is_empty() || pods.iter().any(silent) {
        return;
    }
    for port in rule.get("ports").into_iter().flat_map(Node::items) {
        let Some(node) = port.get("port").filter(|_| port.get("endPort").is_none()) else {
            continue;
        };
        let Value::Int(number) = node.value() else {
            continue;
        };
        let listens = |pod: &Pod<'_>| pod.ports().any(|it| it.number().value == number);
        if pods.iter().any(listens) {
            continue;
        }
        let Some((service, target)) = behind(policy, number, pods, services) else {
            continue;
        };
        let message = format!(
            "port {number} is the port of Service `{service}`, but the pods listen on {target}: this rule allows nothing"
        );
        cx.report_on(policy, node, message).help(format!(
            "use port {target}: policies apply behind the Service"
        ));
    }
}

/// The Service that maps the port to another one of these pods, and to which.
fn behind<'a>(
    policy: &Resource<'a>,
    number: i64,
    pods: &[Pod<'_>],
    services: &Services<'_, 'a>,
) -> Option<(&'a str, i64)> {
    for service in services.near(policy, number) {
        let Some(selector) = service.selector() else {
            continue;
        };
        let Some(pod) = pods.iter().find(|pod| pod.is_chosen_by(&selector)) else {
            continue;
        };
        for port in service.ports().filter(|it| it.number().value == number) {
            let target = port.target().value;
            let Some(found) = pod.port_for(target, port.protocol().value) else {
                continue;
            };
            if target != TargetPort::Number(number) {
                return Some((service.resource.name(), found.number().value));
            }
        }
    }
    None
}
