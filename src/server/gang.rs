//! Groups of pods that are scheduled together (`scheduling.k8s.io`). Groups of
//! groups, constraints and claims are behind gates, and dropped.

use super::at::At;
use super::meta;
use super::report::Api;
use super::shape::Shape;
use super::small::NAMESPACED;
use crate::kube::names;

/// Most templates of a workload.
const MOST_TEMPLATES: usize = 8;
/// Highest priority that is not the system's.
const HIGHEST: i64 = 1_000_000_000;

pub(super) fn workload<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), NAMESPACED);
    let spec = top.get("spec");
    let controller = spec.get("controllerRef");
    if controller.is_set() {
        api.named_if_set(controller.get("apiGroup"), names::dns_subdomain);
        for key in ["kind", "name"] {
            api.required_name(controller.get(key), names::path_segment);
        }
    }
    let templates = spec.get("podGroupTemplates");
    if templates.is_empty() {
        let all = "`podGroupTemplates`, `compositePodGroupTemplates`";
        return api.invalid_text(spec, "", &format!("must specify one of: {all}"));
    }
    let priority = |at: At<'a>| (at.str_of("priorityClassName"), at.int_of("priority"));
    let first = templates.items().next().map(priority);
    if templates.items().any(|it| Some(priority(it)) != first) {
        api.invalid(spec, "null", "detected multiple priority configurations");
    }
    if templates.len() > MOST_TEMPLATES {
        return api.too_many(templates, templates.len(), MOST_TEMPLATES);
    }
    let mut seen: Vec<&str> = Vec::new();
    for template in templates.items() {
        let name = template.get("name");
        api.required_name(name, names::dns_label);
        if seen.contains(&name.str()) {
            api.duplicate_object(template, &Shape::Plain);
        }
        seen.push(name.str());
        group(api, template);
    }
}

pub(super) fn pod_group<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), NAMESPACED);
    let spec = top.get("spec");
    let workload = spec.get("workloadRef");
    if workload.is_set() {
        api.required_name(workload.get("workloadName"), names::dns_subdomain);
        api.required_name(workload.get("templateName"), names::dns_label);
    }
    group(api, spec);
}

/// What a group and a template of groups have in common.
fn group<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let policy = at.get("schedulingPolicy");
    one_of(api, policy, ["basic", "gang"]);
    let gang = policy.get("gang");
    let count = gang.get("minCount");
    match count.int() {
        None | Some(0) if gang.is_set() => api.required(count, ""),
        Some(number) if number < 1 => {
            api.invalid(count, number, "must be greater than or equal to 1");
        }
        _ => {}
    }
    let mode = at.get("disruptionMode");
    if mode.is_set() {
        one_of(api, mode, ["single", "all"]);
    }
    api.named_if_set(at.get("priorityClassName"), names::dns_subdomain);
    let priority = at.get("priority");
    if let Some(value) = priority.int().filter(|it| *it > HIGHEST) {
        let detail = format!("must be less than or equal to {HIGHEST}");
        api.invalid(priority, value, &detail);
    }
}

/// An object with exactly one of two fields.
fn one_of<'a>(api: &mut Api<'a, '_>, at: At<'a>, [one, other]: [&'a str; 2]) {
    match (at.has(one), at.has(other)) {
        (false, false) => {
            let detail = format!("must specify one of: `{one}`, `{other}`");
            api.invalid_text(at, "", &detail);
        }
        (true, true) => {
            let detail = format!("must specify exactly one of: `{one}`, `{other}`");
            api.invalid_text(at, &format!("{{{one}, {other}}}"), &detail);
        }
        _ => {}
    }
}
