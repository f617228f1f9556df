//! `liveness-faster-than-readiness`: an overloaded container is restarted before it loses its traffic.

use crate::rule::{Category, Check, Container, Cx, ProbeKind, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "liveness-faster-than-readiness",
    summary: "liveness fails no later than readiness does",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
If both probes check the same thing, the one with the smaller `periodSeconds ×
failureThreshold` fails first. An overloaded container should first lose its traffic
(readiness) and get time to recover, and be restarted (liveness) only if that does not
help. The other way round, load causes restarts, and the restarts put more load on the
remaining pods.

```yaml bad in=container
livenessProbe:
#^^^^^^^^^^^^ liveness fails after 30 s, no later than readiness (30 s): the container is restarted before it loses its traffic
  httpGet:
    path: /health
    port: http
readinessProbe:
  httpGet:
    path: /health
    port: http
ports:
- name: http
  containerPort: 8080
```

```yaml good in=container
livenessProbe:
  httpGet:
    path: /health
    port: 8080
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /health
    port: 8080
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let liveness = container.probe(ProbeKind::Liveness);
    let Some((liveness, readiness)) = liveness.zip(container.probe(ProbeKind::Readiness)) else {
        return;
    };
    let same = liveness.handler().zip(readiness.handler());
    let (first, second) = (liveness.budget(), readiness.budget());
    if first > second || !same.is_some_and(|(one, other)| one.same(other)) {
        return;
    }
    let threshold = liveness.failure_threshold();
    cx.report(
        threshold.node_or(liveness.node),
        format!(
            "liveness fails after {first} s, no later than readiness ({second} s): the container is restarted before it loses its traffic"
        ),
    )
    .related(readiness.node, "the readiness probe checks the same")
    .help("give liveness a higher `failureThreshold`, or a separate endpoint");
}
