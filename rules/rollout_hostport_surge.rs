//! `rollout-hostport-surge`: a new pod whose host port is still in use.

use crate::rule::{Category, Check, Cx, Outlook, Rule, Severity, Workload};
use crate::simulate::scheduling::{HostPort, Machine, Wanted};
use crate::simulate::{Part, footprint::PodNeeds};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "rollout-hostport-surge",
    summary: "a rolling update starts a pod on a node where the old pod uses the same host port",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
A host port can be used by one pod per node only. A DaemonSet with `maxSurge` starts
its new pod on the node where the old one still runs: the port is in use, the new pod
is never scheduled, and the old one is not stopped before the new one is available. A
Deployment with a host port and no pod that may be unavailable has the same problem if
it has as many replicas as there are nodes that fit; that is reported only if the
nodes are among the files.

```yaml bad
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  updateStrategy:
    rollingUpdate:
      maxSurge: 1
#               ^ a rollout of `agent` never progresses: its new pod waits for host port 9100, which the old pod uses
      maxUnavailable: 0
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
        image: registry.example.com/agent:2.1.0
        ports:
        - containerPort: 9100
          hostPort: 9100
```

```yaml good
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  updateStrategy:
    rollingUpdate:
      maxUnavailable: 1
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
        image: registry.example.com/agent:2.1.0
        ports:
        - containerPort: 9100
          hostPort: 9100
```
"##,
};

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let bundle = outlook.bundle();
    for forecast in outlook.forecasts() {
        let Some((workload, pod)) = forecast.workload.and_then(|it| Some((it, it.pod()?))) else {
            continue;
        };
        let ports = HostPort::of(&pod);
        let Some(port) = ports.first() else { continue };
        let nodes = outlook.nodes_for(&workload.resource);
        let surges = match &forecast.part {
            Part::DaemonSet(part) => part.strategy == "RollingUpdate" && written_surge(&workload),
            Part::Deployment(part) => {
                let machines = nodes.iter().copied().map(Machine::new);
                let wanted = Wanted::new(PodNeeds::read(pod), 1);
                let takers = machines.filter(|it| it.refuses(&wanted).is_none()).count();
                let full = i64::try_from(takers).is_ok_and(|it| workload.replicas().value >= it);
                let waits = part.max_unavailable == 0 && part.max_surge > 0;
                waits && part.strategy == "RollingUpdate" && takers > 0 && full
            }
            _ => false,
        };
        if !surges || bundle.may_be_changed(&workload) {
            continue;
        }
        let resource = &workload.resource;
        let message = format!(
            "a rollout of `{}` never progresses: its new pod waits for host port {}, which the \
             old pod uses",
            resource.name(),
            port.number
        );
        let place = workload.rolling_update("maxSurge");
        let place = place.or_else(|| resource.metadata()?.get("name"));
        cx.report_on(resource, place.unwrap_or(resource.node), message)
            .help("set `maxSurge: 0` and `maxUnavailable: 1`")
            .related(port.node, "the port");
    }
}

/// Whether a DaemonSet surges: any `maxSurge` that is not zero.
fn written_surge(workload: &Workload<'_>) -> bool {
    let surge = workload.rolling_update("maxSurge");
    surge
        .and_then(crate::rule::int_or_string)
        .is_some_and(|it| {
            let number = it.scaled(100, crate::kube::int_or_percent::Rounding::Up);
            number.is_ok_and(|it| it > 0)
        })
}
