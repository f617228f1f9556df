//! `quota-exceeded`: more pods than the quota has room for.

use crate::rule::{Bundle, Category, Check, Cx, Outlook, Rule, Severity};
use crate::simulate::load::{Load, Use};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "quota-exceeded",
    summary: "the objects of a namespace need more than its ResourceQuota allows",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
A quota is enforced pod by pod: the workloads are accepted, the first pods start, and
the rest are rejected. The rule adds up all workloads at rest, with the requests that
the scheduler sees (sidecars and init containers included) and, with an autoscaler,
the minimum number of pods. Jobs are not counted, because they are temporary.

```yaml bad
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.cpu: "2"
#                 ^^^ the quota allows 2 of `requests.cpu`, but 3 are needed at rest: Deployment `web` 3
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 6
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
        resources:
          requests:
            cpu: 500m
```

```yaml good
apiVersion: v1
kind: ResourceQuota
metadata:
  name: compute
spec:
  hard:
    requests.cpu: "4"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 6
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
        resources:
          requests:
            cpu: 500m
```
"##,
};

/// How many workloads are listed.
const SHOWN: usize = 10;

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let bundle = outlook.bundle();
    let loads = outlook.loads();
    for used in outlook.uses() {
        if used.at_rest <= used.hard.amount || is_patched(used, loads, bundle) {
            continue;
        }
        let mut by: Vec<String> = Vec::new();
        for (index, each) in &used.by {
            let (load, amount) = (&loads[*index], *each * loads[*index].least());
            let resource = &load.workload.resource;
            if !amount.is_zero() {
                by.push(format!("{} `{}` {amount}", resource.kind, resource.name()));
            }
        }
        let more = by.len().saturating_sub(SHOWN);
        by.truncate(SHOWN);
        let by = match (by.is_empty(), more) {
            (true, _) => String::new(),
            (_, 0) => format!(": {}", by.join(", ")),
            _ => format!(": {} and {more} more", by.join(", ")),
        };
        let message = format!(
            "the quota allows {} of `{}`, but {} are needed at rest{by}",
            used.hard.amount, used.hard.name, used.at_rest
        );
        cx.report_on(&used.quota.resource, used.hard.node, message)
            .help("raise the quota, or run fewer or smaller pods");
    }
}

/// Whether a patch may change what is counted.
fn is_patched(used: &Use<'_>, loads: &[Load<'_>], bundle: &Bundle<'_>) -> bool {
    let mut by = used.by.iter().map(|(index, _)| &loads[*index]);
    by.any(|it| bundle.may_be_changed(&it.workload))
}
