//! Pools of devices as drivers publish them, and taints on them (`resource.k8s.io`).

use super::at::At;
use super::capacity;
use super::device::{self, BY_SCHEMA, WHOLE_NAMES, fits};
use super::meta;
use super::report::Api;
use super::selector;
use super::shape::Shape;
use super::small::CLUSTER;
use super::{storage, volume};
use crate::kube::go::Quoted;
use crate::kube::names;

/// Most devices of a slice, and most where one has taints or shares counters.
const MOST_DEVICES: [usize; 2] = [128, 64];
const MOST_TAINTS: usize = 16;
const MOST_COUNTER_SETS: usize = 8;
const MOST_COUNTERS: usize = 32;
/// Most sets of counters that a device draws on.
const MOST_SOURCES: usize = 2;
const MOST_CONDITIONS: usize = 4;
/// Most attributes and capacities of a device.
const MOST_FACTS: usize = 32;
/// Longest value of an attribute, in bytes.
const LONGEST_VALUE: usize = 64;
/// Longest name of an attribute without its domain, in bytes.
const LONGEST_ID: usize = 32;
const UNSET_OR_TRUE: &str = "must be either unset or set to true";
const ONE_NODE: &str =
    "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
const ONE_NODE_OF_DEVICE: &str = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";

pub(super) fn taint_rule<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let spec = top.get("spec");
    let selector = spec.get("deviceSelector");
    if selector.has("driver") {
        volume::csi_driver(api, selector.get("driver"));
    }
    if selector.has("pool") {
        pool_name(api, selector.get("pool"));
    }
    if selector.has("device") {
        api.named(selector.get("device"), names::dns_label);
    }
    // Later releases choose by no more than the above.
    if !api.since(35) {
        if selector.has("deviceClassName") {
            api.named(selector.get("deviceClassName"), names::dns_subdomain);
        }
        device::selectors(api, selector.get("selectors"));
    }
    taint(api, spec.get("taint"));
}

/// Asks for what is left in a pool.
pub(super) fn status_request<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let spec = top.get("spec");
    let driver = spec.get("driver");
    if api.required_text(driver) {
        storage::caseless_name(api, driver);
    }
    let pool = spec.get("poolName");
    if pool.is_set() {
        pool_name_by_schema(api, pool);
    }
    let limit = spec.get("limit");
    match limit.int() {
        Some(count) if count > 1000 => {
            api.invalid(limit, count, "must be less than or equal to 1000");
        }
        Some(count) if count < 1 => {
            api.invalid(limit, count, "must be greater than or equal to 1");
        }
        _ => {}
    }
}

/// [`pool_name`] as the schema says it.
fn pool_name_by_schema<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let text = at.str();
    if text.len() > names::SUBDOMAIN_MAX {
        api.too_long_by_schema(at, names::SUBDOMAIN_MAX);
    }
    for (index, part) in text.split('/').enumerate() {
        if part.is_empty() {
            api.invalid_text(at, text, &format!("segment {index}: must not be empty"));
        } else if let Err(faults) = names::dns_subdomain(part) {
            for fault in faults.iter() {
                api.invalid_text(at, part, &format!("segment {index}: {fault}"));
            }
        }
    }
}

fn taint<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.named(at.get("key"), names::label_key);
    api.named(at.get("value"), names::label_value);
    let effect = at.get("effect");
    if api.required_text(effect) {
        api.one_of_if_set(effect, device::effects(api));
    }
}

fn pool_name<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if !api.required_text(at) {
        return;
    }
    if at.str().len() > names::SUBDOMAIN_MAX {
        api.too_long(at, names::SUBDOMAIN_MAX);
    }
    for part in at.str().split('/') {
        api.faults(at, part, names::dns_subdomain(part));
    }
}

pub(super) fn slice<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let spec = top.get("spec");
    volume::csi_driver(api, spec.get("driver"));
    let pool = spec.get("pool");
    pool_name(api, pool.get("name"));
    let count = pool.get("resourceSliceCount");
    if count.int().unwrap_or(0) <= 0 {
        api.invalid(count, count.int().unwrap_or(0), "must be greater than zero");
    }
    if let Some(number) = pool.int_of("generation").filter(|it| *it < 0) {
        let detail = "must be greater than or equal to zero";
        api.invalid(pool.get("generation"), number, detail);
    }
    // Older releases drop what they do not know to share.
    let newer = api.since(BY_SCHEMA);
    placement(api, spec, newer);
    let (counters, devices) = (spec.get("sharedCounters"), spec.get("devices"));
    if newer && counters.is_set() && devices.is_set() {
        let detail = "only one of `sharedCounters` or `devices` is allowed";
        api.invalid_text(spec, "", detail);
    }
    let is_rich =
        |it: At<'a>| !it.get("taints").is_empty() || !it.get("consumesCounters").is_empty();
    let rich = newer && devices.items().any(is_rich);
    if fits(api, devices, MOST_DEVICES[usize::from(rich)]) {
        let apart = newer && spec.is_on("perDeviceNodeSelection");
        let mut seen: Vec<&str> = Vec::new();
        for one in devices.items() {
            device(api, one, newer, apart);
            let name = one.get("name");
            if seen.contains(&name.str()) {
                let at = if newer { one } else { name };
                api.duplicate(at, Quoted(name.str()));
            }
            seen.push(name.str());
        }
    }
    if newer {
        counter_sets(api, counters);
    }
}

/// Which nodes reach the devices.
fn placement<'a>(api: &mut Api<'a, '_>, spec: At<'a>, newer: bool) {
    let mut set = Vec::new();
    let name = spec.get("nodeName");
    if name.text() == Some("") && name.is_set() {
        let detail = "must be either unset or set to a non-empty string";
        api.invalid_text(name, "", detail);
    } else if name.is_set() {
        set.push("`nodeName`");
        api.named(name, names::dns_subdomain);
    }
    let selector = spec.get("nodeSelector");
    if selector.is_set() {
        set.push("`nodeSelector`");
        selector::nodes(api, selector);
        let terms = selector.get("nodeSelectorTerms");
        if terms.len() != 1 {
            api.invalid_node(terms, "must have exactly one node selector term");
        }
    }
    let mut flags = vec![("allNodes", "`allNodes`")];
    if newer {
        flags.push(("perDeviceNodeSelection", "`perDeviceNodeSelection`"));
    }
    for (key, shown) in flags {
        match spec.get(key).bool() {
            Some(true) => set.push(shown),
            Some(false) => api.invalid(spec.get(key), false, UNSET_OR_TRUE),
            None => {}
        }
    }
    if set.is_empty() {
        api.required(spec, ONE_NODE);
    } else if set.len() > 1 {
        let detail = format!("{ONE_NODE}, but multiple fields are set");
        api.invalid_text(spec, &format!("{{{}}}", set.join(", ")), &detail);
    }
}

fn device<'a>(api: &mut Api<'a, '_>, at: At<'a>, newer: bool, apart: bool) {
    api.named(at.get("name"), names::dns_label);
    let (attributes, capacities) = (at.get("attributes"), at.get("capacity"));
    let count = attributes.len() + capacities.len();
    if count > MOST_FACTS {
        let detail =
            format!("the total number of attributes and capacities must not exceed {MOST_FACTS}");
        api.invalid(at, count, &detail);
    }
    for (key, value) in attributes.entries() {
        name(api, (attributes, value), key);
        attribute(api, value);
    }
    for (key, value) in capacities.entries() {
        name(api, (capacities, value), key);
        let policy = value.get("requestPolicy");
        if !newer || !policy.is_set() {
            continue;
        }
        if at.is_on("allowMultipleAllocations") {
            let before = api.count();
            capacity::policy(api, policy, value.get("value"));
            if api.count() > before {
                // Below a list the path has lost the brackets.
                let key = [format!("capacity.{key}."), format!("capacity[{key}].")];
                api.rename(before, &key[0], &key[1]);
            }
        } else {
            api.forbidden(policy, "allowMultipleAllocations must be true");
        }
    }
    if newer {
        if fits(api, at.get("taints"), MOST_TAINTS) {
            for one in at.items_of("taints") {
                taint(api, one);
            }
        }
        sources(api, at.get("consumesCounters"));
        placement_of_device(api, at, apart);
        conditions(api, at);
    }
}

/// The name of an attribute or a capacity, with or without a domain.
fn name<'a>(api: &mut Api<'a, '_>, (all, one): (At<'a>, At<'a>), key: &'a str) {
    let at = if api.since(BY_SCHEMA) { all } else { one };
    let (domain, id) = match key.split_once('/') {
        Some((_, rest)) if rest.contains('/') => return,
        Some((domain, id)) => (Some(domain), id),
        None => (None, key),
    };
    let whole = api.since(WHOLE_NAMES);
    if key.is_empty() && !whole {
        return api.required(at, "name required");
    }
    let empty = |api: &mut Api<'a, '_>, detail: &str| match whole {
        true => api.invalid_text(at, "", detail),
        false => api.required(at, detail),
    };
    match domain {
        Some("") => empty(api, "the domain must not be empty"),
        Some(domain) => {
            if domain.len() > 63 {
                api.too_long(at, 63);
            }
            api.faults(at, domain, names::dns_subdomain(&domain.to_lowercase()));
        }
        None => {}
    }
    if id.is_empty() && domain.is_some() {
        return empty(api, "the name must not be empty");
    }
    if id.len() > LONGEST_ID {
        api.too_long(at, LONGEST_ID);
    }
    api.faults(at, id, names::c_identifier(id));
}

fn attribute<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let keys = ["bool", "int", "string", "version"];
    let count = keys.iter().filter(|key| at.has(key)).count();
    let version = at.get("version");
    if version.is_set() && !is_semantic(version.str()) {
        let detail = "must be a string compatible with semver.org spec 2.0.0";
        api.invalid_text(version, version.str(), detail);
    }
    for value in [at.get("string"), version] {
        if value.str().len() > LONGEST_VALUE {
            api.too_long(value, LONGEST_VALUE);
        }
    }
    if count == 1 {
        return;
    }
    if api.since(BY_SCHEMA) {
        // Lists of values are behind a gate, but named.
        let all = "`int`, `bool`, `string`, `version`, `ints`, `bools`, `strings`, `versions`";
        let set = ["int", "bool", "string", "version"].into_iter();
        let set: Vec<&str> = set.filter(|key| at.has(key)).collect();
        let (shown, exactly) = match set.as_slice() {
            [] => (String::new(), ""),
            set => (format!("{{{}}}", set.join(", ")), "exactly "),
        };
        let detail = format!("must specify {exactly}one of: {all}");
        return api.invalid_text(at, &shown, &detail);
    }
    const ONE: &str = "exactly one value must be specified";
    if count > 1 {
        api.invalid_object(at, &Shape::Plain, ONE);
    } else if api.since(35) {
        api.invalid_text(at, "", ONE);
    } else {
        api.required(at, ONE);
    }
}

/// Whether a text is a version as semver.org has it.
fn is_semantic(text: &str) -> bool {
    let (rest, build) = match text.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (text, None),
    };
    let (core, pre) = match rest.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (rest, None),
    };
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
    let number = |it: &str| digits(it) && (it == "0" || !it.starts_with('0'));
    let word =
        |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|it| {
            it.split('.')
                .all(|it| word(it) && (!digits(it) || number(it)))
        })
        && build.is_none_or(|it| it.split('.').all(word))
}

fn counter_sets<'a>(api: &mut Api<'a, '_>, sets: At<'a>) {
    if !fits(api, sets, MOST_COUNTER_SETS) {
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    for set in sets.items() {
        counters(api, set, "name", &mut seen);
    }
}

fn sources<'a>(api: &mut Api<'a, '_>, sources: At<'a>) {
    if !fits(api, sources, MOST_SOURCES) {
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    for source in sources.items() {
        counters(api, source, "counterSet", &mut seen);
    }
}

fn counters<'a>(api: &mut Api<'a, '_>, set: At<'a>, key: &'static str, seen: &mut Vec<&'a str>) {
    let (name, counters) = (set.get(key), set.get("counters"));
    api.required_name(name, names::dns_label);
    if counters.is_empty() {
        api.required(counters, "");
    } else if fits(api, counters, MOST_COUNTERS) {
        for (key, _) in counters.entries() {
            api.faults(counters, key, names::dns_label(key));
        }
    }
    if seen.contains(&name.str()) {
        api.duplicate_object(set, &Shape::Plain);
    }
    seen.push(name.str());
}

fn placement_of_device<'a>(api: &mut Api<'a, '_>, at: At<'a>, apart: bool) {
    let (name, selector, all) = (
        at.get("nodeName"),
        at.get("nodeSelector"),
        at.get("allNodes"),
    );
    if !apart {
        if name.is_set() || selector.is_set() || all.is_set() {
            let detail = "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
            api.invalid(at, "null", detail);
        }
        return;
    }
    let mut set = Vec::new();
    if name.is_set() && name.text() == Some("") {
        api.invalid_text(name, "", "must not be empty");
    } else if name.is_set() {
        set.push("`nodeName`");
        api.named(name, names::dns_subdomain);
    }
    if selector.is_set() {
        set.push("`nodeSelector`");
        selector::nodes(api, selector);
    }
    match all.bool() {
        Some(true) => set.push("`allNodes`"),
        Some(false) => api.invalid(all, false, UNSET_OR_TRUE),
        None => {}
    }
    if set.is_empty() {
        api.required(at, ONE_NODE_OF_DEVICE);
    } else if set.len() > 1 {
        api.invalid_text(at, &format!("{{{}}}", set.join(", ")), ONE_NODE_OF_DEVICE);
    }
}

/// What must hold, and what must not, before a pod may start.
fn conditions<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    const WANTED: &str = "bindingConditions";
    const FAILED: &str = "bindingFailureConditions";
    let (wanted, failed) = (at.get(WANTED), at.get(FAILED));
    for list in [wanted, failed] {
        let checked = fits(api, list, MOST_CONDITIONS);
        let mut seen: Vec<&str> = Vec::new();
        for one in list.items() {
            if checked {
                api.named(one, names::label_key);
            }
            if seen.contains(&one.str()) {
                api.duplicate(one, Quoted(one.str()));
            }
            seen.push(one.str());
        }
    }
    for one in failed.items() {
        if wanted.items().any(|it| it.str() == one.str()) {
            let detail = format!("{FAILED} must not overlap with {WANTED}");
            api.invalid_text(one, one.str(), &detail);
        }
    }
    let mut missing = |at: At<'a>, one: &str, other: &str| {
        let detail = format!("{one} are required to use {other}");
        api.invalid_node(at, &detail);
    };
    match (wanted.is_empty(), failed.is_empty()) {
        (true, false) => missing(wanted, WANTED, FAILED),
        (false, true) => missing(failed, FAILED, WANTED),
        _ => {}
    }
}
