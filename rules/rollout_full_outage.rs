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
`maxUnavailable` is the number of pods that a rollout may stop before new ones are
ready. If it is as large as the number of replicas, all of them may be down at once,
and a rolling update is no better than `Recreate`. A single replica with
`maxUnavailable: 1` is the usual case; with `maxSurge: 1` and `maxUnavailable: 0` the
new pod is ready before the old one stops.

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
#                     ^ a rollout of `web` may stop all 2 pods at once, and Service `web` would have no endpoints
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
        // Only a value that is set is reported: with the default there is a surge.
        let Some(written) = workload.rolling_update("maxUnavailable") else {
            continue;
        };
        let (Part::Deployment(part), Some(pods)) = (&forecast.part, forecast.pods) else {
            continue;
        };
        let rolls = part.strategy == "RollingUpdate" && part.max_unavailable > 0;
        // An autoscaler runs more, and what a patch changes is unknown.
        let other = bundle.autoscaler_of(workload).is_some() || bundle.may_be_changed(workload);
        // Two pods with the same host port cannot run side by side.
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
            "a rollout of `{}` may stop {all}, and Service `{}` would have no endpoints",
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
        // A single pod is rarely meant to be always available.
        if pods.desired == 1 {
            reported.severity(Severity::Info);
        }
    }
}

/// The first Service of each workload that is the only one behind it: others would
/// continue to serve.
fn services_of_one<'a>(bundle: &Bundle<'a>) -> FxHashMap<(u32, u32, u32), Service<'a>> {
    let mut found = FxHashMap::default();
    for service in bundle.services() {
        if let [pod] = bundle.pods_of(&service)[..] {
            found.entry(pod.resource.rank()).or_insert(service);
        }
    }
    found
}
