//! `api-deprecated`: an API version that will be removed.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "api-deprecated",
    summary: "an API version that will be removed",
    category: Category::Schema,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/decode"),
    docs: r##"
The API server still accepts the object, with a warning. It refuses it from the minor
release in the message on: after that upgrade of the cluster, whatever applies the
manifest fails. Objects that are already stored stay, and are served in the new
version.

The fix is safe if both versions mean the same for every field that the object has.

```yaml bad kubernetes=1.24
apiVersion: batch/v1beta1
#           ^^^^^^^^^^^^^ batch/v1beta1 CronJob is deprecated since Kubernetes 1.21 and will be removed in 1.25
kind: CronJob
metadata:
  name: app
spec:
  schedule: "5 4 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: app
            image: registry.example.com/app:1.4.2
```

```yaml fixed kubernetes=1.24
apiVersion: batch/v1
kind: CronJob
metadata:
  name: app
spec:
  schedule: "5 4 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: app
            image: registry.example.com/app:1.4.2
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
```
"##,
};
