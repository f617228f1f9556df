//! `field-too-new`: a field or kind that the oldest cluster of a range does not have yet.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "field-too-new",
    summary: "a field or kind does not exist yet in the oldest cluster of a range",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/decode"),
    docs: r##"
With `--kubernetes-version 1.26-1.30` a manifest must work on all of these versions.
An older API server refuses an unknown field if fields are validated strictly, and
silently drops it otherwise; it always refuses an unknown kind.

```yaml bad in=container kubernetes=1.26-1.30
resizePolicy:
#^^^^^^^^^^^ field "resizePolicy" was added in Kubernetes 1.27: it is not in 1.26
- resourceName: cpu
  restartPolicy: NotRequired
```

```yaml bad kubernetes=1.28-1.32
apiVersion: admissionregistration.k8s.io/v1
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy is not in Kubernetes 1.28 to 1.29: added in 1.30
kind: ValidatingAdmissionPolicy
metadata:
  name: app
spec:
  matchConstraints:
    resourceRules:
    - apiGroups: [apps]
      apiVersions: [v1]
      operations: [CREATE]
      resources: [deployments]
  validations:
  - expression: object.spec.replicas < 10
```

```yaml good in=container kubernetes=1.27-1.30
resizePolicy:
- resourceName: cpu
  restartPolicy: NotRequired
```
"##,
};
