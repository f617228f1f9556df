//! `cron-herd`: many CronJobs that start in the same minute.

use crate::listed::listed;
use crate::rule::{Category, Check, Cx, Outlook, Resource, Rule, Severity};
use crate::simulate::Part;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cron-herd",
    summary: "five or more CronJobs start in the same minute",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
Many schedules start at the full hour, and Jobs that start together compete for
images, nodes and databases. Starting them a few minutes apart costs nothing. Only
CronJobs whose next runs all coincide are counted, with time zones taken into account.

```yaml bad
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: "0 3 * * *"
#           ^^^^^^^^^^^ 5 CronJobs start in the same minute: a, b, c, d, e
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1.37.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: b}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1.37.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec:
  schedule: "00 03 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1.37.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: d}
spec:
  schedule: "0 3 * * *"
  timeZone: Etc/UTC
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1.37.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: e}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1.37.0"}]}}}}
```

```yaml good
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1.37.0"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: b}
spec:
  schedule: "10 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1.37.0"}]}}}}
```
"##,
};

/// How many CronJobs are reported.
const HERD: usize = 5;

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let mut by_runs: BTreeMap<Vec<&str>, Vec<Resource<'_>>> = BTreeMap::new();
    for forecast in outlook.forecasts() {
        let Part::CronJob(part) = &forecast.part else {
            continue;
        };
        // Each Job is named after the minute of its run.
        let runs = part
            .next_runs
            .iter()
            .filter_map(|it| it.job.rsplit('-').next());
        let runs: Vec<&str> = runs.collect();
        let near = !part.suspended && !runs.is_empty();
        if near && !outlook.bundle().is_patch(&forecast.resource) {
            by_runs.entry(runs).or_default().push(forecast.resource);
        }
    }
    for herd in by_runs.into_values() {
        for one in together(&herd, outlook) {
            report(&one, cx);
        }
    }
}

/// Those of a herd that are applied together; the same one in another file counts once.
fn together<'a>(herd: &[Resource<'a>], outlook: &Outlook<'_, 'a>) -> Vec<Vec<Resource<'a>>> {
    let mut indexes = FxHashMap::default();
    let mut known = FxHashSet::default();
    let mut sets: Vec<Vec<Resource<'a>>> = Vec::new();
    for it in herd {
        let set = outlook.bundle().set_of(it);
        if !known.insert((set, it.namespace(), it.name())) {
            continue;
        }
        let index = *indexes.entry(set).or_insert(sets.len());
        if index == sets.len() {
            sets.push(Vec::new());
        }
        sets[index].push(*it);
    }
    sets.retain(|it| it.len() >= HERD);
    sets
}

fn report(herd: &[Resource<'_>], cx: &mut Cx<'_>) {
    let names = listed(herd.iter().map(Resource::name));
    let message = format!("{} CronJobs start in the same minute: {names}", herd.len());
    let first = &herd[0];
    let place = first.spec().and_then(|it| it.get("schedule"));
    cx.report_on(first, place.unwrap_or(first.node), message)
        .help("start each in a different minute");
}
