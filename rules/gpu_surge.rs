//! `gpu-surge`: a rollout that needs more devices than the pods use.

use crate::rule::{Category, Check, Cx, Forecast, Node, Rule, Severity, Workload};
use crate::simulate::Part;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "gpu-surge",
    summary: "a rollout of pods with devices needs spare devices",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Forecast(check),
    docs: r##"
Devices such as GPUs are rarely free. If no pod may be unavailable, a rollout starts
with a new pod beside the old ones, and waits until as many devices as that pod needs
are free. With `maxSurge: 0` and `maxUnavailable: 1` an old pod is stopped first.

```yaml bad
apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
spec:
  replicas: 2
  selector:
    matchLabels:
      app: model
  template:
    metadata:
      labels:
        app: model
    spec:
      containers:
      - name: model
        image: registry.example.com/model:7.1.0
        resources:
          limits:
            nvidia.com/gpu: "4"
#                           ^^^ a rollout needs 4 more of `nvidia.com/gpu` than its 2 pods use
```

```yaml good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
spec:
  replicas: 2
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 1
  selector:
    matchLabels:
      app: model
  template:
    metadata:
      labels:
        app: model
    spec:
      containers:
      - name: model
        image: registry.example.com/model:7.1.0
        resources:
          limits:
            nvidia.com/gpu: 4
```
"##,
};

fn check(forecast: &Forecast<'_>, cx: &mut Cx<'_>) {
    let (Some(workload), Part::Deployment(part)) = (&forecast.workload, &forecast.part) else {
        return;
    };
    let pods = forecast.pods.map_or(0, |it| it.desired);
    if part.max_surge == 0 || part.max_unavailable > 0 || pods == 0 {
        return;
    }
    let Some((name, amount)) = device(workload) else {
        return;
    };
    let pods = match pods {
        1 => "pod".to_owned(),
        count => format!("{count} pods"),
    };
    let verb = if pods == "pod" { "uses" } else { "use" };
    let amount_text = amount.as_str().unwrap_or(amount.raw());
    let message = format!("a rollout needs {amount_text} more of `{name}` than its {pods} {verb}");
    cx.report(amount, message)
        .help("set `maxSurge: 0` and `maxUnavailable: 1`");
}

/// The first device that a container requests: its name has a domain.
fn device<'a>(workload: &Workload<'a>) -> Option<(&'a str, Node<'a>)> {
    let pod = workload.pod()?;
    let limits = pod
        .app_containers()
        .filter_map(|it| it.node.at(&["resources", "limits"]));
    let mut entries = limits.flat_map(Node::entries);
    let found = entries.find(|it| {
        let domain = it.name().split_once('/').map(|(domain, _)| domain);
        domain.is_some_and(|it| it != "kubernetes.io") && it.value.as_i64() != Some(0)
    })?;
    Some((found.name(), found.value))
}
