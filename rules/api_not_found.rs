//! `api-not-found`: a reference to an undefined name.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-not-found",
    summary: "a reference to an undefined name",
    category: Category::Api,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
A volume mount must name a volume of its own pod; otherwise the API server refuses the
pod. The message and the field path are the server's.

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  volumeMounts:
  - name: config
#         ^^^^^^ Not found: "config"
    mountPath: /etc/app
```

```yaml good in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  volumeMounts:
  - name: config
    mountPath: /etc/app
volumes:
- name: config
  emptyDir: {}
```
"##,
};
