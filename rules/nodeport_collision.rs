//! `nodeport-collision`: two Services that use the same node port.

use crate::rule::{Bundle, Category, Check, Cx, Node, Rule, Service, Severity};
use rustc_hash::FxHashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "nodeport-collision",
    summary: "two Services use the same node port",
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
Service. The API server refuses the second Service with the same number and protocol,
so the apply is left half done. Only Services that are applied together are compared.

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
#             ^^^^^ node port 30080/TCP is already used by Service `web`
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
        // Services of other types have no node ports.
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
            // A second copy of one Service is reported by duplicate-object.
            if (name, namespace) == (resource.name(), resource.namespace()) {
                continue;
            }
            let message =
                format!("node port {number}/{protocol} is already used by Service `{name}`");
            cx.report_on(resource, node, message)
                .help("choose another number, or let the cluster choose one")
                .related(*first, "the Service that uses it");
        }
    }
}
