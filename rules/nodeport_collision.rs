//! `nodeport-collision`: two Services that want the same port of the nodes.

use crate::rule::{Bundle, Category, Check, Cx, Node, Rule, Service, Severity};
use rustc_hash::FxHashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "nodeport-collision",
    summary: "two Services want the same port of the nodes",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A `nodePort` is open on every node of the cluster, whatever the namespace of its
Service. The API server refuses the second Service that asks for the same number
with the same protocol, and what was applied before it stays half done. The rule
compares Services that are applied together.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - port: 80
    nodePort: 30080
---
apiVersion: v1
kind: Service
metadata:
  name: api
spec:
  type: NodePort
  selector:
    app: api
  ports:
  - port: 8080
    nodePort: 30080
#             ^^^^^ port 30080/TCP of the nodes is taken by Service `web`
```

One number may serve two protocols:

```yaml good
apiVersion: v1
kind: Service
metadata:
  name: dns
spec:
  type: NodePort
  selector:
    app: dns
  ports:
  - name: udp
    port: 53
    protocol: UDP
    nodePort: 30053
  - name: tcp
    port: 53
    nodePort: 30053
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let mut taken: FxHashMap<_, (Service<'_>, Node<'_>)> = FxHashMap::default();
    for service in bundle.services() {
        // The API server gives other types none.
        if !matches!(service.kind().value, "NodePort" | "LoadBalancer") {
            continue;
        }
        let resource = &service.resource;
        for port in service.ports() {
            let Some(node) = port.node.get("nodePort") else {
                continue;
            };
            let Some(number) = node.as_i64().filter(|it| *it > 0) else {
                continue;
            };
            let protocol = port.node.get("protocol").and_then(Node::as_str);
            let protocol = protocol.unwrap_or("TCP");
            let key = (bundle.set_of(resource), number, protocol);
            let Some((other, first)) = taken.get(&key) else {
                taken.insert(key, (service, node));
                continue;
            };
            let (name, namespace) = (other.resource.name(), other.resource.namespace());
            // A second copy of one Service is duplicate-object's business.
            if (name, namespace) == (resource.name(), resource.namespace()) {
                continue;
            }
            let message =
                format!("port {number}/{protocol} of the nodes is taken by Service `{name}`");
            cx.report_on(resource, node, message)
                .help("choose another number, or leave it to the cluster")
                .related(*first, "the Service that has it");
        }
    }
}
