//! Claims of devices and their classes (`resource.k8s.io`).

use super::at::At;
use super::expression;
use super::meta::{self, Identity};
use super::report::Api;
use super::shape::Shape;
use super::small::{CLUSTER, NAMESPACED};
use super::storage;
use crate::kube::go::Quoted;
use crate::kube::names;
use crate::parse::to_json;
use crate::seen::Seen;

/// From this minor on the schema reports first, and classes name extended resources.
pub(super) const BY_SCHEMA: u8 = 36;
/// From this minor on a name without a part is invalid, and not missing.
pub(super) const WHOLE_NAMES: u8 = 35;
/// Most requests, constraints, configurations or selectors in a list.
const MOST: usize = 32;
/// Most alternatives of a request.
const MOST_ALTERNATIVES: usize = 8;
/// Longest expression, and longest configuration as JSON, in bytes.
const LONGEST: usize = 10 * 1024;
/// Longest driver name, in bytes.
const LONGEST_DRIVER: usize = 63;
/// Longest name of an attribute without its domain, in bytes.
const LONGEST_ID: usize = 32;
const REFERENCE: &str = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

pub(super) fn claim<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), NAMESPACED);
    devices(api, top.at(["spec", "devices"]));
}

pub(super) fn template<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), NAMESPACED);
    let spec = top.get("spec");
    meta::of_template(api, spec.get("metadata"));
    devices(api, spec.at(["spec", "devices"]));
}

pub(super) fn class<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let (before, metadata) = (api.count(), top.get("metadata"));
    meta::rest(api, metadata, CLUSTER);
    for finalizer in metadata.items_of("finalizers") {
        meta::finalizer_is_known(api, finalizer, finalizer.str());
    }
    let spec = top.get("spec");
    selectors(api, spec.get("selectors"));
    if fits(api, spec.get("config"), MOST) {
        for config in spec.items_of("config") {
            configuration(api, config);
        }
    }
    let extended = spec.get("extendedResourceName");
    if extended.is_set() {
        api.from(BY_SCHEMA, |api| extended_name(api, extended));
    }
    if api.count() == before {
        let name = names::path_segment;
        meta::generic(api, metadata, Identity { name, ..CLUSTER });
    }
}

/// False for a list with too many items, of which no more is said.
pub(super) fn fits<'a>(api: &mut Api<'a, '_>, list: At<'a>, most: usize) -> bool {
    let count = list.len();
    if count > most {
        api.too_many(list, count, most);
    }
    count <= most
}

/// Says that an item of a list has the name of one before it.
fn named_twice<'a>(api: &mut Api<'a, '_>, item: At<'a>) {
    if api.since(BY_SCHEMA) {
        api.duplicate_object(item, &Shape::Plain);
    } else {
        let name = item.get("name");
        api.duplicate(name, Quoted(name.str()));
    }
}

fn devices<'a>(api: &mut Api<'a, '_>, devices: At<'a>) {
    let requests = devices.get("requests");
    if fits(api, requests, MOST) {
        let mut seen: Seen<&str> = Seen::new();
        for one in requests.items() {
            request(api, one);
            if seen.contains(&one.str_of("name")) {
                named_twice(api, one);
            }
            seen.push(one.str_of("name"));
        }
    }
    let constraints = devices.get("constraints");
    if fits(api, constraints, MOST) {
        for one in constraints.items() {
            references(api, one.get("requests"), requests);
            constraint(api, one);
        }
    }
    let configs = devices.get("config");
    if fits(api, configs, MOST) {
        for one in configs.items() {
            references(api, one.get("requests"), requests);
            configuration(api, one);
        }
    }
}

fn request<'a>(api: &mut Api<'a, '_>, request: At<'a>) {
    api.named(request.get("name"), names::dns_label);
    let others = request.get("firstAvailable");
    let alternatives = !others.is_empty();
    let exactly = exact(api, request);
    let both = exactly.is_set() && alternatives;
    if both {
        let detail =
            "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set";
        api.invalid(request, "null", detail);
    } else if !exactly.is_set() && !alternatives {
        let detail = "exactly one of `exactly` or `firstAvailable` is required";
        api.required(request, detail);
    }
    // If both find it, only the schema reports it.
    let whole = !both || !api.since(BY_SCHEMA);
    if alternatives && fits(api, others, MOST_ALTERNATIVES) {
        let mut seen: Seen<&str> = Seen::new();
        for one in others.items() {
            if whole {
                api.named(one.get("name"), names::dns_label);
            }
            asked(api, one, whole, true);
            if seen.contains(&one.str_of("name")) {
                named_twice(api, one);
            }
            seen.push(one.str_of("name"));
        }
    }
    if exactly.is_set() {
        let before = api.count();
        asked(api, exactly, whole, false);
        if is_flat(api) && api.count() > before {
            // Below a list the path has lost the step that is not written. The schema
            // leaves it out, too.
            let newer = api.since(BY_SCHEMA);
            let says = |field: &str| !newer || field.ends_with(".value");
            let steps = ["].tolerations[", "].exactly.tolerations["];
            api.rename_where(before, says, steps);
            api.rename(before, "].selectors[", "].exactly.selectors[");
            if newer && !exactly.str_of("allocationMode").is_empty() {
                api.rename(before, ".exactly.allocationMode", ".allocationMode");
            }
        }
    }
}

/// The fields of a request without alternatives; `v1beta1` has them in the request.
fn exact<'a>(api: &Api<'a, '_>, request: At<'a>) -> At<'a> {
    if !is_flat(api) {
        return request.get("exactly");
    }
    let at = request.named("exactly");
    let written = ["deviceClassName", "allocationMode"].map(|key| !request.str_of(key).is_empty());
    let set = ["selectors", "adminAccess", "tolerations", "capacity"].map(|key| request.has(key));
    let counted = request.int_of("count").unwrap_or(0) != 0;
    if counted || written.contains(&true) || set.contains(&true) {
        at
    } else {
        at.hidden()
    }
}

fn is_flat(api: &Api<'_, '_>) -> bool {
    api.resource.version() == "v1beta1"
}

/// What is asked for, of which the schema knows a part, and of alternatives more.
fn asked<'a>(api: &mut Api<'a, '_>, at: At<'a>, whole: bool, alternative: bool) {
    let class = at.get("deviceClassName");
    if whole || alternative {
        api.required_name(class, names::dns_subdomain);
    }
    if whole {
        selectors(api, at.get("selectors"));
    } else {
        fits(api, at.get("selectors"), MOST);
    }
    let (mode, count) = (at.get("allocationMode"), at.get("count"));
    let number = count.int().unwrap_or(0);
    // Without a class `v1beta1` does not fill in a mode, nor a count.
    let bare = !alternative && is_flat(api) && class.str().is_empty();
    if whole || !mode.str().is_empty() {
        let default = if bare { "" } else { "ExactCount" };
        api.one_of(mode, default, &["All", "ExactCount"]);
    }
    match mode.str() {
        "ExactCount" if whole && bare && number == 0 => {
            api.invalid(count, 0, "must be greater than zero");
        }
        "All" if whole && number != 0 => {
            let detail = "must not be specified when allocationMode is 'All'";
            api.invalid(count, number, detail);
        }
        "" | "ExactCount" if whole && number < 0 => {
            api.invalid(count, number, "must be greater than zero");
        }
        _ => {}
    }
    for one in at.items_of("tolerations") {
        toleration(api, one, whole);
    }
}

fn toleration<'a>(api: &mut Api<'a, '_>, at: At<'a>, whole: bool) {
    api.named_if_set(at.get("key"), names::label_key);
    let (operator, value) = (at.get("operator"), at.get("value"));
    api.one_of(operator, "Equal", &["Equal", "Exists"]);
    match operator.str() {
        "Exists" if whole && !value.str().is_empty() => {
            let detail = "must be empty for operator `Exists`";
            api.invalid_text(value, value.str(), detail);
        }
        "" | "Equal" if whole => api.named(value, names::label_value),
        _ => {}
    }
    let effect = at.get("effect");
    if !effect.str().is_empty() {
        api.one_of_if_set(effect, effects(api));
    }
}

/// What a taint of a device may do.
pub(super) fn effects(api: &Api<'_, '_>) -> &'static [&'static str] {
    match api.since(35) {
        true => &["NoExecute", "NoSchedule", "None"],
        false => &["NoExecute", "NoSchedule"],
    }
}

pub(super) fn selectors<'a>(api: &mut Api<'a, '_>, selectors: At<'a>) {
    if !fits(api, selectors, MOST) {
        return;
    }
    for one in selectors.items() {
        let cel = one.get("cel");
        if !cel.is_set() {
            api.required(cel, "");
            continue;
        }
        let at = cel.get("expression");
        match at.text() {
            Some(text) if text.len() > LONGEST => api.too_long(at, LONGEST),
            Some(text) => expression::device_selector(api, at, text),
            None => {}
        }
    }
}

/// Names of requests, or of a request and one of its alternatives.
fn references<'a>(api: &mut Api<'a, '_>, list: At<'a>, requests: At<'a>) {
    if !fits(api, list, MOST) {
        return;
    }
    let mut seen: Seen<&str> = Seen::new();
    for at in list.items() {
        let name = at.str();
        if name.matches('/').count() > 1 {
            api.invalid_text(at, name, REFERENCE);
        } else {
            for segment in name.split('/') {
                api.faults(at, segment, names::dns_label(segment));
            }
            if !is_request(requests, name) {
                api.invalid_text(at, name, REFERENCE);
            }
        }
        if seen.contains(&name) {
            api.duplicate(at, Quoted(name));
        }
        seen.push(name);
    }
}

fn is_request(requests: At<'_>, reference: &str) -> bool {
    let (name, alternative) = match reference.split_once('/') {
        Some((name, alternative)) => (name, Some(alternative)),
        None => (reference, None),
    };
    // Of two requests of a name the last one counts.
    let found = requests.items().filter(|it| it.str_of("name") == name);
    found.last().is_some_and(|it| {
        let mut others = it.items_of("firstAvailable");
        alternative.is_none_or(|wanted| others.any(|it| it.str_of("name") == wanted))
    })
}

fn constraint<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let (same, distinct) = (at.get("matchAttribute"), at.get("distinctAttribute"));
    if same.is_set() {
        qualified_name(api, same);
    }
    if distinct.is_set() && (!same.is_set() || api.since(BY_SCHEMA)) {
        qualified_name(api, distinct);
    }
    if same.is_set() || distinct.is_set() {
        return;
    }
    if api.since(BY_SCHEMA) {
        let detail = "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set";
        api.required(at, detail);
    } else {
        api.required(same, "");
    }
}

/// A domain and an identifier.
fn qualified_name<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let text = at.str();
    let newer = api.since(BY_SCHEMA);
    let whole = api.since(WHOLE_NAMES);
    if text.is_empty() && !whole {
        return api.required(at, "name required");
    }
    let empty = |api: &mut Api<'a, '_>, what: &str| {
        let detail = format!("{what} must not be empty");
        match whole {
            true => api.invalid_text(at, "", &detail),
            false => api.required(at, &detail),
        }
    };
    let (domain, id) = match text.split_once('/') {
        Some((_, rest)) if rest.contains('/') => return,
        Some((domain, id)) => (Some(domain), id),
        None => (None, text),
    };
    match domain {
        Some("") => {
            empty(api, if newer { "prefix" } else { "the domain" });
        }
        Some(domain) => {
            if domain.len() > LONGEST_DRIVER {
                api.too_long(at, LONGEST_DRIVER);
            }
            let lower = domain.to_lowercase();
            let read = if newer { domain } else { &lower };
            if let Err(faults) = names::dns_subdomain(read) {
                for fault in faults.iter() {
                    let prefix = if newer { "prefix: " } else { "" };
                    api.invalid_text(at, domain, &format!("{prefix}{fault}"));
                }
            }
        }
        None => {
            let detail = if whole {
                "a fully qualified name must be a domain and a name separated by a slash"
            } else {
                "must include a domain"
            };
            api.invalid_text(at, text, detail);
        }
    }
    if id.is_empty() && domain.is_some() {
        return empty(api, if newer { "name" } else { "the name" });
    }
    if id.len() > LONGEST_ID {
        api.too_long(at, LONGEST_ID);
    }
    api.faults(at, id, names::c_identifier(id));
}

fn configuration<'a>(api: &mut Api<'a, '_>, config: At<'a>) {
    let opaque = config.get("opaque");
    if !opaque.is_set() {
        return api.required(opaque, "");
    }
    storage::driver_name(api, opaque.get("driver"));
    let parameters = opaque.get("parameters");
    let Some(node) = parameters.node() else {
        return api.required(parameters, "");
    };
    let mut json = String::new();
    to_json(node, &mut json);
    if json.len() > LONGEST {
        api.too_long(parameters, LONGEST);
    } else if !node.is_map() {
        let detail = "must be a valid JSON object";
        api.invalid_text(parameters, "<value omitted>", detail);
    }
}

fn extended_name<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let text = at.str();
    if !text.contains('/') {
        let detail = "a name must be a domain-prefixed path, such as 'example.com/my-prop'";
        api.invalid_text(at, text, detail);
    } else if text.contains("kubernetes.io/") {
        api.invalid_text(at, text, "must not have \"kubernetes.io/\" domain");
    }
    if text.starts_with("requests.") {
        api.invalid_text(at, text, "must not have \"requests.\" prefix");
    }
    let quota = format!("requests.{text}");
    api.faults(at, text, names::label_key(&quota));
}
