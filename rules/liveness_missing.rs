//! `liveness-missing`: a long-running container without a liveness probe.

use crate::rule::{Category, Check, Cx, Pod, ProbeKind, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "liveness-missing",
    summary: "a long-running container has no liveness probe",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "no-liveness-probe"),
        alias("polaris", "livenessProbeMissing"),
        alias("checkov", "CKV_K8S_8"),
        alias("datree", "CONTAINERS_MISSING_LIVENESSPROBE_KEY"),
    ],
    check: Check::Pod(check),
    docs: r##"
Without a liveness probe, a container that hangs but does not exit stays like that
until somebody notices. That is often fine: a process that crashes is restarted
anyway, and a careless liveness probe does more harm than none. Enable this rule if
all services offer a cheap endpoint for it. Jobs, init containers and pods that are
not restarted are not reported.

```yaml bad in=container
name: web
#     ^^^ container `web` has no liveness probe
readinessProbe:
  tcpSocket:
    port: 8080
```

```yaml good in=container
livenessProbe:
  tcpSocket:
    port: 8080
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let keeps_running = pod.workload.is_long_running() && pod.restart_policy().value == "Always";
    let containers = pod.app_containers().filter(|it| !it.is_partial());
    for container in containers.filter(|_| keeps_running) {
        if container.probe(ProbeKind::Liveness).is_none() {
            let node = container.node.get("name").unwrap_or(container.node);
            cx.report(
                node,
                format!("container `{}` has no liveness probe", container.name()),
            )
            .help("add a `livenessProbe` that tests only the process itself");
        }
    }
}
