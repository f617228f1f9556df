//! `kustomize-patch-invalid`: a patch within a kustomization that cannot be applied.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "kustomize-patch-invalid",
    summary: "a patch within a kustomization that kustomize does not take",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage,
    docs: r##"
A patch that is written in the kustomization itself is either a strategic merge patch,
a piece of the object with its kind and name, or a list of operations with a target.
What stands in it is held against the API as well; what it leaves out is not missed.

```yaml bad file=kustomization.yaml
patches:
- target:
    kind: Deployment
  patch: "[{op: repalce, path: /spec/paused, value: true}]"
#               ^^^^^^^ there is no operation repalce
- patch: "[{op: remove, path: /spec/paused}]"
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a list of operations needs a target
- patch: "{apiVersion: apps/v1, kind: Deployment}"
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ metadata.name is missing: kustomize reads no patch without it
```

```yaml good file=kustomization.yaml
patches:
- target:
    kind: Deployment
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 3
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 3
```
"##,
};
