//! `serviceaccount-dangling`: a ServiceAccount that the files do not define.

use super::ref_wrong_namespace::{dangling, report_dangling};
use crate::rule::{Bundle, Category, Check, Cx, ReferenceKind, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "serviceaccount-dangling",
    summary: "a pod runs as a ServiceAccount that the files do not define",
    category: Category::References,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-linter", "non-existent-service-account")],
    check: Check::Bundle(check),
    docs: r##"
Pods with a ServiceAccount that does not exist are rejected when they are created: the
Deployment is accepted, and no pod ever appears. This is reported only if the files
beside the pod define other ServiceAccounts in its namespace.

```yaml bad
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: wbe
#                     ^^^ there is no ServiceAccount `wbe`
  containers:
  - name: web
    image: nginx:1.29.3
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
```

```yaml good
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: web
  containers:
  - name: web
    image: nginx:1.29.3
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for (pod, reference) in dangling(bundle, ReferenceKind::ServiceAccount) {
        // Every namespace has one of this name.
        if reference.name != "default" {
            report_dangling(&pod, &reference, bundle, cx);
        }
    }
}
