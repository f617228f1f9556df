//! `priority-class-default-duplicate`: a second default PriorityClass.

use crate::rule::{Bundle, Category, Check, Cx, Resource, Rule, Severity};
use std::collections::HashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "priority-class-default-duplicate",
    summary: "a second PriorityClass sets `globalDefault: true`",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A cluster has at most one default PriorityClass. The Priority admission plugin, which is
on by default, rejects the second one: `kubectl apply` fails for it.

```yaml bad
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: low
value: 1
globalDefault: true
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: normal
value: 1000
globalDefault: true
#              ^^^^ PriorityClass `low` is already marked as default, so `normal` is rejected
```

```yaml good
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: low
value: 1
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: normal
value: 1000
globalDefault: true
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let classes = bundle.of_kind("scheduling.k8s.io", "PriorityClass");
    let mut first: HashMap<_, Resource<'_>> = HashMap::new();
    for class in classes.filter(|it| !bundle.is_patch(it)) {
        let flag = class.node.get("globalDefault");
        let Some(flag) = flag.filter(|it| it.as_bool() == Some(true)) else {
            continue;
        };
        let earlier = *first.entry(bundle.set_of(class)).or_insert(*class);
        if earlier.name() == class.name() {
            continue;
        }
        let message = format!(
            "PriorityClass `{}` is already marked as default, so `{}` is rejected",
            earlier.name(),
            class.name()
        );
        let reported = cx
            .report_on(class, flag, message)
            .help("keep `globalDefault: true` on one of them");
        if let Some(flag) = earlier.node.get("globalDefault") {
            reported.related(flag, "the first default");
        }
    }
}
