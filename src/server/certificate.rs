//! Certificate signing requests and trust bundles. What is inside their PEM
//! blocks is left to the server, but for who a request is about.

use super::at::At;
use super::config;
use super::meta::{self, Identity};
use super::projected::signer_name;
use super::report::Api;
use super::small::CLUSTER;
use crate::kube::base64;
use crate::kube::go::Quoted;
use crate::kube::names;
use crate::seen::Seen;

const USAGES: &[&str] = &[
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];
const LEGACY: &str = "kubernetes.io/legacy-unknown";
/// The signer whose certificates the API server takes for a login.
const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
/// The group that may do everything.
const MASTERS: &[u8] = b"system:masters";
/// The tag of an ASN.1 sequence.
const SEQUENCE: u8 = 0x30;
/// The object identifier 2.5.4.10.
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const LONGEST_BUNDLE: usize = 1024 * 1024;

pub(super) fn signing_request<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let before = api.count();
    let identity = Identity {
        name: |_| Ok(()),
        namespaced: false,
    };
    let metadata = top.get("metadata");
    meta::check(api, metadata, identity);
    let spec = top.get("spec");
    let request = spec.get("request");
    let text = config::decoded(request.str()).unwrap_or_default();
    let first = blocks(&text).next();
    if first
        .as_ref()
        .is_none_or(|it| it.0 != "CERTIFICATE REQUEST")
    {
        let detail = "PEM block type must be CERTIFICATE REQUEST";
        api.invalid_node(request, detail);
    }
    let usages = spec.get("usages");
    if usages.is_empty() {
        api.required(usages, "");
    }
    let mut seen: Seen<&str> = Seen::new();
    for usage in usages.items() {
        api.one_of(usage, "", USAGES);
        if !seen.insert(usage.str()) {
            api.duplicate(usage, Quoted(usage.str()));
        }
    }
    let signer = spec.get("signerName");
    if signer.str() == LEGACY {
        let detail = "the legacy signerName is not allowed via this API version";
        api.invalid_text(signer, LEGACY, detail);
    } else {
        signer_name(api, signer);
    }
    let expiration = spec.get("expirationSeconds");
    if let Some(seconds) = expiration.int()
        && seconds < 600
    {
        let detail = "may not specify a duration less than 600 seconds (10 minutes)";
        api.invalid(expiration, seconds, detail);
    }
    if api.count() == before {
        let identity = Identity {
            name: names::path_segment,
            namespaced: false,
        };
        meta::generic(api, metadata, identity);
    }
    let is_valid = api.count() == before;
    let bytes = first.map(|it| it.1).unwrap_or_default();
    if is_valid && signer.str() == CLIENT && organizations(&bytes).contains(&MASTERS) {
        let reason = format!("use of {CLIENT} signer with system:masters group is not allowed");
        api.forbidden(request, &reason);
    }
}

/// The organizations of the subject of a request: the groups of who shows the certificate.
fn organizations(request: &[u8]) -> Vec<&[u8]> {
    let subject = || {
        let (_, request, _) = element(request)?;
        let (_, info, _) = element(request)?;
        let (_, _, after_version) = element(info)?;
        element(after_version)
    };
    let Some((_, subject, _)) = subject() else {
        return Vec::new();
    };
    let names = elements(subject).flat_map(elements);
    let value = |name| {
        let (_, kind, rest) = element(name)?;
        (kind == ORGANIZATION).then(|| element(rest))?
    };
    names.filter_map(value).map(|it| it.1).collect()
}

/// The contents of the elements that follow each other.
fn elements(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (_, content, rest) = element(bytes)?;
        bytes = rest;
        Some(content)
    })
}

/// The tag and the content of the first ASN.1 element, and what follows it; `None` where it
/// is not all there.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, rest) = match bytes {
        [tag, length @ ..=0x7f, rest @ ..] => (*tag, usize::from(*length), rest),
        [tag, 0x81, length, rest @ ..] => (*tag, usize::from(*length), rest),
        [tag, 0x82, high, low, rest @ ..] => {
            (*tag, usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Whether the bytes may be a certificate: one ASN.1 sequence that is all there.
fn is_whole(bytes: &[u8]) -> bool {
    element(bytes).is_some_and(|(tag, _, rest)| tag == SEQUENCE && rest.is_empty())
}

/// The types of the PEM blocks of a text, and what is in them.
fn blocks(text: &str) -> impl Iterator<Item = (&str, Vec<u8>)> {
    text.split("-----BEGIN ").skip(1).filter_map(|block| {
        let (kind, rest) = block.split_once("-----\n")?;
        let (body, _) = rest.split_once("-----END ")?;
        // A PEM body may have spaces anywhere.
        let digits: String = body.split_ascii_whitespace().collect();
        Some((kind, base64::decode(&digits)?))
    })
}

pub(super) fn trust_bundle<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let (metadata, spec) = (top.get("metadata"), top.get("spec"));
    let signer = spec.get("signerName");
    meta::check(
        api,
        metadata,
        Identity {
            name: |_| Ok(()),
            ..CLUSTER
        },
    );
    let name = meta::name(metadata);
    let prefix = metadata.get("generateName");
    let masked = names::generate_name_masked(prefix.str());
    bundle_name(api, prefix, &masked, signer.str());
    bundle_name(api, metadata.get("name"), &name, signer.str());
    if !signer.str().is_empty() {
        signer_name(api, signer);
    }
    let bundle = spec.get("trustBundle");
    if bundle.str().len() > LONGEST_BUNDLE {
        return api.too_long(bundle, LONGEST_BUNDLE);
    }
    let omitted = |api: &mut Api<'a, '_>, detail: &str| {
        api.invalid_text(bundle, "<value omitted>", detail);
    };
    let mut count = 0;
    for (kind, bytes) in blocks(bundle.str()) {
        if kind != "CERTIFICATE" {
            omitted(api, &format!("entry {count} has bad block type: {kind}"));
        } else if !is_whole(&bytes) {
            omitted(api, &format!("entry {count} does not parse as X.509"));
        }
        count += 1;
    }
    if count == 0 {
        omitted(api, "at least one trust anchor must be provided");
    }
}

/// The name of a bundle starts with its signer's, and has no colon without one.
fn bundle_name<'a>(api: &mut Api<'a, '_>, at: At<'a>, name: &str, signer: &str) {
    if name.is_empty() {
        return;
    }
    if signer.is_empty() {
        if name.contains(':') {
            let detail = "ClusterTrustBundle without signer name must not have \":\" in its name";
            api.invalid_text(at, name, detail);
        } else {
            api.faults(at, name, names::dns_subdomain(name));
        }
        return;
    }
    let prefix = format!("{}:", signer.replace('/', ":"));
    match name.strip_prefix(&prefix) {
        Some(rest) => api.faults(at, name, names::dns_subdomain(rest)),
        None => {
            let detail = format!(
                "ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}"
            );
            api.invalid_text(at, name, &detail);
        }
    }
}
