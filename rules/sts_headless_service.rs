//! `sts-headless-service`: a StatefulSet whose pods get no DNS names.

use crate::rule::{
    Bundle, Category, Check, Cx, Rule, Service, Severity, Workload, WorkloadKind, alias,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "sts-headless-service",
    summary: "the `serviceName` of a StatefulSet is not a headless Service that selects its pods",
    category: Category::References,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-score", "statefulset-has-servicename")],
    check: Check::Bundle(check),
    docs: r##"
Pods of a StatefulSet get stable DNS names such as `db-0.db` only through the headless
Service in `serviceName`: it must exist, have `clusterIP: None` and select the pods.
Clustered databases find their peers by these names, and do not start without them.
This is reported only if the files beside the StatefulSet define Services.

```yaml bad
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db-headless
#              ^^^^^^^^^^^ there is no Service `db-headless`, so the pods get no DNS names
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
      - name: db
        image: postgres:18.1
---
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
  - port: 5432
```

```yaml good
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
      - name: db
        image: postgres:18.1
---
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
  - port: 5432
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let sets = bundle.workloads().iter();
    for set in sets.filter(|it| it.kind == WorkloadKind::StatefulSet) {
        check_set(set, bundle, cx);
    }
}

fn check_set(set: &Workload<'_>, bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let resource = &set.resource;
    let Some(node) = set.spec().and_then(|spec| spec.get("serviceName")) else {
        return;
    };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else {
        return;
    };
    let place = [resource.namespace(), name];
    let services = bundle.named_nearest(resource, "", "Service", place, |_| true);
    let service = services.first().copied().and_then(Service::new);
    let problem = match (service, set.pod()) {
        (None, _) => {
            let any = bundle.named_anywhere("", "Service", name).next().is_some();
            let known = bundle.near(resource, "", "Service").next().is_some();
            if any || !known || bundle.may_be_made(name, resource) {
                return;
            }
            format!("there is no Service `{name}`")
        }
        (Some(service), _) if !service.is_headless() => format!("Service `{name}` is not headless"),
        (Some(service), Some(pod)) => match service.selector() {
            Some(selector) if !pod.is_chosen_by(&selector) => {
                format!("Service `{name}` does not select the pods")
            }
            _ => return,
        },
        _ => return,
    };
    cx.report_on(
        resource,
        node,
        format!("{problem}, so the pods get no DNS names"),
    )
    .help("name a Service with `clusterIP: None` that selects the pods");
}
