//! What the API server warns of when it accepts an object, in its own words.

mod definition;
mod paths;
mod pod;
mod service;
mod tls;

use super::at::At;
use super::meta;
use super::report::Api;
use crate::kube::go::Quoted;
use crate::kube::ip::{self, Strictness};
use crate::kube::names;
use std::net::IpAddr;

const STORAGE_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const MOUNT_OPTIONS: &str = "volume.beta.kubernetes.io/mount-options";
const INGRESS_CLASS: &str = "kubernetes.io/ingress.class";
const MOUNTABLE: &str = "kubernetes.io/enforce-mountable-secrets";

/// Labels of nodes that have successors or none.
const OLD_LABELS: [(&str, &str); 8] = [
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    (
        "scheduler.alpha.kubernetes.io/preferAvoidPods",
        "deprecated since v1.22; use Taints and Tolerations instead",
    ),
    (
        "node-role.kubernetes.io/master",
        "use \"node-role.kubernetes.io/control-plane\" instead",
    ),
];

/// Warns of an object that was accepted.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let spec = top.get("spec");
    match api.resource.group() {
        "" => core(api, top, spec),
        "apps" | "batch" => workload(api, top, spec),
        "networking.k8s.io" => networking(api, top, spec),
        "discovery.k8s.io" => slice(api, top),
        "storage.k8s.io" => storage(api, top, spec),
        "apiextensions.k8s.io" => definition::check(api, spec),
        "resource.k8s.io" if api.resource.kind == "ResourceSlice" => {
            let driver = spec.get("driver");
            let name = driver.str();
            if name.to_lowercase() != name && api.since(35) {
                let said = "driver names should be lowercase; ";
                let said = format!("{said}{} contains uppercase characters", Quoted(name));
                api.warn(driver, &said);
            }
        }
        "node.k8s.io" => {
            let labels = top.at(["scheduling", "nodeSelector"]);
            for (key, value) in labels.entries() {
                if let Some(said) = old_label(key) {
                    api.warn(labels.showing(value), said);
                }
            }
        }
        _ => {}
    }
}

fn core<'a>(api: &mut Api<'a, '_>, top: At<'a>, spec: At<'a>) {
    match api.resource.kind {
        "Pod" => {
            unlike_host(api, top, "the Pod's hostname");
            pod::check(api, top.get("metadata"), spec, true);
        }
        "PodTemplate" => template(api, top.get("template")),
        "ReplicationController" => workload(api, top, spec),
        "Service" => service::check(api, top),
        "PersistentVolume" => volume(api, top),
        "PersistentVolumeClaim" => {
            let said = "deprecated since v1.8; use \"storageClassName\" attribute instead";
            api.from(28, |api| api.warn_if_set(note(top, STORAGE_CLASS), said));
            claim(api, spec);
        }
        "ResourceQuota" => api.from(35, |api| quota(api, spec.get("hard"))),
        "ServiceAccount" => {
            let said = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets";
            api.from(32, |api| api.warn_if_set(note(top, MOUNTABLE), said));
        }
        "Endpoints" => api.from(33, |api| endpoints(api, top)),
        "Node" => node(api, spec),
        "Secret" => api.from(27, |api| tls::check(api, top)),
        _ => {}
    }
}

fn workload<'a>(api: &mut Api<'a, '_>, top: At<'a>, spec: At<'a>) {
    let kind = api.resource.kind;
    if !matches!(kind, "DaemonSet" | "StatefulSet" | "ControllerRevision") {
        unlike_host(api, top, "Pod names and hostnames");
    }
    match kind {
        "StatefulSet" => stateful_set(api, spec),
        "Job" => job(api, spec),
        "CronJob" => job(api, spec.at(["jobTemplate", "spec"])),
        "ControllerRevision" => {}
        _ => template(api, spec.get("template")),
    }
}

fn networking<'a>(api: &mut Api<'a, '_>, top: At<'a>, spec: At<'a>) {
    match api.resource.kind {
        "Ingress" => {
            let at = note(top, INGRESS_CLASS);
            if at.is_set() && !spec.has("ingressClassName") && api.since(27) {
                let said = format!(
                    "annotation {} is deprecated, please use 'spec.ingressClassName' instead",
                    Quoted(INGRESS_CLASS)
                );
                api.warn_text(at, said);
            }
        }
        "NetworkPolicy" => api.from(33, |api| policy(api, spec)),
        _ => {}
    }
}

fn storage<'a>(api: &mut Api<'a, '_>, top: At<'a>, spec: At<'a>) {
    match api.resource.kind {
        "StorageClass" => {
            for term in top.items_of("allowedTopologies") {
                for one in term.items_of("matchLabelExpressions") {
                    let key = one.get("key");
                    if let Some(said) = old_label(key.str()) {
                        api.warn(key, said);
                    }
                }
            }
        }
        "CSIStorageCapacity" => node_topology(api, top.get("nodeTopology")),
        "CSIDriver" => driver(api, spec),
        _ => {}
    }
}

fn template<'a>(api: &mut Api<'a, '_>, template: At<'a>) {
    pod::check(api, template.get("metadata"), template.get("spec"), false);
}

/// What is said of a label of nodes that is out of use.
pub(super) fn old_label(key: &str) -> Option<&'static str> {
    let known = OLD_LABELS.iter().find(|(label, _)| *label == key);
    known.map(|(_, said)| *said)
}

/// An annotation, present or not.
fn note<'a>(top: At<'a>, key: &'a str) -> At<'a> {
    top.at(["metadata", "annotations"]).keyed(key)
}

/// A name that is not a DNS label makes no host name.
fn unlike_host<'a>(api: &mut Api<'a, '_>, top: At<'a>, used_in: &str) {
    let metadata = top.get("metadata");
    let name = meta::name(metadata);
    if let Err(faults) = names::dns_label(&name)
        && api.since(27)
    {
        let said = format!(
            "this is used in {used_in}, which can result in surprising behavior; a DNS label is recommended: [{}]",
            faults.join(" ")
        );
        api.warn(metadata.get("name"), &said);
    }
}

fn stateful_set<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    template(api, spec.get("template"));
    for claim in spec.items_of("volumeClaimTemplates") {
        for key in ["requests", "limits"] {
            let shown = claim.at(["spec", "resources", key]).keyed("storage");
            // The server leaves a step of the path out.
            pod::fraction(
                api,
                claim.at(["resources", key]).keyed("storage").showing(shown),
            );
        }
    }
    let limit = spec.get("revisionHistoryLimit");
    if limit.int().is_some_and(|it| it < 0) && api.since(33) {
        let said = "a negative value retains all historical revisions; a value >= 0 is recommended";
        api.warn(limit, said);
    }
}

fn job<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let number = |key| spec.int_of(key).unwrap_or(0);
    if spec.str_of("completionMode") == "Indexed"
        && number("completions") > 100_000
        && number("parallelism") > 10_000
        && api.since(28)
    {
        let said = "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail";
        api.warn(spec, said);
    }
    template(api, spec.get("template"));
}

fn volume<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    if !api.since(28) {
        return;
    }
    let spec = top.get("spec");
    let said = "deprecated since v1.8; use \"storageClassName\" attribute instead";
    api.warn_if_set(note(top, STORAGE_CLASS), said);
    let said = "deprecated since v1.31; use \"mountOptions\" attribute instead";
    if api.since(31) {
        api.warn_if_set(note(top, MOUNT_OPTIONS), said);
    }
    let policy = spec.get("persistentVolumeReclaimPolicy");
    if policy.str() == "Recycle" && api.since(30) {
        let said = "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.";
        api.warn(policy, said);
    }
    let terms = spec.at(["nodeAffinity", "required", "nodeSelectorTerms"]);
    for term in terms.items() {
        pod::node_term(api, term, false);
    }
    for (key, named, said) in [
        (
            "cephfs",
            "cephfs",
            "deprecated in v1.28, non-functional in v1.31+",
        ),
        (
            "photonPersistentDisk",
            "photonPersistentDisk",
            "deprecated in v1.11, non-functional in v1.16+",
        ),
        (
            "scaleIO",
            "scaleIO",
            "deprecated in v1.16, non-functional in v1.22+",
        ),
        (
            "storageos",
            "storageOS",
            "deprecated in v1.22, non-functional in v1.25+",
        ),
        (
            "glusterfs",
            "glusterfs",
            "deprecated in v1.25, non-functional in v1.26+",
        ),
        (
            "rbd",
            "rbd",
            "deprecated in v1.28, non-functional in v1.31+",
        ),
    ] {
        let at = spec.get(key);
        api.warn_if_set(spec.get(named).showing(at), said);
    }
}

/// The sizes of a claim.
pub(super) fn claim<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    for key in ["requests", "limits"] {
        pod::fraction(api, spec.at(["resources", key]).keyed("storage"));
    }
}

fn quota<'a>(api: &mut Api<'a, '_>, hard: At<'a>) {
    for (name, request, limit) in [
        ("cpu", "requests.cpu", "limits.cpu"),
        ("memory", "requests.memory", "limits.memory"),
        ("", "requests.storage", "limits.storage"),
        ("", "requests.ephemeral-storage", "limits.ephemeral-storage"),
    ] {
        let (mut least, most) = (hard.keyed(request), hard.keyed(limit));
        let mut named = request;
        if !least.is_set() && !name.is_empty() {
            (least, named) = (hard.keyed(name), name);
        }
        let (Some(own), Some(all)) = (least.quantity(), most.quantity()) else {
            continue;
        };
        if own > all {
            let (own, all) = (least.printed_quantity(), most.printed_quantity());
            let said = format!("ResourceQuota {named} ({own}) should be less than {limit} ({all})");
            api.warn_text(least, said);
        }
    }
}

fn endpoints<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    if is_managed(
        top,
        "endpoints.kubernetes.io/managed-by",
        &["endpoint-controller"],
    ) {
        return;
    }
    for subset in top.items_of("subsets") {
        for key in ["addresses", "notReadyAddresses"] {
            for one in subset.items_of(key) {
                address(api, one.get("ip"));
            }
        }
    }
}

fn is_managed(top: At<'_>, label: &str, by: &[&str]) -> bool {
    let mut labels = top.at(["metadata", "labels"]).entries();
    labels.any(|(key, value)| key == label && by.contains(&value.str()))
}

fn slice<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let kind = top.get("addressType");
    if kind.str() == "FQDN" {
        let at = top.at(["spec", "addressType"]).showing(kind);
        api.warn(at, "FQDN endpoints are deprecated");
        // Names are not addresses.
        return;
    }
    let controllers = [
        "endpointslice-controller.k8s.io",
        "endpointslicemirroring-controller.k8s.io",
    ];
    if is_managed(top, "endpointslice.kubernetes.io/managed-by", &controllers) {
        return;
    }
    for endpoint in top.items_of("endpoints") {
        for ip in endpoint.items_of("addresses") {
            address(api, ip);
        }
    }
}

fn node<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let id = spec.get("externalID");
    if !id.str().is_empty() {
        api.warn(id, "this field is deprecated, and is unused by Kubernetes");
    }
    let (single, ranges) = (spec.get("podCIDR"), spec.get("podCIDRs"));
    let first = ranges.strings().next();
    if !single.str().is_empty() && first != Some(single.str()) {
        return block(api, ranges.keyed("0").showing(single));
    }
    for range in ranges.items() {
        block(api, range);
    }
}

fn policy<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
        for rule in spec.items_of(rules) {
            for peer in rule.items_of(peers) {
                let at = peer.get("ipBlock");
                if at.is_set() {
                    block(api, at.get("cidr"));
                    for except in at.items_of("except") {
                        block(api, except);
                    }
                }
            }
        }
    }
}

fn node_topology<'a>(api: &mut Api<'a, '_>, selector: At<'a>) {
    for one in selector.items_of("matchExpressions") {
        let key = one.get("key");
        if let Some(said) = old_label(key.str()) {
            api.warn(key, &format!("{} is {said}", key.str()));
        }
    }
    let labels = selector.get("matchLabels");
    for (key, value) in labels.entries() {
        if let Some(said) = old_label(key) {
            api.warn(labels.named(key).showing(value), said);
        }
    }
}

fn driver<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let requests = spec.get("tokenRequests");
    if !requests.is_empty() && !spec.has("serviceAccountTokenInSecrets") && api.since(35) {
        let said = "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes";
        api.warn_text(requests, said.to_owned());
    }
}

/// Addresses that may be read in more than one way, or have a shorter spelling.
pub(super) fn address<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.from(33, |api| spelling(api, at));
}

fn invalid(api: &Api<'_, '_>) -> &'static str {
    if api.since(36) {
        "is invalid"
    } else {
        "will be considered invalid in a future Kubernetes release"
    }
}

fn spelling<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let text = at.str();
    let Ok(ip) = ip::parse_ip(text, Strictness::Legacy) else {
        return;
    };
    let shown = Quoted(text);
    let is_mapped = matches!(ip, IpAddr::V6(it) if it.to_ipv4_mapped().is_some());
    if is_mapped || text.parse::<IpAddr>().is_err() {
        let plain = ip.to_canonical();
        let is = invalid(api);
        let said = format!("non-standard IP address {shown} {is}: use \"{plain}\"");
        api.warn(at, &said);
    } else if ip.is_ipv6() && ip.to_string() != text {
        let said =
            format!("IPv6 address {shown} should be in RFC 5952 canonical format (\"{ip}\")");
        api.warn(at, &said);
    }
}

/// [`address`] for blocks of addresses.
fn block<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.from(33, |api| block_spelling(api, at));
}

fn block_spelling<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let text = at.str().trim();
    let Ok(cidr) = ip::parse_cidr(text, Strictness::Legacy) else {
        return;
    };
    let shown = Quoted(at.str());
    let longest = if cidr.address.is_ipv4() { 32 } else { 128 };
    let is_ambiguous = cidr.network() != cidr.address;
    if is_ambiguous {
        let address = cidr.address;
        let said = format!(
            "CIDR value {shown} is ambiguous in this context (should be \"{cidr}\" or \"{address}/{longest}\"?)"
        );
        api.warn(at, &said);
    }
    if ip::parse_cidr(text, Strictness::Strict).is_err() && !is_ambiguous {
        let is = invalid(api);
        let said = format!("non-standard CIDR value {shown} {is}: use \"{cidr}\"");
        api.warn(at, &said);
    } else if !is_ambiguous && cidr.address.is_ipv6() && cidr.to_string() != text {
        let said =
            format!("IPv6 CIDR value {shown} should be in RFC 5952 canonical format (\"{cidr}\")");
        api.warn(at, &said);
    }
}
