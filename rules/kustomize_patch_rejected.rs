//! `kustomize-patch-rejected`: a patch file that `kustomize build` rejects.

use crate::resolve::Merge;
use crate::rule::{Bundle, Category, Check, Cx, Resource, Rule, Severity};
use std::collections::{HashMap, HashSet};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "kustomize-patch-rejected",
    summary: "a patch file matches no object, or holds several patches for one target",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Without a `target`, a patch applies to the object with its kind and name. If there is
none, `kustomize build` fails with `no matches for Id`; patches in the kustomization
itself are checked as well. With a `target`, the file must hold a single patch.

Names are checked only if all objects of the kustomization are in the run: remote
resources, components, generators, Helm charts and name prefixes may provide the
object.

```yaml bad file=kustomization.yaml
resources:
- config.yaml
patches:
- path: color.yaml
#       ^^^^^^^^^^ no object matches the patch for ConfigMap `wbe` in color.yaml
- path: all.yaml
#       ^^^^^^^^ all.yaml holds 2 patches, but an entry with a target allows only one
  target:
    kind: ConfigMap
```

```yaml bad file=config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
```

```yaml bad file=color.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: wbe
data:
  COLOR: red
```

```yaml bad file=all.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  COLOR: red
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  SIZE: large
```

```yaml good file=kustomization.yaml
resources:
- config.yaml
patches:
- path: color.yaml
```

```yaml good file=config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
```

```yaml good file=color.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  COLOR: red
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let surroundings = bundle.surroundings();
    if surroundings.merges().is_empty() && surroundings.inline_patches().is_empty() {
        return;
    }
    let mut by_source: HashMap<u32, Vec<&Resource<'_>>> = HashMap::new();
    for resource in bundle.resources() {
        by_source
            .entry(resource.source())
            .or_default()
            .push(resource);
    }
    let of = |source: &u32| by_source.get(source).into_iter().flatten();
    let names = surroundings.merged().iter().map(|sources| {
        let all = sources.iter().flat_map(of);
        all.map(|it| (it.kind, it.name())).collect()
    });
    let names: Vec<HashSet<(&str, &str)>> = names.collect();
    for merge in surroundings.merges() {
        let patches: Vec<_> = of(&merge.patch).collect();
        if merge.file.has_target {
            several(merge, patches.len(), cx);
        } else if let Some(names) = merge.merged.and_then(|it| names.get(it)) {
            let lost = |it: &&&&Resource<'_>| !names.contains(&(it.kind, it.name()));
            for patch in patches.iter().filter(lost) {
                unmatched(merge, patch, cx);
            }
        }
    }
    for (patch, merged) in surroundings.inline_patches() {
        let known = |kind: &str, name: &str| {
            names
                .get(*merged)
                .is_some_and(|it| it.contains(&(kind, name)))
        };
        for (kind, name) in patch.objects.iter().filter(|it| !known(&it.0, &it.1)) {
            let message = format!("no object matches the patch for {kind} `{name}`");
            cx.report(patch.node, message).help(HELP);
        }
    }
}

const HELP: &str = "use the name of an object of the kustomization";

fn several(merge: &Merge<'_>, count: usize, cx: &mut Cx<'_>) {
    if count < 2 {
        return;
    }
    let node = merge.file.node;
    let message = format!(
        "{} holds {count} patches, but an entry with a target allows only one",
        node.as_str().unwrap_or_default()
    );
    cx.report(node, message)
        .help("put each patch in a separate file, or remove the target");
}

fn unmatched(merge: &Merge<'_>, patch: &Resource<'_>, cx: &mut Cx<'_>) {
    let node = merge.file.node;
    let message = format!(
        "no object matches the patch for {} `{}` in {}",
        patch.kind,
        patch.name(),
        node.as_str().unwrap_or_default()
    );
    cx.report(node, message)
        .related(patch.node, "this patch")
        .help(HELP);
}
