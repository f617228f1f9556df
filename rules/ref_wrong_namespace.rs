//! `ref-wrong-namespace`: a reference to an object in another namespace.

use crate::nearest::nearest;
use crate::resolve::Set;
use crate::rule::{
    Bundle, Category, Check, Cx, Node, Pod, Reference, ReferenceKind, Resource, Rule, Severity,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::HashSet;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "ref-wrong-namespace",
    summary: "a pod refers to an object that is only in another namespace",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
A pod can only use ConfigMaps, Secrets, claims and ServiceAccounts of its own
namespace; a reference cannot name another one. This is reported only if both objects
set their namespace and are applied together.

```yaml bad
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
    image: nginx:1.29.3
    envFrom:
    - secretRef:
        name: db
#             ^^ Secret `db` is in namespace `data`, but the pod is in `shop`
---
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: data
stringData:
  PASSWORD: hunter2
```

```yaml good
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - name: web
    image: nginx:1.29.3
    envFrom:
    - secretRef:
        name: db
---
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
stringData:
  PASSWORD: hunter2
```

```yaml good file=a.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: front
spec:
  imagePullSecrets:
  - name: registry
  containers:
  - name: web
    image: registry.example.com/web:1.2.3
---
apiVersion: v1
kind: Secret
metadata:
  name: registry
  namespace: build
  annotations:
    reflector.v1.k8s.emberstack.com/reflection-auto-enabled: "true"
stringData:
  key: value
```
"##,
};

/// The objects of one name in all namespaces.
struct Elsewhere<'b, 'a> {
    /// Whether one of them may end up in any namespace.
    is_floating: bool,
    /// The first of those that are applied together.
    by_set: FxHashMap<Set, &'b Resource<'a>>,
}

impl<'b, 'a> Elsewhere<'b, 'a> {
    fn of(bundle: &'b Bundle<'a>, kind: &str, name: &str) -> Self {
        let mut found = Self {
            is_floating: false,
            by_set: FxHashMap::default(),
        };
        for resource in bundle.named_anywhere("", kind, name) {
            found.is_floating |= resource.written_namespace().is_none();
            let set = bundle.set_of(resource);
            found.by_set.entry(set).or_insert(resource);
        }
        found
    }
}

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let mut elsewhere = FxHashMap::default();
    for workload in bundle.workloads() {
        let Some(pod) = workload.pod() else { continue };
        let resource = &pod.resource;
        if resource.written_namespace().is_none() || bundle.is_transformed(resource) {
            continue;
        }
        let mut said = FxHashSet::default();
        for reference in pod.references() {
            let (kind, name) = (reference.kind.kind(), reference.name);
            let mut here = bundle.named("", kind, resource.namespace(), name);
            if here.next().is_some() || reference.optional {
                continue;
            }
            let found = elsewhere.entry((kind, name));
            let found = found.or_insert_with(|| Elsewhere::of(bundle, kind, name));
            let other = found.by_set.get(&bundle.set_of(resource));
            let other = other.filter(|it| !found.is_floating && !is_mirrored(it));
            let Some(other) = other else {
                continue;
            };
            if !said.insert((kind, name)) || bundle.may_be_made(name, resource) {
                continue;
            }
            let message = format!(
                "{kind} `{name}` is in namespace `{}`, but the pod is in `{}`",
                other.namespace(),
                resource.namespace()
            );
            let reported = cx
                .report_on(resource, reference.node, message)
                .help(format!("create the {kind} in the namespace of the pod"));
            if let Some(node) = other.metadata().and_then(|it| it.get("name")) {
                reported.related(node, "the existing one");
            }
        }
    }
}

/// Whether a controller may copy an object to other namespaces: reflector, replicator and
/// kubed look for annotations of these names.
fn is_mirrored(resource: &Resource<'_>) -> bool {
    const MIRRORS: [&str; 4] = [
        "reflector.",
        "replicator",
        "replicate",
        "kubed.appscode.com/",
    ];
    let annotations = resource.metadata().and_then(|it| it.get("annotations"));
    let mut keys = annotations.into_iter().flat_map(Node::entries);
    keys.any(|entry| MIRRORS.iter().any(|it| entry.name().contains(it)))
}

/// References of that kind to objects that no file defines, in any namespace; each
/// name once per pod, and only if the files beside it define objects of the kind.
pub(crate) fn dangling<'a>(
    bundle: &Bundle<'a>,
    kind: ReferenceKind,
) -> Vec<(Pod<'a>, Reference<'a>)> {
    let all = bundle.of_kind("", kind.kind());
    let names: HashSet<&str> = all.map(|it| it.name()).collect();
    let mut found = Vec::new();
    for pod in bundle.pods().iter().copied() {
        // Much of this namespace comes with the cluster.
        if pod.resource.namespace() == "kube-system" {
            continue;
        }
        let mut missing = pod.references();
        missing.retain(|it| it.kind == kind && !it.optional && !names.contains(it.name));
        if missing.is_empty() || candidates(&pod, kind, bundle).next().is_none() {
            continue;
        }
        let mut said = FxHashSet::default();
        missing.retain(|it| said.insert(it.name) && !bundle.may_be_made(it.name, &pod.resource));
        found.extend(missing.into_iter().map(|it| (pod, it)));
    }
    found
}

/// Reports that it is missing, and suggests a similar name.
pub(crate) fn report_dangling(
    pod: &Pod<'_>,
    reference: &Reference<'_>,
    bundle: &Bundle<'_>,
    cx: &mut Cx<'_>,
) {
    let (kind, name) = (reference.kind.kind(), reference.name);
    let candidates = candidates(pod, reference.kind, bundle);
    let help = match nearest(name, candidates) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "add it, or set `optional: true` if the pod works without it".to_owned(),
    };
    cx.report_on(
        &pod.resource,
        reference.node,
        format!("there is no {kind} `{name}`"),
    )
    .help(help);
}

/// How many names are compared: a guess is not worth more.
const MOST: usize = 1000;

/// The names of objects of that kind beside the pod, in its namespace.
fn candidates<'b, 'a>(
    pod: &Pod<'_>,
    kind: ReferenceKind,
    bundle: &'b Bundle<'a>,
) -> impl Iterator<Item = &'a str> + use<'b, 'a> {
    let found: Vec<&'b Resource<'a>> = bundle
        .near(&pod.resource, "", kind.kind())
        .take(MOST)
        .collect();
    found.into_iter().map(|it| it.name())
}
