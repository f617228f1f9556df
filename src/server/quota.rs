//! LimitRanges and ResourceQuotas.

use super::at::{At, in_thousandths};
use super::claim;
use super::meta::{self, Identity};
use super::report::Api;
use super::resources;
use super::shape;
use crate::kube::go::Quoted;
use crate::kube::names;
use crate::kube::quantity::Quantity;

const IDENTITY: Identity = Identity {
    name: names::dns_subdomain,
    namespaced: true,
};

const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "VolumeAttributesClass",
    "CrossNamespacePodAffinity",
];

pub(super) fn limit_range<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    let before = api.count();
    meta::check(api, metadata, IDENTITY);
    if meta::name(metadata).is_empty() {
        // The server names a LimitRange itself.
        api.withdraw(before, metadata.get("name"));
    }
    let mut seen: Vec<&str> = Vec::new();
    for limit in top.at(["spec", "limits"]).items() {
        let kind = limit.get("type");
        let text = kind.str();
        let result = names::label_key(text);
        if result.is_err() {
            api.faults(kind, text, result);
        } else if !text.contains('/')
            && !matches!(text, "Pod" | "Container" | "PersistentVolumeClaim")
        {
            api.invalid_text(
                kind,
                text,
                "must be a standard limit type or fully qualified",
            );
        }
        if seen.contains(&text) {
            api.duplicate(kind, Quoted(text));
        }
        seen.push(text);
        limit_item(api, limit, text);
    }
}

fn limit_item<'a>(api: &mut Api<'a, '_>, limit: At<'a>, kind: &str) {
    let mut keys: Vec<&'a str> = Vec::new();
    for field in [
        "max",
        "min",
        "default",
        "defaultRequest",
        "maxLimitRequestRatio",
    ] {
        let at = limit.get(field);
        if kind == "Pod" && matches!(field, "default" | "defaultRequest") {
            if !at.is_empty() {
                api.forbidden(at, "may not be specified when `type` is 'Pod'");
            }
            continue;
        }
        for (name, amount) in at.entries() {
            if matches!(kind, "Pod" | "Container") {
                resources::container_name(api, amount, name);
            } else {
                resources::name(api, amount, name);
            }
            if !keys.contains(&name) {
                keys.push(name);
            }
        }
    }
    if kind == "Container" {
        copied_names(api, limit);
    }
    let has = |field: &'a str| {
        limit
            .get(field)
            .entries()
            .any(|(name, _)| name == "storage")
    };
    if kind == "PersistentVolumeClaim" && !has("min") && !has("max") {
        let detail =
            "either minimum or maximum storage value is required, but neither was provided";
        api.required(limit.get("limits"), detail);
    }
    for key in keys {
        limit_values(api, limit, kind, key);
    }
}

/// The server copies limits of containers into their defaults, and judges the
/// names in the copies too.
fn copied_names<'a>(api: &mut Api<'a, '_>, limit: At<'a>) {
    for (from, to) in [
        ("max", "default"),
        ("max", "defaultRequest"),
        ("default", "defaultRequest"),
        ("min", "defaultRequest"),
    ] {
        for (name, amount) in limit.get(from).entries() {
            let at = limit.get(to).keyed(name);
            if !at.is_set() {
                resources::container_name(api, at.showing(amount), name);
            }
        }
    }
}

fn limit_values<'a>(api: &mut Api<'a, '_>, limit: At<'a>, kind: &str, key: &'a str) {
    let read = |field: &'a str| {
        let at = limit.get(field).keyed(key);
        (at, at.quantity().map(in_thousandths))
    };
    let ((min_at, min), (_, max)) = (read("min"), read("max"));
    let hidden = kind == "Pod";
    let (default_at, written) = read("default");
    let (request_at, asked) = read("defaultRequest");
    let copied = kind == "Container";
    let default = written.or(max.filter(|_| copied)).filter(|_| !hidden);
    let copy = default.or(min).filter(|_| copied);
    let request = asked.or(copy).filter(|_| !hidden);
    exceeds(api, min_at, (min, "min"), (max, "max"));
    let asked = (request, "default request");
    exceeds(api, request_at, (min, "min"), asked);
    exceeds(api, request_at, asked, (max, "max"));
    exceeds(api, request_at, asked, (default, "default limit"));
    exceeds(api, default_at, (min, "min"), (default, "default"));
    exceeds(api, default_at, (default, "default"), (max, "max"));
    let (ratio_at, ratio) = read("maxLimitRequestRatio");
    if let Some(ratio) = ratio {
        ratio_fits(api, ratio_at, ratio, min, max);
    }
    if !resources::overcommits(key)
        && let (Some(one), Some(other)) = (default, request)
        && one != other
    {
        let detail =
            format!("default value {one} must equal to defaultRequest value {other} in {key}");
        api.invalid_text(request_at, &other.to_string(), &detail);
    }
}

/// Says where one amount is more than another.
fn exceeds<'a>(
    api: &mut Api<'a, '_>,
    at: At<'a>,
    (low, low_name): (Option<Quantity>, &str),
    (high, high_name): (Option<Quantity>, &str),
) {
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        let detail = format!("{low_name} value {low} is greater than {high_name} value {high}");
        let shown = if shows_high(low_name, high_name) {
            high
        } else {
            low
        };
        api.invalid_text(at, &shown.to_string(), &detail);
    }
}

/// Which of two amounts the server shows is a matter of chance.
fn shows_high(low: &str, high: &str) -> bool {
    matches!((low, high), ("min", "default request") | ("default", "max"))
}

fn ratio_fits<'a>(
    api: &mut Api<'a, '_>,
    at: At<'a>,
    ratio: Quantity,
    min: Option<Quantity>,
    max: Option<Quantity>,
) {
    if ratio.milli_value() < 1000 {
        api.invalid_text(
            at,
            &ratio.to_string(),
            &format!("ratio {ratio} is less than 1"),
        );
    }
    let (Some(min), Some(max)) = (min, max) else {
        return;
    };
    // The server counts whole units as soon as thousandths would not fit.
    let is_large = |it: Quantity| it.value() >= i64::MAX / 1000;
    let whole = [ratio, min, max].into_iter().any(is_large);
    let value = |it: Quantity| {
        if whole {
            it.value() as f64
        } else {
            it.milli_value() as f64
        }
    };
    let most = value(max) / value(min);
    let asked = if whole {
        value(ratio)
    } else {
        value(ratio) / 1000.0
    };
    if asked > most {
        let detail = format!("ratio {ratio} is greater than max/min = {most:.6}");
        api.invalid_text(at, &ratio.to_string(), &detail);
    }
}

pub(super) fn resource_quota<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), IDENTITY);
    let spec = top.get("spec");
    let hard = spec.get("hard");
    for (name, amount) in hard.entries() {
        claim::quota_name(api, amount, name);
        resources::amount(api, name, amount);
    }
    let scopes = spec.get("scopes");
    for scope in scopes.items() {
        if !SCOPES.contains(&scope.str()) {
            api.invalid_node(scopes, "unsupported scope");
        }
        if hard
            .entries()
            .any(|(name, _)| !scope_fits(scope.str(), name))
        {
            api.invalid_node(scopes, "unsupported scope applied to resource");
        }
    }
    if conflict(&scopes.strings().collect::<Vec<_>>()) {
        api.invalid_node(scopes, "conflicting scopes");
    }
    scope_selector(api, spec, hard);
}

fn scope_selector<'a>(api: &mut Api<'a, '_>, spec: At<'a>, hard: At<'a>) {
    let all = spec.at(["scopeSelector", "matchExpressions"]);
    for one in all.items() {
        // The server leaves the index out of these paths.
        let at = |key: &'a str| all.get(key).showing(one.get(key));
        let (scope, operator) = (one.str_of("scopeName"), one.str_of("operator"));
        if !SCOPES.contains(&scope) {
            api.invalid_text(at("scopeName"), scope, "unsupported scope");
        }
        if hard.entries().any(|(name, _)| !scope_fits(scope, name)) {
            let detail = "unsupported scope applied to resource";
            api.invalid_shown(all, spec.get("scopeSelector"), &shape::SCOPES, detail);
        }
        let bare = !matches!(scope, "PriorityClass" | "VolumeAttributesClass");
        if bare && SCOPES.contains(&scope) && operator != "Exists" {
            let detail = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
            api.invalid_text(at("operator"), operator, detail);
        }
        let values = one.get("values");
        match operator {
            "In" | "NotIn" if values.is_empty() => {
                let detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
                api.required(at("values"), detail);
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
                api.invalid_node(at("values"), detail);
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            _ => api.invalid_text(at("operator"), operator, "not a valid selector operator"),
        }
    }
    let scopes: Vec<&str> = all.items().map(|it| it.str_of("scopeName")).collect();
    if conflict(&scopes) {
        let detail = "conflicting scopes";
        api.invalid_shown(all, spec.get("scopeSelector"), &shape::SCOPES, detail);
    }
}

fn conflict(scopes: &[&str]) -> bool {
    let both = |a: &str, b: &str| scopes.contains(&a) && scopes.contains(&b);
    both("BestEffort", "NotBestEffort") || both("Terminating", "NotTerminating")
}

fn scope_fits(scope: &str, name: &str) -> bool {
    if !resources::is_standard_quota(name) {
        return true;
    }
    let compute = matches!(
        name,
        "cpu" | "memory" | "limits.cpu" | "limits.memory" | "requests.cpu" | "requests.memory"
    );
    match scope {
        "BestEffort" => name == "pods",
        "VolumeAttributesClass" => matches!(name, "persistentvolumeclaims" | "requests.storage"),
        scope if SCOPES.contains(&scope) => name == "pods" || compute,
        _ => true,
    }
}
