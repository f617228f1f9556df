//! `paused-or-frozen`: a workload whose new versions never reach its pods.

use crate::rule::{
    Category, Check, Cx, Forecast, Node, Rule, Severity, Value, Workload, WorkloadKind,
};
use crate::simulate::Part;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "paused-or-frozen",
    summary: "new versions of a workload are not rolled out, or cannot be rolled back",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Forecast(check),
    docs: r##"
Some settings are meant to be temporary, and do harm in a file that is applied again
and again: a paused Deployment rolls nothing out (and creates no pods if it is new), a
StatefulSet whose partition is above all ordinals keeps the old template for every
pod, `OnDelete` waits for somebody to delete pods, and without a history there is no
revision to roll back to.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  paused: true
#         ^^^^ nothing is rolled out while `web` is paused
  revisionHistoryLimit: 0
#                       ^ no earlier revision is kept, so `kubectl rollout undo` cannot roll back
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

```yaml bad
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  updateStrategy:
    rollingUpdate:
      partition: 3
#                ^ no pod gets a new template: all 3 are below the partition
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
```

```yaml bad
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  updateStrategy:
    type: OnDelete
#         ^^^^^^^^ a pod gets a new template only when somebody deletes it
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      containers:
      - name: agent
        image: registry.example.com/agent:2.0.0
```

```yaml good
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  updateStrategy:
    rollingUpdate:
      partition: 2
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
```
"##,
};

fn check(forecast: &Forecast<'_>, cx: &mut Cx<'_>) {
    let Some(workload) = &forecast.workload else {
        return;
    };
    if let Some((node, message, help)) = frozen(forecast, workload) {
        cx.report(node, message).help(help);
    }
    let limit = workload
        .spec()
        .and_then(|it| it.get("revisionHistoryLimit"));
    let limit = limit.filter(|it| it.value() == Value::Int(0));
    if let Some(node) = limit.filter(|_| workload.kind == WorkloadKind::Deployment) {
        let message = "no earlier revision is kept, so `kubectl rollout undo` cannot roll back";
        cx.report(node, message)
            .help("remove the field to keep 10 revisions");
    }
}

/// What keeps a new template from the pods: where it is written, and what to do.
fn frozen<'a>(
    forecast: &Forecast<'_>,
    workload: &Workload<'a>,
) -> Option<(Node<'a>, String, &'static str)> {
    let name = workload.resource.name();
    match &forecast.part {
        Part::Deployment(part) if part.paused => Some((
            workload.paused().node?,
            format!("nothing is rolled out while `{name}` is paused"),
            "remove `paused` when the change is complete",
        )),
        Part::StatefulSet(part) if part.strategy != "OnDelete" => {
            let pods = forecast.pods?.desired;
            let node = workload.rolling_update("partition")?;
            (pods > 0 && i64::from(part.partition) >= pods).then(|| {
                let all = if pods == 1 {
                    "the only one is".to_owned()
                } else {
                    format!("all {pods} are")
                };
                let message = format!("no pod gets a new template: {all} below the partition");
                (
                    node,
                    message,
                    "lower the partition to roll out the template",
                )
            })
        }
        Part::StatefulSet(_) | Part::DaemonSet(_) => {
            let strategy = workload.strategy_type();
            let node = strategy.node.filter(|_| strategy.value == "OnDelete")?;
            let message = "a pod gets a new template only when somebody deletes it".to_owned();
            Some((node, message, "use `RollingUpdate`"))
        }
        _ => None,
    }
}
