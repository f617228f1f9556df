//! `service-no-pods`: a Service selector that matches no pods.

use crate::nearest::nearest;
use crate::parse::Entry;
use crate::rule::{Bundle, Category, Check, Cx, Node, Pod, Rule, Service, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "service-no-pods",
    summary: "a Service selector matches no pods",
    category: Category::References,
    severity: Severity::Warning,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "dangling-service"),
        alias("kube-score", "service-targets-pod"),
    ],
    check: Check::Bundle(check),
    docs: r##"
Connections to a Service without endpoints are refused or time out, and no error is
shown when it is applied. All labels of the selector must be on the pods (not on the
Deployment), with the same values, in the same namespace. If exactly one label
differs, the help names it. This is reported only if there are pods beside the Service
that it could mean, and not if something else may create them: a custom resource, or a
file that could not be read.

```yaml bad
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
#        ^^^ no pod has the labels `app=web` that Service `web` selects
  ports:
  - port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: webb
  template:
    metadata:
      labels:
        app: webb
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
```

```yaml good
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
    tier: front
spec:
  containers:
  - name: web
    image: nginx:1.29.3
```

```yaml good
apiVersion: v1
kind: Service
metadata:
  name: database
spec:
  selector:
    app: database
    role: master # set by Patroni on the leader
  ports:
  - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: database
spec:
  serviceName: database
  selector:
    matchLabels:
      app: database
  template:
    metadata:
      labels:
        app: database
    spec:
      containers:
      - name: database
        image: postgres:18.1
```
"##,
};

/// Addons and static pods of the cluster run here without any manifest.
const CLUSTER_NAMESPACE: &str = "kube-system";

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for resource in bundle.of_kind("", "Service") {
        if let Some(service) = Service::new(*resource) {
            check_service(&service, bundle, cx);
        }
    }
}

fn check_service(service: &Service<'_>, bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let resource = service.resource;
    let (Some(node), Some(selector)) = (service.selector_node(), service.selector()) else {
        return;
    };
    let namespace = resource.namespace();
    if bundle.is_patch(&resource) || namespace == CLUSTER_NAMESPACE {
        return;
    }
    let chosen = bundle.pods_chosen(namespace, &selector);
    if !chosen.is_empty()
        || bundle.has_too_many_pods(namespace, &selector)
        || !bundle.has_pods_near(&resource)
    {
        return;
    }
    // Pods in another namespace may be meant: a kustomization may set the namespace.
    let elsewhere = bundle.pods_chosen_anywhere(&selector);
    if elsewhere
        .iter()
        .any(|pod| !bundle.are_near(&pod.resource, &resource))
    {
        return;
    }
    let made = |value: &str| bundle.may_be_hidden(value, &resource);
    if selector.equal.iter().any(|(_, value)| made(value)) {
        return;
    }
    let message = format!(
        "no pod has the labels `{selector}` that Service `{}` selects",
        resource.name()
    );
    if let Some(other) = elsewhere.first() {
        let (kind, name) = (other.resource.kind, other.resource.name());
        let there = other.resource.namespace();
        cx.report_on(&resource, node, message).help(format!(
            "move the Service to namespace `{there}`, where {kind} `{name}` has them"
        ));
        return;
    }
    let Some((entry, pod, label)) = near_miss(node, bundle, service) else {
        cx.report_on(&resource, node, message)
            .help("give the pods these labels, or select those that they have");
        return;
    };
    if label.is_none() && is_set_by_pods(entry.name(), entry.value.as_str().unwrap_or_default()) {
        return;
    }
    let target = label.or_else(|| pod.labels_node()).unwrap_or(pod.node);
    cx.report_on(&resource, entry.value, message)
        .help(near_help(entry.name(), &pod, label.and_then(Node::as_str)))
        .related(target, "the labels of the pods");
}

/// What to do if `pod` has another value of the label `key`, or does not have it.
fn near_help(key: &str, pod: &Pod<'_>, value: Option<&str>) -> String {
    match value {
        Some(value) => {
            let has = pod.with_verb("has", "have");
            format!("select `{key}: {value}`, which {has} instead")
        }
        None => {
            let pods = pod.title();
            format!("add the label `{key}` to {pods}, or do not select by it")
        }
    }
}

/// Whether programs that elect a leader set this label on their own pods: Patroni
/// and Spilo, Vault and OpenBao.
fn is_set_by_pods(key: &str, value: &str) -> bool {
    const ROLES: [&str; 6] = [
        "leader",
        "master",
        "primary",
        "replica",
        "standby",
        "standby_leader",
    ];
    match key {
        "role" | "spilo-role" => ROLES.contains(&value),
        _ => key.starts_with("vault-") || key.starts_with("openbao-"),
    }
}

/// How many pods are compared: a guess is not worth more.
const MOST: usize = 200;

/// The pod beside the Service that matches except for one label, with that entry of
/// the selector and the label that the pod has instead.
fn near_miss<'a>(
    selector: Node<'a>,
    bundle: &Bundle<'a>,
    service: &Service<'a>,
) -> Option<(Entry<'a>, Pod<'a>, Option<Node<'a>>)> {
    let pods = bundle.pods_in(service.resource.namespace()).iter();
    let pods = pods.take(MOST);
    let mut best = None;
    for pod in pods.filter(|pod| bundle.are_near(&pod.resource, &service.resource)) {
        let misses = |entry: &Entry<'_>| {
            pod.label(entry.name()) != entry.value.as_str() && !pod.is_given(entry.name())
        };
        let mut missing = selector.entries().filter(misses);
        let (Some(only), None) = (missing.next(), missing.next()) else {
            continue;
        };
        let label = pod.labels_node().and_then(|labels| labels.get(only.name()));
        // With a single pair every pod is one label off: names must be alike.
        let single = selector.entries().count() == 1;
        if single && !label.is_some_and(|label| alike(only.value, label, pod, service)) {
            continue;
        }
        best = best.or(Some((only, *pod, label)));
    }
    best
}

fn alike(wanted: Node<'_>, label: Node<'_>, pod: &Pod<'_>, service: &Service<'_>) -> bool {
    let (Some(wanted), Some(label)) = (wanted.as_str(), label.as_str()) else {
        return false;
    };
    nearest(wanted, [label]).is_some() || pod.resource.name() == service.resource.name()
}
