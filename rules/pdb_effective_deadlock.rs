//! `pdb-effective-deadlock`: a budget that requires as many pods as there are.

use crate::rule::{
    Bundle, Category, Check, Cx, DisruptionBudget, Pod, Rule, Severity, Workload, alias,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pdb-effective-deadlock",
    summary: "a PodDisruptionBudget requires as many pods as the workload has",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-linter", "pdb-min-available")],
    check: Check::Bundle(check),
    docs: r##"
With `minAvailable: 1` and one replica no pod can ever be evicted, so draining its
node never ends. The rule calculates as the controller does: percentages are rounded
up, and unset replicas are 1. With an autoscaler its minimum counts, because a drain
may come when load is low. Replicas that a patch of the run sets are taken into
account.

```yaml bad
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
#               ^ `minAvailable: 2` blocks every eviction: Deployment `web` has 2 replicas
  selector:
    matchLabels:
      app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
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
  minAvailable: 2
  selector:
    matchLabels:
      app: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
```
"##,
};

/// The pods that a budget covers: how many there are, and whose.
struct Covered<'a> {
    workload: Workload<'a>,
    replicas: i64,
    by_autoscaler: bool,
}

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for budget in bundle.budgets() {
        let Some(guard) = budget.guard().filter(|guard| !guard.blocks_all()) else {
            continue;
        };
        let covered = covered(&budget, bundle);
        let Some(first) = covered.first() else {
            continue;
        };
        let total: i64 = covered.iter().map(|it| it.replicas).sum();
        let Ok(expected) = i32::try_from(total) else {
            continue;
        };
        // Nothing runs, so there is nothing to evict.
        if expected == 0 || guard.allowed(expected) > 0 || bundle.is_patched(&budget.resource) {
            continue;
        }
        let field = if guard.is_min {
            "minAvailable"
        } else {
            "maxUnavailable"
        };
        let whose = match covered.len() {
            1 => {
                let resource = &first.workload.resource;
                format!("{} `{}` has", resource.kind, resource.name())
            }
            _ => "its workloads have".to_owned(),
        };
        let least = if first.by_autoscaler { "at least " } else { "" };
        let plural = if expected == 1 { "" } else { "s" };
        let message = format!(
            "`{field}: {}` blocks every eviction: {whose} {least}{expected} replica{plural}",
            guard.amount
        );
        let place = first.workload.replicas().node;
        let place = place.or_else(|| first.workload.resource.metadata()?.get("name"));
        let reported = cx
            .report_on(&budget.resource, guard.node, message)
            .help("set `maxUnavailable: 1`, or run more replicas");
        if let Some(place) = place {
            reported.related(place, "the pods that it covers");
        }
    }
}

/// The workloads whose pods the budget selects; none if their number is unknown.
fn covered<'a>(budget: &DisruptionBudget<'a>, bundle: &Bundle<'a>) -> Vec<Covered<'a>> {
    let resource = budget.resource;
    let Some(selector) = budget.selector() else {
        return Vec::new();
    };
    let pods = bundle.pods_chosen_near(&resource, &selector);
    let known: Option<Vec<_>> = pods.iter().map(|pod| count(pod, bundle)).collect();
    known.unwrap_or_default()
}

fn count<'a>(pod: &Pod<'a>, bundle: &Bundle<'a>) -> Option<Covered<'a>> {
    let workload = Workload::new(pod.resource)?;
    if !workload.kind.has_replicas() {
        return None;
    }
    if let Some(autoscaler) = bundle.autoscaler_of(&workload) {
        let min = autoscaler.min_replicas().value;
        let near = bundle.are_near(&autoscaler.resource, &pod.resource);
        // It may scale to zero: then there is nothing to drain.
        return (near && min > 0).then_some(Covered {
            workload,
            replicas: min,
            by_autoscaler: true,
        });
    }
    let versions = bundle.versions_of(&workload);
    let most = versions.map(|it| it.replicas().value).max();
    Some(Covered {
        workload,
        replicas: most.unwrap_or(1),
        by_autoscaler: false,
    })
}
