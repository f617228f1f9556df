//! `host-namespaces`: a pod that shares namespaces with its node.

use crate::rule::{Category, Check, Cx, Pod, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "host-namespaces",
    summary: "a pod shares the network, processes or IPC of its node",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "host-ipc"),
        alias("kube-linter", "host-network"),
        alias("kube-linter", "host-pid"),
        alias("polaris", "hostIPCSet"),
        alias("polaris", "hostNetworkSet"),
        alias("polaris", "hostPIDSet"),
        alias("checkov", "CKV_K8S_17"),
        alias("checkov", "CKV_K8S_18"),
        alias("checkov", "CKV_K8S_19"),
    ],
    check: Check::Pod(check),
    docs: r##"
With `hostNetwork` a pod listens on the node's own addresses, reaches services bound
to the node's loopback, and no NetworkPolicy applies to it. With `hostPID` it sees all
processes of the node and, running as root, can access them through `/proc`. With
`hostIPC` it shares the node's shared memory. Node agents need some of these; the Pod
Security levels `baseline` and `restricted` forbid all three.

```yaml bad in=pod
hostPID: true
#        ^^^^ `hostPID` shows the pod all processes of its node
containers:
- name: app
  image: nginx:1.29.3
```

```yaml good in=pod
containers:
- name: app
  image: nginx:1.29.3
```
"##,
};

const SHARED: [(&str, &str); 3] = [
    ("hostNetwork", "puts the pod on the network of its node"),
    ("hostPID", "shows the pod all processes of its node"),
    ("hostIPC", "shares the IPC of the node with the pod"),
];

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    for (field, effect) in SHARED {
        let node = pod.spec().and_then(|spec| spec.get(field));
        if let Some(node) = node.filter(|node| node.as_bool() == Some(true)) {
            cx.report(node, format!("`{field}` {effect}"))
                .help(format!("remove `{field}` unless this is a node agent"));
        }
    }
}
