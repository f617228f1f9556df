//! `duplicate-object`: one object written twice.

use crate::rule::{Bundle, Category, Check, Cx, Resource, Rule, Severity};
use rustc_hash::FxHashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "duplicate-object",
    summary: "two objects in one file have the same kind, namespace and name",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
An object is identified by its group, kind, namespace and name; the version does not
count. Applying a file with two of them applies one after the other, and the last one
silently wins, so the first has no effect. Usually the name of a copy was not changed,
or a merge left both. Two identical ones do no harm and are a warning. Objects of
several files are not compared, because bases, overlays and examples share their names
on purpose.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  color: red
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
#       ^^^^^^^^ ConfigMap `settings` is already defined in this file, with different content
data:
  color: blue
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: red
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: blue
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    // Objects are in the order of their sources.
    let one_file = |a: &Resource<'_>, b: &Resource<'_>| a.source() == b.source();
    for file in bundle.resources().chunk_by(one_file) {
        let mut seen = FxHashMap::<_, &Resource<'_>>::default();
        for resource in file {
            let (name, namespace) = (resource.name(), resource.namespace());
            if name.is_empty() {
                continue;
            }
            let group = same_group(resource.group());
            let key = (group, resource.kind, namespace, name);
            let Some(first) = seen.insert(key, resource) else {
                continue;
            };
            let Some(node) = resource.metadata().and_then(|it| it.get("name")) else {
                continue;
            };
            let same = first.node.equals(resource.node);
            let content = if same { "the same" } else { "different" };
            let message = format!(
                "{} `{name}` is already defined in this file, with {content} content",
                resource.kind
            );
            let reported = cx.report_on(resource, node, message);
            let reported = match same {
                true => reported
                    .severity(Severity::Warning)
                    .help("remove one of them"),
                false => reported.help("rename it, or merge the two objects"),
            };
            if let Some(other) = first.metadata().and_then(|it| it.get("name")) {
                reported.related(other, "the first one");
            }
        }
    }
}

/// Workloads moved from `extensions` to `apps`, Ingresses to `networking.k8s.io`:
/// the same objects under two groups.
fn same_group(group: &str) -> &str {
    match group {
        "extensions" | "networking.k8s.io" => "apps",
        other => other,
    }
}
