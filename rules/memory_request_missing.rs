//! `memory-request-missing`: a container has no memory request.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "memory-request-missing",
    summary: "a container has no memory request",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "unset-memory-requirements"),
        alias("kube-score", "container-resources"),
        alias("polaris", "memoryRequestsMissing"),
        alias("checkov", "CKV_K8S_12"),
        alias("datree", "CONTAINERS_MISSING_MEMORY_REQUEST_KEY"),
    ],
    check: Check::Container(check),
    docs: r##"
The scheduler places a pod by its requests alone. A container without a memory request
counts as needing none, so nodes are overcommitted. When a node runs out of memory,
the kubelet first evicts pods that use more than their requests, which includes this
one. A limit alone is enough, because the API server uses it as the request.

Init containers are not checked, because they finish before the pod runs. Neither are
containers of a pod that sets `resources` at the pod level.

```yaml bad in=container
name: web
#     ^^^ container `web` has no memory request
resources:
  requests:
    cpu: 250m
```

```yaml good in=container
resources:
  requests:
    memory: 256Mi
```

```yaml good in=container
resources:
  limits:
    memory: 256Mi
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if !container.lacks_request("memory") {
        return;
    }
    let node = container.node.get("name").unwrap_or(container.node);
    cx.report(
        node,
        format!("container `{}` has no memory request", container.name()),
    )
    .help("set `resources.requests.memory` to what it uses in normal operation");
}
