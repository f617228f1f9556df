//! `runtime-socket`: a pod that can control the container runtime.

use crate::rule::{Category, Check, Cx, Pod, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "runtime-socket",
    summary: "the socket of the container runtime is mounted",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "docker-sock"),
        alias("checkov", "CKV_K8S_27"),
    ],
    check: Check::Pod(check),
    docs: r##"
Through the socket of the container runtime, a pod can start a privileged container on
the node and mount the root directory of the node into it: it is root on the node,
past every admission check. Mounting it read-only does not help, because requests to a
socket are not writes to a file. Docker's socket does not even exist on most nodes
since 1.24. To build images, use a tool that needs no daemon.

```yaml bad in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: docker
  hostPath:
    path: /var/run/docker.sock
#         ^^^^^^^^^^^^^^^^^^^^ hostPath `/var/run/docker.sock` lets the pod control the container runtime of its node
```

```yaml good in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: docker
  emptyDir: {}
```
"##,
};

/// Where runtimes listen; `/run` and `/var/run` are the same directory.
const SOCKETS: [&str; 8] = [
    "docker.sock",
    "dockershim.sock",
    "cri-dockerd.sock",
    "containerd/containerd.sock",
    "k3s/containerd/containerd.sock",
    "k0s/containerd.sock",
    "crio/crio.sock",
    "podman/podman.sock",
];

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    for volume in pod.volumes() {
        let host = volume.source("hostPath");
        let Some(node) = host.and_then(|host| host.get("path")) else {
            continue;
        };
        let Some(path) = node.as_str() else { continue };
        let below = path
            .strip_prefix("/var")
            .unwrap_or(path)
            .strip_prefix("/run/");
        if below.is_some_and(|below| SOCKETS.contains(&below)) {
            let message =
                format!("hostPath `{path}` lets the pod control the container runtime of its node");
            cx.report(node, message)
                .help("use a tool that needs no access to the runtime");
        }
    }
}
