//! `ingress-chain`: a route that ends before it reaches a pod.

use crate::nearest::nearest;
use crate::rule::{
    Bundle, Category, Check, Cx, Node, Resource, Rule, Service, Severity, Value, alias,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "ingress-chain",
    summary: "an Ingress or HTTPRoute leads to a Service or port that is not there",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "dangling-ingress"),
        alias("kube-score", "ingress-targets-service"),
    ],
    check: Check::Bundle(check),
    docs: r##"
A request goes from the Ingress to a port of a Service, from there to a port of a
container. Each object looks right on its own; the chain breaks between them, and
the answer is `503`. The port that an Ingress names is the Service's `port` or its
name, not the container's. The Service must be in the namespace of the Ingress.
The rule speaks of a missing Service only where Services of that namespace stand
beside the Ingress.

```yaml bad
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  defaultBackend:
    service:
      name: web
      port:
        number: 8080
#               ^^^^ Service `web` has no port 8080
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
    targetPort: 8080
```

```yaml bad
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
  - http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: frontent
#                 ^^^^^^^^ there is no Service `frontent`
            port:
              number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: frontend
spec:
  selector:
    app: web
  ports:
  - port: 80
```

```yaml good
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  defaultBackend:
    service:
      name: web
      port:
        name: http
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: 8080
```
"##,
};

/// A port of this name tells the AWS controller to look into an annotation.
const BY_ANNOTATION: &str = "use-annotation";

/// Where a route leads.
struct Backend<'a> {
    name: Node<'a>,
    port: Option<Node<'a>>,
    namespace: &'a str,
}

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let ingresses = ["networking.k8s.io", "extensions"]
        .into_iter()
        .flat_map(|group| bundle.of_kind(group, "Ingress"));
    for ingress in ingresses.filter(|it| !bundle.is_patch(it)) {
        for backend in ingress_backends(ingress) {
            check_backend(ingress, &backend, bundle, cx);
        }
    }
    for kind in ["HTTPRoute", "GRPCRoute"] {
        for route in bundle.of_kind("gateway.networking.k8s.io", kind) {
            for backend in route_backends(route) {
                check_backend(route, &backend, bundle, cx);
            }
        }
    }
}

fn ingress_backends<'a>(ingress: &Resource<'a>) -> Vec<Backend<'a>> {
    let Some(spec) = ingress.spec() else {
        return Vec::new();
    };
    let rules = spec.get("rules").into_iter().flat_map(Node::items);
    let paths = rules.filter_map(|rule| rule.at(&["http", "paths"]));
    let backends = paths
        .flat_map(Node::items)
        .filter_map(|path| path.get("backend"));
    let default = spec.get("defaultBackend").or_else(|| spec.get("backend"));
    backends
        .chain(default)
        .filter_map(|backend| {
            let (name, port) = match backend.get("service") {
                Some(service) => {
                    let port = service.get("port");
                    let part = |key| port.and_then(|port| port.get(key));
                    (
                        service.get("name")?,
                        part("number").or_else(|| part("name")),
                    )
                }
                // Before networking.k8s.io/v1.
                None => (backend.get("serviceName")?, backend.get("servicePort")),
            };
            let namespace = ingress.namespace();
            Some(Backend {
                name,
                port,
                namespace,
            })
        })
        .collect()
}

fn route_backends<'a>(route: &Resource<'a>) -> Vec<Backend<'a>> {
    let rules = route.spec().and_then(|spec| spec.get("rules"));
    let rules = rules.into_iter().flat_map(Node::items);
    let references = rules.filter_map(|rule| rule.get("backendRefs"));
    let text = |node: Node<'a>, key| node.get(key).and_then(Node::as_str);
    references
        .flat_map(Node::items)
        .filter(|it| matches!(text(*it, "kind"), None | Some("Service")))
        .filter(|it| matches!(text(*it, "group"), None | Some("")))
        .filter_map(|it| {
            Some(Backend {
                name: it.get("name")?,
                port: it.get("port"),
                namespace: text(it, "namespace").unwrap_or_else(|| route.namespace()),
            })
        })
        .collect()
}

fn check_backend(from: &Resource<'_>, backend: &Backend<'_>, bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let Some(name) = backend.name.as_str().filter(|name| !name.is_empty()) else {
        return;
    };
    let services = bundle.named("", "Service", backend.namespace, name);
    let services: Vec<Service<'_>> = services.copied().filter_map(Service::new).collect();
    if services.is_empty() {
        return check_missing(from, backend, name, bundle, cx);
    }
    let services = bundle.nearest(from, services, |it| it.resource);
    let Some(port) = backend.port else { return };
    let (Some(service), true) = (services.first(), is_known(&services, bundle)) else {
        return;
    };
    if services.iter().any(|it| has_port(it, port)) {
        return;
    }
    let shown = match port.value() {
        Value::Int(number) => number.to_string(),
        Value::Str(BY_ANNOTATION) => return,
        Value::Str(text) => format!("`{text}`"),
        _ => return,
    };
    let ports: Vec<String> = service
        .ports()
        .map(|it| match it.name() {
            Some(name) => format!("{} (`{name}`)", it.number().value),
            None => it.number().value.to_string(),
        })
        .collect();
    let message = format!("Service `{name}` has no port {shown}");
    let reported = cx
        .report_on(from, port, message)
        .help(format!("it has {}", ports.join(", ")));
    if let Some(ports) = service.resource.spec().and_then(|spec| spec.get("ports")) {
        reported.related(ports, "its ports");
    }
}

/// Whether all ports are there to be seen: a patch may add some, and an
/// ExternalName needs none.
fn is_known(services: &[Service<'_>], bundle: &Bundle<'_>) -> bool {
    services.iter().all(|service| {
        service.kind().value != "ExternalName"
            && service.ports().next().is_some()
            && !bundle.is_patch(&service.resource)
    })
}

fn has_port(service: &Service<'_>, wanted: Node<'_>) -> bool {
    service.ports().any(|port| match wanted.value() {
        Value::Int(number) => port.number().value == number,
        Value::Str(text) => port.name() == Some(text) || text.parse() == Ok(port.number().value),
        _ => true,
    })
}

fn check_missing(
    from: &Resource<'_>,
    backend: &Backend<'_>,
    name: &str,
    bundle: &Bundle<'_>,
    cx: &mut Cx<'_>,
) {
    let services = bundle.of_kind("", "Service");
    let all: Vec<&Resource<'_>> = services.collect();
    let near =
        |it: &&&Resource<'_>| bundle.are_near(it, from) && it.namespace() == backend.namespace;
    let beside: Vec<&str> = all.iter().filter(near).map(|it| it.name()).collect();
    let by_annotation = backend.port.and_then(Node::as_str) == Some(BY_ANNOTATION);
    let elsewhere = all.iter().find(|it| it.name() == name);
    let makes =
        |it: &Resource<'_>| it.is_custom() && name.starts_with(it.name()) && !it.name().is_empty();
    if beside.is_empty()
        || by_annotation
        || elsewhere.is_some_and(|it| !bundle.are_near(it, from) || bundle.is_transformed(from))
        || bundle.resources().iter().any(makes)
        || bundle.may_be_made(name, from)
    {
        return;
    }
    let help = match (elsewhere, nearest(name, beside.iter().copied())) {
        (Some(other), _) => format!(
            "the Service of that name is in namespace `{}`",
            other.namespace()
        ),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("the Services beside it are `{}`", beside.join("`, `")),
    };
    cx.report_on(from, backend.name, format!("there is no Service `{name}`"))
        .help(help);
}
