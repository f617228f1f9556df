//! Requests to evict a pod (`lifecycle.k8s.io`), of which the schema knows it all.

use super::at::At;
use super::meta;
use super::report::Api;
use super::small::NAMESPACED;
use crate::kube::names;

/// How long an identifier of an object is, in bytes.
const UUID: usize = 36;

pub(super) fn request<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    meta::rest(api, metadata, NAMESPACED);
    for finalizer in metadata.items_of("finalizers") {
        meta::finalizer_is_known(api, finalizer, finalizer.str());
    }
    if meta::name(metadata).is_empty() {
        api.faults(metadata.get("name"), "", names::dns_subdomain(""));
    }
    let spec = top.get("spec");
    let pod = spec.at(["target", "pod"]);
    if pod.is_set() {
        api.required_name(pod.get("name"), names::dns_subdomain);
        let id = pod.get("uid");
        if api.required_text(id) && !is_uuid(id.str()) {
            let detail = "must be a lowercase UUID in 8-4-4-4-12 format";
            api.invalid_text(id, id.str(), detail);
        }
    } else {
        let detail = "must specify one of: `pod`";
        api.invalid_text(spec.get("target"), "", detail);
    }
    let requester = spec.get("requester");
    if api.required_text(requester) {
        self::requester(api, requester);
    }
    let intent = spec.get("intent");
    if api.required_text(intent) {
        api.one_of_if_set(intent, &["Eviction", "Withdrawn"]);
    }
}

/// A label key with a domain that is not Kubernetes' own.
fn requester<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    const RESERVED: [&str; 2] = ["k8s.io", "kubernetes.io"];
    let text = at.str();
    let domain = text.split('/').next().unwrap_or_default();
    if names::label_key(text).is_err() {
        api.named(at, names::label_key);
    } else if !text.contains('/') {
        let detail = "must include a prefix (e.g. 'example.com/key')";
        api.invalid_text(at, text, detail);
    }
    let domain = domain.to_lowercase();
    let domain = domain.trim().trim_end_matches('.');
    let within = |it: &&str| {
        let rest = domain.strip_suffix(*it);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if RESERVED.iter().any(within) {
        let detail = "domain names *.k8s.io, *.kubernetes.io are reserved";
        api.invalid_text(at, text, detail);
    }
}

fn is_uuid(text: &str) -> bool {
    let fits = |(index, byte): (usize, u8)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
    };
    text.len() == UUID && text.bytes().enumerate().all(fits)
}
