//! Certificate signing requests and trust bundles. What is inside their PEM
//! blocks is left to the server.

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
use memchr::memmem;

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
/// The signer of certificates that the API server takes from clients.
const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
const LEGACY: &str = "kubernetes.io/legacy-unknown";
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
    if first.is_none_or(|(kind, _)| kind != "CERTIFICATE REQUEST") {
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
    if signer.str() == CLIENT && pem(&text).any(|it| is_of_masters(&it.1)) {
        let detail = format!("use of {CLIENT} signer with system:masters group is not allowed");
        api.forbidden(signer, &detail);
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
}

/// The types of the PEM blocks of a text, with what they hold.
fn pem(text: &str) -> impl Iterator<Item = (&str, Vec<u8>)> {
    text.split("-----BEGIN ").skip(1).filter_map(|block| {
        let (kind, rest) = block.split_once("-----\n")?;
        let (body, _) = rest.split_once("-----END ")?;
        // A PEM body may have spaces anywhere.
        let digits: String = body.split_ascii_whitespace().collect();
        Some((kind, base64::decode(&digits)?))
    })
}

/// Whether a request asks for the group of those who may do everything: an organization,
/// as ASN.1 writes it, of that name.
fn is_of_masters(request: &[u8]) -> bool {
    const ORGANIZATION: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x0a];
    const MASTERS: &[u8] = b"system:masters";
    memmem::find_iter(request, &ORGANIZATION).any(|at| {
        let value = request.get(at + ORGANIZATION.len()..).unwrap_or_default();
        // The type of the string, its length, its text.
        matches!(value, [_, length, rest @ ..]
            if usize::from(*length) == MASTERS.len() && rest.starts_with(MASTERS))
    })
}

/// The types of the PEM blocks of a text, and whether they hold what may be a
/// certificate: one ASN.1 sequence that is all there.
fn blocks(text: &str) -> impl Iterator<Item = (&str, bool)> {
    pem(text).map(|(kind, bytes)| {
        let is_whole = match bytes.as_slice() {
            [0x30, length @ ..=0x7f, rest @ ..] => usize::from(*length) == rest.len(),
            [0x30, 0x81, length, rest @ ..] => usize::from(*length) == rest.len(),
            [0x30, 0x82, high, low, rest @ ..] => {
                usize::from(u16::from_be_bytes([*high, *low])) == rest.len()
            }
            _ => false,
        };
        (kind, is_whole)
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
    for (kind, is_whole) in blocks(bundle.str()) {
        if kind != "CERTIFICATE" {
            omitted(api, &format!("entry {count} has bad block type: {kind}"));
        } else if !is_whole {
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
