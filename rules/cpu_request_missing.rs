//! `cpu-request-missing`: a container has no CPU request.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cpu-request-missing",
    summary: "a container has no CPU request",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "unset-cpu-requirements"),
        alias("kube-score", "container-resources"),
        alias("polaris", "cpuRequestsMissing"),
        alias("checkov", "CKV_K8S_10"),
        alias("datree", "CONTAINERS_MISSING_CPU_REQUEST_KEY"),
    ],
    check: Check::Container(check),
    docs: r##"
The scheduler places a pod by its requests alone. A container without a CPU request
counts as needing nothing: it may be scheduled to a node that is already busy, gets
the smallest share there when CPU is short, and a HorizontalPodAutoscaler that targets
CPU utilization cannot compute it. A limit alone is enough, because the API server
uses it as the request.

Init containers are not checked, because they finish before the pod runs. Neither are
containers of a pod that sets `resources` at the pod level.

```yaml bad in=container
name: web
#     ^^^ container `web` has no CPU request
resources:
  requests:
    memory: 256Mi
```

```yaml good in=container
resources:
  requests:
    cpu: 250m
```

```yaml good in=container
resources:
  limits:
    cpu: 250m
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if !container.lacks_request("cpu") {
        return;
    }
    let node = container.node.get("name").unwrap_or(container.node);
    cx.report(
        node,
        format!("container `{}` has no CPU request", container.name()),
    )
    .help("set `resources.requests.cpu` to what it uses in normal operation");
}
