//! `api-invalid`: a value that the API server refuses.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-invalid",
    summary: "a value that the API server refuses",
    category: Category::Api,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
The API server's own validation refuses the object; the message and the field path are
the server's. Most of these values match the schema: it knows types, but not that a
name has at most 63 characters or that a rolling update must be able to make progress.

```yaml bad in=deployment
replicas: 1
selector: {matchLabels: {app: web}}
strategy:
  rollingUpdate:
    maxSurge: 0
    maxUnavailable: 0
#                   ^ Invalid value: 0: may not be 0 when `maxSurge` is 0
template:
  metadata: {labels: {app: web}}
  spec:
    containers: [{name: app, image: registry.example.com/app:1.4.2}]
```

```yaml good in=deployment
replicas: 1
selector: {matchLabels: {app: web}}
strategy:
  rollingUpdate:
    maxSurge: 1
    maxUnavailable: 0
template:
  metadata: {labels: {app: web}}
  spec:
    containers: [{name: app, image: registry.example.com/app:1.4.2}]
```
"##,
};
