//! Secrets of type `kubernetes.io/tls` that hold no pair of certificate and key.
//! Only the PEM blocks are looked at, not what is in them.

use crate::server::at::At;
use crate::server::config;
use crate::server::report::Api;

/// Warns of a Secret.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    if top.str_of("type") != "kubernetes.io/tls" {
        return;
    }
    let find = |key: &'a str| {
        let plain = top.get("stringData").keyed(key);
        if plain.is_set() {
            return (plain, Some(plain.str().to_owned()));
        }
        let at = top.get("data").keyed(key);
        (at, config::decoded(at.str()))
    };
    let ((at, chain), (key_at, key)) = (find("tls.crt"), find("tls.key"));
    let (Some(chain), Some(key)) = (chain, key) else {
        return;
    };
    let certificates = blocks(&chain);
    if !certificates.contains(&"CERTIFICATE") {
        let said = match certificates.as_slice() {
            [] => "tls: failed to find any PEM data in certificate input".to_owned(),
            [only] if is_key(only) => "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched".to_owned(),
            others => format!(
                "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{}]",
                others.join(" ")
            ),
        };
        return api.warn_text(at, said);
    }
    let keys = blocks(&key);
    if !keys.iter().any(|it| is_key(it)) {
        let said = match keys.as_slice() {
            [] => "tls: failed to find any PEM data in key input".to_owned(),
            ["CERTIFICATE"] => {
                "tls: found a certificate rather than a key in the PEM for the private key"
                    .to_owned()
            }
            others => format!(
                "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [{}]",
                others.join(" ")
            ),
        };
        api.warn_text(key_at, said);
    }
}

fn is_key(kind: &str) -> bool {
    kind == "PRIVATE KEY" || kind.ends_with(" PRIVATE KEY")
}

/// The types of the PEM blocks of a text that are whole.
fn blocks(text: &str) -> Vec<&str> {
    let parts = text.split("-----BEGIN ").skip(1);
    let whole = parts.filter_map(|part| {
        let (kind, rest) = part.split_once("-----")?;
        rest.contains(&format!("-----END {kind}-----"))
            .then_some(kind)
    });
    whole.collect()
}
