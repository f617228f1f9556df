//! `pod-fits-no-node`: a pod that fits on no node of the cluster.

use crate::rule::{Category, Check, Cx, Outlook, Rule, Severity, WorkloadKind};
use crate::simulate::footprint::PodNeeds;
use crate::simulate::limit_range;
use crate::simulate::scheduling::{Machine, Wanted};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pod-fits-no-node",
    summary: "the pod fits on no node among the objects, even if the node is empty",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Outlook(check),
    docs: r##"
If nodes are among the files (`kubectl get nodes -o yaml > nodes.yaml`), each pod is
compared with each node as the scheduler does it: node selector and affinity, taints,
cordons, and the requests of the whole pod against what is allocatable. A pod that
fits on no node stays `Pending`.

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
#       ^^^^^ the pods of Deployment `model` fit on no node: 0/1 nodes are available: 1 Insufficient memory
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
        // A DaemonSet waits for nodes that match it.
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
        // A pod that names its node is not scheduled.
        let named = pod.spec().is_some_and(|it| it.get("nodeName").is_some());
        if named || !wanted.is_scheduled() {
            continue;
        }
        let message = format!(
            "{}: 0/{} nodes are available: {refusals}",
            pod.with_verb("fits on no node", "fit on no node"),
            machines.len()
        );
        let place = resource.metadata().and_then(|it| it.get("name"));
        cx.report_on(resource, place.unwrap_or(resource.node), message)
            .help("lower the requests, or select nodes that the cluster has");
    }
}
