//! Requests, limits and the names of resources.

use super::at::At;
use super::report::Api;
use crate::kube::names;
use crate::kube::quantity::Quantity;

/// Whose resources they are.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Owner {
    Container,
    Pod,
}

const POD_LEVEL: [&str; 3] = ["cpu", "hugepages-", "memory"];

const STANDARD: [&str; 20] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];

const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

pub(super) fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && names::label_key(&format!("requests.{name}")).is_ok()
}

pub(super) fn overcommits(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name) || is_huge_page(name) || name.starts_with("requests.hugepages-")
}

/// Whether a quota can limit it by that bare name.
pub(super) fn is_standard_quota(name: &str) -> bool {
    is_standard(name) && name != "storage"
}

/// The name of any resource.
pub(super) fn name<'a>(api: &mut Api<'a, '_>, at: At<'a>, name: &str) {
    let result = names::label_key(name);
    if result.is_err() {
        api.faults(at, name, result);
    } else if !name.contains('/') && !is_standard(name) {
        api.invalid_text(
            at,
            name,
            "must be a standard resource type or fully qualified",
        );
    }
}

/// The name of a resource of a container.
pub(super) fn container_name<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    if matches!(text, "cpu" | "memory" | "ephemeral-storage") {
        return;
    }
    name(api, at, text);
    if !text.contains('/') {
        if !is_huge_page(text) {
            api.invalid_text(at, text, "must be a standard resource for containers");
        }
    } else if !is_native(text) && text.matches('/').count() > 0 && !is_extended(text) {
        api.invalid_text(at, text, "doesn't follow extended resource name standard");
    }
}

fn pod_name<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    let before = api.count();
    name(api, at, text);
    if api.count() == before && !matches!(text, "cpu" | "memory") && !is_huge_page(text) {
        api.unsupported(at, text, &POD_LEVEL);
    }
}

/// The amount of a resource; some come in whole units only.
pub(super) fn amount<'a>(api: &mut Api<'a, '_>, name: &str, at: At<'a>) {
    api.not_negative_quantity(at);
    let whole = COUNTED.contains(&name) || (!is_native(name) && is_extended(name));
    if whole && at.quantity().is_some_and(|it| !it.is_whole()) {
        let text = at.printed_quantity();
        api.invalid_text(at, &text, "must be an integer");
    }
}

fn huge_page_fits(name: &str, amount: Quantity) -> bool {
    let size = Quantity::parse(name.trim_start_matches("hugepages-"));
    size.is_ok_and(|size| {
        size.value() > 0 && size.milli_value() % 1000 == 0 && amount.value() % size.value() == 0
    })
}

/// `resources` of a container or a pod, whose claims are given. In a Pod, requests
/// default to the limits.
pub(super) fn check<'a>(
    api: &mut Api<'a, '_>,
    at: At<'a>,
    owner: Owner,
    defaulted: bool,
    claims: At<'a>,
) {
    if !at.is_set() {
        return;
    }
    let (limits, requests) = (at.get("limits"), at.get("requests"));
    let (mut compute, mut huge) = (false, false);
    for (name, limit) in limits.entries() {
        one(api, owner, name, limit);
        compute |= matches!(name, "cpu" | "memory");
        huge |= is_huge_page(name);
        if defaulted && !requests.keyed(name).is_set() {
            // The server's own copy of the limit is judged like a written one.
            one(api, owner, name, requests.keyed(name).showing(limit));
        }
    }
    for (name, request) in requests.entries() {
        one(api, owner, name, request);
        compute |= matches!(name, "cpu" | "memory");
        huge |= is_huge_page(name);
        against_limit(api, (limits, requests), name, request);
    }
    if huge && !compute {
        api.forbidden(at, "HugePages require cpu or memory");
    }
    claim_names(api, at.get("claims"), claims);
}

fn one<'a>(api: &mut Api<'a, '_>, owner: Owner, name: &str, at: At<'a>) {
    match owner {
        Owner::Container => container_name(api, at, name),
        Owner::Pod => pod_name(api, at, name),
    }
    amount(api, name, at);
    if is_huge_page(name) && at.quantity().is_some_and(|it| !huge_page_fits(name, it)) {
        let text = at.printed_quantity();
        let detail = format!("{text} is not positive integer multiple of {name}");
        api.invalid_text(at, &text, &detail);
    }
}

/// An overhead, which the server judges as the limits of a container.
pub(super) fn overhead<'a>(api: &mut Api<'a, '_>, at: At<'a>, amounts: At<'a>) {
    let (mut compute, mut huge) = (false, false);
    for (name, amount) in amounts.entries() {
        one(
            api,
            Owner::Container,
            name,
            at.named("limits").keyed(name).showing(amount),
        );
        compute |= matches!(name, "cpu" | "memory");
        huge |= is_huge_page(name);
    }
    if huge && !compute {
        api.forbidden(at, "HugePages require cpu or memory");
    }
}

fn against_limit<'a>(
    api: &mut Api<'a, '_>,
    (limits, requests): (At<'a>, At<'a>),
    name: &'a str,
    request: At<'a>,
) {
    let limit = limits.keyed(name);
    let Some(most) = limit.quantity() else {
        if !limit.is_set() && !overcommits(name) {
            api.required(limits, "Limit must be set for non overcommitable resources");
        }
        return;
    };
    let Some(asked) = request.quantity() else {
        return;
    };
    let how = if asked != most && !overcommits(name) {
        "equal to"
    } else if asked > most {
        "less than or equal to"
    } else {
        return;
    };
    let most = limit.printed_quantity();
    let detail = format!("must be {how} {name} limit of {most}");
    api.invalid_text(requests, &request.printed_quantity(), &detail);
}

fn claim_names<'a>(api: &mut Api<'a, '_>, claims: At<'a>, known: At<'a>) {
    let names = known.items().map(|it| it.str_of("name"));
    let mut names: Vec<&str> = names.filter(|it| !it.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for claim in claims.items() {
        let (name, request) = (claim.str_of("name"), claim.get("request"));
        if name.is_empty() {
            api.required(claim, "");
        } else {
            api.named_if_set(request, names::dns_label);
            let clash = |(other, part): &(&str, &str)| {
                *other == name
                    && (part.is_empty() || request.str().is_empty() || *part == request.str())
            };
            if seen.iter().any(clash) {
                api.duplicate(claim, crate::kube::go::Quoted(name));
            }
            seen.push((name, request.str()));
            if !names.contains(&name) {
                let mut detail = "must be one of the names in pod.spec.resourceClaims".to_owned();
                if names.is_empty() {
                    detail.push_str(" which is empty");
                } else {
                    detail.push_str(": ");
                    detail.push_str(&names.join(", "));
                }
                api.not_found(claim, name, &detail);
            }
        }
    }
}
