//! ConfigMaps and Secrets.

use super::at::At;
use super::meta::{self, Identity};
use super::report::Api;
use crate::kube::base64;
use crate::kube::go_json;
use crate::kube::names;

/// What the values of one object may take together, in bytes.
const MOST_BYTES: usize = 1024 * 1024;

const IDENTITY: Identity = Identity {
    name: names::dns_subdomain,
    namespaced: true,
};

pub(super) fn config_map<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), IDENTITY);
    let (data, binary) = (top.get("data"), top.get("binaryData"));
    let mut size = 0;
    for (key, value) in data.entries() {
        api.faults(value, key, names::config_map_key(key));
        if binary.entries().any(|(other, _)| other == key) {
            api.invalid_text(value, key, "duplicate of key present in binaryData");
        }
        size += value.str().len();
    }
    for (key, value) in binary.entries() {
        api.faults(value, key, names::config_map_key(key));
        size += base64::decoded_length(value.str()).unwrap_or_default();
    }
    if size > MOST_BYTES {
        api.too_long(top.get("[]").showing(top), MOST_BYTES);
    }
}

pub(super) fn secret<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    meta::check(api, metadata, IDENTITY);
    let (data, plain) = (top.get("data"), top.get("stringData"));
    let mut size = 0;
    // Plain texts are put over the encoded ones before the server looks.
    for (key, value) in data.entries() {
        api.faults(value, key, names::config_map_key(key));
        if !plain.entries().any(|(other, _)| other == key) {
            size += base64::decoded_length(value.str()).unwrap_or_default();
        }
    }
    for (key, value) in plain.entries() {
        let at = data.keyed(key).showing(value);
        api.faults(at, key, names::config_map_key(key));
        size += value.str().len();
    }
    if size > MOST_BYTES {
        api.too_long(data, MOST_BYTES);
    }
    contents(api, top, data, plain);
}

/// What some types of Secrets must hold.
fn contents<'a>(api: &mut Api<'a, '_>, top: At<'a>, data: At<'a>, plain: At<'a>) {
    let find = |key: &'a str| {
        let among = |at: At<'a>| {
            at.entries()
                .find(|(name, _)| *name == key)
                .map(|(_, it)| it)
        };
        among(plain)
            .map(|it| (it, true))
            .or_else(|| among(data).map(|it| (it, false)))
    };
    match top.str_of("type") {
        "kubernetes.io/service-account-token" => {
            let key = "kubernetes.io/service-account.name";
            let notes = top.at(["metadata", "annotations"]);
            let mut named = notes.entries().filter(|(name, _)| *name == key);
            if named.next().is_none_or(|(_, it)| it.str().is_empty()) {
                api.required(notes.keyed(key), "");
            }
        }
        "kubernetes.io/dockercfg" => docker(api, data, ".dockercfg", find(".dockercfg")),
        "kubernetes.io/dockerconfigjson" => {
            docker(api, data, ".dockerconfigjson", find(".dockerconfigjson"));
        }
        "kubernetes.io/basic-auth" => {
            if find("username").is_none() && find("password").is_none() {
                api.required(data.keyed("username"), "");
                api.required(data.keyed("password"), "");
            }
        }
        "kubernetes.io/ssh-auth" => {
            if find("ssh-privatekey").is_none_or(|(it, _)| it.str().is_empty()) {
                api.required(data.keyed("ssh-privatekey"), "");
            }
        }
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"] {
                if find(key).is_none() {
                    api.required(data.keyed(key), "");
                }
            }
        }
        _ => {}
    }
}

fn docker<'a>(api: &mut Api<'a, '_>, data: At<'a>, key: &'a str, found: Option<(At<'a>, bool)>) {
    let at = data.keyed(key);
    let Some((value, plain)) = found else {
        return api.required(at, "");
    };
    let text = if plain {
        Some(value.str().to_owned())
    } else {
        decoded(value.str())
    };
    let Some(text) = text else { return };
    let wrong = match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(serde_json::Value::Object(_) | serde_json::Value::Null) => return,
        Ok(other) => {
            let kind = match other {
                serde_json::Value::Bool(_) => "bool",
                serde_json::Value::Number(_) => "number",
                serde_json::Value::String(_) => "string",
                _ => "array",
            };
            let target = "Go value of type map[string]interface {}";
            format!("json: cannot unmarshal {kind} into {target}")
        }
        Err(_) => go_json::fault(&text).unwrap_or_default(),
    };
    api.invalid_text(at.showing(value), "<secret contents redacted>", &wrong);
}

/// The text behind base64, if it is UTF-8.
pub(super) fn decoded(text: &str) -> Option<String> {
    String::from_utf8(base64::decode(text)?).ok()
}
