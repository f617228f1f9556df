//! `api-required`: a required field is missing.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-required",
    summary: "a required field is missing",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
The API server refuses the object. Only fields that the server really requires are
reported: some that the published schema marks as required may be left out.

Documents that a kustomization lists as patches may be incomplete, and so may those
with directives such as `$patch`.

```yaml bad in=pod
containers:
- name: app
# ^^^^ Required value: image is missing
  args: [serve]
```

```yaml good in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  args: [serve]
```
"##,
};
