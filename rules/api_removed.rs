//! `api-removed`: an API version that is no longer served.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-removed",
    summary: "an API version that is no longer served",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/decode"),
    docs: r##"
The API server refuses the object since the minor release in the message.

The fix is safe if both versions mean the same for every field that the object has. It
is unsafe if the new version accepts the object but is known to differ, or if nothing
is known about the old version any more. If fields have to change as well, the help
names them.

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
