//! Formats by name: `format.dns1123Label().validate(self)`.

use super::Answer;
use crate::cel::value::Val;
use crate::kube::names::{self, Faults};
use crate::schema::format::is_valid;
use std::borrow::Cow;

const NAMES: &[&str] = &[
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
];

pub(super) fn named<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let known = |name: &str| NAMES.iter().find(|it| **it == name).copied();
    Some(Ok(match (name, args) {
        ("named", [Val::Str(name)]) => match known(name) {
            Some(it) => Val::some(Val::Format(it)),
            None => Val::Optional(None),
        },
        (name, []) => Val::Format(known(name)?),
        _ => return None,
    }))
}

/// What is wrong with a text, where something is.
pub(super) fn validate<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let ("validate", [Val::Format(format), Val::Str(text)]) = (name, args) else {
        return None;
    };
    // A prefix may end in a dash; what follows it is not known yet.
    let text = match format.strip_suffix("Prefix") {
        Some(_) => names::generate_name_masked(text),
        None => Cow::Borrowed(text.as_ref()),
    };
    let of = |result: Result<(), Faults>| match result {
        Ok(()) => Vec::new(),
        Err(faults) => faults.iter().map(|it| it.to_string()).collect(),
    };
    let plain = |format: &str, message: &str| match is_valid(format, &text) {
        true => Vec::new(),
        false => vec![message.to_owned()],
    };
    let faults = match *format {
        "dns1123Label" | "dns1123LabelPrefix" => of(names::dns_label(&text)),
        "dns1123Subdomain" | "dns1123SubdomainPrefix" => of(names::dns_subdomain(&text)),
        "dns1035Label" | "dns1035LabelPrefix" => of(names::dns_1035_label(&text)),
        "qualifiedName" => of(names::label_key(&text)),
        "labelValue" => of(names::label_value(&text)),
        "uri" => plain("uri", "invalid URL"),
        "uuid" => plain("uuid", "does not match the UUID format"),
        "byte" => plain("byte", "invalid base64"),
        "date" => plain("date", "invalid date"),
        _ => plain("datetime", "invalid datetime"),
    };
    Some(Ok(match faults.is_empty() {
        true => Val::Optional(None),
        false => Val::some(Val::list(faults.into_iter().map(Val::text).collect())),
    }))
}
