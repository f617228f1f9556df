//! `yaml-syntax`: invalid YAML.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "yaml-syntax",
    summary: "invalid YAML",
    category: Category::Syntax,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/parse"),
    docs: r##"
A document that is not valid YAML cannot be applied at all. The other documents of the
file are checked all the same, so that one mistake does not hide others.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
data:
  schedule: *nightly
#           ^^^^^^^^ unknown anchor "nightly"
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
