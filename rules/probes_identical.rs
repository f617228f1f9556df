//! `probes-identical`: liveness and readiness check the same thing.

use crate::rule::{Category, Check, Container, Cx, ProbeKind, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "probes-identical",
    summary: "liveness and readiness check the same thing",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-score", "pod-probes-identical")],
    check: Check::Container(check),
    docs: r##"
The two probes have different consequences: a failed readiness probe removes the pod
from its Services, a failed liveness probe restarts the container. A check that is
right for one is often wrong for the other: with an endpoint that also checks a
database, every pod restarts when the database is down. With a clearly higher
`failureThreshold` for liveness, one endpoint can serve both, which
`liveness-faster-than-readiness` checks; this rule is for those who want two.

```yaml bad in=container
livenessProbe:
#^^^^^^^^^^^^ liveness checks the same thing as readiness
  httpGet:
    path: /health
    port: 8080
  failureThreshold: 10
readinessProbe:
  httpGet:
    path: /health
    port: 8080
    scheme: HTTP
```

```yaml good in=container
livenessProbe:
  httpGet:
    path: /live
    port: 8080
readinessProbe:
  httpGet:
    path: /ready
    port: 8080
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let liveness = container.probe(ProbeKind::Liveness);
    let Some((liveness, readiness)) = liveness.zip(container.probe(ProbeKind::Readiness)) else {
        return;
    };
    let asked = liveness.handler().zip(readiness.handler());
    if asked.is_some_and(|(one, other)| one.same(other)) {
        cx.report(liveness.node, "liveness checks the same thing as readiness")
            .related(readiness.node, "the readiness probe")
            .help("let liveness test only the process, and readiness also what it depends on");
    }
}
