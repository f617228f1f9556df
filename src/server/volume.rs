//! Volumes of a pod and the sources that they share with PersistentVolumes.

use super::at::At;
use super::claim;
use super::meta;
use super::projected;
use super::report::Api;
use super::security::{descending_path, free_path, no_backsteps};
use crate::kube::names;
use crate::seen::Seen;
use std::collections::HashMap;

const FILE_MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";
const ONE_TYPE: &str = "may not specify more than 1 volume type";

/// Sources in the server's order, each with the name that it gives the field in
/// the error about a second source.
const SOURCES: [(&str, &str); 30] = [
    ("emptyDir", "emptyDir"),
    ("hostPath", "hostPath"),
    ("gitRepo", "gitRepo"),
    ("gcePersistentDisk", "gcePersistentDisk"),
    ("awsElasticBlockStore", "awsElasticBlockStore"),
    ("secret", "secret"),
    ("nfs", "nfs"),
    ("iscsi", "iscsi"),
    ("glusterfs", "glusterfs"),
    ("flocker", "flocker"),
    ("persistentVolumeClaim", "persistentVolumeClaim"),
    ("rbd", "rbd"),
    ("cinder", "cinder"),
    ("cephfs", "cephFS"),
    ("quobyte", "quobyte"),
    ("downwardAPI", "downwarAPI"),
    ("fc", "fc"),
    ("flexVolume", "flexVolume"),
    ("configMap", "configMap"),
    ("azureFile", "azureFile"),
    ("vsphereVolume", "vsphereVolume"),
    ("photonPersistentDisk", "photonPersistentDisk"),
    ("portworxVolume", "portworxVolume"),
    ("azureDisk", "azureDisk"),
    ("storageos", "storageos"),
    ("projected", "projected"),
    ("scaleIO", "scaleIO"),
    ("csi", "csi"),
    ("ephemeral", "ephemeral"),
    ("image", "image"),
];

/// The volumes that mounts may name, those without faults, by their names.
pub(super) type Volumes<'a> = HashMap<&'a str, Volume<'a>>;

/// A volume of a pod; without a place, a claim that a StatefulSet makes.
#[derive(Clone, Copy)]
pub(super) struct Volume<'a>(pub(super) Option<At<'a>>);

impl Volume<'_> {
    /// Whether it can be used as a block device.
    pub(super) fn is_claim(self) -> bool {
        self.0
            .is_none_or(|at| at.has("persistentVolumeClaim") || at.has("ephemeral"))
    }
}

/// `spec.volumes`; `pod` is the name of a Pod and empty for templates. Volumes
/// named in `taken` are replaced by claims of that name.
pub(super) fn check<'a>(
    api: &mut Api<'a, '_>,
    volumes: At<'a>,
    pod: &str,
    taken: &Seen<&str>,
) -> Volumes<'a> {
    let mut good = Volumes::new();
    let ephemeral = volumes.items().filter(|it| it.has("ephemeral"));
    let ephemeral: Seen<&str> = ephemeral.map(|it| it.str_of("name")).collect();
    for volume in volumes.items() {
        let at = volume.get("name");
        let name = at.str();
        if taken.contains(&name) {
            continue;
        }
        let before = api.count();
        // Older releases drop what they do not know how to mount.
        if volume.has("image") && !api.since(35) {
            good.entry(name).or_insert(Volume(Some(volume)));
            continue;
        }
        source(api, volume, pod);
        api.required_name(at, names::dns_label);
        if good.contains_key(name) {
            api.duplicate(at, crate::kube::go::Quoted(name));
        }
        if api.count() == before {
            good.insert(name, Volume(Some(volume)));
        }
        let claim = volume.at(["persistentVolumeClaim", "claimName"]);
        let created = claim.str().strip_prefix(pod);
        let created = created.and_then(|it| it.strip_prefix('-'));
        if !pod.is_empty() && created.is_some_and(|it| ephemeral.contains(&it)) {
            let detail = "must not reference a PVC that gets created for an ephemeral volume";
            api.invalid_text(claim, claim.str(), detail);
        }
    }
    good
}

/// The same with claims of those names, which a StatefulSet makes.
pub(super) fn with_claims<'a>(mut volumes: Volumes<'a>, claims: &[&'a str]) -> Volumes<'a> {
    for name in claims {
        volumes.entry(name).or_insert(Volume(None));
    }
    volumes
}

fn source<'a>(api: &mut Api<'a, '_>, volume: At<'a>, pod: &str) {
    let mut found = false;
    for (key, said) in SOURCES {
        let Some(at) = volume.find(key) else { continue };
        if found && key != "emptyDir" {
            let shown = if key == said {
                at
            } else {
                volume.get(said).showing(at)
            };
            api.forbidden(shown, ONE_TYPE);
        } else if !one(api, key, at) {
            rare(api, key, at, false);
        }
        found = true;
        if key == "ephemeral" && !pod.is_empty() && !volume.str_of("name").is_empty() {
            let name = format!("{pod}-{}", volume.str_of("name"));
            if let Err(faults) = names::dns_subdomain(&name) {
                for fault in faults.iter() {
                    let detail = format!("PVC name {name:?}: {fault}");
                    api.invalid_text(volume.get("name"), volume.str_of("name"), &detail);
                }
            }
        }
    }
}

/// The sources that pods use; false for others.
fn one<'a>(api: &mut Api<'a, '_>, key: &str, at: At<'a>) -> bool {
    match key {
        "emptyDir" => {
            let limit = at.get("sizeLimit");
            if limit.quantity().is_some_and(|it| it.is_negative()) {
                api.forbidden(limit, "SizeLimit field must be a valid resource quantity");
            }
        }
        "secret" => {
            api.required_text(at.get("secretName"));
            mode(api, at.get("defaultMode"));
            items(api, at.get("items"));
        }
        "configMap" => {
            api.required_text(at.get("name"));
            mode(api, at.get("defaultMode"));
            items(api, at.get("items"));
        }
        "persistentVolumeClaim" => {
            api.required_text(at.get("claimName"));
        }
        "downwardAPI" => {
            mode(api, at.get("defaultMode"));
            for file in at.items_of("items") {
                projected::downward_file(api, at, file);
            }
        }
        "projected" => {
            mode(api, at.get("defaultMode"));
            projected::check(api, at);
        }
        "csi" => {
            csi_driver(api, at.get("driver"));
            let secret = at.get("nodePublishSecretRef");
            if secret.is_set() && api.required_text(secret.get("name")) {
                let name = secret.str_of("name");
                api.faults(
                    at.get("name").showing(secret),
                    name,
                    names::dns_subdomain(name),
                );
            }
        }
        "ephemeral" => ephemeral(api, at.get("volumeClaimTemplate")),
        "image" => {
            api.required_text(at.get("reference"));
            let policies = ["Always", "IfNotPresent", "Never"];
            api.one_of(at.get("pullPolicy"), "Always", &policies);
        }
        _ => return false,
    }
    true
}

fn ephemeral<'a>(api: &mut Api<'a, '_>, template: At<'a>) {
    if !template.is_set() {
        return api.required(template, "");
    }
    meta::of_template(api, template.get("metadata"));
    claim::spec(api, template.get("spec"));
}

/// Sources that pods share with PersistentVolumes, and those that few use.
pub(super) fn rare<'a>(api: &mut Api<'a, '_>, key: &str, at: At<'a>, persistent: bool) {
    let before = api.count();
    match key {
        "hostPath" => host_path(api, at),
        "gitRepo" => {
            api.required_text(at.get("repository"));
            descending_path(api, at.get("directory"));
        }
        "gcePersistentDisk" => {
            api.required_text(at.get("pdName"));
            partition(api, at.get("partition"));
            api.rename(before, "gcePersistentDisk", "persistentDisk");
        }
        "awsElasticBlockStore" => {
            api.required_text(at.get("volumeID"));
            partition(api, at.get("partition"));
        }
        "nfs" => {
            api.required_text(at.get("server"));
            api.required_text(at.get("path"));
            if !at.str_of("path").starts_with('/') {
                let path = at.get("path");
                api.invalid_text(path, path.str(), "must be an absolute path");
            }
        }
        "glusterfs" => {
            need(api, at, &["endpoints", "path"]);
            let namespace = at.get("endpointsNamespace");
            if persistent && namespace.written() == Some("") {
                let detail = "if the endpointnamespace is set, it must be a valid namespace name";
                api.invalid_text(namespace, "", detail);
            } else if persistent {
                api.named_if_set(namespace, names::dns_label);
            }
        }
        "vsphereVolume" => need(api, at, &["volumePath"]),
        "photonPersistentDisk" => need(api, at, &["pdID"]),
        "portworxVolume" => need(api, at, &["volumeID"]),
        "scaleIO" => need(api, at, &["gateway", "system", "volumeName"]),
        "azureFile" => {
            need(api, at, &["secretName", "shareName"]);
            if persistent && at.get("secretNamespace").written() == Some("") {
                api.required(at.get("secretNamespace"), "");
            }
        }
        "rbd" => {
            not_empty(api, at.get("monitors"));
            api.required_text(at.get("image"));
        }
        "cephfs" => not_empty(api, at.get("monitors")),
        "cinder" | "storageos" => storage_with_secret(api, key, at, persistent),
        "flexVolume" => flex(api, at),
        "flocker" => flocker(api, at),
        "fc" => fibre_channel(api, at),
        "iscsi" => iscsi(api, at),
        "quobyte" => quobyte(api, at),
        "azureDisk" => azure_disk(api, at),
        _ => {}
    }
}

fn need<'a>(api: &mut Api<'a, '_>, at: At<'a>, keys: &[&'a str]) {
    for key in keys {
        api.required_text(at.get(key));
    }
}

fn not_empty<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if at.is_empty() {
        api.required(at, "");
    }
}

pub(super) fn host_path<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let path = at.get("path");
    if api.required_text(path) {
        no_backsteps(api, path, path.str());
        api.one_of_if_set(
            at.get("type"),
            &[
                "",
                "BlockDevice",
                "CharDevice",
                "Directory",
                "DirectoryOrCreate",
                "File",
                "FileOrCreate",
                "Socket",
            ],
        );
    }
}

fn storage_with_secret<'a>(api: &mut Api<'a, '_>, key: &str, at: At<'a>, persistent: bool) {
    if key == "cinder" {
        api.required_text(at.get("volumeID"));
    } else {
        api.required_name(at.get("volumeName"), names::dns_label);
        api.named_if_set(at.get("volumeNamespace"), names::dns_label);
    }
    let secret = at.get("secretRef");
    if secret.is_set() {
        api.required_text(secret.get("name"));
        if persistent {
            api.required_text(secret.get("namespace"));
        }
    }
}

fn flex<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.required_text(at.get("driver"));
    for (key, value) in at.get("options").entries() {
        let domain = key.split_once('/').map_or(key, |(domain, _)| domain);
        let domain = format!(".{}", domain.to_ascii_lowercase());
        if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
            let detail = "kubernetes.io and k8s.io namespaces are reserved";
            api.invalid_text(value, key, detail);
        }
    }
}

fn flocker<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let (name, uuid) = (at.str_of("datasetName"), at.str_of("datasetUUID"));
    if name.is_empty() && uuid.is_empty() {
        api.required(at, "one of datasetName and datasetUUID is required");
    } else if !name.is_empty() && !uuid.is_empty() {
        let detail = "datasetName and datasetUUID can not be specified simultaneously";
        api.invalid_text(at, "resource", detail);
    }
    if name.contains('/') {
        api.invalid_text(at.get("datasetName"), name, "must not contain '/'");
    }
}

fn fibre_channel<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let (targets, ids, lun) = (at.get("targetWWNs"), at.get("wwids"), at.get("lun"));
    match (targets.is_empty(), ids.is_empty()) {
        (true, true) => {
            api.required(
                targets,
                "must specify either targetWWNs or wwids, but not both",
            );
        }
        (false, false) => api.invalid_node(
            targets,
            "targetWWNs and wwids can not be specified simultaneously",
        ),
        _ => {}
    }
    if !targets.is_empty() {
        if lun.is_set() {
            api.within(lun, 0, 255);
        } else {
            api.required(lun, "lun is required if targetWWNs is specified");
        }
    }
}

fn iscsi<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.required_text(at.get("targetPortal"));
    let iqn = at.get("iqn");
    if api.required_text(iqn)
        && !["iqn", "eui", "naa"]
            .iter()
            .any(|it| iqn.str().starts_with(it))
    {
        api.invalid_text(
            iqn,
            iqn.str(),
            "must be valid format starting with iqn, eui, or naa",
        );
    }
    api.within(at.get("lun"), 0, 255);
    let initiator = at.get("initiatorName");
    if let Some(text) = initiator.written()
        && !["iqn", "eui", "naa"].iter().any(|it| text.starts_with(it))
    {
        let said = at.named("initiatorname").showing(initiator);
        api.invalid_text(
            said,
            text,
            "must be valid format starting with iqn, eui, or naa",
        );
    }
    let chap = at.is_on("chapAuthDiscovery") || at.is_on("chapAuthSession");
    if chap && !at.has("secretRef") {
        api.required(at.get("secretRef"), "");
    }
}

fn quobyte<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    const PAIRS: &str = "must be a host:port pair or multiple pairs separated by commas";
    let registry = at.get("registry");
    if registry.str().is_empty() {
        api.required(registry, PAIRS);
    } else if at.str_of("tenant").len() >= 65 {
        let detail = "must be a UUID and may not exceed a length of 64 characters";
        api.required(at.get("tenant"), detail);
    } else if registry
        .str()
        .split(',')
        .any(|pair| pair.matches(':').count() != 1)
    {
        api.invalid_text(registry, registry.str(), PAIRS);
    }
    api.required_text(at.get("volume"));
}

fn azure_disk<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    need(api, at, &["diskName", "diskURI"]);
    api.one_of_if_set(at.get("cachingMode"), &["None", "ReadOnly", "ReadWrite"]);
    let (kind, uri) = (at.get("kind"), at.get("diskURI"));
    // An absent kind is defaulted to Shared.
    api.one_of_if_set(kind, &["Dedicated", "Managed", "Shared"]);
    if kind.written() == Some("Managed") {
        if !uri.str().starts_with("/subscriptions/") {
            api.unsupported(uri, uri.str(), &["/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"]);
        }
    } else if !uri.str().starts_with("https://") {
        api.unsupported(
            uri,
            uri.str(),
            &["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"],
        );
    }
}

/// The name of a CSI driver.
pub(super) fn csi_driver<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if !api.required_text(at) && api.since(35) {
        return;
    }
    if at.str().len() > 63 {
        api.too_long(at, 63);
    }
    api.faults(at, at.str(), names::dns_subdomain(&at.str().to_lowercase()));
}

/// The server's words leave out the zero that it takes.
fn partition<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if let Some(number) = at.int()
        && !(0..=255).contains(&number)
    {
        api.invalid(at, number, "must be between 1 and 255, inclusive");
    }
}

/// Permission bits of a file.
pub(super) fn mode<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if let Some(mode) = at.int()
        && !(0..=0o777).contains(&mode)
    {
        api.invalid(at, mode, FILE_MODE);
    }
}

/// `items` of a ConfigMap or Secret volume.
pub(super) fn items<'a>(api: &mut Api<'a, '_>, items: At<'a>) {
    for item in items.items() {
        api.required_text(item.get("key"));
        api.required_text(item.get("path"));
        free_path(api, item.get("path"));
        mode(api, item.get("mode"));
    }
}
