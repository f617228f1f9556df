//! `volume-unused`: a volume that no container mounts.

use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity};
use std::collections::HashSet;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "volume-unused",
    summary: "no container mounts a volume of the pod",
    category: Category::Style,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
A volume has a cost even if no container mounts it: its Secret, ConfigMap or claim
must exist before the pod starts, and a claim ties the pod to the location of the
disk. Usually it belonged to a container that was removed, or its mount was forgotten.

```yaml bad in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: cache
#       ^^^^^ no container mounts volume `cache`
  emptyDir: {}
```

```yaml good in=pod
containers:
- name: app
  image: nginx:1.29.3
  volumeMounts:
  - name: cache
    mountPath: /cache
volumes:
- name: cache
  emptyDir: {}
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    if pod.app_containers().next().is_none() {
        return;
    }
    let lists = ["volumeMounts", "volumeDevices"];
    let mounts = pod
        .containers()
        .flat_map(|container| lists.into_iter().flat_map(move |it| container.maps(it)));
    let names = mounts.filter_map(|it| it.get("name").and_then(Node::as_str));
    let mounted: HashSet<&str> = names.collect();
    for volume in pod.volumes() {
        let Some(name) = volume.node.get("name").filter(|it| it.as_str().is_some()) else {
            continue;
        };
        if !mounted.contains(volume.name()) {
            cx.report(
                name,
                format!("no container mounts volume `{}`", volume.name()),
            )
            .help("remove it, or mount it where it is needed");
        }
    }
}
