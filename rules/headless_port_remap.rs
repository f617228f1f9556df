//! `headless-port-remap`: a port mapping on a headless Service.

use crate::rule::{Category, Check, Cx, Resource, Rule, Service, Severity, TargetPort};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "headless-port-remap",
    summary: "a headless Service maps a port, which has no effect",
    category: Category::References,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
Clients of a headless Service get the addresses of the pods and connect to them
directly: nothing in between could turn port 80 into 8080. They must use the
`targetPort`, so a different `port` only misleads. DNS SRV records and EndpointSlices
do contain the right port.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
  - port: 80
#         ^^ a headless Service does not map port 80 to 8080: clients must use 8080
    targetPort: 8080
```

```yaml good
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
  - port: 8080
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let Some(service) = Service::new(*resource).filter(Service::is_headless) else {
        return;
    };
    for port in service.ports() {
        let number = port.number();
        let (TargetPort::Number(target), Some(node)) = (port.target().value, number.node) else {
            continue;
        };
        if target != number.value {
            let message = format!(
                "a headless Service does not map port {} to {target}: clients must use {target}",
                number.value
            );
            cx.report(node, message)
                .help(format!("write `port: {target}`"));
        }
    }
}
