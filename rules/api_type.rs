//! `api-type`: a value has the wrong type.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-type",
    summary: "a value has the wrong type",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/decode"),
    docs: r##"
The API server cannot decode the object and refuses it. In YAML, the way a value is
written decides its type: `yes`, `8080` and `1.0` are strings only in quotes, and
`"80"` is not a number.

```yaml bad in=container
env:
- name: PORT
  value: 8080
#        ^^^^ value must be a string, not the integer 8080
```

```yaml fixed in=container
env:
- name: PORT
  value: "8080"
```

```yaml bad in=container
resources:
  limits:
    memory: 64mi
#           ^^^^ memory must be a quantity, not the string "64mi": unable to parse quantity's suffix
```

```yaml good in=container
resources:
  limits:
    memory: 64Mi
```

```yaml bad in=container
command: sh -c true
#        ^^^^^^^^^^ command must be a list, not the string "sh -c true"
```
"##,
};
