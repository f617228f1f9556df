//! `service-target-port-unresolved`: a Service port that no pod declares.

use crate::listed::listed;
use crate::rule::{Bundle, Category, Check, Cx, Pod, Rule, Severity, TargetPort};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "service-target-port-unresolved",
    summary: "a Service routes to a port that the selected pods do not declare",
    category: Category::References,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Containers may listen on ports that they do not declare, so an undeclared number need
not be wrong. But if pods declare ports, and none of them is the one that the Service
routes to, one of the two is often a typo.

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
    targetPort: 8008
#               ^^^^ Pod `web` declares no port 8008
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

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for service in bundle.services() {
        let mut pods = bundle.pods_of(&service);
        // The ports of a pod that declares none are unknown.
        pods.retain(|pod| {
            pod.workload.is_long_running()
                && pod.app_containers().all(|it| it.ports().next().is_some())
        });
        let Some(first) = pods.first() else { continue };
        for port in service.ports() {
            let field = port.target();
            let TargetPort::Number(number) = field.value else {
                continue;
            };
            let declares = |pod: &Pod<'_>| pod.ports().any(|it| it.is_target(field.value));
            let Some(node) = field.node.or_else(|| port.number().node) else {
                continue;
            };
            if pods.iter().any(declares) {
                continue;
            }
            let (kind, name) = (first.resource.kind, first.resource.name());
            let message = format!("{kind} `{name}` declares no port {number}");
            let numbers = first.ports().map(|it| it.number().value);
            cx.report_on(&service.resource, node, message).help(format!(
                "use one of the declared ports: {}",
                listed(numbers)
            ));
        }
    }
}
