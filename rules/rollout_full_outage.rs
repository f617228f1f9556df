//! `rollout-full-outage`: a rolling update that may stop all pods at once.

use crate::rule::{Bundle, Category, Check, Cx, Outlook, Rule, Service, Severity};
use crate::simulate::Part;
use crate::simulate::scheduling::HostPort;
use rustc_hash::FxHashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "rollout-full-outage",
    summary: "a rolling update may leave a Service without any pod",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
`maxUnavailable` is the number of pods that a rollout may take away before new ones
are ready. Where it is as large as the number of replicas, all of them may be gone
at once, and a rolling update is no better than `Recreate`. A single replica with
`maxUnavailable: 1` is the usual case; with `maxSurge: 1` and `maxUnavailable: 0`
its successor is ready before it stops.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  strategy:
    rollingUpdate:
      maxUnavailable: 2
#                     ^ an update of `web` may stop all 2 pods at once, and Service `web` has none to lead to
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
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  strategy:
    rollingUpdate:
      maxUnavailable: 1
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

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let bundle = outlook.bundle();
    let alone = services_of_one(bundle);
    for forecast in outlook.forecasts() {
        let Some(workload) = &forecast.workload else {
            continue;
        };
        // What nobody wrote nobody meant to be so: with the default there is a surge.
        let Some(written) = workload.rolling_update("maxUnavailable") else {
            continue;
        };
        let (Part::Deployment(part), Some(pods)) = (&forecast.part, forecast.pods) else {
            continue;
        };
        let rolls = part.strategy == "RollingUpdate" && part.max_unavailable > 0;
        // An autoscaler runs more, and what a patch changes is not known.
        let other = bundle.autoscaler_of(workload).is_some() || bundle.may_be_changed(workload);
        // Two pods with one port of the node cannot take turns.
        let other = other
            || workload
                .pod()
                .is_some_and(|it| !HostPort::of(&it).is_empty());
        if !rolls || pods.desired == 0 || pods.min_available > 0 || other {
            continue;
        }
        let Some(service) = alone.get(&workload.resource.rank()) else {
            continue;
        };
        let resource = &workload.resource;
        let all = match pods.desired {
            1 => "its only pod".to_owned(),
            count => format!("all {count} pods at once"),
        };
        let message = format!(
            "an update of `{}` may stop {all}, and Service `{}` has none to lead to",
            resource.name(),
            service.resource.name()
        );
        let name = service.resource.metadata().and_then(|it| it.get("name"));
        let reported = cx
            .report_on(resource, written, message)
            .help("set `maxUnavailable: 0` and `maxSurge: 1`");
        let reported = match name {
            Some(name) => reported.related(name, "the Service"),
            None => reported,
        };
        // One pod is seldom meant to be always there.
        if pods.desired == 1 {
            reported.severity(Severity::Info);
        }
    }
}

/// The first Service of each workload that is alone behind it: where there are
/// others, they may carry on.
fn services_of_one<'a>(bundle: &Bundle<'a>) -> FxHashMap<(u32, u32, u32), Service<'a>> {
    let mut found = FxHashMap::default();
    for service in bundle.services() {
        if let [pod] = bundle.pods_of(&service)[..] {
            found.entry(pod.resource.rank()).or_insert(service);
        }
    }
    found
}
