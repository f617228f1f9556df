//! `secret-ref-dangling`: a Secret that the files do not define.

use super::ref_wrong_namespace::{dangling, report_dangling};
use crate::rule::{Bundle, Category, Check, Cx, ReferenceKind, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "secret-ref-dangling",
    summary: "a pod refers to a Secret that the files do not define",
    category: Category::References,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-linter", "env-value-from")],
    check: Check::Bundle(check),
    docs: r##"
A container does not start while a Secret that it refers to is missing. Many Secrets
are deliberately not in a repository, so this is reported only if the files beside the
pod define other Secrets in its namespace. References that are `optional` are not
reported, nor are names that a generator, a custom resource (a SealedSecret, an
ExternalSecret, a Certificate) or a command in the files may create.

```yaml bad
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29.3
    env:
    - name: DB_PASSWORD
      valueFrom:
        secretKeyRef:
          name: db-credential
#               ^^^^^^^^^^^^^ there is no Secret `db-credential`
          key: password
---
apiVersion: v1
kind: Secret
metadata:
  name: db-credentials
stringData:
  password: hunter2
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
    env:
    - name: DB_PASSWORD
      valueFrom:
        secretKeyRef:
          name: db-credentials
          key: password
---
apiVersion: v1
kind: Secret
metadata:
  name: db-credentials
stringData:
  password: hunter2
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for (pod, reference) in dangling(bundle, ReferenceKind::Secret) {
        report_dangling(&pod, &reference, bundle, cx);
    }
}
