//! `kustomize-deprecated-field`: a deprecated field of a kustomization.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "kustomize-deprecated-field",
    summary: "a deprecated field of a kustomization",
    category: Category::Style,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/kustomization"),
    docs: r##"
`kustomize build` warns about these fields, and the next version of its API will not
have them. `kustomize edit fix` rewrites all of them; the fix here renames those whose
value stays the same.

```yaml bad file=kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
imageTags:
#^^^^^^^^ field "imageTags" is deprecated in kustomize
- name: nginx
  newTag: 1.29.3
commonLabels:
#^^^^^^^^^^^ field "commonLabels" is deprecated in kustomize
  app: web
```

```yaml fixed file=kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images:
- name: nginx
  newTag: 1.29.3
commonLabels:
  app: web
```

```yaml good file=kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images:
- name: nginx
  newTag: 1.29.3
```
"##,
};
