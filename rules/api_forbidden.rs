//! `api-forbidden`: a field or value that the API server does not allow here.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-forbidden",
    summary: "a field or value that the API server does not allow here",
    category: Category::Api,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
The field exists and its value has the right type, but the rest of the object does not
allow it. The message and the field path are the API server's.

```yaml bad in=deployment
selector: {matchLabels: {app: web}}
strategy:
  type: Recreate
  rollingUpdate: {maxSurge: 1}
#                ^^^^^^^^^^^^^ Forbidden: may not be specified when strategy `type` is 'Recreate'
template:
  metadata: {labels: {app: web}}
  spec:
    containers: [{name: app, image: registry.example.com/app:1.4.2}]
```

```yaml good in=deployment
selector: {matchLabels: {app: web}}
strategy:
  type: Recreate
template:
  metadata: {labels: {app: web}}
  spec:
    containers: [{name: app, image: registry.example.com/app:1.4.2}]
```
"##,
};
