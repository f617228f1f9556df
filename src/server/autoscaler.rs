//! HorizontalPodAutoscalers of both versions.

use super::at::At;
use super::meta::{self, Identity};
use super::report::Api;
use super::resources;
use crate::kube::names;

const ONE_ONLY: &str = "must populate the given metric source only";
const TYPES: [&str; 5] = [
    "ContainerResource",
    "External",
    "Object",
    "Pods",
    "Resource",
];

/// Sources in the order in which the server looks, with their types.
const SOURCES: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];

fn common<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: true,
    };
    meta::check(api, top.get("metadata"), identity);
    let spec = top.get("spec");
    let (least, most) = (spec.get("minReplicas"), spec.get("maxReplicas"));
    if let Some(value) = least.int().filter(|it| *it < 1) {
        let lowest = i64::from(!api.since(37));
        if value < lowest {
            let detail = format!("must be greater than or equal to {lowest}");
            api.invalid(least, value, &detail);
        }
    }
    let ceiling = most.int().unwrap_or(0);
    if ceiling < 1 && !api.since(36) {
        api.invalid(most, ceiling, "must be greater than 0");
    } else if ceiling == 0 {
        api.required_by_schema(most, "must be set and greater than 0");
    } else if ceiling < 0 {
        api.invalid(most, ceiling, "must be greater than or equal to 1");
    }
    if ceiling < least.int().unwrap_or(1) {
        api.invalid(
            most,
            ceiling,
            "must be greater than or equal to `minReplicas`",
        );
    }
    let target = spec.get("scaleTargetRef");
    let bare = target.str_of("kind") == "ReplicationController";
    reference(api, target, bare);
}

fn reference<'a>(api: &mut Api<'a, '_>, at: At<'a>, bare_allowed: bool) {
    api.required_name(at.get("kind"), names::path_segment);
    api.required_name(at.get("name"), names::path_segment);
    let version = at.get("apiVersion");
    let text = version.str();
    if text.matches('/').count() > 1 {
        let detail = format!("unexpected GroupVersion string: {text}");
        api.invalid_text(version, text, &detail);
    } else if !bare_allowed
        && text
            .split_once('/')
            .is_none_or(|(group, _)| group.is_empty())
    {
        api.invalid_text(version, text, "apiVersion must specify API group");
    }
}

pub(super) fn v1<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    common(api, top);
    let spec = top.get("spec");
    let target = spec.get("targetCPUUtilizationPercentage");
    if let Some(percent) = target.int()
        && percent < 1
    {
        let said = spec.get("metrics[0].resource.target.averageUtilization");
        api.invalid(said.showing(target), percent, "must be greater than 0");
    }
    scale_to_zero(api, spec);
}

fn scale_to_zero<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    if spec.int_of("minReplicas") != Some(0) {
        return;
    }
    let metrics = spec.get("metrics");
    if !metrics
        .items()
        .any(|it| matches!(it.str_of("type"), "Object" | "External"))
    {
        let detail = "must specify at least one Object or External metric to support scaling to zero replicas";
        api.forbidden(metrics, detail);
    }
}

pub(super) fn v2<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    common(api, top);
    let spec = top.get("spec");
    for metric in spec.items_of("metrics") {
        one_metric(api, metric);
    }
    scale_to_zero(api, spec);
    for key in ["scaleUp", "scaleDown"] {
        rules(api, spec.at(["behavior", key]));
    }
}

fn one_metric<'a>(api: &mut Api<'a, '_>, metric: At<'a>) {
    let kind = metric.get("type");
    if kind.text() == Some("") {
        api.required(kind, "must specify a metric source type");
    }
    api.one_of(kind, "", &TYPES);
    let present: Vec<_> = SOURCES.iter().filter(|(_, key)| metric.has(key)).collect();
    if let Some((_, key)) = present.first() {
        source(api, key, metric.get(key));
    }
    let expected = SOURCES.iter().find(|(name, _)| *name == kind.str());
    if let Some((_, key)) = expected
        && !metric.has(key)
    {
        let detail = "must populate information for the given metric source";
        api.required(metric.get(key), detail);
    }
    if present.len() != 1 {
        for (name, key) in present {
            if *name != kind.str() {
                api.forbidden(metric.get(key), ONE_ONLY);
            }
        }
    }
}

fn source<'a>(api: &mut Api<'a, '_>, key: &str, at: At<'a>) {
    let target = at.get("target");
    match key {
        "object" => reference(api, at.get("describedObject"), true),
        "resource" => {
            if at.get("name").text() == Some("") {
                api.required(at.get("name"), "must specify a resource name");
            }
        }
        "containerResource" => {
            let (name, container) = (at.get("name"), at.get("container"));
            if name.str().is_empty() {
                api.required(name, "must specify a resource name");
            } else {
                resources::container_name(api, name, name.str());
            }
            if container.str().is_empty() {
                api.required(container, "must specify a container");
            } else {
                api.named(container, names::dns_label);
            }
        }
        _ => {}
    }
    if matches!(key, "object" | "external" | "pods") {
        let name = at.at(["metric", "name"]);
        if name.str().is_empty() {
            api.required(name, "must specify a metric name");
        } else {
            api.named(name, names::path_segment);
        }
    }
    values(api, target);
    let (value, average) = (target.get("value"), target.get("averageValue"));
    let share = target.get("averageUtilization");
    match key {
        "pods" if !average.is_set() => {
            api.required(average, "must specify a positive target averageValue");
        }
        "object" | "external" if !value.is_set() && !average.is_set() => {
            api.required(average, no_target(key));
        }
        "external" if value.is_set() && average.is_set() => {
            let detail = "may not set both a target value for metric and a per-pod target";
            api.forbidden(value, detail);
        }
        "resource" | "containerResource" if !share.is_set() && !average.is_set() => {
            let detail = "must set either a target raw value or a target utilization";
            api.required(share, detail);
        }
        "resource" | "containerResource" if share.is_set() && average.is_set() => {
            let detail = "may not set both a target raw value and a target utilization";
            api.forbidden(average, detail);
        }
        _ => {}
    }
}

fn values<'a>(api: &mut Api<'a, '_>, target: At<'a>) {
    let kind = target.get("type");
    if kind.text() == Some("") {
        api.required(kind, "must specify a metric target type");
    }
    if !matches!(
        kind.text(),
        None | Some("Utilization" | "Value" | "AverageValue")
    ) {
        let detail = "must be either Utilization, Value, or AverageValue";
        api.invalid_text(kind, kind.str(), detail);
    }
    for key in ["value", "averageValue"] {
        let at = target.get(key);
        if at
            .quantity()
            .is_some_and(|it| it.is_zero() || it.is_negative())
        {
            let text = at.exact_quantity();
            api.invalid_text(at, &text, "must be positive");
        }
    }
    let share = target.get("averageUtilization");
    if let Some(percent) = share.int()
        && percent < 1
    {
        api.invalid(share, percent, "must be greater than 0");
    }
}

fn rules<'a>(api: &mut Api<'a, '_>, rules: At<'a>) {
    if !rules.is_set() {
        return;
    }
    let window = rules.get("stabilizationWindowSeconds");
    if let Some(seconds) = window.int() {
        if seconds < 0 {
            api.invalid(window, seconds, "must be greater than or equal to zero");
        } else if seconds > 3600 {
            api.invalid(window, seconds, "must be less than or equal to 3600");
        }
    }
    api.one_of_if_set(rules.get("selectPolicy"), &["Disabled", "Max", "Min"]);
    let policies = rules.get("policies");
    // Absent policies are defaulted, an empty list is not.
    if policies.is_set() && policies.is_empty() {
        api.required(policies, "must specify at least one Policy");
    }
    for policy in policies.items() {
        api.one_of(policy.get("type"), "", &["Percent", "Pods"]);
        for key in ["value", "periodSeconds"] {
            let at = policy.get(key);
            let value = at.int().unwrap_or(0);
            if value <= 0 {
                api.invalid(at, value, "must be greater than zero");
            } else if key == "periodSeconds" && value > 1800 {
                api.invalid(at, value, "must be less than or equal to 1800");
            }
        }
    }
    // Older releases drop it.
    api.from(35, |api| {
        api.not_negative_quantity(rules.get("tolerance"));
    });
}

/// What the server says of a metric without a target.
fn no_target(key: &str) -> &'static str {
    if key == "external" {
        "must set either a target value for metric or a per-pod target"
    } else {
        "must set either a target value or averageValue"
    }
}
