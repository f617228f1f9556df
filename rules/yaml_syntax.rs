//! `yaml-syntax`: the text is no YAML that Kubernetes could read.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "yaml-syntax",
    summary: "the text is no YAML that Kubernetes could read",
    category: Category::Syntax,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage,
    docs: r##"
A document that is no YAML cannot be applied at all. The other documents of the
file are checked all the same, so that one slip does not hide what else is wrong.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
data:
  schedule: *nightly
#           ^^^^^^^^ no anchor is named nightly
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
data:
  schedule: "*nightly"
```
"##,
};
