//! `host-path-sensitive`: a volume that gives a pod files that control the node.

use crate::rule::{Category, Check, Cx, Pod, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "host-path-sensitive",
    summary: "a hostPath volume exposes files that control the node",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-linter", "sensitive-host-mounts")],
    check: Check::Pod(check),
    docs: r##"
Whoever can write to `/etc` of a node can add users and start programs there; whoever
can read `/var/lib/kubelet` has the secrets and tokens of all its pods. `/proc`,
`/sys` and `/dev` give access to the kernel. Node agents need some of these: mount
only the directory that is needed, read-only if possible.

```yaml bad in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: host
  hostPath:
    path: /etc
#         ^^^^ hostPath `/etc` gives the pod access to files that control the node
```

```yaml good in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: logs
  hostPath:
    path: /var/log/app
```
"##,
};

/// Sensitive directories, and whether everything below them is sensitive as well.
const SENSITIVE: [(&str, bool); 12] = [
    ("/", false),
    ("/boot", true),
    ("/dev", false),
    ("/etc", false),
    ("/etc/kubernetes", true),
    ("/lib", false),
    ("/proc", false),
    ("/root", true),
    ("/sys", false),
    ("/usr", false),
    ("/var/lib/kubelet", false),
    ("/var/lib/kubelet/pods", false),
];

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    for volume in pod.volumes() {
        let host = volume.source("hostPath");
        let Some(node) = host.and_then(|host| host.get("path")) else {
            continue;
        };
        let Some(path) = node.as_str().filter(|path| is_sensitive(path)) else {
            continue;
        };
        cx.report(
            node,
            format!("hostPath `{path}` gives the pod access to files that control the node"),
        )
        .help("mount only the directory that is needed, read-only if possible");
    }
}

fn is_sensitive(path: &str) -> bool {
    let path = match path.trim_end_matches('/') {
        "" if path.starts_with('/') => "/",
        bare => bare,
    };
    SENSITIVE.iter().any(|(known, below)| {
        let inside = || {
            path.strip_prefix(known)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        path == *known || (*below && inside())
    })
}
