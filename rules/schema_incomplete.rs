//! `schema-incomplete`: a given JSON Schema cannot be evaluated completely.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "schema-incomplete",
    summary: "a JSON Schema given with --schema-location cannot be evaluated completely",
    category: Category::Schema,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/custom"),
    docs: r##"
A JSON Schema file may refer to files that do not exist, or contain an invalid
pattern. Such parts are not checked, so an object that passes may still be invalid.
Nothing is downloaded: put the files that a schema refers to next to it.

```yaml good
apiVersion: example.com/v1
kind: Widget
metadata:
  name: a
```
"##,
};
