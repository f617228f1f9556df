//! `liveness-single-failure`: one failed attempt restarts the container.

use crate::rule::{Category, Check, Container, Cx, ProbeKind, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "liveness-single-failure",
    summary: "one failed liveness attempt restarts the container",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
With a `failureThreshold` of 1, a lost packet, a long garbage collection or a busy
node is enough to kill the container, with every request that it is serving. The
default of 3 tries again first.

```yaml bad in=container
livenessProbe:
  httpGet:
    path: /health
    port: 8080
  failureThreshold: 1
#                   ^ a `failureThreshold` of 1 restarts the container on the first failed attempt
```

```yaml good in=container
livenessProbe:
  httpGet:
    path: /health
    port: 8080
  failureThreshold: 3
readinessProbe:
  httpGet:
    path: /health
    port: 8080
  failureThreshold: 1
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(probe) = container.probe(ProbeKind::Liveness) else {
        return;
    };
    let threshold = probe.failure_threshold();
    if let Some(node) = threshold.node.filter(|_| threshold.value == 1) {
        cx.report(
            node,
            "a `failureThreshold` of 1 restarts the container on the first failed attempt",
        )
        .help("remove it to use the default of 3, or raise it");
    }
}
