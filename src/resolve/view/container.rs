//! A container of a pod.

use super::command::Argv;
use super::probe::{Handler, Probe, ProbeKind};
use super::resources::ResourceAmount;
use super::{Field, Pod, int_field, text_field};
use crate::parse::Node;

/// What a container is for, by where it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ContainerRole {
    /// Runs to completion before the app containers start.
    Init,
    /// An init container with `restartPolicy: Always`: runs beside the app.
    Sidecar,
    /// One of `spec.containers`.
    App,
    /// Added to a running pod for debugging.
    Ephemeral,
}

impl ContainerRole {
    pub(super) fn of(list: &str, node: Node<'_>) -> Self {
        let always = || node.get("restartPolicy").and_then(Node::as_str) == Some("Always");
        match list {
            "initContainers" if always() => Self::Sidecar,
            "initContainers" => Self::Init,
            "ephemeralContainers" => Self::Ephemeral,
            _ => Self::App,
        }
    }

    /// Whether it runs as long as the pod does.
    #[must_use]
    pub fn runs_beside(self) -> bool {
        matches!(self, Self::App | Self::Sidecar)
    }
}

/// A container of a pod or pod template.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a> {
    /// The pod that it is part of.
    pub pod: Pod<'a>,
    /// Its mapping.
    pub node: Node<'a>,
    /// What it is for.
    pub role: ContainerRole,
}

impl<'a> Container<'a> {
    /// `name`; empty when there is none.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.node
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default()
    }

    /// `image`, when there is one.
    #[must_use]
    pub fn image(&self) -> Option<Field<'a, &'a str>> {
        let field = text_field(Some(self.node), "image", "");
        field.is_written().then_some(field)
    }

    /// Whether it is only a part of a container, as in a patch: every whole one
    /// has an image. What it lacks may be elsewhere.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.node.get("image").is_none()
    }

    /// `env`.
    pub fn env(&self) -> impl Iterator<Item = EnvVar<'a>> + use<'a> {
        self.maps("env").map(|node| EnvVar { node })
    }

    /// `ports`.
    pub fn ports(&self) -> impl Iterator<Item = Port<'a>> + use<'a> {
        self.maps("ports").map(|node| Port { node })
    }

    /// `volumeMounts`.
    pub fn volume_mounts(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.maps("volumeMounts")
    }

    /// The items of a list of mappings of the container.
    pub fn maps(&self, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.node
            .get(key)
            .into_iter()
            .flat_map(Node::items)
            .filter(|item| item.is_map())
    }

    /// The items of `command` or `args`, those that are strings.
    pub fn words(&self, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.node
            .get(key)
            .into_iter()
            .flat_map(Node::items)
            .filter(|item| item.as_str().is_some())
    }

    /// A probe, when it is written.
    #[must_use]
    pub fn probe(&self, kind: ProbeKind) -> Option<Probe<'a>> {
        let node = self.node.get(kind.key()).filter(|it| it.is_map())?;
        Some(Probe { node, kind })
    }

    /// `securityContext` of the container.
    #[must_use]
    pub fn security_context(&self) -> Option<Node<'a>> {
        self.node.get("securityContext")
    }

    /// A field of the security context that container and pod both have; the
    /// container's wins.
    #[must_use]
    pub fn effective_security(&self, key: &str) -> Option<Node<'a>> {
        let own = self.security_context().and_then(|it| it.get(key));
        own.or_else(|| self.pod.security_context()?.get(key))
    }

    /// `resources.requests.<name>` as written.
    #[must_use]
    pub fn request(&self, name: &str) -> Option<ResourceAmount<'a>> {
        ResourceAmount::read(self.node.at(&["resources", "requests"])?.get(name)?)
    }

    /// `resources.limits.<name>` as written.
    #[must_use]
    pub fn limit(&self, name: &str) -> Option<ResourceAmount<'a>> {
        ResourceAmount::read(self.node.at(&["resources", "limits"])?.get(name)?)
    }

    /// Whether it runs with the pod and says no request of that name. A limit
    /// counts, which the API server copies, and so does a request of the whole pod.
    #[must_use]
    pub fn lacks_request(&self, name: &str) -> bool {
        let pod = || self.pod.resource_amount("requests", name);
        self.lacks_limit(name) && self.request(name).is_none() && pod().is_none()
    }

    /// Whether it runs with the pod and has no limit of that name, nor has the pod.
    #[must_use]
    pub fn lacks_limit(&self, name: &str) -> bool {
        let pod = || self.pod.resource_amount("limits", name);
        let counts = self.role.runs_beside() && !self.is_partial();
        counts && self.limit(name).is_none() && pod().is_none()
    }

    /// The requests and limits, each with the name of its resource.
    pub fn amounts(&self) -> impl Iterator<Item = (&'a str, ResourceAmount<'a>)> + use<'a> {
        let resources = self.node.get("resources");
        ["requests", "limits"]
            .into_iter()
            .filter_map(move |kind| resources?.get(kind))
            .flat_map(Node::entries)
            .filter_map(|entry| Some((entry.name(), ResourceAmount::read(entry.value)?)))
    }

    /// `command` and `args`, one after the other.
    #[must_use]
    pub fn argv(&self) -> Argv<'a> {
        Argv::of(
            ["command", "args"]
                .iter()
                .filter_map(|key| self.node.get(key)),
        )
    }

    /// Its probes, those that are written.
    pub fn probes(&self) -> impl Iterator<Item = Probe<'a>> + use<'a> {
        let container = *self;
        ProbeKind::ALL
            .into_iter()
            .filter_map(move |kind| container.probe(kind))
    }

    /// What `lifecycle.postStart` and `lifecycle.preStop` do.
    pub fn hooks(&self) -> impl Iterator<Item = Handler<'a>> + use<'a> {
        let lifecycle = self.node.get("lifecycle");
        ["postStart", "preStop"]
            .into_iter()
            .filter_map(move |key| Handler::of(lifecycle?.get(key)?))
    }

    /// `lifecycle.preStop`.
    #[must_use]
    pub fn pre_stop(&self) -> Option<Node<'a>> {
        self.node.at(&["lifecycle", "preStop"])
    }
}

/// One item of `env`.
#[derive(Clone, Copy, Debug)]
pub struct EnvVar<'a> {
    /// Its mapping.
    pub node: Node<'a>,
}

impl<'a> EnvVar<'a> {
    /// `name`, when it is a string.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.node.get("name")?.as_str()
    }

    /// `value`, when it is a literal string.
    #[must_use]
    pub fn value(&self) -> Option<&'a str> {
        self.node.get("value")?.as_str()
    }
}

/// One item of a container's `ports`.
#[derive(Clone, Copy, Debug)]
pub struct Port<'a> {
    /// Its mapping.
    pub node: Node<'a>,
}

impl<'a> Port<'a> {
    /// `name`, when it has one.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.node.get("name")?.as_str()
    }

    /// `containerPort`; 0 when there is none.
    #[must_use]
    pub fn number(&self) -> Field<'a, i64> {
        int_field(Some(self.node), "containerPort", 0)
    }

    /// `hostPort`; 0 when there is none.
    #[must_use]
    pub fn host_port(&self) -> Field<'a, i64> {
        int_field(Some(self.node), "hostPort", 0)
    }

    /// `protocol`, `TCP` by default.
    #[must_use]
    pub fn protocol(&self) -> Field<'a, &'a str> {
        text_field(Some(self.node), "protocol", "TCP")
    }
}
