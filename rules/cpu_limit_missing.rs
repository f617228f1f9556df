//! `cpu-limit-missing`: a container has no CPU limit.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cpu-limit-missing",
    summary: "a container has no CPU limit",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-score", "container-resources"),
        alias("polaris", "cpuLimitsMissing"),
        alias("checkov", "CKV_K8S_11"),
        alias("datree", "CONTAINERS_MISSING_CPU_LIMIT_KEY"),
    ],
    check: Check::Container(check),
    docs: r##"
Without a CPU limit a container may use all idle CPU of its node. Whether that is a
defect is disputed: a limit throttles a container even when the node is idle, while
requests alone already share CPU fairly. Enable this rule if tenants pay for what they
use, or if benchmarks must not depend on neighbours.

Init containers are not checked, because they finish before the pod runs. Neither are
containers of a pod that sets `resources` at the pod level.

```yaml bad in=container
name: web
#     ^^^ container `web` has no CPU limit
resources:
  requests:
    memory: 256Mi
```

```yaml good in=container
resources:
  limits:
    cpu: 250m
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if !container.lacks_limit("cpu") {
        return;
    }
    let node = container.node.get("name").unwrap_or(container.node);
    cx.report(
        node,
        format!("container `{}` has no CPU limit", container.name()),
    )
    .help("set `resources.limits.cpu` to the most that it may use");
}
