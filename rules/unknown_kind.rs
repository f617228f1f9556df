//! `unknown-kind`: an apiVersion and kind that Kubernetes does not have.

use crate::rule::{Category, Check, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "unknown-kind",
    summary: "an apiVersion and kind that Kubernetes does not have",
    category: Category::Schema,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Stage("src/decode"),
    docs: r##"
The API server has no such resource. A kind is written in exactly one way, with a
capital letter, and belongs to certain groups and versions. Kinds of other groups than
Kubernetes' own are looked up in the CustomResourceDefinitions of the run and of
`--schema-location`; kinds that nothing defines are reported with `--unknown-kinds
error`.

```yaml bad
apiVersion: v1
kind: configmap
#     ^^^^^^^^^ no kind "configmap" in v1
metadata:
  name: app
```

```yaml fixed
apiVersion: v1
kind: ConfigMap
metadata:
  name: app
```

```yaml bad
apiVersion: v1
#           ^^ CronJob is in batch/v1, not in v1
kind: CronJob
metadata:
  name: app
```

```yaml fixed
apiVersion: batch/v1
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
