//! `api-too-many`: a list has more items than the API server allows.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-too-many",
    summary: "a list has more items than the API server allows",
    category: Category::Api,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/server"),
    docs: r##"
The API server limits the length of some lists. The message and the field path are the
server's.

```yaml bad in=job
podFailurePolicy:
  rules:
# ^^^^^ Too many: 21: must have at most 20 items
  - action: Ignore
    onExitCodes: {operator: In, values: [1]}
  - action: Ignore
    onExitCodes: {operator: In, values: [2]}
  - action: Ignore
    onExitCodes: {operator: In, values: [3]}
  - action: Ignore
    onExitCodes: {operator: In, values: [4]}
  - action: Ignore
    onExitCodes: {operator: In, values: [5]}
  - action: Ignore
    onExitCodes: {operator: In, values: [6]}
  - action: Ignore
    onExitCodes: {operator: In, values: [7]}
  - action: Ignore
    onExitCodes: {operator: In, values: [8]}
  - action: Ignore
    onExitCodes: {operator: In, values: [9]}
  - action: Ignore
    onExitCodes: {operator: In, values: [10]}
  - action: Ignore
    onExitCodes: {operator: In, values: [11]}
  - action: Ignore
    onExitCodes: {operator: In, values: [12]}
  - action: Ignore
    onExitCodes: {operator: In, values: [13]}
  - action: Ignore
    onExitCodes: {operator: In, values: [14]}
  - action: Ignore
    onExitCodes: {operator: In, values: [15]}
  - action: Ignore
    onExitCodes: {operator: In, values: [16]}
  - action: Ignore
    onExitCodes: {operator: In, values: [17]}
  - action: Ignore
    onExitCodes: {operator: In, values: [18]}
  - action: Ignore
    onExitCodes: {operator: In, values: [19]}
  - action: Ignore
    onExitCodes: {operator: In, values: [20]}
  - action: Ignore
    onExitCodes: {operator: In, values: [21]}
template:
  spec:
    restartPolicy: Never
    containers: [{name: app, image: registry.example.com/app:1.4.2}]
```

```yaml good in=job
podFailurePolicy:
  rules:
  - action: Ignore
    onExitCodes: {operator: In, values: [1, 2, 3]}
template:
  spec:
    restartPolicy: Never
    containers: [{name: app, image: registry.example.com/app:1.4.2}]
```
"##,
};
