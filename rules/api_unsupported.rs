//! `api-unsupported`: a value is not one that the field allows.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-unsupported",
    summary: "a value is not one that the field allows",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
The API server refuses the object. Values are compared exactly: `Always` is allowed,
`always` is not.

```yaml bad in=container
imagePullPolicy: always
#                ^^^^^^ Unsupported value: "always": supported values: "Always", "IfNotPresent", "Never"
```

```yaml fixed in=container
imagePullPolicy: Always
```

```yaml good in=container
imagePullPolicy: IfNotPresent
```
"##,
};
