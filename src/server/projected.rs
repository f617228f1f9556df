//! Projected volumes and the downward API.

use super::at::At;
use super::report::Api;
use super::security::free_path;
use super::selector;
use super::volume::{items, mode};
use crate::kube::go::Quoted;
use crate::kube::names::{self, Faults};
use crate::seen::Seen;

const CONFLICT: &str = "conflicting duplicate paths";
const VOLUME_FIELDS: [&str; 5] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];
const ENV_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// What the server can read of a pod at all.
const CONVERTIBLE: [&str; 15] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
    "spec.host",
];
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// A domain, a slash, and the name of a namespace and of an object in it.
const LONGEST_SIGNER: usize = 253 + 1 + 63 + 1 + 253;

pub(super) fn check<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let mut paths: Seen<&str> = Seen::new();
    for source in at.items_of("sources") {
        let mut count = 0;
        for (key, check) in SOURCES {
            let one = source.get(key);
            let is_newer = matches!(key, "clusterTrustBundle" | "podCertificate");
            // Older releases drop them.
            if one.is_set() && (!is_newer || api.since(37)) {
                count += 1;
                check(api, at, one, &mut paths);
            }
        }
        if count > 1 {
            api.forbidden(source, "may not specify more than 1 volume type per source");
        }
    }
}

type Check = for<'a> fn(&mut Api<'a, '_>, At<'a>, At<'a>, &mut Seen<&'a str>);

const SOURCES: [(&str, Check); 6] = [
    ("secret", keyed),
    ("configMap", keyed),
    ("downwardAPI", downward),
    ("serviceAccountToken", token),
    ("clusterTrustBundle", trust_bundle),
    ("podCertificate", certificate),
];

fn claim_path<'a>(
    api: &mut Api<'a, '_>,
    volume: At<'a>,
    path: &'a str,
    shown: &str,
    paths: &mut Seen<&'a str>,
) {
    if paths.contains(&path) {
        api.invalid_text(volume, shown, CONFLICT);
    } else {
        paths.push(path);
    }
}

fn keyed<'a>(api: &mut Api<'a, '_>, volume: At<'a>, at: At<'a>, paths: &mut Seen<&'a str>) {
    api.required_text(at.get("name"));
    items(api, at.get("items"));
    for item in at.items_of("items") {
        let path = item.str_of("path");
        if !path.is_empty() {
            claim_path(api, volume, path, at.str_of("name"), paths);
        }
    }
}

fn downward<'a>(api: &mut Api<'a, '_>, volume: At<'a>, at: At<'a>, paths: &mut Seen<&'a str>) {
    for file in at.items_of("items") {
        downward_file(api, at, file);
        let path = file.str_of("path");
        if !path.is_empty() {
            claim_path(api, volume, path, path, paths);
        }
    }
}

fn token<'a>(api: &mut Api<'a, '_>, volume: At<'a>, at: At<'a>, _: &mut Seen<&'a str>) {
    let expiration = at.get("expirationSeconds");
    if let Some(seconds) = expiration.int() {
        if seconds < 600 {
            let detail = "may not specify a duration less than 10 minutes";
            api.invalid(expiration, seconds, detail);
        } else if seconds > 1 << 32 {
            let detail = "may not specify a duration larger than 2^32 seconds";
            api.invalid(expiration, seconds, detail);
        }
    }
    // The server reports the token's path as one of the volume.
    let path = volume.get("path").showing(at.get("path"));
    if at.str_of("path").is_empty() {
        api.required(path, "");
    } else {
        free_path(api, path);
    }
}

fn trust_bundle<'a>(api: &mut Api<'a, '_>, volume: At<'a>, at: At<'a>, paths: &mut Seen<&'a str>) {
    let (name, signer, labels) = (
        at.get("name"),
        at.get("signerName"),
        at.get("labelSelector"),
    );
    match (name.is_set(), signer.is_set()) {
        (true, true) => api.invalid_node(at, "only one of name and signerName may be used"),
        (true, false) => {
            if name.str().is_empty() {
                api.required(name, "must be a valid object name");
            }
            bundle_name(api, name);
            if labels.is_set() {
                let detail = "labelSelector must be unset if name is specified";
                api.invalid_node(labels, detail);
            }
        }
        (false, true) => {
            if signer.str().is_empty() {
                api.required(signer, "must be a valid signer name");
            }
            signer_name(api, signer);
            selector::labels(api, labels);
        }
        (false, false) => api.required(at, "either name or signerName must be specified"),
    }
    let path = at.get("path");
    api.required_text(path);
    free_path(api, path);
    claim_path(api, volume, path.str(), path.str(), paths);
}

fn bundle_name<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let last = at.str().rsplit(':').next().unwrap_or_default();
    if let Err(faults) = names::dns_subdomain(last) {
        for fault in faults.iter() {
            let detail = format!("not a valid clustertrustbundlename: {fault}");
            api.invalid_text(at, at.str(), &detail);
        }
    }
}

/// A domain and a path, as in `example.com/signer`.
pub(super) fn signer_name<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let text = at.str();
    if text.is_empty() {
        return api.required(at, "");
    }
    let Some((domain, path)) = text.split_once('/').filter(|(_, path)| !path.contains('/')) else {
        let detail =
            "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        return api.invalid_text(at, text, detail);
    };
    if domain.len() > names::SUBDOMAIN_MAX {
        api.too_long(at, names::SUBDOMAIN_MAX);
    }
    let bad = |text| names::dns_label(text).err();
    signer_part(api, at, domain, bad);
    if !domain.contains('.') {
        let detail = "should be a domain with at least two segments separated by dots";
        api.invalid_text(at, domain, detail);
    }
    signer_part(api, at, path, |text| names::dns_subdomain(text).err());
    if text.len() > LONGEST_SIGNER {
        api.too_long(at, LONGEST_SIGNER);
    }
}

/// The first bad label of a part of a signer's name is told.
fn signer_part<'a>(
    api: &mut Api<'a, '_>,
    at: At<'a>,
    part: &'a str,
    check: impl Fn(&'a str) -> Option<Faults>,
) {
    let bad = |it| check(it).map(|faults| (it, faults));
    let Some((label, faults)) = part.split('.').find_map(bad) else {
        return;
    };
    for fault in faults.iter() {
        let detail = format!("validating label {}: {fault}", Quoted(label));
        api.invalid_text(at, part, &detail);
    }
}

fn certificate<'a>(api: &mut Api<'a, '_>, volume: At<'a>, at: At<'a>, paths: &mut Seen<&'a str>) {
    signer_name(api, at.get("signerName"));
    for (key, _) in at.get("userAnnotations").entries() {
        let annotations = at.get("userAnnotations");
        if key.is_empty() {
            api.required(annotations, "");
        } else if let Err(faults) = names::annotation_key(key) {
            api.faults(annotations, key, Err(faults));
        } else if !key.contains('/') {
            let detail = "must be a domain-prefixed key (such as \"acme.io/foo\")";
            api.invalid_text(annotations, key, detail);
        }
    }
    let kinds = [
        "RSA3072",
        "RSA4096",
        "ECDSAP256",
        "ECDSAP384",
        "ECDSAP521",
        "ED25519",
    ];
    api.one_of(at.get("keyType"), "", &kinds);
    let longest = at.get("maxExpirationSeconds");
    if let Some(seconds) = longest.int() {
        let signer = at.str_of("signerName");
        let own = signer
            .split('/')
            .next()
            .is_some_and(|it| it.ends_with("kubernetes.io"));
        let most = if own { 86_400 } else { 91 * 86_400 };
        if seconds < 3600 {
            let detail = "if provided, maxExpirationSeconds must be >= 3600";
            api.invalid(longest, seconds, detail);
        } else if seconds > most {
            let detail = format!("if provided, maxExpirationSeconds must be <= {most}");
            api.invalid(longest, seconds, &detail);
        }
    }
    let mut count = 0;
    for key in ["credentialBundlePath", "keyPath", "certificateChainPath"] {
        let path = at.get(key);
        if !path.str().is_empty() {
            count += 1;
            free_path(api, path);
            claim_path(api, volume, path.str(), path.str(), paths);
        }
    }
    if count == 0 {
        api.required(
            at,
            "specify at least one of credentialBundlePath, keyPath, and certificateChainPath",
        );
    }
}

/// A file of the downward API. The server reports it under the volume's own path.
pub(super) fn downward_file<'a>(api: &mut Api<'a, '_>, volume: At<'a>, file: At<'a>) {
    let path = volume.get("path").showing(file.get("path"));
    if file.str_of("path").is_empty() {
        api.required(path, "");
    }
    free_path(api, path);
    let field = file.get("fieldRef");
    let resource = file.get("resourceFieldRef");
    let before = api.count();
    if field.is_set() {
        field_ref(api, field, &VOLUME_FIELDS);
        if resource.is_set() {
            let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
            api.invalid_text(volume.showing(file), "resource", detail);
        }
    } else if resource.is_set() {
        resource_ref(api, resource, true);
    } else {
        api.required(
            volume.showing(file),
            "one of fieldRef and resourceFieldRef is required",
        );
    }
    mode(api, file.get("mode"));
    let own = format!("{}.", file.path(api.resource.node));
    let said = format!("{}.", volume.path(api.resource.node));
    api.rename(before, &own, &said);
}

/// `fieldRef` of an environment variable.
pub(super) fn env_field<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    field_ref(api, at, &ENV_FIELDS);
}

fn field_ref<'a>(api: &mut Api<'a, '_>, at: At<'a>, known: &[&str]) {
    let (version, path) = (at.get("apiVersion"), at.get("fieldPath"));
    let Some(text) = path.text() else { return };
    if text.is_empty() {
        return api.required(path, "");
    }
    let version = version
        .written()
        .filter(|it| !it.is_empty())
        .unwrap_or("v1");
    let subscript = text.strip_suffix("']").and_then(|it| it.split_once("['"));
    let base = subscript.map_or(text, |(base, _)| base);
    let fits = match subscript {
        Some(_) => matches!(base, "metadata.annotations" | "metadata.labels"),
        None => CONVERTIBLE.contains(&base),
    };
    if version != "v1" {
        let detail = format!("error converting fieldPath: unsupported pod version: {version}");
        return api.invalid_text(path, text, &detail);
    }
    if !fits {
        let what = if subscript.is_some() {
            format!("error converting fieldPath: field label does not support subscript: {text}")
        } else {
            format!("error converting fieldPath: field label not supported: {text}")
        };
        return api.invalid_text(path, text, &what);
    }
    match subscript {
        Some(("metadata.annotations", key)) => {
            api.faults(at, key, names::annotation_key(key));
        }
        Some((_, key)) => api.faults(at, key, names::label_key(key)),
        None => {
            let read = if base == "spec.host" {
                "spec.nodeName"
            } else {
                base
            };
            if !known.contains(&read) {
                api.unsupported(path, read, known);
            }
        }
    }
}

/// `resourceFieldRef` of an environment variable or of a volume's file.
pub(super) fn resource_ref<'a>(api: &mut Api<'a, '_>, at: At<'a>, volume: bool) {
    let (container, resource) = (at.get("containerName"), at.get("resource"));
    let name = resource.str();
    let huge = name.starts_with("limits.hugepages-") || name.starts_with("requests.hugepages-");
    if volume && container.str().is_empty() {
        api.required(container, "");
    } else if name.is_empty() {
        api.required(resource, "");
    } else if !huge && !RESOURCES.contains(&name) {
        api.unsupported(resource, name, &RESOURCES);
    }
    let divisor = at.get("divisor");
    if divisor.quantity().is_none_or(|it| it.is_zero()) {
        return;
    }
    let text = divisor.exact_quantity();
    let units = [
        "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
    ];
    let said = match name.split_once('.').map_or("", |(_, what)| what) {
        "cpu" if !matches!(text.as_str(), "1" | "1m") => {
            "only divisor's values 1m and 1 are supported with the cpu resource"
        }
        "memory" if !units.contains(&text.as_str()) => {
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource"
        }
        "ephemeral-storage" if !units.contains(&text.as_str()) => {
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource"
        }
        _ if huge && !units.contains(&text.as_str()) => {
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource"
        }
        _ => return,
    };
    api.invalid_text(divisor, name, said);
}
