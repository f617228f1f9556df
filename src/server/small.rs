//! Kinds with few rules of their own.

use super::admission;
use super::at::At;
use super::meta::{self, Identity};
use super::pod;
use super::report::Api;
use super::resources;
use super::scheduling;
use super::selector;
use super::shape;
use super::workload::{at_most_all, percent_or_count};
use crate::kube::names;
use crate::seen::Seen;

pub(super) const NAMESPACED: Identity = Identity {
    name: names::dns_subdomain,
    namespaced: true,
};
pub(super) const CLUSTER: Identity = Identity {
    name: names::dns_subdomain,
    namespaced: false,
};

pub(super) fn namespace<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let identity = Identity {
        name: names::dns_label,
        namespaced: false,
    };
    let metadata = top.get("metadata");
    meta::check(api, metadata, identity);
    // The server labels a Namespace with its name.
    let name = metadata.str_of("name");
    api.faults(metadata.get("labels"), name, names::label_value(name));
    let finalizers = top.at(["spec", "finalizers"]);
    for finalizer in finalizers.items() {
        let text = finalizer.str();
        api.faults(finalizers, text, names::label_key(text));
        meta::finalizer_is_known(api, finalizers, text);
    }
}

pub(super) fn service_account<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), NAMESPACED);
}

/// The server has no rule of its own for the names of budgets.
pub(super) fn disruption_budget<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let before = api.count();
    let spec = top.get("spec");
    let (least, most) = (spec.get("minAvailable"), spec.get("maxUnavailable"));
    if least.is_set() && most.is_set() {
        let detail = "minAvailable and maxUnavailable cannot be both set";
        api.invalid_object(spec, &shape::BUDGET, detail);
    }
    for at in [least, most] {
        percent_or_count(api, at);
        at_most_all(api, at);
    }
    selector::labels(api, spec.get("selector"));
    let policies = ["AlwaysAllow", "IfHealthyBudget"];
    api.one_of_if_set(spec.get("unhealthyPodEvictionPolicy"), &policies);
    if api.count() == before {
        let identity = Identity {
            name: names::path_segment,
            namespaced: true,
        };
        meta::generic(api, top.get("metadata"), identity);
    }
}

pub(super) fn priority_class<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let name = top.at(["metadata", "name"]);
    let value = top.int_of("value").unwrap_or(0);
    if name.str().starts_with("system-") {
        if let Some(reason) = unlike_system_class(name.str(), value, top.is_on("globalDefault")) {
            let detail = format!(
                "priority class names with 'system-' prefix are reserved for system use only. error: {reason}"
            );
            api.forbidden(name, &detail);
        }
    } else if value > 1_000_000_000 {
        let detail = "maximum allowed value of a user defined priority is 1000000000";
        api.forbidden(top.get("value"), detail);
    }
    pod::preemption(api, top.get("preemptionPolicy"));
}

/// What keeps a class from being the one of that name that every cluster has.
fn unlike_system_class(name: &str, value: i64, is_default: bool) -> Option<String> {
    let Some((_, known)) = admission::SYSTEM.iter().find(|it| it.0 == name) else {
        return Some(format!("{name} is not a known system priority class"));
    };
    if value != *known {
        return Some(format!("value of {name} PriorityClass must be {known}"));
    }
    is_default.then(|| format!("globalDefault of {name} PriorityClass must be false"))
}

pub(super) fn lease<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::plain(api, top.get("metadata"), NAMESPACED);
    let spec = top.get("spec");
    let (duration, transitions) = (
        spec.get("leaseDurationSeconds"),
        spec.get("leaseTransitions"),
    );
    if let Some(seconds) = duration.int()
        && seconds <= 0
    {
        api.invalid(duration, seconds, "must be greater than 0");
    }
    api.not_negative(transitions);
}

pub(super) fn runtime_class<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::plain(api, top.get("metadata"), CLUSTER);
    let handler = top.get("handler");
    if handler.text() == Some("") && !api.since(36) {
        api.named(handler, names::dns_label);
    } else {
        api.required_name(handler, names::dns_label);
    }
    let overhead = top.get("overhead");
    resources::overhead(api, overhead, overhead.get("podFixed"));
    let scheduling = top.get("scheduling");
    meta::labels(api, scheduling.get("nodeSelector"));
    let tolerations = scheduling.get("tolerations");
    let before = api.count();
    scheduling::tolerations(api, tolerations);
    if api.count() > before && !api.since(35) {
        let path = "scheduling.tolerations";
        api.rename(before, path, &format!("{path}.tolerations"));
    }
    let mut seen: Seen<[&str; 4]> = Seen::new();
    for one in tolerations.items() {
        let key = ["key", "operator", "value", "effect"].map(|key| one.str_of(key));
        if seen.contains(&key) {
            api.duplicate_object(one, &shape::TOLERATION);
        }
        seen.push(key);
    }
}
