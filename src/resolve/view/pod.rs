//! A pod, or the template of one.

use super::container::{Container, ContainerRole};
use super::resources::ResourceAmount;
use super::{Field, WorkloadKind, bool_field, int_field, text_field};
use crate::parse::Node;
use crate::resolve::Resource;
use crate::resolve::resource::text_pairs;

/// A pod or a pod template: `metadata` and `spec`.
#[derive(Clone, Copy, Debug)]
pub struct Pod<'a> {
    /// The object that it is, or is in.
    pub resource: Resource<'a>,
    /// The kind of that object.
    pub workload: WorkloadKind,
    /// The mapping with `metadata` and `spec`.
    pub node: Node<'a>,
    /// Its labels: selectors ask for them again and again.
    labels: Option<Node<'a>>,
}

impl<'a> Pod<'a> {
    pub(super) fn new(resource: Resource<'a>, workload: WorkloadKind, node: Node<'a>) -> Self {
        Self {
            resource,
            workload,
            node,
            labels: node.at(&["metadata", "labels"]),
        }
    }

    /// What messages call it: "Pod `a`", or "the pods of Job `a`".
    #[must_use]
    pub fn title(&self) -> String {
        let (kind, name) = (self.resource.kind, self.resource.name());
        match self.workload {
            WorkloadKind::Pod => format!("{kind} `{name}`"),
            _ => format!("the pods of {kind} `{name}`"),
        }
    }

    /// Its title and a verb: `one` for a Pod, `many` for the pods of a controller.
    #[must_use]
    pub fn with_verb(&self, one: &str, many: &str) -> String {
        let verb = match self.workload {
            WorkloadKind::Pod => one,
            _ => many,
        };
        format!("{} {verb}", self.title())
    }

    /// `spec` of the pod.
    #[must_use]
    pub fn spec(&self) -> Option<Node<'a>> {
        self.node.get("spec")
    }

    /// `metadata.labels` of the pod.
    #[must_use]
    pub fn labels_node(&self) -> Option<Node<'a>> {
        self.labels
    }

    /// The labels of the pod.
    pub fn labels(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        text_pairs(self.labels_node())
    }

    /// The value of a label of the pod.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&'a str> {
        self.labels_node()?.get(key)?.as_str()
    }

    /// The value of an annotation of the pod.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&'a str> {
        self.node
            .at(&["metadata", "annotations"])?
            .get(key)?
            .as_str()
    }

    /// All containers: init and sidecar, app, then ephemeral ones.
    pub fn containers(&self) -> impl Iterator<Item = Container<'a>> + use<'a> {
        let pod = *self;
        ["initContainers", "containers", "ephemeralContainers"]
            .into_iter()
            .flat_map(move |list| pod.list(list))
    }

    /// The containers of `spec.containers`.
    pub fn app_containers(&self) -> impl Iterator<Item = Container<'a>> + use<'a> {
        self.list("containers")
    }

    /// The containers of `spec.initContainers`, sidecars among them.
    pub fn init_containers(&self) -> impl Iterator<Item = Container<'a>> + use<'a> {
        self.list("initContainers")
    }

    fn list(&self, key: &'static str) -> impl Iterator<Item = Container<'a>> + use<'a> {
        let pod = *self;
        pod.spec()
            .and_then(|spec| spec.get(key))
            .into_iter()
            .flat_map(Node::items)
            .filter(|item| item.is_map())
            .map(move |node| Container {
                pod,
                node,
                role: ContainerRole::of(key, node),
            })
    }

    /// `spec.volumes`.
    pub fn volumes(&self) -> impl Iterator<Item = Volume<'a>> + use<'a> {
        self.spec()
            .and_then(|spec| spec.get("volumes"))
            .into_iter()
            .flat_map(Node::items)
            .filter(|item| item.is_map())
            .map(|node| Volume { node })
    }

    /// `spec.resources.<kind>.<name>` of the pod as a whole, where `kind` is
    /// `requests` or `limits`.
    #[must_use]
    pub fn resource_amount(&self, kind: &str, name: &str) -> Option<ResourceAmount<'a>> {
        ResourceAmount::read(self.spec()?.at(&["resources", kind, name])?)
    }

    /// `spec.restartPolicy`, `Always` by default.
    #[must_use]
    pub fn restart_policy(&self) -> Field<'a, &'a str> {
        text_field(self.spec(), "restartPolicy", "Always")
    }

    /// `spec.terminationGracePeriodSeconds`, 30 by default.
    #[must_use]
    pub fn grace_period_seconds(&self) -> Field<'a, i64> {
        int_field(self.spec(), "terminationGracePeriodSeconds", 30)
    }

    /// `spec.hostNetwork`, false by default.
    #[must_use]
    pub fn host_network(&self) -> Field<'a, bool> {
        bool_field(self.spec(), "hostNetwork", false)
    }

    /// `spec.dnsPolicy`, `ClusterFirst` by default.
    #[must_use]
    pub fn dns_policy(&self) -> Field<'a, &'a str> {
        text_field(self.spec(), "dnsPolicy", "ClusterFirst")
    }

    /// `spec.serviceAccountName` (or the old `serviceAccount`), `default` by default.
    #[must_use]
    pub fn service_account(&self) -> Field<'a, &'a str> {
        let new = text_field(self.spec(), "serviceAccountName", "");
        let old = text_field(self.spec(), "serviceAccount", "");
        [new, old]
            .into_iter()
            .find(|field| !field.value.is_empty())
            .unwrap_or(Field {
                value: "default",
                node: None,
            })
    }

    /// `spec.securityContext`.
    #[must_use]
    pub fn security_context(&self) -> Option<Node<'a>> {
        self.spec()?.get("securityContext")
    }

    /// Whether the pods run on Windows, by `spec.os.name`.
    #[must_use]
    pub fn is_windows(&self) -> bool {
        let os = self.spec().and_then(|spec| spec.at(&["os", "name"]));
        os.and_then(Node::as_str) == Some("windows")
    }
}

/// A volume of a pod.
#[derive(Clone, Copy, Debug)]
pub struct Volume<'a> {
    /// Its mapping.
    pub node: Node<'a>,
}

impl<'a> Volume<'a> {
    /// `name`; empty when there is none.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.node
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default()
    }

    /// The source of a type such as `configMap`, when the volume has that one.
    #[must_use]
    pub fn source(&self, kind: &str) -> Option<Node<'a>> {
        self.node.entry(kind).map(|entry| entry.value)
    }
}
