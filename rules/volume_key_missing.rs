//! `volume-key-missing`: a key missing from the ConfigMap or Secret.

use crate::nearest::nearest;
use crate::rule::{
    Bundle, Category, Check, Cx, Node, Pod, Reference, ReferenceKind, Resource, Rule, Severity,
};
use std::collections::{HashMap, HashSet};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "volume-key-missing",
    summary: "a pod refers to a key missing from the ConfigMap or Secret",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
The object exists, but does not have the key, and the container does not start: for an
environment variable it stays in `CreateContainerConfigError`, for a file its volume
is never mounted. A `subPath` that is not a key of the ConfigMap becomes an empty
directory where a file was expected. Objects without any data are assumed to be filled
by something else.

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  loglevel: info
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29.3
    env:
    - name: LOG_LEVEL
      valueFrom:
        configMapKeyRef:
          name: web
          key: log-level
#              ^^^^^^^^^ ConfigMap `web` has no key `log-level`
```

```yaml bad
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  nginx.conf: ""
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29.3
    volumeMounts:
    - name: config
      mountPath: /etc/nginx/nginx.conf
      subPath: nginx.cnf
#              ^^^^^^^^^ ConfigMap `web` has no key `nginx.cnf`
  volumes:
  - name: config
    configMap:
      name: web
```

```yaml good
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  loglevel: info
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29.3
    env:
    - name: LOG_LEVEL
      valueFrom:
        configMapKeyRef:
          name: web
          key: loglevel
```
"##,
};

/// How many ConfigMaps or Secrets of one name are checked.
const MOST: usize = 100;

/// The keys of the ConfigMaps and Secrets that were asked for, by the rank of the object.
#[derive(Default)]
struct Keys<'a>(HashMap<(u32, u32, u32), HashSet<&'a str>>);

impl<'a> Keys<'a> {
    fn has(&mut self, object: &Resource<'a>, key: &str) -> bool {
        let known = self.0.entry(object.rank());
        known
            .or_insert_with(|| keys(object).collect())
            .contains(key)
    }
}

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let mut known = Keys::default();
    for pod in bundle.pods() {
        for reference in pod.references() {
            if reference.optional || reference.keys.is_empty() {
                continue;
            }
            let objects = objects(pod, &reference, bundle);
            for key in &reference.keys {
                check_key(pod, *key, &objects, &mut known, cx);
            }
        }
        check_sub_paths(pod, bundle, &mut known, cx);
    }
}

/// The ConfigMaps or Secrets of that name, if their contents are known.
fn objects<'b, 'a>(
    pod: &Pod<'a>,
    reference: &Reference<'a>,
    bundle: &'b Bundle<'a>,
) -> Vec<&'b Resource<'a>> {
    let fits = matches!(
        reference.kind,
        ReferenceKind::ConfigMap | ReferenceKind::Secret
    );
    if !fits || bundle.surroundings().is_generated(reference.name) {
        return Vec::new();
    }
    let namespace = pod.resource.namespace();
    let place = [namespace, reference.name];
    let mut near = bundle.named_near(&pod.resource, "", reference.kind.kind(), place);
    let near = near.next().is_some();
    let found = bundle.named("", reference.kind.kind(), namespace, reference.name);
    let found: Vec<_> = found.take(MOST).collect();
    let filled = found.iter().all(|it| keys(it).next().is_some());
    if near && filled { found } else { Vec::new() }
}

fn keys<'a>(object: &Resource<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let node = object.node;
    ["data", "binaryData", "stringData"]
        .into_iter()
        .filter_map(move |field| node.get(field))
        .flat_map(Node::entries)
        .map(|entry| entry.name())
}

fn check_key<'a>(
    pod: &Pod<'a>,
    node: Node<'a>,
    objects: &[&Resource<'a>],
    known: &mut Keys<'a>,
    cx: &mut Cx<'_>,
) {
    let (Some(key), Some(object)) = (node.as_str(), objects.first()) else {
        return;
    };
    if objects.iter().any(|object| known.has(object, key)) {
        return;
    }
    let message = format!("{} `{}` has no key `{key}`", object.kind, object.name());
    let help = match nearest(key, keys(object)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "use one of its keys: `{}`",
            keys(object).take(5).collect::<Vec<_>>().join("`, `")
        ),
    };
    let reported = cx.report_on(&pod.resource, node, message).help(help);
    if let Some(name) = object.metadata().and_then(|it| it.get("name")) {
        reported.related(name, "this object");
    }
}

/// A `subPath` into a volume of a whole ConfigMap or Secret names a key.
fn check_sub_paths<'a>(pod: &Pod<'a>, bundle: &Bundle<'a>, known: &mut Keys<'a>, cx: &mut Cx<'_>) {
    let mut volumes = HashMap::new();
    for volume in pod.volumes() {
        volumes.entry(volume.name()).or_insert(volume);
    }
    // By the source of a volume.
    let mut references = HashMap::new();
    for reference in pod.references() {
        let source = reference.node.parent().map(Node::id);
        references.entry(source).or_insert(reference);
    }
    for container in pod.containers() {
        for mount in container.volume_mounts() {
            let (Some(name), Some(path)) = (mount.get("name"), mount.get("subPath")) else {
                continue;
            };
            let volume = name.as_str().and_then(|it| volumes.get(it));
            let Some(volume) = volume else { continue };
            let whole = ["configMap", "secret"].into_iter().any(|kind| {
                let source = volume.source(kind);
                source.is_some_and(|it| it.get("items").is_none() && it.get("optional").is_none())
            });
            let text = path.as_str().unwrap_or_default();
            if !whole || text.is_empty() || text.contains('/') {
                continue;
            }
            let mut sources = volume.node.entries().map(|it| Some(it.value.id()));
            if let Some(reference) = sources.find_map(|it| references.get(&it)) {
                let objects = objects(pod, reference, bundle);
                check_key(pod, path, &objects, known, cx);
            }
        }
    }
}
