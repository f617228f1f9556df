//! `pod-security-warning`: a pod that Pod Security allows with a warning.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pod-security-warning",
    summary: "a pod violates the Pod Security level that its namespace warns about",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/pod_security"),
    docs: r##"
The label `pod-security.kubernetes.io/warn` of a namespace names a level of the Pod
Security Standards that is not enforced. Pods and templates that violate it are
accepted with a warning, which is the message here. A violation of only the level in
`pod-security.kubernetes.io/audit` is reported as info: the server writes it only to
its audit log.

```yaml bad
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/warn: restricted
    pod-security.kubernetes.io/warn-version: v1.7
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
#         ^^^ would violate PodSecurity "restricted:v1.7": runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true)
    image: registry.example.com/web:1.4.2
```

```yaml good
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/warn: restricted
    pod-security.kubernetes.io/warn-version: v1.7
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  securityContext:
    runAsNonRoot: true
  containers:
  - name: web
    image: registry.example.com/web:1.4.2
```
"##,
};
