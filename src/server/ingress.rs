//! Ingresses and IngressClasses.

use super::at::At;
use super::job::domain_path;
use super::meta::{self, Identity};
use super::report::Api;
use crate::kube::ip::{Strictness, parse_ip};
use crate::kube::names;

const CLASS: &str = "kubernetes.io/ingress.class";

pub(super) fn check<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: true,
    };
    meta::check(api, metadata, identity);
    let spec = top.get("spec");
    let (rules, default) = (spec.get("rules"), spec.get("defaultBackend"));
    if rules.is_empty() && !default.is_set() {
        let detail = "either `defaultBackend` or `rules` must be specified";
        api.invalid(spec, "null", detail);
    }
    if default.is_set() {
        backend(api, default);
    }
    for rule in rules.items() {
        if let Some(text) = rule.get("host").written().filter(|it| !it.is_empty()) {
            if parse_ip(text, Strictness::Legacy).is_ok() {
                api.invalid_text(
                    rule.get("host"),
                    text,
                    "must be a DNS name, not an IP address",
                );
            }
            host(api, rule.get("host"), text);
        }
        let http = rule.get("http");
        if http.is_set() && http.get("paths").is_empty() {
            api.required(http.get("paths"), "");
        }
        for path in http.items_of("paths") {
            one_path(api, path);
        }
    }
    for tls in spec.items_of("tls") {
        for name in tls.items_of("hosts") {
            host(api, name, name.str());
        }
        api.named_if_set(tls.get("secretName"), names::dns_subdomain);
    }
    let class = spec.get("ingressClassName");
    if class.is_set() {
        api.named(class, names::dns_subdomain);
    }
    class_note(api, metadata, class);
}

/// The annotation of old names the same class as the field.
fn class_note<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, class: At<'a>) {
    let mut notes = metadata.get("annotations").entries();
    if let Some((_, note)) = notes.find(|(key, _)| *key == CLASS)
        && class.is_set()
        && note.str() != class.str()
    {
        // The server names the annotation without its `metadata`.
        let before = api.count();
        let detail = "must match `ingressClassName` when both are specified";
        api.invalid_text(note, note.str(), detail);
        api.rename(
            before,
            &format!("metadata.annotations[{CLASS}]"),
            &format!("annotations.{CLASS}"),
        );
    }
}

fn host<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    if text.contains('*') {
        api.faults(at, text, names::wildcard_subdomain(text));
    } else {
        api.faults(at, text, names::dns_subdomain(text));
    }
}

fn one_path<'a>(api: &mut Api<'a, '_>, path: At<'a>) {
    let (kind, at) = (path.get("pathType"), path.get("path"));
    let text = at.str();
    match kind.text() {
        None => return,
        Some("") if !kind.is_set() => return api.required(kind, "pathType must be specified"),
        Some("Exact" | "Prefix") => {
            if !text.starts_with('/') {
                api.invalid_text(at, text, "must be an absolute path");
            }
            for sequence in ["//", "/./", "/../", "%2f", "%2F"] {
                if text.contains(sequence) {
                    api.invalid_text(at, text, &format!("must not contain '{sequence}'"));
                }
            }
            for suffix in ["/..", "/."] {
                if text.ends_with(suffix) {
                    api.invalid_text(at, text, &format!("cannot end with '{suffix}'"));
                }
            }
        }
        Some("ImplementationSpecific") => {
            if !text.is_empty() && !text.starts_with('/') {
                api.invalid_text(at, text, "must be an absolute path");
            }
        }
        Some(_) => {
            api.one_of_if_set(kind, &["Exact", "ImplementationSpecific", "Prefix"]);
        }
    }
    backend(api, path.get("backend"));
}

fn backend<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let (resource, service) = (at.get("resource"), at.get("service"));
    match (resource.is_set(), service.is_set()) {
        (true, true) => api.invalid_text(at, "", "cannot set both resource and service backends"),
        (true, false) => typed_reference(api, resource),
        (false, true) => service_backend(api, at, service),
        (false, false) => api.invalid_text(at, "", "resource or service backend is required"),
    }
}

fn service_backend<'a>(api: &mut Api<'a, '_>, at: At<'a>, service: At<'a>) {
    let check = api.service_name();
    api.required_name(service.get("name"), check);
    let (name, number) = (service.at(["port", "name"]), service.at(["port", "number"]));
    let value = number.int().unwrap_or(0);
    match (name.str().is_empty(), value == 0) {
        (false, false) => api.invalid_text(at, "", "cannot set both port name & port number"),
        (false, true) => api.named(name, names::port_name),
        (true, false) => api.port_number(number, value),
        (true, true) => api.required(at, "port name or number is required"),
    }
}

fn typed_reference<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if at.has("apiGroup") {
        api.named(at.get("apiGroup"), names::dns_subdomain);
    }
    api.required_name(at.get("kind"), names::path_segment);
    api.required_name(at.get("name"), names::path_segment);
}

pub(super) fn class<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: false,
    };
    meta::check(api, top.get("metadata"), identity);
    let spec = top.get("spec");
    if spec.str_of("controller").len() > 250 {
        api.too_long(spec.get("controller"), 250);
    }
    domain_path(api, spec.get("controller"));
    let parameters = spec.get("parameters");
    if !parameters.is_set() {
        return;
    }
    typed_reference(api, parameters);
    let (scope, namespace) = (parameters.get("scope"), parameters.get("namespace"));
    api.one_of_if_set(scope, &["Cluster", "Namespace"]);
    match scope.text() {
        Some("Namespace") => {
            if namespace.is_set() {
                api.named(namespace, names::dns_label);
            } else {
                api.required(namespace, "`parameters.scope` is set to 'Namespace'");
            }
        }
        Some(text) if namespace.is_set() && (text == "Cluster" || !scope.is_set()) => {
            api.forbidden(namespace, "`parameters.scope` is set to 'Cluster'");
        }
        _ => {}
    }
}
