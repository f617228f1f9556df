//! `tmpfs-vs-memory`: files in memory may fill the memory limit of the container.

use crate::kube::quantity::Quantity;
use crate::rule::{Category, Check, Container, Cx, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "tmpfs-vs-memory",
    summary: "a volume in memory may grow to the memory limit of its container",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
The files of an `emptyDir` with `medium: Memory` count as memory of the container that
writes them. Without a `sizeLimit`, or with one as large as the memory limit, writing
files gets the container OOM-killed, instead of failing with "no space left on
device", which a program could handle.

```yaml bad in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  volumeMounts:
  - name: scratch
#         ^^^^^^^ the files of `scratch` count as memory and are not limited below the container's 256Mi
    mountPath: /scratch
  resources:
    limits:
      memory: 256Mi
volumes:
- name: scratch
  emptyDir:
    medium: Memory
```

```yaml good in=pod
containers:
- name: app
  image: registry.example.com/app:1.4.2
  volumeMounts:
  - name: scratch
    mountPath: /scratch
  resources:
    limits:
      memory: 256Mi
volumes:
- name: scratch
  emptyDir:
    medium: Memory
    sizeLimit: 64Mi
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(limit) = container.limit("memory") else {
        return;
    };
    let Some(amount) = limit.quantity().filter(|it| !it.is_zero()) else {
        return;
    };
    for mount in container.volume_mounts() {
        let read_only = mount.get("readOnly").and_then(|it| it.as_bool()) == Some(true);
        let Some(name) = mount.get("name").filter(|_| !read_only) else {
            continue;
        };
        let volume = container
            .pod
            .volumes()
            .find(|it| Some(it.name()) == name.as_str());
        let Some(source) = volume.and_then(|it| it.source("emptyDir")) else {
            continue;
        };
        let in_memory = source.get("medium").and_then(|it| it.as_str()) == Some("Memory");
        let size = source.get("sizeLimit").and_then(|it| it.as_str());
        let bounded = size
            .and_then(|it| Quantity::parse_field(it).ok())
            .is_some_and(|it| it < amount);
        if in_memory && !bounded {
            cx.report(
                name,
                format!(
                    "the files of `{}` count as memory and are not limited below the container's {}",
                    name.as_str().unwrap_or_default(),
                    limit.text
                ),
            )
            .related(source, "in memory")
            .related(limit.node, "the limit")
            .help("set `emptyDir.sizeLimit` well below the memory limit");
        }
    }
}
