//! `dead-hardening-annotation`: a security setting that Kubernetes no longer reads.

use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "dead-hardening-annotation",
    summary: "an annotation that once hardened pods no longer has an effect",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
Seccomp and AppArmor profiles, sysctls and critical pods were annotations before they
became fields. Kubernetes stopped reading the seccomp annotations in 1.27 and the
others earlier, without a warning: such a pod runs unconfined but looks hardened, even
to some linters. The AppArmor annotation still works, but is deprecated since 1.30.

```yaml bad
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    seccomp.security.alpha.kubernetes.io/pod: runtime/default
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ annotation `seccomp.security.alpha.kubernetes.io/pod` has no effect since Kubernetes 1.27
spec:
  containers:
  - name: web
    image: nginx:1.29.3
```

```yaml good in=pod
securityContext:
  seccompProfile:
    type: RuntimeDefault
containers:
- name: app
  image: nginx:1.29.3
```
"##,
};

/// The start of the key, what happened to it in which minor, and what to set instead.
const DEAD: [(&str, &str, u8, &str); 6] = [
    (
        "seccomp.security.alpha.kubernetes.io/pod",
        "has no effect",
        27,
        "set `securityContext.seccompProfile` of the pod",
    ),
    (
        "container.seccomp.security.alpha.kubernetes.io/",
        "has no effect",
        27,
        "set `securityContext.seccompProfile` of the container",
    ),
    (
        "container.apparmor.security.beta.kubernetes.io/",
        "is deprecated",
        30,
        "set `securityContext.appArmorProfile` of the container",
    ),
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "has no effect",
        16,
        "set `priorityClassName`",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "has no effect",
        11,
        "set `securityContext.sysctls` of the pod",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "has no effect",
        11,
        "set `securityContext.sysctls` of the pod",
    ),
];

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let annotations = pod.node.at(&["metadata", "annotations"]);
    for entry in annotations.into_iter().flat_map(Node::entries) {
        let key = entry.name();
        let dead = DEAD
            .iter()
            .find(|(prefix, ..)| match prefix.ends_with('/') {
                true => key.starts_with(prefix),
                false => key == *prefix,
            });
        if let Some((_, fate, since, instead)) = dead.filter(|it| cx.reaches(it.2)) {
            let message = format!("annotation `{key}` {fate} since Kubernetes 1.{since}");
            cx.report(entry.value, message)
                .at(entry.key.place())
                .help(*instead);
        }
    }
}
