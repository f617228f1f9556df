//! `job-sidecar-never-ends`: a Job waits for a proxy that never exits.

use crate::kube::image::Image;
use crate::rule::{Category, Check, ContainerRole, Cx, Pod, Rule, Severity};

/// The last part of the repositories of proxies and agents that never exit.
const AGENTS: &[&str] = &[
    "cloud-sql-proxy",
    "gce-proxy",
    "proxyv2",
    "envoy",
    "fluent-bit",
    "fluentd",
    "filebeat",
    "promtail",
    "telegraf",
    "aws-xray-daemon",
    "jaeger-agent",
    "opentelemetry-collector",
    "opentelemetry-collector-contrib",
    "statsd-exporter",
];

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "job-sidecar-never-ends",
    summary: "a Job runs a proxy or agent that never exits",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
A Job completes when all containers of its pod have exited. A proxy or a log agent
under `containers` never does, so the Job runs until its deadline although the work is
finished. As an init container with `restartPolicy: Always` (a native sidecar, since
Kubernetes 1.29) it starts first and is stopped when the work is done.

```yaml bad in=job-pod
containers:
- name: migrate
  image: registry.example.com/migrate:1.4.2
- name: proxy
  image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.0
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `cloud-sql-proxy` never exits, so the Job never completes
```

```yaml good in=job-pod
initContainers:
- name: proxy
  image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.0
  restartPolicy: Always
containers:
- name: migrate
  image: registry.example.com/migrate:1.4.2
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    if pod.workload.is_long_running() || pod.app_containers().count() < 2 {
        return;
    }
    for container in pod.app_containers() {
        let Some(image) = container
            .image()
            .filter(|_| container.role == ContainerRole::App)
        else {
            continue;
        };
        let Ok(parsed) = Image::parse(image.value) else {
            continue;
        };
        let last = parsed.repository().rsplit('/').next().unwrap_or_default();
        if AGENTS.contains(&last) {
            cx.report(
                image.node_or(container.node),
                format!("`{last}` never exits, so the Job never completes"),
            )
            .help("make it an init container with `restartPolicy: Always`");
        }
    }
}
