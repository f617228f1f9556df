//! `ingress-chain`: a route to a Service or port that does not exist.

use crate::listed::listed;
use crate::nearest::nearest;
use crate::rule::{
    Backend, Bundle, Category, Check, Cx, Node, Resource, Rule, Service, Severity, Value, alias,
};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "ingress-chain",
    summary: "an Ingress or HTTPRoute routes to a Service or port that does not exist",
    category: Category::References,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "dangling-ingress"),
        alias("kube-score", "ingress-targets-service"),
    ],
    check: Check::Bundle(check),
    docs: r##"
A request goes from the Ingress to a port of a Service, and from there to a port of a
container. Each object looks right on its own; if the chain is broken between them,
clients get `503`. The port in an Ingress is the Service's `port` or its name, not the
container's. The Service must be in the namespace of the Ingress. A missing Service is
reported only if the files beside the Ingress define Services in that namespace.

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

/// How many Services of one name are checked.
const MOST: usize = 100;

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for route in bundle.routes() {
        for backend in Backend::of(&route) {
            check_backend(&route, &backend, bundle, cx);
        }
    }
}

fn check_backend(from: &Resource<'_>, backend: &Backend<'_>, bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let Some(name) = backend.name.as_str().filter(|name| !name.is_empty()) else {
        return;
    };
    let mut services = bundle.named("", "Service", backend.namespace, name);
    if services.next().is_none() {
        return check_missing(from, backend, name, bundle, cx);
    }
    let Some(port) = backend.port else { return };
    // A Service of that name in another set does not concern this one.
    let place = [backend.namespace, name];
    let near = bundle.named_near(from, "", "Service", place).take(MOST);
    let services: Vec<Service<'_>> = near.copied().filter_map(Service::new).collect();
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
    let ports = service.ports().map(|it| match it.name() {
        Some(name) => format!("{} (`{name}`)", it.number().value),
        None => it.number().value.to_string(),
    });
    let message = format!("Service `{name}` has no port {shown}");
    let reported = cx
        .report_on(from, port, message)
        .help(format!("use one of its ports: {}", listed(ports)));
    if let Some(ports) = service.resource.spec().and_then(|spec| spec.get("ports")) {
        reported.related(ports, "its ports");
    }
}

/// Whether all ports are known: a patch may add some, and an ExternalName needs
/// none.
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
    let names = || {
        let beside = bundle.near_in(from, backend.namespace, "", "Service");
        beside.map(|it| it.name())
    };
    let by_annotation = backend.port.and_then(Node::as_str) == Some(BY_ANNOTATION);
    let elsewhere = bundle.named_anywhere("", "Service", name).next();
    // Files side by side may be separate examples; one file is one set, and so are
    // names that differ by a typo.
    let together = bundle.is_in_file(from, backend.namespace, "Service");
    if backend.namespace == "kube-system"
        || by_annotation
        || elsewhere.is_some_and(|it| !bundle.are_near(it, from) || bundle.is_transformed(from))
        || !(together || nearest(name, names()).is_some())
        || bundle.is_named_after_custom(name)
        || bundle.may_be_made(name, from)
    {
        return;
    }
    let help = match (elsewhere, nearest(name, names())) {
        (Some(other), _) => format!(
            "move one of them: the Service of that name is in namespace `{}`",
            other.namespace()
        ),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => "name an existing Service".to_owned(),
    };
    cx.report_on(from, backend.name, format!("there is no Service `{name}`"))
        .help(help);
}
