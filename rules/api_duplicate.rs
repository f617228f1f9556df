//! `api-duplicate`: a list item repeats a name that must be unique.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-duplicate",
    summary: "a list item repeats a name that must be unique",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
The API server refuses the object. Duplicates that it only warns about, such as a
variable that is set twice, are reported by other rules.

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
- name: app
#       ^^^ Duplicate value: "app"
  image: registry.example.com/proxy:2.0.0
```

```yaml good in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
- name: proxy
  image: registry.example.com/proxy:2.0.0
```
"##,
};
