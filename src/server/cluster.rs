//! Kinds that describe the cluster itself: its nodes, addresses, APIs, and what
//! controllers note down.

use super::at::At;
use super::meta::{self, Identity};
use super::report::Api;
use super::resources;
use super::shape::{self, Shape};
use super::small::{CLUSTER, NAMESPACED};
use super::webhook;
use crate::kube::base64;
use crate::kube::ip::{self, Strictness};
use crate::kube::names;

const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];
const FAMILIES: &str = "may specify no more than one CIDR for each IP family";

pub(super) fn node<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    meta::check(api, metadata, CLUSTER);
    let spec = top.get("spec");
    taints(api, spec.get("taints"));
    for key in ["capacity", "allocatable"] {
        let amounts = top.at(["status", key]);
        for (name, amount) in amounts.entries() {
            resources::amount(api, name, amounts.named(name).showing(amount));
        }
    }
    pod_ranges(api, spec.get("podCIDR"), spec.get("podCIDRs"));
}

/// One range that is not the first of the list stands for the whole list.
fn pod_ranges<'a>(api: &mut Api<'a, '_>, single: At<'a>, cidrs: At<'a>) {
    let first = cidrs.items().next();
    if !single.str().is_empty() && first.is_none_or(|it| it.str() != single.str()) {
        let at = cidrs.keyed("0").showing(single);
        return api.cidr(at, single.str());
    }
    for cidr in cidrs.items() {
        api.cidr(cidr, cidr.str());
    }
    let read = |at: At<'_>| ip::parse_cidr(at.str(), Strictness::Legacy).ok();
    let families: Vec<_> = cidrs.items().filter_map(read).collect();
    if cidrs.len() > 1 {
        let mut all = cidrs.items().enumerate();
        if let Some((index, bad)) = all.find(|(_, it)| read(*it).is_none()) {
            let text = bad.str();
            let detail = format!(
                "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[{index}]: <nil> (invalid CIDR address: {text})"
            );
            api.internal(cidrs.showing(bad), &detail);
        }
        let v4 = families.iter().filter(|it| it.address.is_ipv4()).count();
        if cidrs.len() > 2 || v4 != 1 || families.len() != 2 {
            api.invalid_node(cidrs, FAMILIES);
        }
    }
}

/// The server looks at `spec.taints` and names `metadata.taints`.
fn taints<'a>(api: &mut Api<'a, '_>, taints: At<'a>) {
    let before = api.count();
    let mut seen: Vec<[&str; 2]> = Vec::new();
    for taint in taints.items() {
        let (key, value, effect) = (taint.get("key"), taint.get("value"), taint.get("effect"));
        api.named(key, names::label_key);
        if let Err(faults) = names::label_value(value.str()) {
            api.invalid_text(value, value.str(), &api.joined(&faults));
        }
        if api.required_text(effect) {
            api.one_of_if_set(effect, EFFECTS);
        }
        let pair = [key.str(), effect.str()];
        if seen.contains(&pair) {
            let shown = shape::json(taint, &shape::TAINT);
            let detail = "taints must be unique by key and effect pair";
            api.duplicate(taint, format!("{shown}: {detail}"));
        } else {
            seen.push(pair);
        }
    }
    api.rename(before, "spec.taints", "metadata.taints");
}

pub(super) fn controller_revision<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), NAMESPACED);
    api.not_negative(top.get("revision"));
    let data = top.get("data");
    if !data.is_set() {
        api.required(data, "data is mandatory");
    } else if data.node().is_some_and(|it| !it.is_map()) {
        api.required(data, "data must be a valid JSON object");
    }
}

pub(super) fn api_service<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let (metadata, spec) = (top.get("metadata"), top.get("spec"));
    let (group, version) = (spec.get("group"), spec.get("version"));
    let identity = Identity {
        name: names::path_segment,
        namespaced: false,
    };
    meta::plain(api, metadata, identity);
    let name = meta::name(metadata);
    let wanted = format!("{}.{}", version.str(), group.str());
    let detail = format!("must be `spec.version+\".\"+spec.group`: {wanted:?}");
    for (at, text) in [
        (
            metadata.get("generateName"),
            metadata.str_of("generateName"),
        ),
        (metadata.get("name"), &*name),
    ] {
        if !text.is_empty() && names::path_segment(text).is_ok() && text != wanted {
            api.invalid_text(at, text, &detail);
        }
    }
    if group.str().is_empty() && version.str() != "v1" {
        let detail = "only v1 may have an empty group and it better be legacy kube";
        api.required(group, detail);
    }
    api.named_if_set(group, names::dns_subdomain);
    api.named(version, names::dns_1035_label);
    for (key, most) in [("groupPriorityMinimum", 20000), ("versionPriority", 1000)] {
        let at = spec.get(key);
        let value = at.int().unwrap_or(0);
        if !(1..=most).contains(&value) {
            let detail = format!("must be positive and less than {most}");
            api.invalid(at, value, &detail);
        }
    }
    let (service, bundle) = (spec.get("service"), spec.get("caBundle"));
    let insecure = spec.get("insecureSkipTLSVerify");
    if !service.is_set() {
        let length = base64::decoded_length(bundle.str()).unwrap_or_default();
        if length > 0 {
            let detail = "local APIServices may not have a caBundle";
            api.invalid_text(bundle, &format!("{length} bytes"), detail);
        }
        if insecure.is_true() {
            let detail = "local APIServices may not have insecureSkipTLSVerify";
            api.invalid(insecure, true, detail);
        }
        return;
    }
    api.required_text(service.get("namespace"));
    api.required_text(service.get("name"));
    webhook::service_port(api, service.get("port"));
    if insecure.is_true() && !bundle.str().is_empty() {
        api.invalid(insecure, true, "may not be true if caBundle is present");
    }
}

pub(super) fn ip_address<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    let identity = Identity {
        name: |_| Ok(()),
        namespaced: false,
    };
    meta::check(api, metadata, identity);
    let at = metadata.get("name");
    let prefix = metadata.str_of("generateName");
    for text in [at.str(), prefix] {
        if !text.is_empty()
            && let Err(error) = ip::parse_ip(text, Strictness::Canonical)
        {
            let at = if text == prefix {
                metadata.get("generateName")
            } else {
                at
            };
            api.invalid_text(at, text, &error.to_string());
        }
    }
    let parent = top.at(["spec", "parentRef"]);
    if !parent.is_set() {
        return api.required(parent, "");
    }
    api.named_if_set(parent.get("group"), names::dns_subdomain);
    api.required_name(parent.get("resource"), names::path_segment);
    api.required_name(parent.get("name"), names::path_segment);
    api.named_if_set(parent.get("namespace"), names::path_segment);
}

pub(super) fn service_cidr<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let cidrs = top.at(["spec", "cidrs"]);
    if cidrs.is_empty() {
        return api.required(cidrs, "at least one CIDR required");
    }
    if cidrs.len() > 2 {
        let shown = shape::json(cidrs, &Shape::Plain);
        let shown = format!("{{\"CIDRs\":{shown}}}");
        return api.invalid(cidrs, shown, "may only hold up to 2 values");
    }
    for cidr in cidrs.items() {
        if let Err(error) = ip::parse_cidr(cidr.str(), Strictness::Canonical) {
            api.invalid_text(cidr, cidr.str(), &error.to_string());
        }
    }
    let family = |at: At<'_>| ip::parse_cidr(at.str(), Strictness::Legacy).ok();
    let families: Vec<_> = cidrs.items().filter_map(family).collect();
    if let [one, other] = families.as_slice()
        && one.address.is_ipv4() == other.address.is_ipv4()
    {
        let detail = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
        api.invalid_node(cidrs, detail);
    }
}

pub(super) fn storage_version_migration<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    let resource = top.at(["spec", "resource"]);
    let (name, group) = (resource.get("resource"), resource.get("group"));
    if name.str().is_empty() {
        api.required(name, "resource is required to be set");
    } else if let Err(faults) = names::dns_1035_label(name.str()) {
        api.invalid_text(name, name.str(), &faults.join(","));
    }
    if !group.str().is_empty()
        && let Err(faults) = names::dns_subdomain(group.str())
    {
        api.invalid_text(group, group.str(), &faults.join(","));
    }
}

/// A migration of `v1alpha1`, which names a version too.
pub(super) fn storage_version_migration_alpha<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), CLUSTER);
    for key in ["resource", "version"] {
        let at = top.at(["spec", "resource", key]);
        if at.text() == Some("") {
            api.required(at, &format!("{key} is required"));
        }
    }
}

/// What a scheduler would send; nothing in it is stored.
pub(super) fn binding<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let target = top.get("target");
    let (kind, name) = (target.get("kind"), target.get("name"));
    if !matches!(kind.str(), "" | "Node") {
        api.unsupported(kind, kind.str(), &["Node", "<empty>"]);
    }
    if api.required_text(name) && matches!(kind.str(), "" | "Node") && api.since(37) {
        api.named(name, names::dns_subdomain);
    }
}
