//! `kustomize-patch-invalid`: an inline patch that kustomize does not accept.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "kustomize-patch-invalid",
    summary: "an inline patch that kustomize does not accept",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/kustomization"),
    docs: r##"
A patch written in the kustomization itself is either a strategic merge patch, which
is a part of the object with its kind and name, or a JSON 6902 patch, which is a list
of operations and needs a target. Its fields are checked against the API as well;
fields that it leaves out are not reported.

```yaml bad file=kustomization.yaml
patches:
- target:
    kind: Deployment
  patch: "[{op: repalce, path: /spec/paused, value: true}]"
#               ^^^^^^^ unknown operation `repalce`
- patch: "[{op: remove, path: /spec/paused}]"
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a JSON 6902 patch needs a `target`
- patch: "{apiVersion: apps/v1, kind: Deployment}"
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ metadata.name is missing: kustomize requires it in a patch
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
