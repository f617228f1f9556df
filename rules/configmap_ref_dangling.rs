//! `configmap-ref-dangling`: a ConfigMap that is not there.

use super::ref_wrong_namespace::{dangling, report_dangling};
use crate::rule::{Bundle, Category, Check, Cx, ReferenceKind, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "configmap-ref-dangling",
    summary: "a pod refers to a ConfigMap that is not among the files",
    category: Category::References,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-linter", "env-value-from")],
    check: Check::Bundle(check),
    docs: r##"
A container does not start while a ConfigMap that it refers to is missing: it
stays in `CreateContainerConfigError`, or its volumes in `ContainerCreating`,
until someone makes it. The rule speaks only where ConfigMaps of that namespace
stand beside the pod, and not of references that are `optional`, nor of names that
a generator, a custom resource or a command in the files may make.

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
