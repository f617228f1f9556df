//! `pod-fits-no-node`: no node of the cluster takes the pod.

use crate::rule::{Category, Check, Cx, Outlook, Rule, Severity, WorkloadKind};
use crate::simulate::footprint::PodNeeds;
use crate::simulate::limit_range;
use crate::simulate::scheduling::{Machine, Wanted};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pod-fits-no-node",
    summary: "no node among the objects takes the pod, even when it is empty",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
Where nodes are among the files (`kubectl get nodes -o yaml > nodes.yaml`), each
pod is held against each node as the scheduler does it: node selector and affinity,
taints, cordons, and the requests of the whole pod against what is allocatable. A
pod that fits on no node stays `Pending`.

```yaml bad
apiVersion: v1
kind: Node
metadata:
  name: small
status:
  allocatable:
    cpu: "2"
    memory: 4Gi
    pods: "110"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
#       ^^^^^ no node takes a pod of Deployment `model`: 0/1 nodes are available: 1 Insufficient memory
spec:
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
        image: registry.example.com/model:1.0.3
        resources:
          requests:
            memory: 8Gi
```

```yaml good
apiVersion: v1
kind: Node
metadata:
  name: large
status:
  allocatable:
    cpu: "8"
    memory: 32Gi
    pods: "110"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
spec:
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
        image: registry.example.com/model:1.0.3
        resources:
          requests:
            memory: 8Gi
```
"##,
};

fn check(outlook: &Outlook<'_, '_>, cx: &mut Cx<'_>) {
    let bundle = outlook.bundle();
    for workload in bundle.workloads() {
        // A daemon waits for nodes that it is meant for.
        let daemon = workload.kind == WorkloadKind::DaemonSet;
        let Some(pod) = workload.pod().filter(|_| !daemon) else {
            continue;
        };
        let resource = &workload.resource;
        let nodes = outlook.nodes_for(resource);
        if nodes.is_empty() || workload.replicas().value == 0 || bundle.may_be_changed(workload) {
            continue;
        }
        let machines: Vec<_> = nodes.iter().copied().map(Machine::new).collect();
        let mut needs = PodNeeds::read(pod);
        limit_range::apply(&limit_range::of(bundle, resource), &mut needs);
        let wanted = Wanted::new(needs, 1);
        let Some(refusals) = wanted.fits_nowhere(&machines) else {
            continue;
        };
        // Who names a node does without the scheduler.
        let named = pod.spec().is_some_and(|it| it.get("nodeName").is_some());
        if named || !wanted.is_scheduled() {
            continue;
        }
        let message = format!(
            "no node takes a pod of {} `{}`: 0/{} nodes are available: {refusals}",
            resource.kind,
            resource.name(),
            machines.len()
        );
        let place = resource.metadata().and_then(|it| it.get("name"));
        cx.report_on(resource, place.unwrap_or(resource.node), message)
            .help("ask for less, or for a node that the cluster has");
    }
}
