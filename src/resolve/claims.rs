//! Claims that keep pods apart: those that one node, or one pod, can use at a time.

use super::view::{Pod, Reference, ReferenceKind};
use super::{Bundle, Resource};
use crate::parse::Node;

/// A claim that not all pods that share it can use.
#[derive(Clone, Debug)]
pub struct ExclusiveClaim<'a> {
    /// Where the pod names it.
    pub reference: Reference<'a>,
    /// Its access modes.
    pub modes: Node<'a>,
    /// Whether one pod alone can use it (`ReadWriteOncePod`), and not all of one node.
    pub one_pod: bool,
}

impl ExclusiveClaim<'_> {
    /// The access mode by its name.
    #[must_use]
    pub fn mode(&self) -> &'static str {
        if self.one_pod {
            "ReadWriteOncePod"
        } else {
            "ReadWriteOnce"
        }
    }
}

impl<'a> Bundle<'a> {
    /// The claims of the pod that one node or one pod can use at a time, among the objects
    /// that are applied together with it.
    ///
    /// `ReadWriteOnce` is enforced where a volume is attached to a node. Volumes that are
    /// never attached (`hostPath`, `nfs`, `local`) mount wherever the pod is scheduled.
    #[must_use]
    pub fn exclusive_claims(&self, pod: &Pod<'a>) -> Vec<ExclusiveClaim<'a>> {
        let references = pod.references().into_iter();
        let claims = references.filter(|it| it.kind == ReferenceKind::PersistentVolumeClaim);
        claims.filter_map(|it| self.exclusive(pod, it)).collect()
    }

    fn exclusive(&self, pod: &Pod<'a>, reference: Reference<'a>) -> Option<ExclusiveClaim<'a>> {
        let kind = reference.kind.kind();
        let place = [pod.resource.namespace(), reference.name];
        let claims = self.named_nearest(&pod.resource, "", kind, place, |_| true);
        let [claim] = claims[..] else { return None };
        let modes = claim.spec()?.get("accessModes")?;
        let mut names = modes.items().filter_map(Node::as_str);
        let one_pod = match (names.next(), names.next()) {
            (Some("ReadWriteOncePod"), None) => true,
            (Some("ReadWriteOnce"), None) => false,
            _ => return None,
        };
        let is_enforced = one_pod || self.is_attached(&claim);
        (is_enforced && self.are_near(&claim, &pod.resource)).then_some(ExclusiveClaim {
            reference,
            modes,
            one_pod,
        })
    }

    /// Whether the volume of a claim is attached to a node, as far as the run shows: by the
    /// PersistentVolume, or else by the class.
    fn is_attached(&self, claim: &Resource<'a>) -> bool {
        let text = |key| claim.spec().and_then(|it| it.get(key)?.as_str());
        let class = text("storageClassName");
        let volume = "PersistentVolume";
        if let Some(name) = text("volumeName") {
            let found = self.named_nearest(claim, "", volume, ["", name], |_| true);
            if let [volume] = found[..] {
                return !is_mounted_only(&volume);
            }
        }
        let mut of_class = self
            .near_in(claim, "", "", volume)
            .take(MOST_VOLUMES)
            .filter(|it| class.is_some() && class_of(it) == class)
            .peekable();
        if of_class.peek().is_some() {
            return !of_class.all(is_mounted_only);
        }
        !class.is_some_and(|it| self.is_class_mounted_only(claim, it))
    }

    fn is_class_mounted_only(&self, claim: &Resource<'a>, class: &str) -> bool {
        let place = ["", class];
        let classes = self.named_nearest(claim, "storage.k8s.io", "StorageClass", place, |_| true);
        let provisioner = |it: &Resource<'a>| it.node.get("provisioner")?.as_str();
        let name = classes.first().and_then(provisioner).unwrap_or(class);
        NEVER_ATTACHED.iter().any(|part| name.contains(part))
    }
}

/// How many PersistentVolumes are checked for one of the claim's class.
const MOST_VOLUMES: usize = 64;

/// Parts of the names of provisioners, and of the classes that are named after them, whose
/// volumes are not attached to a node.
const NEVER_ATTACHED: [&str; 9] = [
    "nfs",
    "efs",
    "local",
    "hostpath",
    "no-provisioner",
    "cephfs",
    "glusterfs",
    "azure-file",
    "azurefile",
];

fn class_of<'a>(volume: &Resource<'a>) -> Option<&'a str> {
    let class = volume.spec().and_then(|it| it.get("storageClassName"));
    Some(class.and_then(Node::as_str).unwrap_or_default())
}

fn is_mounted_only(volume: &Resource<'_>) -> bool {
    let sources = [
        "hostPath",
        "nfs",
        "local",
        "cephfs",
        "glusterfs",
        "azureFile",
    ];
    let spec = volume.spec();
    sources
        .iter()
        .any(|source| spec.is_some_and(|it| it.get(source).is_some()))
}
