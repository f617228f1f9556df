//! `probe-timeout-ge-period`: a probe may take as long as its period.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "probe-timeout-ge-period",
    summary: "the timeout of a probe is not shorter than its period",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
The kubelet runs the attempts of one probe one after the other. If an attempt may take
longer than the period, a hang is noticed after `timeoutSeconds × failureThreshold`
instead of `periodSeconds × failureThreshold`, which is rarely intended. If both are
equal there is no pause between two attempts, so a slow endpoint is probed without a
break.

```yaml bad in=container
readinessProbe:
  httpGet:
    path: /ready
    port: 8080
  periodSeconds: 5
  timeoutSeconds: 30
#                 ^^ `timeoutSeconds` 30 is above `periodSeconds` 5: it takes 90 s instead of 15 s to notice a hang
```

```yaml bad in=container
livenessProbe:
  tcpSocket:
    port: 8080
  timeoutSeconds: 10
#                 ^^ `timeoutSeconds` 10 equals `periodSeconds` 10: there is no pause between two attempts
```

```yaml good in=container
readinessProbe:
  httpGet:
    path: /ready
    port: 8080
  periodSeconds: 5
  timeoutSeconds: 3
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    for probe in container.probes() {
        let (timeout, period) = (probe.timeout(), probe.period());
        let (t, p) = (timeout.value, period.value);
        let Some(node) = timeout.node.or(period.node).filter(|_| t >= p) else {
            continue;
        };
        let message = if t == p {
            format!(
                "`timeoutSeconds` {t} equals `periodSeconds` {p}: there is no pause between two attempts"
            )
        } else {
            let failures = probe.failure_threshold().value;
            let (real, meant) = (t.saturating_mul(failures), probe.budget());
            format!(
                "`timeoutSeconds` {t} is above `periodSeconds` {p}: it takes {real} s instead of {meant} s to notice a hang"
            )
        };
        let reported = cx
            .report(node, message)
            .help("lower `timeoutSeconds` below `periodSeconds`, or raise the period");
        if let (Some(_), Some(period)) = (timeout.node, period.node) {
            reported.related(period, "the period is set here");
        }
    }
}
