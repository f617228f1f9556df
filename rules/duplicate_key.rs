//! `duplicate-key`: a key occurs twice in one mapping.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "duplicate-key",
    summary: "a key occurs twice in one mapping",
    category: Category::Syntax,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/parse"),
    docs: r##"
YAML forbids duplicate keys, kubectl refuses them, and less strict tools silently keep
one of the two values. They usually come from a merge, or from a block that was pasted
where its key already existed.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
  labels:
    app: app
  labels:
# ^^^^^^ duplicate key labels in this mapping
    tier: web
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
  labels:
    app: app
    tier: web
```
"##,
};
