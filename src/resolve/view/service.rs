//! A Service: what it selects and how its ports map to those of pods.

use super::{Field, Pod, Port, equality_selector, int_field, text_field};
use crate::kube::selector::Selector;
use crate::parse::{Node, Value};
use crate::resolve::Resource;

/// A Service.
#[derive(Clone, Copy, Debug)]
pub struct Service<'a> {
    /// The object.
    pub resource: Resource<'a>,
}

/// One item of a Service's `ports`.
#[derive(Clone, Copy, Debug)]
pub struct ServicePort<'a> {
    /// Its mapping.
    pub node: Node<'a>,
}

/// Where a port of a Service routes to in a pod.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetPort<'a> {
    /// To this port, declared or not.
    Number(i64),
    /// To the container port of that name, which may differ from pod to pod.
    Name(&'a str),
}

impl<'a> Service<'a> {
    /// `resource` as a Service, when it is one.
    #[must_use]
    pub fn new(resource: Resource<'a>) -> Option<Self> {
        resource.is("", "Service").then_some(Self { resource })
    }

    /// `spec.selector` where it has at least one pair.
    #[must_use]
    pub fn selector_node(&self) -> Option<Node<'a>> {
        let node = self.resource.spec()?.get("selector")?;
        node.entries().next().map(|_| node)
    }

    /// The selector; `None` where there is none, so that no endpoints are created
    /// for it, or where its values are not strings. An ExternalName has none.
    #[must_use]
    pub fn selector(&self) -> Option<Selector<'a>> {
        if self.kind().value == "ExternalName" {
            return None;
        }
        let node = self.selector_node()?;
        equality_selector(Some(node))
    }

    /// `spec.type`, `ClusterIP` by default.
    #[must_use]
    pub fn kind(&self) -> Field<'a, &'a str> {
        text_field(self.resource.spec(), "type", "ClusterIP")
    }

    /// Whether `spec.clusterIP` is `None`: clients reach the pods themselves.
    #[must_use]
    pub fn is_headless(&self) -> bool {
        text_field(self.resource.spec(), "clusterIP", "").value == "None"
    }

    /// `spec.ports`.
    pub fn ports(&self) -> impl Iterator<Item = ServicePort<'a>> + use<'a> {
        let ports = self.resource.spec().and_then(|spec| spec.get("ports"));
        ports
            .into_iter()
            .flat_map(Node::items)
            .filter(|item| item.is_map())
            .map(|node| ServicePort { node })
    }
}

impl<'a> ServicePort<'a> {
    /// `name`, when it has one.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.node.get("name")?.as_str()
    }

    /// `port`; 0 when there is none.
    #[must_use]
    pub fn number(&self) -> Field<'a, i64> {
        int_field(Some(self.node), "port", 0)
    }

    /// `protocol`, `TCP` by default.
    #[must_use]
    pub fn protocol(&self) -> Field<'a, &'a str> {
        text_field(Some(self.node), "protocol", "TCP")
    }

    /// `targetPort`, by default the same number as `port`.
    #[must_use]
    pub fn target(&self) -> Field<'a, TargetPort<'a>> {
        let node = self.node.get("targetPort");
        Field::read(
            node,
            TargetPort::Number(self.number().value),
            |node| match node.value() {
                Value::Int(0) => None,
                Value::Int(number) => Some(TargetPort::Number(number)),
                Value::Str(name) if !name.is_empty() => Some(TargetPort::Name(name)),
                _ => None,
            },
        )
    }
}

impl<'a> Pod<'a> {
    /// The ports that a Service can find: those of app containers, then those
    /// of sidecars.
    pub fn ports(&self) -> impl Iterator<Item = Port<'a>> + use<'a> {
        let sidecars = self.init_containers().filter(|it| it.role.runs_beside());
        let all = self.app_containers().chain(sidecars);
        all.flat_map(|container| container.ports().collect::<Vec<_>>())
    }

    /// The container port that a Service port routes to, if one is declared:
    /// same number or name, and same protocol.
    #[must_use]
    pub fn port_for(&self, target: TargetPort<'_>, protocol: &str) -> Option<Port<'a>> {
        self.ports()
            .find(|port| port.is_target(target) && port.protocol().value == protocol)
    }
}

impl Port<'_> {
    /// Whether its number or name is that of `target`, of whatever protocol.
    #[must_use]
    pub fn is_target(&self, target: TargetPort<'_>) -> bool {
        match target {
            TargetPort::Number(number) => self.number().value == number,
            TargetPort::Name(name) => self.name() == Some(name),
        }
    }
}
