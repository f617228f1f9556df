//! What leads requests to Services: Ingresses and the routes of the Gateway API.

use crate::parse::Node;
use crate::resolve::Resource;

/// A Service that a route routes to.
#[derive(Clone, Copy, Debug)]
pub struct Backend<'a> {
    /// The name of the Service.
    pub name: Node<'a>,
    /// The number or name of its port.
    pub port: Option<Node<'a>>,
    /// The namespace that it is in: that of the route, unless a route of the
    /// Gateway API says otherwise.
    pub namespace: &'a str,
}

impl<'a> Backend<'a> {
    /// The group and kind of everything that has backends.
    pub const ROUTES: [(&'static str, &'static str); 4] = [
        ("networking.k8s.io", "Ingress"),
        ("extensions", "Ingress"),
        ("gateway.networking.k8s.io", "HTTPRoute"),
        ("gateway.networking.k8s.io", "GRPCRoute"),
    ];

    /// The Services that `route` routes to, as often as it names them.
    #[must_use]
    pub fn of(route: &Resource<'a>) -> Vec<Self> {
        match route.kind {
            "Ingress" => of_ingress(route),
            _ => of_route(route),
        }
    }
}

fn of_ingress<'a>(ingress: &Resource<'a>) -> Vec<Backend<'a>> {
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

fn of_route<'a>(route: &Resource<'a>) -> Vec<Backend<'a>> {
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
