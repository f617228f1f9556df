//! `api-removed`: a version of an API that is no longer served.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-removed",
    summary: "a version of an API that is no longer served",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage,
    docs: r##"
The API server refuses the object since the minor release that the message names.

The fix is safe where both versions mean the same by every field that the object
has. Where the new version takes the object but is known to differ, or where
nothing is known of the old one any more, it is unsafe; and where fields have to
change with it, the help names them.

```yaml bad
apiVersion: batch/v1beta1
#           ^^^^^^^^^^^^^ batch/v1beta1 CronJob was removed in Kubernetes 1.25
kind: CronJob
metadata:
  name: app
```

```yaml bad
apiVersion: policy/v1beta1
#           ^^^^^^^^^^^^^^ policy/v1beta1 PodDisruptionBudget was removed in Kubernetes 1.25
kind: PodDisruptionBudget
metadata:
  name: app
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: app
```

```yaml fixed
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: app
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: app
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
```
"##,
};
