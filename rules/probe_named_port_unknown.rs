//! `probe-named-port-unknown`: a probe uses a port name that its container does not have.

use crate::listed::listed;
use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "probe-named-port-unknown",
    summary: "a probe uses a port name that its container does not have",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "liveness-port"),
        alias("kube-linter", "readiness-port"),
        alias("kube-linter", "startup-port"),
    ],
    check: Check::Container(check),
    docs: r##"
The kubelet looks up a port name in the `ports` of the same container, not in those of
other containers and not in the Service. With an unknown name every attempt of the
probe fails: the pod never becomes ready, or is restarted again and again. The API
server accepts it without a warning.

A number that is not in `ports` is fine and is not reported; the list is only
informational.

```yaml bad in=container
ports:
- name: http
  containerPort: 8080
readinessProbe:
  httpGet:
    path: /ready
    port: https
#         ^^^^^ the container has no port named `https`, so this probe always fails
```

```yaml good in=container
ports:
- name: http
  containerPort: 8080
readinessProbe:
  httpGet:
    path: /ready
    port: http
livenessProbe:
  tcpSocket:
    port: 9000
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if container.is_partial() {
        return;
    }
    for handler in container.probes().filter_map(|probe| probe.handler()) {
        check_port(container, handler.port(), "this probe", cx);
    }
    for handler in container.hooks() {
        check_port(container, handler.port(), "this hook", cx);
    }
}

fn check_port(container: &Container<'_>, port: Option<Node<'_>>, what: &str, cx: &mut Cx<'_>) {
    let named = port.and_then(|port| Some((port, port.as_str()?)));
    // "8080" in quotes is refused for another reason, `$(PORT)` is a placeholder.
    let is_name = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic()) && !text.contains('$');
    let Some((node, name)) = named.filter(|(_, name)| is_name(name)) else {
        return;
    };
    let known: Vec<_> = container.ports().filter_map(|port| port.name()).collect();
    if known.contains(&name) {
        return;
    }
    let help = match known.is_empty() {
        true => format!("name a port `{name}` under `ports`, or use the number"),
        false => {
            let known = known.iter().map(|it| format!("`{it}`"));
            format!("use one of its named ports: {}", listed(known))
        }
    };
    cx.report(
        node,
        format!("the container has no port named `{name}`, so {what} always fails"),
    )
    .help(help);
}
