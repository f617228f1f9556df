//! The objects that a pod refers to by name.

use super::{Container, Pod};
use crate::parse::Node;

/// A kind of object that pods refer to; all of them are in the core group and
/// in the namespace of the pod.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReferenceKind {
    /// By environment, volume or projection.
    ConfigMap,
    /// By environment, volume or projection; pull secrets are not among them.
    Secret,
    /// By a volume.
    PersistentVolumeClaim,
    /// By `serviceAccountName`.
    ServiceAccount,
}

impl ReferenceKind {
    /// The `kind` of such objects.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
            Self::PersistentVolumeClaim => "PersistentVolumeClaim",
            Self::ServiceAccount => "ServiceAccount",
        }
    }
}

/// One place in a pod that names another object.
#[derive(Clone, Debug)]
pub struct Reference<'a> {
    /// What it refers to.
    pub kind: ReferenceKind,
    /// Where the name is written.
    pub node: Node<'a>,
    /// The name, not empty.
    pub name: &'a str,
    /// The keys that must be in the ConfigMap or Secret.
    pub keys: Vec<Node<'a>>,
    /// Whether the pod starts without the object and its keys.
    pub optional: bool,
}

impl<'a> Reference<'a> {
    fn read(kind: ReferenceKind, from: Node<'a>, name_key: &str) -> Option<Self> {
        let node = from.get(name_key)?;
        let name = node.as_str().filter(|name| !name.is_empty())?;
        let keys = from.get("items").into_iter().flat_map(Node::items);
        let keys = keys.filter_map(|item| item.get("key"));
        Some(Self {
            kind,
            node,
            name,
            keys: keys.chain(from.get("key")).collect(),
            optional: from.get("optional").and_then(Node::as_bool) == Some(true),
        })
    }
}

impl<'a> Pod<'a> {
    /// All objects that the pod refers to by name, in document order within
    /// containers, then volumes, then the ServiceAccount.
    #[must_use]
    pub fn references(&self) -> Vec<Reference<'a>> {
        let mut found = Vec::new();
        for container in self.containers() {
            container.add_references(&mut found);
        }
        for volume in self.volumes() {
            add_sources(volume.node, &mut found);
            let projected = volume.node.at(&["projected", "sources"]);
            for source in projected.into_iter().flat_map(Node::items) {
                add(
                    source,
                    "configMap",
                    ReferenceKind::ConfigMap,
                    "name",
                    &mut found,
                );
                add(source, "secret", ReferenceKind::Secret, "name", &mut found);
            }
        }
        let account = self.service_account();
        if let Some(node) = account.node {
            found.push(Reference {
                kind: ReferenceKind::ServiceAccount,
                node,
                name: account.value,
                keys: Vec::new(),
                optional: false,
            });
        }
        found
    }
}

impl<'a> Container<'a> {
    fn add_references(&self, found: &mut Vec<Reference<'a>>) {
        use ReferenceKind::{ConfigMap, Secret};
        for var in self.env() {
            let Some(from) = var.node.get("valueFrom") else {
                continue;
            };
            add(from, "configMapKeyRef", ConfigMap, "name", found);
            add(from, "secretKeyRef", Secret, "name", found);
        }
        for from in self.maps("envFrom") {
            add(from, "configMapRef", ConfigMap, "name", found);
            add(from, "secretRef", Secret, "name", found);
        }
    }
}

fn add_sources<'a>(volume: Node<'a>, found: &mut Vec<Reference<'a>>) {
    use ReferenceKind::{ConfigMap, PersistentVolumeClaim, Secret};
    add(volume, "configMap", ConfigMap, "name", found);
    add(volume, "secret", Secret, "secretName", found);
    let claim = "persistentVolumeClaim";
    add(volume, claim, PersistentVolumeClaim, "claimName", found);
}

fn add<'a>(
    node: Node<'a>,
    field: &str,
    kind: ReferenceKind,
    name_key: &str,
    found: &mut Vec<Reference<'a>>,
) {
    let from = node.get(field);
    found.extend(from.and_then(|from| Reference::read(kind, from, name_key)));
}
