//! `naked-pod`: a pod that nothing replaces.

use crate::rule::{Category, Check, Cx, Rule, Severity, Workload, WorkloadKind, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "naked-pod",
    summary: "a bare Pod is not replaced when its node fails",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("popeye", "POP-300")],
    check: Check::Workload(check),
    docs: r##"
A Pod without a controller stays on one node for its whole life. If the node is
drained, fails or runs out of memory, the pod is lost and nothing recreates it;
`kubectl drain` refuses to evict it without `--force`. A Deployment with one replica
costs the same; something that runs once can be a Job. Hooks and tests of a release,
static pods and pods that are meant to finish are not reported.

```yaml bad
apiVersion: v1
kind: Pod
metadata:
  name: web
#       ^^^ nothing replaces Pod `web` when its node fails
spec:
  containers:
  - name: web
    image: nginx:1.29.3
```

```yaml good
apiVersion: v1
kind: Pod
metadata:
  name: smoke-test
  annotations:
    helm.sh/hook: test
spec:
  restartPolicy: Never
  containers:
  - name: test
    image: busybox:1.37
```
"##,
};

fn check(workload: &Workload<'_>, cx: &mut Cx<'_>) {
    let resource = &workload.resource;
    let metadata = resource.metadata();
    let owned = metadata.is_some_and(|it| it.get("ownerReferences").is_some());
    let bare = workload.kind == WorkloadKind::Pod && !owned && workload.hook().is_none();
    let (true, Some(pod)) = (bare, workload.pod()) else {
        return;
    };
    let fixed = resource.annotation("kubernetes.io/config.mirror").is_some()
        || pod
            .spec()
            .is_some_and(|spec| spec.get("nodeName").is_some());
    let Some(name) = metadata.and_then(|it| it.get("name")) else {
        return;
    };
    if pod.restart_policy().value == "Always" && !fixed {
        let message = format!(
            "nothing replaces Pod `{}` when its node fails",
            resource.name()
        );
        cx.report(name, message).help("make it a Deployment");
    }
}
