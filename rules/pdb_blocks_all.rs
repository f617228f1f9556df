//! `pdb-blocks-all`: a budget that blocks every eviction.

use crate::rule::{Bundle, Category, Check, Cx, DisruptionBudget, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pdb-blocks-all",
    summary: "a PodDisruptionBudget blocks every eviction, however many pods there are",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "pdb-max-unavailable"),
        alias("kube-score", "poddisruptionbudget-has-policy"),
    ],
    check: Check::Bundle(check),
    docs: r##"
`maxUnavailable: 0` and `minAvailable: 100%` block every eviction, and so does a
budget that sets neither. Nodes with such a pod cannot be drained: cluster upgrades
wait until someone deletes the pod or the budget by hand. A budget is meant to keep
most pods running while one moves; `maxUnavailable: 1` does that for any number of
replicas.

```yaml bad
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  maxUnavailable: 0
#                 ^ `maxUnavailable: 0` blocks every eviction, so nodes cannot be drained
  selector:
    matchLabels:
      app: web
```

```yaml bad
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
#^^^ neither `minAvailable` nor `maxUnavailable` is set, which blocks every eviction
  selector:
    matchLabels:
      app: web
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
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for budget in bundle.budgets() {
        check_budget(&budget, cx);
    }
}

fn check_budget(budget: &DisruptionBudget<'_>, cx: &mut Cx<'_>) {
    let help = "set `maxUnavailable: 1`";
    let Some(spec) = budget.resource.spec().filter(|spec| spec.is_map()) else {
        return;
    };
    let Some(guard) = budget.guard() else {
        let fields = ["minAvailable", "maxUnavailable"];
        // A null or malformed value is reported by validation.
        if fields.iter().all(|field| spec.entry(field).is_none()) && budget.selector().is_some() {
            let message =
                "neither `minAvailable` nor `maxUnavailable` is set, which blocks every eviction";
            cx.report_on(&budget.resource, spec, message).help(help);
        }
        return;
    };
    if guard.blocks_all() {
        let field = if guard.is_min {
            "minAvailable"
        } else {
            "maxUnavailable"
        };
        let message = format!(
            "`{field}: {}` blocks every eviction, so nodes cannot be drained",
            guard.amount
        );
        cx.report_on(&budget.resource, guard.node, message)
            .help(help);
    }
}
