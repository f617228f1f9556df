//! `port-protocol-mismatch`: a Service port and its container port have different protocols.

use crate::rule::{Bundle, Category, Check, Cx, Pod, Rule, Severity, TargetPort};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "port-protocol-mismatch",
    summary: "a Service port and its container port have different protocols",
    category: Category::References,
    severity: Severity::Error,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
`protocol` defaults to TCP on both sides. A Service forwards only packets of its own
protocol: if the container declares UDP for that port, every TCP connection is
refused. Usually the Service lacks `protocol: UDP`; often it needs the port in both
protocols.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: syslog
spec:
  selector:
    app: syslog
  ports:
  - port: 514
#         ^^^ this port is TCP, but Pod `syslog` declares port 514 for UDP only
---
apiVersion: v1
kind: Pod
metadata:
  name: syslog
  labels:
    app: syslog
spec:
  containers:
  - name: syslog
    image: balabit/syslog-ng:4.10.1
    ports:
    - containerPort: 514
      protocol: UDP
```

```yaml good
apiVersion: v1
kind: Service
metadata:
  name: syslog
spec:
  selector:
    app: syslog
  ports:
  - port: 514
    protocol: UDP
---
apiVersion: v1
kind: Pod
metadata:
  name: syslog
  labels:
    app: syslog
spec:
  containers:
  - name: syslog
    image: balabit/syslog-ng:4.10.1
    ports:
    - containerPort: 514
      protocol: UDP
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for service in bundle.services() {
        let mut pods = None;
        for port in service.ports() {
            let target = port.target();
            // Named ports are checked by named-target-port-miss.
            let TargetPort::Number(number) = target.value else {
                continue;
            };
            let Some(node) = target.node.or_else(|| port.number().node) else {
                continue;
            };
            let protocol = port.protocol().value;
            let pods = pods.get_or_insert_with(|| bundle.pods_of(&service));
            let other = |pod: &Pod<'_>| pod.ports().any(|it| it.is_target(target.value));
            if !["TCP", "UDP", "SCTP"].contains(&protocol) {
                continue;
            }
            let fits = |pod: &Pod<'_>| pod.port_for(target.value, protocol).is_some();
            let Some(pod) = pods.iter().find(|pod| other(pod)) else {
                continue;
            };
            let declared = pod.ports().find(|it| it.is_target(target.value));
            // A container port without a written protocol proves little: nothing enforces it.
            let declared = declared.filter(|it| it.protocol().is_written());
            let (Some(declared), false) = (declared, pods.iter().any(fits)) else {
                continue;
            };
            let (kind, name) = (pod.resource.kind, pod.resource.name());
            let theirs = declared.protocol().value;
            let message = format!(
                "this port is {protocol}, but {kind} `{name}` declares port {number} for {theirs} only"
            );
            cx.report_on(&service.resource, node, message)
                .help(format!(
                    "set `protocol: {theirs}`, or declare the port for {protocol} as well"
                ))
                .related(declared.node, "declared here");
        }
    }
}
