//! Roles and their bindings.

use super::at::At;
use super::meta::{self, Identity};
use super::report::Api;
use super::selector;
use crate::kube::names;

const GROUP: &str = "rbac.authorization.k8s.io";

fn identity<'a>(api: &mut Api<'a, '_>, top: At<'a>, namespaced: bool) {
    let identity = Identity {
        name: names::path_segment,
        namespaced,
    };
    meta::check(api, top.get("metadata"), identity);
}

pub(super) fn role<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    identity(api, top, true);
    for rule in top.items_of("rules") {
        policy_rule(api, rule, true);
    }
}

pub(super) fn cluster_role<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    identity(api, top, false);
    for rule in top.items_of("rules") {
        policy_rule(api, rule, false);
    }
    let aggregation = top.get("aggregationRule");
    if !aggregation.is_set() {
        return;
    }
    let selectors = aggregation.get("clusterRoleSelectors");
    if selectors.is_empty() {
        let detail = "at least one clusterRoleSelector required if aggregationRule is non-nil";
        api.required(selectors, detail);
    }
    for one in selectors.items() {
        selector::labels(api, one);
        if !selector::is_usable(one) {
            api.invalid(one, "null", "invalid label selector.");
        }
    }
}

fn policy_rule<'a>(api: &mut Api<'a, '_>, rule: At<'a>, namespaced: bool) {
    let verbs = rule.get("verbs");
    if verbs.is_empty() {
        api.required_by_schema(verbs, "verbs must contain at least one value");
    }
    let (groups, resources) = (rule.get("apiGroups"), rule.get("resources"));
    let urls = rule.get("nonResourceURLs");
    if !urls.is_empty() {
        if namespaced {
            api.invalid_node(urls, "namespaced rules cannot apply to non-resource URLs");
        }
        let more = [groups, resources, rule.get("resourceNames")];
        if more.into_iter().any(|it| !it.is_empty()) {
            let detail = "rules cannot apply to both regular resources and non-resource URLs";
            api.invalid_node(urls, detail);
        }
        return;
    }
    if groups.is_empty() {
        api.required(groups, "resource rules must supply at least one api group");
    }
    if resources.is_empty() {
        api.required(
            resources,
            "resource rules must supply at least one resource",
        );
    }
}

pub(super) fn role_binding<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    identity(api, top, true);
    binding(api, top, true);
}

pub(super) fn cluster_role_binding<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    identity(api, top, false);
    binding(api, top, false);
}

fn binding<'a>(api: &mut Api<'a, '_>, top: At<'a>, namespaced: bool) {
    let role = top.get("roleRef");
    api.one_of(role.get("apiGroup"), GROUP, &[GROUP]);
    let kinds: &[&str] = if namespaced {
        &["Role", "ClusterRole"]
    } else {
        &["ClusterRole"]
    };
    api.one_of(role.get("kind"), "", kinds);
    api.required_name(role.get("name"), names::path_segment);
    for subject in top.items_of("subjects") {
        let (name, group) = (subject.get("name"), subject.get("apiGroup"));
        api.required_text(name);
        match subject.get("kind").text() {
            Some("ServiceAccount") => {
                api.named_if_set(name, names::dns_subdomain);
                if !group.str().is_empty() {
                    api.unsupported(group, group.str(), &[""]);
                }
                if !namespaced {
                    api.required_text(subject.get("namespace"));
                }
            }
            Some("User" | "Group") => api.one_of(group, GROUP, &[GROUP]),
            Some(kind) => {
                let known = ["ServiceAccount", "User", "Group"];
                api.unsupported(subject.get("kind"), kind, &known);
            }
            None => {}
        }
    }
}
