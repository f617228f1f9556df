//! `pod-security-violation`: a pod that Pod Security refuses.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pod-security-violation",
    summary: "a pod violates the Pod Security level that its namespace enforces",
    category: Category::Security,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/pod_security"),
    docs: r##"
The label `pod-security.kubernetes.io/enforce` of a namespace sets the level of the
[Pod Security Standards][1] that its pods must meet. A pod that violates it is
refused. A Deployment or another controller with such a template is accepted but never
gets a pod; only an event of its ReplicaSet says why.

The levels are evaluated as the admission plugin does, for every version. The words
are the plugin's; it puts all violations of a pod in one message, while here each is
reported at its own field. `--pod-security restricted` sets the level for namespaces
without the label, and `--pod-security restricted@1.31` uses the level as of one
version.

[1]: https://kubernetes.io/docs/concepts/security/pod-security-standards/

```yaml bad
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
spec:
  hostPID: true
#          ^^^^ violates PodSecurity "baseline:latest": host namespaces (hostPID=true)
  containers:
  - name: agent
    image: registry.example.com/agent:1.4.2
  volumes:
  - name: logs
    hostPath: {path: /var/log}
#             ^^^^^^^^^^^^^^^^ violates PodSecurity "baseline:latest": hostPath volumes (volume "logs")
```

```yaml good
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: baseline
---
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
spec:
  containers:
  - name: agent
    image: registry.example.com/agent:1.4.2
  volumes:
  - name: logs
    emptyDir: {}
```
"##,
};
