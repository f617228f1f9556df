//! `memory-limit-missing`: a container has no memory limit.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "memory-limit-missing",
    summary: "a container has no memory limit",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "unset-memory-requirements"),
        alias("kube-score", "container-resources"),
        alias("polaris", "memoryLimitsMissing"),
        alias("checkov", "CKV_K8S_13"),
        alias("datree", "CONTAINERS_MISSING_MEMORY_LIMIT_KEY"),
    ],
    check: Check::Container(check),
    docs: r##"
Without a memory limit, a leaking container can take down its whole node: the kernel
kills processes of its own choice, and the kubelet evicts pods that did nothing wrong.
With a limit, only the container that leaks is restarted.

Init containers are not checked, because they finish before the pod runs. Neither are
containers of a pod that sets `resources` at the pod level.

```yaml bad in=container
name: web
#     ^^^ container `web` has no memory limit
resources:
  requests:
    cpu: 250m
```

```yaml good in=container
resources:
  limits:
    memory: 256Mi
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if !container.lacks_limit("memory") {
        return;
    }
    let node = container.node.get("name").unwrap_or(container.node);
    cx.report(
        node,
        format!("container `{}` has no memory limit", container.name()),
    )
    .help("set `resources.limits.memory` to the most that it may use");
}
