//! `schema-incomplete`: a given JSON Schema asks what cannot be followed.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "schema-incomplete",
    summary: "a JSON Schema given with --schema-location cannot be followed everywhere",
    category: Category::Schema,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage,
    docs: r##"
A JSON Schema file may refer to other files, or have a pattern that is none. What
cannot be followed is not checked, and an object that passes is not proven right.
Nothing is fetched: put the files that a schema names beside it.

```yaml good
apiVersion: example.com/v1
kind: Widget
metadata:
  name: a
```
"##,
};
