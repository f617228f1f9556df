//! `nonroot-contradiction`: a container that must not run as root, but has user 0.

use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "nonroot-contradiction",
    summary: "a container must not run as root, but its user is 0",
    category: Category::Security,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
The API server accepts both fields. The kubelet compares them when it starts the
container, and the container stays in `CreateContainerConfigError`. Often one comes
from the pod, and the other from a container that is meant to be an exception. The
value of the container wins over that of the pod.

```yaml bad in=pod
securityContext:
  runAsNonRoot: true
containers:
- name: app
  image: nginx:1.29.3
  securityContext:
    runAsUser: 0
#              ^ container `app` has user 0, but `runAsNonRoot: true` forbids that: it cannot start
```

```yaml good in=pod
securityContext:
  runAsNonRoot: true
containers:
- name: app
  image: nginx:1.29.3
  securityContext:
    runAsNonRoot: false
    runAsUser: 0
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let user = container.effective_security("runAsUser");
    let non_root = container.effective_security("runAsNonRoot");
    let (Some(user), Some(non_root)) = (user, non_root) else {
        return;
    };
    if user.as_i64() != Some(0) || non_root.as_bool() != Some(true) || container.pod.is_windows() {
        return;
    }
    let subject = match container.node.get("name").and_then(Node::as_str) {
        Some(name) => format!("container `{name}`"),
        None => "a container".to_owned(),
    };
    let message =
        format!("{subject} has user 0, but `runAsNonRoot: true` forbids that: it cannot start");
    cx.report(user, message)
        .related(non_root, "root is forbidden here")
        .help("choose a user above 0, or set `runAsNonRoot: false` on this container");
}
