//! `probe-scheme-port`: a probe uses HTTP on a TLS port, or the reverse.

use crate::rule::{Category, Check, Container, Cx, Handler, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "probe-scheme-port",
    summary: "the scheme of a probe does not match its port",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
`httpGet` uses plain HTTP unless `scheme: HTTPS` is set. A server that expects TLS
answers with status 400 or closes the connection, and the probe always fails; the
other way round the handshake fails. Only ports whose name or number implies a scheme
are checked.

```yaml bad in=container
ports:
- name: https
  containerPort: 9443
readinessProbe:
  httpGet:
    path: /ready
    port: https
#         ^^^^^ the probe uses HTTP, but port `https` is for HTTPS
```

```yaml good in=container
ports:
- name: https
  containerPort: 9443
readinessProbe:
  httpGet:
    path: /ready
    port: https
    scheme: HTTPS
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    for handler in container.probes().filter_map(|probe| probe.handler()) {
        let Handler::HttpGet(node) = handler else {
            continue;
        };
        let scheme = node
            .get("scheme")
            .and_then(|it| it.as_str())
            .unwrap_or("HTTP");
        let Some(port) = node.get("port") else {
            continue;
        };
        let name = match (port.as_str(), port.as_i64()) {
            (Some(name), _) => name.to_owned(),
            (_, Some(number)) => number.to_string(),
            _ => continue,
        };
        let speaks = match name.as_str() {
            "https" | "443" | "8443" => "HTTPS",
            "http" | "80" | "8080" => "HTTP",
            _ => continue,
        };
        if speaks != scheme {
            let reported = cx.report(
                port,
                format!("the probe uses {scheme}, but port `{name}` is for {speaks}"),
            );
            reported.help(match speaks {
                "HTTPS" => "add `scheme: HTTPS`",
                _ => "remove `scheme: HTTPS`",
            });
        }
    }
}
