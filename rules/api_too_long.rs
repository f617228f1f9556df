//! `api-too-long`: a value is longer than the API server allows.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-too-long",
    summary: "a value is longer than the API server allows",
    category: Category::Api,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
The API server limits the length of some values: the data of a ConfigMap, the name of
a port, the name of a controller. The message and the field path are the server's.

```yaml bad in=job
managedBy: example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Too long: may not be more than 63 bytes
template:
  spec:
    restartPolicy: Never
    containers: [{name: app, image: registry.example.com/app:1.4.2}]
```

```yaml good in=job
managedBy: example.com/controller
template:
  spec:
    restartPolicy: Never
    containers: [{name: app, image: registry.example.com/app:1.4.2}]
```
"##,
};
