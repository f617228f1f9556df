//! `initial-delay-redundant`: a delay that the startup probe makes redundant.

use crate::rule::edit;
use crate::rule::{Category, Check, Container, Cx, ProbeKind, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "initial-delay-redundant",
    summary: "a probe has a delay although a startup probe already delays it",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
Liveness and readiness probes do not run before the startup probe has succeeded. An
additional `initialDelaySeconds`, counted from the start of the container, has either
passed by then, or keeps a container that is up out of service for no reason.

```yaml bad in=container
startupProbe:
  tcpSocket:
    port: 8080
  failureThreshold: 30
readinessProbe:
  tcpSocket:
    port: 8080
  initialDelaySeconds: 20
#                      ^^ the 20 s delay of `readinessProbe` adds nothing to the startup probe
```

```yaml fixed in=container
startupProbe:
  tcpSocket:
    port: 8080
  failureThreshold: 30
readinessProbe:
  tcpSocket:
    port: 8080
```

```yaml good in=container
startupProbe:
  tcpSocket:
    port: 8080
  failureThreshold: 30
  initialDelaySeconds: 5
readinessProbe:
  tcpSocket:
    port: 8080
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(startup) = container.probe(ProbeKind::Startup) else {
        return;
    };
    for probe in [ProbeKind::Liveness, ProbeKind::Readiness]
        .into_iter()
        .filter_map(|kind| container.probe(kind))
    {
        let delay = probe.initial_delay();
        if let Some(node) = delay.node.filter(|_| delay.value > 0) {
            cx.report(
                node,
                format!(
                    "the {} s delay of `{}` adds nothing to the startup probe",
                    delay.value,
                    probe.kind.key()
                ),
            )
            .related(startup.node, "this delays the other probes")
            .help("remove `initialDelaySeconds` here")
            .risky_fix("remove `initialDelaySeconds`", edit::remove_entry(node));
        }
    }
}
