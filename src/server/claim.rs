//! PersistentVolumeClaims and PersistentVolumes.

use super::at::At;
use super::meta::{self, Identity};
use super::report::Api;
use super::resources;
use super::selector;
use super::shape::Shape;
use super::volume;
use crate::kube::names;

const ACCESS: [&str; 4] = [
    "ReadOnlyMany",
    "ReadWriteMany",
    "ReadWriteOnce",
    "ReadWriteOncePod",
];
const MODES: [&str; 2] = ["Block", "Filesystem"];
const POSITIVE: &str = "must be greater than zero";

pub(super) fn check<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: true,
    };
    meta::check(api, top.get("metadata"), identity);
    let at = top.get("spec");
    plain_spec(api, at);
    sources(api, at, mirrored(at));
}

/// The sources as the server completes them: a `dataSource` that is neither a
/// claim nor a snapshot is dropped, and either field substitutes for the other.
fn mirrored<'a>(spec: At<'a>) -> (At<'a>, At<'a>) {
    let (source, reference) = (spec.get("dataSource"), spec.get("dataSourceRef"));
    let group = source.str_of("apiGroup");
    let known = match source.str_of("kind") {
        "PersistentVolumeClaim" => group.is_empty(),
        "VolumeSnapshot" => group == "snapshot.storage.k8s.io",
        _ => false,
    };
    // References across namespaces are behind a gate, and dropped.
    let referred = reference.is_set() && reference.str_of("namespace").is_empty();
    let kept = source.is_set() && (known || referred);
    let reference = if referred {
        reference
    } else {
        reference.hidden()
    };
    match (kept, referred) {
        (true, false) => (source, mirror(spec, "dataSourceRef", source)),
        (false, true) => (mirror(spec, "dataSource", reference), reference),
        (true, true) => (source, reference),
        (false, false) => (reference, reference),
    }
}

fn mirror<'a>(spec: At<'a>, name: &'a str, from: At<'a>) -> At<'a> {
    spec.named(name).showing(from)
}

fn access_modes<'a>(api: &mut Api<'a, '_>, modes: At<'a>) {
    let (mut single, mut other) = (false, false);
    for mode in modes.items() {
        let text = mode.str();
        if !ACCESS.contains(&text) {
            api.unsupported(modes.showing(mode), text, &ACCESS);
        }
        single |= text == "ReadWriteOncePod";
        other |= text != "ReadWriteOncePod" && ACCESS.contains(&text);
    }
    if single && other {
        api.forbidden(
            modes,
            "may not use ReadWriteOncePod with other access modes",
        );
    }
}

/// `spec` of a claim template.
pub(super) fn spec<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    plain_spec(api, spec);
    let (source, reference) = (spec.get("dataSource"), spec.get("dataSourceRef"));
    api.named_if_set(reference.get("namespace"), names::dns_label);
    sources(api, spec, (source, reference));
}

fn plain_spec<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let modes = spec.get("accessModes");
    if modes.is_empty() {
        api.required(modes, "at least 1 access mode is required");
    }
    selector::labels(api, spec.get("selector"));
    access_modes(api, modes);
    // The server leaves `requests` out of the path.
    let asked = spec.at(["resources", "requests"]).get("storage");
    let at = spec.get("resources").keyed("storage").showing(asked);
    match asked.quantity() {
        None if !asked.is_set() => api.required(at, ""),
        Some(amount) if amount.is_zero() || amount.is_negative() => {
            let text = asked.printed_quantity();
            api.invalid_text(at, &text, POSITIVE);
        }
        _ => {}
    }
    api.named_if_set(spec.get("storageClassName"), names::dns_subdomain);
    api.one_of_if_set(spec.get("volumeMode"), &MODES);
    let class = spec.get("volumeAttributesClassName");
    api.from(34, |api| api.named_if_set(class, names::dns_subdomain));
}

fn sources<'a>(api: &mut Api<'a, '_>, spec: At<'a>, (source, reference): (At<'a>, At<'a>)) {
    for at in [source, reference] {
        if !at.is_set() {
            continue;
        }
        api.required_text(at.get("name"));
        api.required_text(at.get("kind"));
        let group = at.get("apiGroup");
        if group.str().is_empty() && at.str_of("kind") != "PersistentVolumeClaim" {
            let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            api.invalid_text(at, at.str_of("kind"), detail);
        }
        api.named_if_set(group, names::dns_subdomain);
    }
    if !source.is_set() || !reference.is_set() {
        return;
    }
    let same = ["apiGroup", "kind", "name"].iter().all(|key| {
        source.get(key).written().unwrap_or("") == reference.get(key).written().unwrap_or("")
    });
    if !same {
        // The server shows a path, of which nothing can be seen.
        api.invalid(spec, "{}", "must match dataSourceRef");
    }
}

pub(super) fn persistent_volume<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: false,
    };
    meta::check(api, top.get("metadata"), identity);
    let spec = top.get("spec");
    let modes = spec.get("accessModes");
    if modes.is_empty() {
        api.required(modes, "");
    }
    access_modes(api, modes);
    capacity(api, spec.get("capacity"));
    let policy = spec.get("persistentVolumeReclaimPolicy");
    api.one_of(policy, "Retain", &["Delete", "Recycle", "Retain"]);
    let affinity = spec.get("nodeAffinity");
    if affinity.is_set() {
        if affinity.has("required") {
            selector::nodes(api, affinity.get("required"));
        } else {
            let detail = "must specify required node constraints";
            api.required(affinity.get("required"), detail);
        }
    }
    source(api, spec);
    mount_options(api, top, spec);
    let path = spec.at(["hostPath", "path"]).str();
    if policy.str() == "Recycle" && spec.has("hostPath") && is_root(path) {
        api.forbidden(policy, "may not be 'recycle' for a hostPath mount of '/'");
    }
    api.named_if_set(spec.get("storageClassName"), names::dns_subdomain);
    api.one_of_if_set(spec.get("volumeMode"), &MODES);
    let class = spec.get("volumeAttributesClassName");
    if class.is_set() && api.since(34) {
        if class.str().is_empty() {
            api.required(class, "an empty string is disallowed");
        } else {
            api.named(class, names::dns_subdomain);
        }
        if !spec.has("csi") {
            let detail = "has to be specified when using volumeAttributesClassName";
            api.required(spec.get("csi"), detail);
        }
    }
}

/// Some volumes cannot be mounted with the options of an annotation.
fn mount_options<'a>(api: &mut Api<'a, '_>, top: At<'a>, spec: At<'a>) {
    const KINDS: [&str; 10] = [
        "gcePersistentDisk",
        "awsElasticBlockStore",
        "glusterfs",
        "nfs",
        "rbd",
        "quobyte",
        "iscsi",
        "cinder",
        "cephfs",
        "azureFile",
    ];
    const MORE: [&str; 3] = ["vsphereVolume", "azureDisk", "photonPersistentDisk"];
    let key = "volume.beta.kubernetes.io/mount-options";
    let notes = top.at(["metadata", "annotations"]);
    let mut takes = KINDS.iter().chain(&MORE);
    if notes.keyed(key).is_set() && !takes.any(|kind| spec.has(kind)) {
        let at = notes.named(key).showing(notes.keyed(key));
        api.forbidden(at, "may not specify mount options for this volume type");
    }
}

/// The spec of a volume that an attachment brings itself.
pub(super) fn inline<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    const INLINE: &str = "in the context of inline volumes";
    let never = format!("may not be specified {INLINE}");
    if spec.has("claimRef") {
        api.forbidden(spec.get("claimRef"), &never);
    }
    if !spec.get("capacity").is_empty() {
        api.forbidden(spec.get("capacity"), &never);
    }
    if !spec.has("csi") {
        let detail = format!("has to be specified {INLINE}");
        api.required(spec.get("csi"), &detail);
    }
    let modes = spec.get("accessModes");
    if modes.is_empty() {
        api.required(modes, "");
    }
    access_modes(api, modes);
    let policy = spec.get("persistentVolumeReclaimPolicy");
    if !matches!(policy.str(), "" | "Retain") {
        api.forbidden(policy, &format!("may only be Retain {INLINE}"));
    }
    if spec.has("nodeAffinity") {
        api.forbidden(spec.get("nodeAffinity"), &never);
    }
    let mode = spec.get("volumeMode");
    if mode.is_set() && mode.str() != "Filesystem" {
        let detail = format!("may not specify volumeMode other than Filesystem {INLINE}");
        api.forbidden(mode, &detail);
    }
    source(api, spec);
    if !spec.str_of("storageClassName").is_empty() {
        api.forbidden(spec.get("storageClassName"), &never);
    }
}

fn is_root(path: &str) -> bool {
    path.starts_with('/') && path.split('/').all(|part| matches!(part, "" | "." | ".."))
}

fn capacity<'a>(api: &mut Api<'a, '_>, capacity: At<'a>) {
    if capacity.is_empty() {
        api.required(capacity, "");
    }
    let storage = capacity.entries().any(|(name, _)| name == "storage");
    if !storage || capacity.len() > 1 {
        api.unsupported_object(capacity, &Shape::Quantities, &["storage"]);
    }
    for (_, amount) in capacity.entries() {
        let Some(value) = amount.quantity() else {
            continue;
        };
        if value.is_negative() {
            api.invalid(amount, value.value(), "must be a valid resource quantity");
        }
        if value.is_negative() || value.is_zero() {
            let text = amount.printed_quantity();
            api.invalid_text(amount, &text, POSITIVE);
        }
    }
}

const PERSISTENT: [(&str, &str); 22] = [
    ("hostPath", "hostPath"),
    ("gcePersistentDisk", "gcePersistentDisk"),
    ("awsElasticBlockStore", "awsElasticBlockStore"),
    ("glusterfs", "glusterfs"),
    ("flocker", "flocker"),
    ("nfs", "nfs"),
    ("rbd", "rbd"),
    ("quobyte", "quobyte"),
    ("cephfs", "cephFS"),
    ("iscsi", "iscsi"),
    ("cinder", "cinder"),
    ("fc", "fc"),
    ("flexVolume", "flexVolume"),
    ("azureFile", "azureFile"),
    ("vsphereVolume", "vsphereVolume"),
    ("photonPersistentDisk", "photonPersistentDisk"),
    ("portworxVolume", "portworxVolume"),
    ("azureDisk", "azureDisk"),
    ("scaleIO", "scaleIO"),
    ("local", "local"),
    ("storageos", "storageos"),
    ("csi", "csi"),
];

fn source<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let mut found = false;
    for (key, said) in PERSISTENT {
        let at = spec.get(key);
        if !at.is_set() {
            continue;
        }
        if found && key != "flexVolume" {
            let shown = if key == said {
                at
            } else {
                spec.get(said).showing(at)
            };
            api.forbidden(shown, "may not specify more than 1 volume type");
            continue;
        }
        found = true;
        match key {
            "csi" => csi(api, at),
            "local" => {
                let path = at.get("path");
                if api.required_text(path) {
                    super::security::no_backsteps(api, path, path.str());
                }
                if !spec.has("nodeAffinity") {
                    let detail = "Local volume requires node affinity";
                    api.required(spec.get("nodeAffinity"), detail);
                }
            }
            _ => volume::rare(api, key, at, true),
        }
    }
    if !found {
        api.required(spec, "must specify a volume type");
    }
}

fn csi<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    volume::csi_driver(api, at.get("driver"));
    api.required_text(at.get("volumeHandle"));
    for key in [
        "controllerPublishSecretRef",
        "controllerExpandSecretRef",
        "nodePublishSecretRef",
        "nodeExpandSecretRef",
    ] {
        let secret = at.get(key);
        if secret.is_set() {
            api.required_name(secret.get("name"), names::dns_subdomain);
            api.required_name(secret.get("namespace"), names::dns_label);
        }
    }
}

/// The names in `hard` of a ResourceQuota.
pub(super) fn quota_name<'a>(api: &mut Api<'a, '_>, at: At<'a>, name: &str) {
    resources::name(api, at, name);
    if !name.contains('/') && !resources::is_standard_quota(name) {
        api.invalid_text(at, name, "must be a standard resource for quota");
    }
}
