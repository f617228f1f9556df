//! `yaml-dropped-text`: text after the end of a document, which Kubernetes ignores.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "yaml-dropped-text",
    summary: "text after the end of a document is ignored by Kubernetes",
    category: Category::Syntax,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/parse"),
    docs: r##"
A line of `...` ends a document. Kubernetes separates documents only at lines of `---`
and reads one document from each piece, so everything after the `...` is silently
lost: an object that was meant to be applied is not.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata:
  name: one
...
apiVersion: v1
#^^^^^^^^^^^^^ this text is ignored: the document ended before it
kind: ConfigMap
metadata:
  name: two
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata:
  name: one
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: two
```
"##,
};
