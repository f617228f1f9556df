//! `configmap-ref-dangling`: a ConfigMap that the files do not define.

use super::ref_wrong_namespace::{dangling, report_dangling};
use crate::rule::{Bundle, Category, Check, Cx, ReferenceKind, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "configmap-ref-dangling",
    summary: "a pod refers to a ConfigMap that the files do not define",
    category: Category::References,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-linter", "env-value-from")],
    check: Check::Bundle(check),
    docs: r##"
A container does not start while a ConfigMap that it refers to is missing: it stays in
`CreateContainerConfigError`, or in `ContainerCreating` if a volume needs the
ConfigMap. This is reported only if the files beside the pod define ConfigMaps in its
namespace. References that are `optional` are not reported, nor are names that a
generator, a custom resource or a command in the files may create.

```yaml bad
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29.3
    envFrom:
    - configMapRef:
        name: web-confg
#             ^^^^^^^^^ there is no ConfigMap `web-confg`
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-config
data:
  COLOR: red
```

```yaml good
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29.3
    envFrom:
    - configMapRef:
        name: web-config
    - configMapRef:
        name: web-extra
        optional: true
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-config
data:
  COLOR: red
```
"##,
};

/// ConfigMaps that Kubernetes, OpenShift and Istio put into every namespace.
const GIVEN: [&str; 3] = [
    "kube-root-ca.crt",
    "openshift-service-ca.crt",
    "istio-ca-root-cert",
];

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for (pod, reference) in dangling(bundle, ReferenceKind::ConfigMap) {
        if !GIVEN.contains(&reference.name) {
            report_dangling(&pod, &reference, bundle, cx);
        }
    }
}
