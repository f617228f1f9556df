//! `run-as-root`: a container that may run as root.

use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "run-as-root",
    summary: "a container runs as root, or may run as root",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "run-as-non-root"),
        alias("polaris", "runAsRootAllowed"),
        alias("checkov", "CKV_K8S_23"),
    ],
    check: Check::Container(check),
    docs: r##"
Without user namespaces, root in a container is root in the kernel of the node; only
the rest of the sandbox restricts it. With `runAsNonRoot: true` the kubelet refuses to
start an image that would run as root, and with a `runAsUser` above 0 the image does
not run as root. Both can be set on the container or on the pod, and the value of the
container wins. Many images run as root by default, which is why this rule is off by
default.

```yaml bad in=container
securityContext:
  runAsUser: 0
#            ^ container `app` runs as root
```

```yaml bad in=pod
containers:
- name: app
#       ^^^ container `app` may run as root: neither `runAsNonRoot: true` nor `runAsUser` is set
  image: nginx:1.29.3
```

```yaml good in=pod
securityContext:
  runAsNonRoot: true
containers:
- name: app
  image: nginx:1.29.3
```

```yaml good in=container
securityContext:
  runAsUser: 1000
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if container.pod.is_windows() {
        return;
    }
    let user = container.effective_security("runAsUser");
    let non_root = container.effective_security("runAsNonRoot");
    if non_root.and_then(Node::as_bool) == Some(true) {
        return;
    }
    let name = container.name();
    let help = "set `runAsNonRoot: true` in the securityContext of the pod";
    match user.map(|user| (user, user.as_i64())) {
        Some((node, Some(0))) => {
            cx.report(node, format!("container `{name}` runs as root"))
                .help(help);
        }
        Some(_) => {}
        None => {
            let node = container.node.get("name").unwrap_or(container.node);
            let message = format!(
                "container `{name}` may run as root: neither `runAsNonRoot: true` nor `runAsUser` is set"
            );
            cx.report(node, message).help(help);
        }
    }
}
