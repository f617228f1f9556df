//! `pdb-overlap`: two budgets for one pod.

use crate::rule::{Bundle, Category, Check, Cx, DisruptionBudget, Pod, Rule, Severity};
use rustc_hash::FxHashSet;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pdb-overlap",
    summary: "two PodDisruptionBudgets select the same pods",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
The eviction API supports one budget per pod. If two select it, every eviction fails
with an internal error, whatever the budgets would allow, and a drain of the node
never ends. Use one budget per workload, with the selector of the workload. A budget
for everything in a namespace (`selector: {}`) cannot be combined with others.

```yaml bad
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: all
spec:
  maxUnavailable: 1
  selector: {}
#           ^^ PodDisruptionBudget `all` and `web` both select Pod `web`, so every eviction fails
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: web
    image: nginx:1.29.3
```

```yaml good
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: web
    image: nginx:1.29.3
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let mut reported = FxHashSet::default();
    for pod in bundle.pods() {
        let budgets = bundle.budgets_near(pod);
        let mut near = budgets.iter();
        let Some(earlier) = near.next() else { continue };
        let other = |it: &&DisruptionBudget<'_>| it.resource.name() != earlier.resource.name();
        for later in near.filter(other) {
            if reported.insert(later.resource.rank()) {
                report(later, earlier, pod, cx);
            }
        }
    }
}

fn report(
    later: &DisruptionBudget<'_>,
    earlier: &DisruptionBudget<'_>,
    pod: &Pod<'_>,
    cx: &mut Cx<'_>,
) {
    let Some(node) = later.selector_node() else {
        return;
    };
    let message = format!(
        "PodDisruptionBudget `{}` and `{}` both select {}, so every eviction fails",
        later.resource.name(),
        earlier.resource.name(),
        pod.title()
    );
    let reported = cx
        .report_on(&later.resource, node, message)
        .help("let only one budget select each pod");
    if let Some(node) = earlier.selector_node() {
        reported.related(node, "the other selector");
    }
}
