//! Classes of storage, and what drivers say of themselves.

use super::at::At;
use super::claim;
use super::meta;
use super::report::Api;
use super::selector;
use super::small::{CLUSTER, NAMESPACED};
use super::volume;
use crate::kube::go::Quoted;
use crate::kube::names;

/// What the parameters of a class may take together, in bytes.
const MOST_PARAMETER_BYTES: usize = 256 * 1024;

pub(super) fn class<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    provisioner(api, top.get("provisioner"));
    parameters(api, top.get("parameters"));
    let reclaim = top.get("reclaimPolicy");
    if !reclaim.str().is_empty() {
        api.one_of_if_set(reclaim, &["Delete", "Retain"]);
    }
    let modes = ["Immediate", "WaitForFirstConsumer"];
    api.one_of_if_set(top.get("volumeBindingMode"), &modes);
    topologies(api, top.get("allowedTopologies"));
}

pub(super) fn attributes_class<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    provisioner(api, top.get("driverName"));
    let all = top.get("parameters");
    parameters(api, all);
    if all.is_empty() {
        api.required(all, "must contain at least one key/value pair");
    }
}

fn provisioner<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if api.required_text(at) {
        let lower = at.str().to_lowercase();
        api.faults(at, &lower, names::label_key(&lower));
    }
}

fn parameters<'a>(api: &mut Api<'a, '_>, parameters: At<'a>) {
    if parameters.len() > 512 {
        return api.too_long(parameters, 512);
    }
    let mut size = 0;
    for (key, value) in parameters.entries() {
        if key.is_empty() {
            api.invalid_text(parameters, key, "field can not be empty.");
        }
        size += key.len() + value.str().len();
    }
    if size > MOST_PARAMETER_BYTES {
        api.too_long(parameters, MOST_PARAMETER_BYTES);
    }
}

fn topologies<'a>(api: &mut Api<'a, '_>, terms: At<'a>) {
    for (index, term) in terms.items().enumerate() {
        let expressions = term.get("matchLabelExpressions");
        // To the server, a term without conditions repeats one that is not there.
        let again = terms
            .items()
            .take(index)
            .any(|other| same_term(other, term));
        if expressions.is_empty() || again {
            api.duplicate(expressions, "\"\"");
        }
        let mut seen: Vec<&str> = Vec::new();
        for expression in term.items_of("matchLabelExpressions") {
            let (key, values) = (expression.get("key"), expression.get("values"));
            if values.is_empty() {
                api.required(values, "");
            }
            let all: Vec<&str> = values.strings().collect();
            for (index, value) in values.items().enumerate() {
                if all[..index].contains(&value.str()) {
                    api.duplicate(value, Quoted(value.str()));
                }
            }
            api.named(key, names::label_key);
            if seen.contains(&key.str()) {
                api.duplicate(key, Quoted(key.str()));
            }
            seen.push(key.str());
        }
    }
}

/// Whether two terms name the same keys with the same values.
fn same_term(one: At<'_>, other: At<'_>) -> bool {
    let read = |term: At<'_>| {
        let expressions = term.items_of("matchLabelExpressions");
        let mut found: Vec<_> = expressions
            .map(|it| {
                let values = it.items_of("values");
                let mut values: Vec<_> = values.map(|it| it.str().to_owned()).collect();
                values.sort_unstable();
                (it.str_of("key").to_owned(), values)
            })
            .collect();
        found.sort_unstable();
        found
    };
    read(one) == read(other)
}

pub(super) fn driver<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let spec = top.get("spec");
    let policies = ["File", "None", "ReadWriteOnceWithFSType"];
    api.one_of_if_set(spec.get("fsGroupPolicy"), &policies);
    let requests = spec.get("tokenRequests");
    token_requests(api, requests);
    for mode in spec.items_of("volumeLifecycleModes") {
        let text = mode.str();
        if !matches!(text, "Persistent" | "Ephemeral") {
            let list = spec.get("volumeLifecycleModes").showing(mode);
            api.unsupported(list, text, &["Persistent", "Ephemeral"]);
        }
    }
    let period = spec.get("nodeAllocatableUpdatePeriodSeconds");
    if let Some(seconds) = period.int()
        && seconds < 10
        && api.since(35)
    {
        let detail = "must be greater than or equal to 10 seconds";
        api.invalid(period, seconds, detail);
    }
    let secrets = spec.get("serviceAccountTokenInSecrets");
    if let Some(shown) = secrets.bool()
        && requests.is_empty()
        && api.since(35)
    {
        let detail = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
        api.invalid(secrets, shown, detail);
    }
}

fn token_requests<'a>(api: &mut Api<'a, '_>, requests: At<'a>) {
    let mut seen: Vec<&str> = Vec::new();
    for request in requests.items() {
        let audience = request.get("audience");
        if seen.contains(&audience.str()) {
            api.duplicate(audience, Quoted(audience.str()));
            continue;
        }
        seen.push(audience.str());
        let at = request.get("expirationSeconds");
        let Some(seconds) = at.int() else { continue };
        if seconds < 600 {
            let detail = "may not specify a duration less than 10 minutes";
            api.invalid(at, seconds, detail);
        }
        if seconds > 1 << 32 {
            let detail = "may not specify a duration larger than 2^32 seconds";
            api.invalid(at, seconds, detail);
        }
    }
}

pub(super) fn node<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let mut seen: Vec<&str> = Vec::new();
    for driver in top.at(["spec", "drivers"]).items() {
        let (name, id) = (driver.get("name"), driver.get("nodeID"));
        volume::csi_driver(api, name);
        api.required_text(id);
        if id.str().len() > 256 {
            api.invalid_text(id, id.str(), "must be 256 characters or less");
        }
        api.not_negative(driver.at(["allocatable", "count"]));
        if seen.contains(&name.str()) {
            api.duplicate(name, Quoted(name.str()));
        }
        seen.push(name.str());
        let keys = driver.get("topologyKeys");
        let all: Vec<&str> = keys.strings().collect();
        for (index, key) in keys.items().enumerate() {
            // The server names the driver; the key is where to look.
            let at = driver.showing(key);
            api.required_text(at);
            if all[..index].contains(&key.str()) {
                api.duplicate(at, Quoted(key.str()));
            }
            api.faults(at, key.str(), names::label_key(key.str()));
        }
    }
}

pub(super) fn capacity<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), NAMESPACED);
    selector::labels(api, top.get("nodeTopology"));
    api.named(top.get("storageClassName"), names::dns_subdomain);
    api.not_negative_quantity(top.get("capacity"));
}

/// A driver's name, which the schema reads before the server's code does.
pub(super) fn driver_name<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let text = at.str();
    if names::dns_subdomain(&text.to_lowercase()).is_ok() {
        if text.len() > 63 && api.since(36) {
            return api.too_long_by_schema(at, 63);
        }
        return volume::csi_driver(api, at);
    }
    if text.is_empty() || !api.since(36) {
        return volume::csi_driver(api, at);
    }
    if text.len() > 63 {
        api.too_long_by_schema(at, 63);
    }
    caseless_name(api, at);
}

/// A subdomain in letters of any case, as the schema reads it.
pub(super) fn caseless_name<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    const SHAPE: &str = "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'Example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    let text = at.str();
    let Err(faults) = names::dns_subdomain(&text.to_lowercase()) else {
        return;
    };
    if text.len() > names::SUBDOMAIN_MAX {
        api.invalid_text(at, text, "must be no more than 253 bytes");
    }
    if text.len() <= names::SUBDOMAIN_MAX || faults.len() > 1 {
        api.invalid_text(at, text, SHAPE);
    }
}

pub(super) fn attachment<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let spec = top.get("spec");
    driver_name(api, spec.get("attacher"));
    api.named(spec.get("nodeName"), names::dns_subdomain);
    let source = spec.get("source");
    let (inline, name) = (
        source.get("inlineVolumeSpec"),
        source.get("persistentVolumeName"),
    );
    let detail = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    match (inline.is_set(), name.is_set()) {
        (false, false) => api.required(source, detail),
        (true, true) => api.forbidden(source, detail),
        (false, true) if name.str().is_empty() => {
            api.required(name, "must specify non empty persistentVolumeName");
        }
        (true, false) => claim::inline(api, inline),
        _ => {}
    }
    if name.is_set() {
        api.named(name, names::dns_subdomain);
    }
}
