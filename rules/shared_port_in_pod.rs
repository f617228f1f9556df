//! `shared-port-in-pod`: two containers of a pod listen on one port.

use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity};
use std::collections::HashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "shared-port-in-pod",
    summary: "two containers of one pod declare the same port",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
All containers of a pod share one network. If two of them listen on the same port and
protocol, the second to start fails with "address already in use" and is restarted
again and again. If only one of them listens there, the other declaration is wrong.

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  ports:
  - containerPort: 8080
- name: proxy
  image: registry.example.com/proxy:1.4.2
  ports:
  - containerPort: 8080
#                  ^^^^ port 8080/TCP is already declared by container `app` of the same pod
```

```yaml good in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  ports:
  - containerPort: 8080
- name: dns
  image: registry.example.com/dns:1.4.2
  ports:
  - containerPort: 8080
    protocol: UDP
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let running = pod.containers().filter(|it| it.role.runs_beside());
    // The first of each port, and the first that another container has.
    let mut seen: HashMap<_, [Option<(Node<'_>, &str)>; 2]> = HashMap::new();
    for container in running {
        for port in container.ports() {
            let (number, protocol) = (port.number(), port.protocol().value);
            let Some(node) = number.node else { continue };
            let key = (number.value, protocol);
            let [first, second] = seen.entry(key).or_default();
            let other = |it: &(Node<'_>, &str)| it.1 != container.name();
            if let Some((first, name)) = first.filter(other).or(second.filter(other)) {
                let message = format!(
                    "port {}/{protocol} is already declared by container `{name}` of the same pod",
                    number.value
                );
                cx.report(node, message)
                    .related(first, "declared here")
                    .help("let one of the two listen on another port");
            }
            let own = (node, container.name());
            let first = *first.get_or_insert(own);
            if first.1 != own.1 {
                second.get_or_insert(own);
            }
        }
    }
}
