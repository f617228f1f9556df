//! `startup-budget-short`: the startup probe gives up too early.

use crate::rule::{Category, Check, Container, Cx, Probe, ProbeKind, Rule, Severity};

/// Below this many seconds a cold image cache or a busy node is enough to fail.
const SHORT: i64 = 10;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "startup-budget-short",
    summary: "the startup probe gives the container too little time",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
A startup probe kills the container if it has not succeeded within
`initialDelaySeconds + periodSeconds × failureThreshold`. If the `initialDelaySeconds`
of another probe is longer than that, the container gets less time than the manifest
itself expects it to need. A budget of a few seconds fails on the first slow node.

```yaml bad in=container
startupProbe:
#^^^^^^^^^^^ startup gives up after 30 s, but `livenessProbe` waits 60 s for the start
  tcpSocket:
    port: 8080
livenessProbe:
  tcpSocket:
    port: 8080
  initialDelaySeconds: 60
```

```yaml bad in=container
startupProbe:
  tcpSocket:
    port: 8080
  periodSeconds: 1
  failureThreshold: 5
#                   ^ startup gives up after 5 s, which a busy node easily exceeds
```

```yaml good in=container
startupProbe:
  tcpSocket:
    port: 8080
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  tcpSocket:
    port: 8080
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(startup) = container.probe(ProbeKind::Startup) else {
        return;
    };
    let delay = startup.initial_delay().value;
    let budget = delay.saturating_add(startup.budget());
    let waits = |kind| container.probe(kind).map(|it| it.initial_delay().value);
    let others = [ProbeKind::Liveness, ProbeKind::Readiness];
    let longest = others
        .into_iter()
        .filter_map(|kind| Some((waits(kind)?, kind)))
        .max_by_key(|(seconds, _)| *seconds);
    let help = "raise `failureThreshold` of the startup probe";
    match longest.filter(|(seconds, _)| budget < *seconds) {
        Some((seconds, kind)) => {
            let message = format!(
                "startup gives up after {budget} s, but `{}` waits {seconds} s for the start",
                kind.key()
            );
            let reported = cx.report(place(&startup), message).help(help);
            if let Some(probe) = container.probe(kind) {
                reported.related(probe.initial_delay().node_or(probe.node), "the longer wait");
            }
        }
        None if budget < SHORT => {
            let message =
                format!("startup gives up after {budget} s, which a busy node easily exceeds");
            cx.report(place(&startup), message).help(help);
        }
        None => {}
    }
}

fn place<'a>(startup: &Probe<'a>) -> crate::rule::Node<'a> {
    startup.failure_threshold().node_or(startup.node)
}
