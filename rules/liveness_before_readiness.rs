//! `liveness-before-readiness`: the container is restarted before it may be ready.

use crate::rule::{Category, Check, Container, Cx, ProbeKind, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "liveness-before-readiness",
    summary: "liveness gives up before readiness is first checked",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
The `initialDelaySeconds` of the readiness probe is the author's own estimate of how
long the container takes to start. If the liveness probe checks the same thing and
uses up all its attempts before that, a container that starts as slowly as estimated
is killed, restarted and killed again. A startup probe delays the liveness probe until
the container is up, and is the better choice for slow starts.

If the two probes check different things, the container may be alive long before it is
ready: that is a warning instead of an error.

```yaml bad in=container
livenessProbe:
  httpGet:
    path: /health
    port: 8080
  initialDelaySeconds: 5
#                      ^ liveness gives up after 35 s, before readiness is first checked at 60 s: a container that starts slowly is restarted in a loop
readinessProbe:
  httpGet:
    path: /health
    port: 8080
  initialDelaySeconds: 60
```

```yaml bad in=container
livenessProbe:
#^^^^^^^^^^^^ liveness gives up after 10 s, before readiness is first checked at 30 s: a container that starts slowly is restarted in a loop
  tcpSocket:
    port: 5432
  periodSeconds: 5
  failureThreshold: 2
readinessProbe:
  tcpSocket:
    port: 5432
  initialDelaySeconds: 30
```

```yaml bad in=container
livenessProbe:
  httpGet:
    path: /live
    port: 8080
  initialDelaySeconds: 10
#                      ^^ liveness gives up after 40 s, before readiness is first checked at 90 s: a container that starts slowly is restarted in a loop
readinessProbe:
  httpGet:
    path: /ready
    port: 8080
  initialDelaySeconds: 90
```

```yaml good in=container
startupProbe:
  httpGet:
    path: /health
    port: 8080
  failureThreshold: 30
livenessProbe:
  httpGet:
    path: /health
    port: 8080
readinessProbe:
  httpGet:
    path: /health
    port: 8080
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let liveness = container.probe(ProbeKind::Liveness);
    let readiness = container.probe(ProbeKind::Readiness);
    let startup = container.probe(ProbeKind::Startup);
    let (Some(liveness), Some(readiness), None) = (liveness, readiness, startup) else {
        return;
    };
    let (Some(asks), Some(other)) = (liveness.handler(), readiness.handler()) else {
        return;
    };
    let delay = liveness.initial_delay();
    let gives_up = delay.value.saturating_add(liveness.budget());
    let ready_at = readiness.initial_delay();
    if container.is_partial() || gives_up >= ready_at.value {
        return;
    }
    let reported = cx.report(
        delay.node_or(liveness.node),
        format!(
            "liveness gives up after {gives_up} s, before readiness is first checked at {} s: a container that starts slowly is restarted in a loop",
            ready_at.value
        ),
    );
    let reported =
        reported.help("add a `startupProbe` that covers the start, and remove the delays");
    let reported = match asks.same(other) {
        true => reported,
        false => reported.severity(Severity::Warning),
    };
    if let Some(node) = ready_at.node {
        reported.related(node, "the container is not expected to answer before this");
    }
}
