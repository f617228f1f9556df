//! `api-removed`: a version of an API that is no longer served.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-removed",
    summary: "a version of an API that is no longer served",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage,
    docs: r##"
The API server refuses the object since the minor release that the message names.
The version that replaces it may have other fields: check them before you change
`apiVersion`.

```yaml bad
apiVersion: batch/v1beta1
#           ^^^^^^^^^^^^^ batch/v1beta1 CronJob was removed in Kubernetes 1.25
kind: CronJob
metadata:
  name: app
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
```
"##,
};
