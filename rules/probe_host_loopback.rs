//! `probe-host-loopback`: a probe connects to the node instead of the pod.

use crate::rule::edit;
use crate::rule::{Category, Check, Container, Cx, Handler, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "probe-host-loopback",
    summary: "a probe connects to the node's loopback address instead of the pod",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
HTTP and TCP probes are sent by the kubelet from the node. A `host` of `localhost` or
`127.0.0.1` is therefore the node itself: nothing answers there, or something else
does. Without `host` the kubelet uses the address of the pod. Only pods on the host
network share the node's loopback address. From Kubernetes 1.34 on, the Pod Security
level `baseline` forbids the field.

```yaml bad in=container
livenessProbe:
  httpGet:
    host: 127.0.0.1
#         ^^^^^^^^^ the probe is sent by the node, where `127.0.0.1` is not this pod
    path: /health
    port: 8080
```

```yaml fixed in=container
livenessProbe:
  httpGet:
    path: /health
    port: 8080
```

```yaml good in=pod
hostNetwork: true
containers:
- name: app
  image: registry.example.com/app:1.4.2
  livenessProbe:
    httpGet:
      host: 127.0.0.1
      path: /health
      port: 10257
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if !container.role.runs_beside() || container.is_partial() || container.pod.host_network().value
    {
        return;
    }
    for handler in container.probes().filter_map(|probe| probe.handler()) {
        let (Handler::HttpGet(node) | Handler::TcpSocket(node)) = handler else {
            continue;
        };
        let host = node.get("host");
        if let Some((node, host)) = host.and_then(|it| Some((it, it.as_str()?)))
            && is_loopback(host)
        {
            cx.report(
                node,
                format!("the probe is sent by the node, where `{host}` is not this pod"),
            )
            .help("remove `host`: the default is the address of the pod")
            .risky_fix("remove `host`", edit::remove_entry(node));
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
}
