//! `rollout-antiaffinity-surge`: anti-affinity that leaves no node for a new pod.

use crate::rule::{Category, Check, Cx, Outlook, Pod, Rule, Severity};
use crate::simulate::Part;
use crate::simulate::footprint::PodNeeds;
use crate::simulate::nodes::ClusterNode;
use crate::simulate::scheduling::{Machine, PodAffinityTerm, Pull, Wanted};
use std::collections::BTreeSet;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "rollout-antiaffinity-surge",
    summary: "required anti-affinity leaves no node for the first pod of a rollout",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
Required anti-affinity between the pods of a Deployment allows one pod per node (or
zone). With as many replicas as nodes, and no pod that may be unavailable, a rollout
cannot start: the new pod cannot run beside any old one, and no old pod stops before
the new one is available. With more replicas than nodes, some never start. This is
reported only if the nodes are among the files.

```yaml bad
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata:
    name: a
- apiVersion: v1
  kind: Node
  metadata:
    name: b
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
#           ^ a rollout of `web` never starts: anti-affinity by `kubernetes.io/hostname` leaves room for 2 pods, and `replicas` is 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels:
                app: web
      containers:
      - name: web
        image: nginx:1.29.3
```

```yaml good
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata:
    name: a
- apiVersion: v1
  kind: Node
  metadata:
    name: b
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 1
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels:
                app: web
      containers:
      - name: web
        image: nginx:1.29.3
```
"##,
};

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let bundle = outlook.bundle();
    for forecast in outlook.forecasts() {
        let Some((workload, pod)) = forecast.workload.and_then(|it| Some((it, it.pod()?))) else {
            continue;
        };
        let nodes = outlook.nodes_for(&workload.resource);
        let Part::Deployment(part) = &forecast.part else {
            continue;
        };
        if nodes.is_empty() {
            continue;
        }
        let replicas = workload.replicas();
        let rolls = part.strategy == "RollingUpdate" && replicas.value > 0;
        let waits = rolls && part.max_surge > 0 && part.max_unavailable == 0;
        for term in PodAffinityTerm::required(&pod, Pull::Apart) {
            if !term.chooses(&pod) || bundle.may_be_changed(&workload) {
                continue;
            }
            let places = places(&pod, term.topology_key, nodes);
            let Ok(room) = i64::try_from(places) else {
                continue;
            };
            let what = match replicas.value - room {
                _ if room == 0 => continue,
                1.. => "some pods never start",
                0 if waits => "a rollout never starts",
                _ => continue,
            };
            let resource = &workload.resource;
            let (name, key) = (resource.name(), term.topology_key);
            let of = what.replacen("rollout", &format!("rollout of `{name}`"), 1);
            let of = of.replacen("some pods", &format!("some pods of `{name}`"), 1);
            let plural = if room == 1 { "" } else { "s" };
            let message = format!(
                "{of}: anti-affinity by `{key}` leaves room for {room} pod{plural}, and `replicas` is {}",
                replicas.value
            );
            let place = replicas.node.or_else(|| resource.metadata()?.get("name"));
            cx.report_on(resource, place.unwrap_or(resource.node), message)
                .help("set `maxUnavailable: 1`, run fewer pods, or use preferred anti-affinity")
                .related(term.node, "the anti-affinity");
        }
    }
}

/// How many domains of that key have a node that fits the pod.
fn places(pod: &Pod<'_>, key: &str, nodes: &[ClusterNode<'_>]) -> usize {
    let wanted = Wanted::new(PodNeeds::read(*pod), 1);
    let machines = nodes.iter().copied().map(Machine::new);
    let takers = machines.filter(|it| it.refuses(&wanted).is_none());
    let domains = takers.filter_map(|it| {
        let own = it.node.label(key);
        own.or_else(|| (key == "kubernetes.io/hostname").then(|| it.node.name()))
    });
    domains.collect::<BTreeSet<_>>().len()
}
