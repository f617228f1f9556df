//! The check of the types of volumes.

use super::containers::violation;
use super::subject::{Subject, Values, Violation, name, plural, quoted};
use crate::parse::Node;

const ALLOWED: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// The other types, in the order in which the plugin looks for one.
const OTHERS: [&str; 21] = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
];

pub(super) fn types<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    let (mut bad, mut values, mut places) = (Vec::new(), Values::new(), Vec::new());
    let volumes = subject.get(&["volumes"]);
    for volume in volumes.into_iter().flat_map(Node::items) {
        let has = |kind: &&str| volume.get(kind).is_some();
        if ALLOWED.iter().any(has) {
            continue;
        }
        // One without any source is an emptyDir.
        if let Some(kind) = OTHERS.into_iter().find(has) {
            bad.push(name(volume));
            values.insert(kind);
            places.extend(volume.get(kind));
        }
    }
    let detail = || {
        let noun = plural("volume", "volumes", bad.len());
        let kinds = plural(
            "restricted volume type",
            "restricted volume types",
            values.len(),
        );
        let verb = plural("uses", "use", bad.len());
        format!("{noun} {} {verb} {kinds} {}", quoted(&bad), quoted(&values))
    };
    violation(&bad, "restricted volume types", detail, places)
}
