//! `volume-sourceless`: a volume without a source.

use crate::rule::{Category, Check, Cx, Pod, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "volume-sourceless",
    summary: "a volume has no source and silently becomes an emptyDir",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
The API server turns a volume without a source into an `emptyDir`: the pod starts,
works, and loses its data when it is rescheduled. Usually the source was forgotten, is
indented wrongly, or was left null. If an `emptyDir` is intended, write it.

```yaml bad in=pod
containers:
- name: app
  image: redis:8.2
volumes:
- name: data
#       ^^^^ volume `data` has no source, so it becomes an emptyDir and loses its data with the pod
```

```yaml bad in=pod
containers:
- name: app
  image: redis:8.2
volumes:
- name: data
  persistentVolumeClaim:
# ^^^^^^^^^^^^^^^^^^^^^ `persistentVolumeClaim` is empty, so volume `data` becomes an emptyDir and loses its data with the pod
```

```yaml good in=pod
containers:
- name: app
  image: redis:8.2
volumes:
- name: data
  emptyDir: {}
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let help = "set its source, or write `emptyDir: {}` if that is intended";
    for volume in pod.volumes() {
        let Some(name) = volume.node.get("name") else {
            continue;
        };
        let text = volume.name();
        let lost = "becomes an emptyDir and loses its data with the pod";
        let mut sources = volume.node.entries().filter(|entry| entry.name() != "name");
        match (sources.next(), sources.next()) {
            (None, _) => {
                cx.report(name, format!("volume `{text}` has no source, so it {lost}"))
                    .help(help);
            }
            // `emptyDir:` without a value is clear.
            (Some(only), None) if only.value.is_null() && only.name() != "emptyDir" => {
                let message = format!("`{}` is empty, so volume `{text}` {lost}", only.name());
                cx.report(only.value, message)
                    .at(only.key.place())
                    .help(help);
            }
            _ => {}
        }
    }
}
