//! `privileged-container`: a container with full access to its node.

use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "privileged-container",
    summary: "a container runs privileged",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "privileged-container"),
        alias("kube-score", "container-security-context-privileged"),
        alias("polaris", "runAsPrivileged"),
        alias("checkov", "CKV_K8S_16"),
    ],
    check: Check::Container(check),
    docs: r##"
A privileged container has every capability, sees all devices of the node and runs
without seccomp and AppArmor. Whoever takes it over controls the node and, with the
node's credentials, often the cluster. Drivers and network plugins need this; most
others need only one capability, or one device through a device plugin. The Pod
Security levels `baseline` and `restricted` forbid it.

```yaml bad in=container
securityContext:
  privileged: true
#             ^^^^ container `app` is privileged: it has full access to its node
```

```yaml good in=container
securityContext:
  capabilities:
    add: [NET_ADMIN]
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let context = container.security_context();
    let Some(node) = context.and_then(|context| context.get("privileged")) else {
        return;
    };
    if node.as_bool() == Some(true) {
        let name = container.node.get("name").and_then(Node::as_str);
        let message = match name {
            Some(name) => {
                format!("container `{name}` is privileged: it has full access to its node")
            }
            None => "a container is privileged: it has full access to its node".to_owned(),
        };
        cx.report(node, message)
            .help("add only the capabilities that it needs");
    }
}
