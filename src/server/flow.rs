//! How the server shares itself among its callers: flow schemas and priority levels.

use super::at::At;
use super::meta;
use super::report::Api;
use super::shape::{self, Member, Shape};
use super::small::CLUSTER;
use crate::kube::names;

const VERBS: &[&str] = &[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "proxy",
    "update",
    "watch",
];
/// The spec of a priority level.
const LEVEL: Shape = Shape::Object(&[
    Member::kept("type", "Type", "\"\""),
    Member::of("limited", "Limited", "null", &LIMITED),
    Member::of("exempt", "Exempt", "null", &EXEMPT),
]);
const EXEMPT: Shape = Shape::Object(&[
    Member::kept("nominalConcurrencyShares", "NominalConcurrencyShares", "0"),
    Member::kept("lendablePercent", "LendablePercent", "0"),
]);
const LIMITED: Shape = Shape::Object(&[
    Member::kept("nominalConcurrencyShares", "NominalConcurrencyShares", "30"),
    Member::of(
        "limitResponse",
        "LimitResponse",
        "{\"Type\":\"\",\"Queuing\":null}",
        &RESPONSE,
    ),
    Member::kept("lendablePercent", "LendablePercent", "0"),
    Member::kept("borrowingLimitPercent", "BorrowingLimitPercent", "null"),
]);
const RESPONSE: Shape = Shape::Object(&[
    Member::kept("type", "Type", "\"\""),
    Member::of("queuing", "Queuing", "null", &QUEUING),
]);
const QUEUING: Shape = Shape::Object(&[
    Member::kept("queues", "Queues", "64"),
    Member::kept("handSize", "HandSize", "8"),
    Member::kept("queueLengthLimit", "QueueLengthLimit", "50"),
]);
const MOST_QUEUES: i64 = 10_000_000;
/// Bits that the server has to deal a hand of queues.
const HASH_BITS: i64 = 60;

pub(super) fn schema<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    meta::check(api, metadata, CLUSTER);
    let spec = top.get("spec");
    let precedence = spec.get("matchingPrecedence");
    // What is not written, or zero, is 1000.
    let value = precedence.int().filter(|it| *it != 0).unwrap_or(1000);
    if value <= 0 {
        api.invalid(precedence, value, "must be a positive value");
    }
    if value > 10000 {
        api.invalid(precedence, value, "must not be greater than 10000");
    }
    if value == 1 && meta::name(metadata) != "exempt" {
        let detail = "only the schema named 'exempt' may have matchingPrecedence 1";
        api.invalid(precedence, value, detail);
    }
    let method = spec.get("distinguisherMethod");
    if method.is_set() && !matches!(method.str_of("type"), "ByNamespace" | "ByUser") {
        const METHOD: Shape = Shape::Object(&[Member::kept("type", "Type", "\"\"")]);
        let shown = shape::json(method, &METHOD);
        api.unsupported_shown(method.get("type"), &shown, &["ByNamespace", "ByUser"]);
    }
    let level = spec.at(["priorityLevelConfiguration", "name"]);
    if level.str().is_empty() {
        api.required(level, "must reference a priority level");
    } else {
        api.named(level, names::dns_subdomain);
    }
    for rule in spec.items_of("rules") {
        flow_rule(api, rule);
    }
}

fn flow_rule<'a>(api: &mut Api<'a, '_>, rule: At<'a>) {
    let subjects = rule.get("subjects");
    if subjects.is_empty() {
        api.required(subjects, "subjects must contain at least one value");
    }
    for subject in subjects.items() {
        self::subject(api, subject);
    }
    let (resources, urls) = (rule.get("resourceRules"), rule.get("nonResourceRules"));
    if resources.is_empty() && urls.is_empty() {
        let detail = "at least one of resourceRules and nonResourceRules has to be non-empty";
        api.required(rule, detail);
    }
    for one in resources.items() {
        resource_rule(api, one);
    }
    for one in urls.items() {
        verbs(api, one.get("verbs"));
        let urls = one.get("nonResourceURLs");
        if urls.is_empty() {
            api.required(urls, "nonResourceURLs must contain at least one value");
        } else if has_all(urls) {
            alone(api, urls, "non-resource URLs");
        } else {
            for url in urls.items() {
                url_path(api, url);
            }
        }
    }
}

fn subject<'a>(api: &mut Api<'a, '_>, subject: At<'a>) {
    const KINDS: [(&str, &str); 3] = [
        ("serviceAccount", "ServiceAccount"),
        ("user", "User"),
        ("group", "Group"),
    ];
    let kind = subject.get("kind");
    let Some((own, _)) = KINDS.into_iter().find(|(_, name)| *name == kind.str()) else {
        let known = ["Group", "ServiceAccount", "User"];
        return api.unsupported(kind, kind.str(), &known);
    };
    for (key, name) in KINDS {
        let at = subject.get(key);
        if key != own {
            if at.is_set() {
                let detail = format!("{key} is forbidden when subject kind is not '{name}'");
                api.forbidden(at, &detail);
            }
            continue;
        }
        if !at.is_set() {
            let detail = format!("{key} is required when subject kind is '{name}'");
            api.required(at, &detail);
            continue;
        }
        let named = at.get("name");
        api.required_text(named);
        if key != "serviceAccount" {
            continue;
        }
        if named.str() != "*" {
            api.named_if_set(named, names::dns_subdomain);
        }
        let namespace = at.get("namespace");
        if namespace.str().is_empty() {
            api.required(namespace, "must specify namespace for service account");
        } else {
            api.named(namespace, names::dns_label);
        }
    }
}

fn has_all(list: At<'_>) -> bool {
    list.items().any(|it| it.str() == "*")
}

/// A `*` stands for everything, so nothing may be beside it.
fn alone<'a>(api: &mut Api<'a, '_>, list: At<'a>, what: &str) {
    if list.len() > 1 && has_all(list) {
        let detail = format!("if '*' is present, must not specify other {what}");
        api.invalid_node(list, &detail);
    }
}

fn verbs<'a>(api: &mut Api<'a, '_>, verbs: At<'a>) {
    if verbs.is_empty() {
        api.required(verbs, "verbs must contain at least one value");
    } else if has_all(verbs) {
        alone(api, verbs, "verbs");
    } else if verbs.items().any(|it| !VERBS.contains(&it.str())) {
        let shown = shape::json(verbs, &Shape::Plain);
        api.unsupported_shown(verbs, &shown, VERBS);
    }
}

fn resource_rule<'a>(api: &mut Api<'a, '_>, rule: At<'a>) {
    verbs(api, rule.get("verbs"));
    for (key, one, all) in [
        ("apiGroups", "api group", "api groups"),
        ("resources", "resource", "resources"),
    ] {
        let list = rule.get(key);
        if list.is_empty() {
            let detail = format!("resource rules must supply at least one {one}");
            api.required(list, &detail);
        }
        alone(api, list, all);
    }
    let namespaces = rule.get("namespaces");
    if namespaces.is_empty() && !rule.is_on("clusterScope") {
        let detail =
            "resource rules that are not cluster scoped must supply at least one namespace";
        api.required(namespaces, detail);
    } else if has_all(namespaces) {
        alone(api, namespaces, "namespaces");
    } else {
        for namespace in namespaces.items() {
            let Err(faults) = names::dns_label(namespace.str()) else {
                continue;
            };
            for fault in faults.iter() {
                let detail =
                    format!("each member of this list must be '*' or a DNS-1123 label; {fault}");
                api.invalid_text(namespace, namespace.str(), &detail);
            }
        }
    }
}

fn url_path<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let path = at.str();
    let stars = path.matches('*').count();
    let detail = match path {
        "" => "must not be empty",
        "/" => return,
        _ if !path.starts_with('/') => "must start with slash",
        _ if path.contains(' ') => "must not contain white-space",
        _ if path.contains("//") => "must not contain double slash",
        _ if stars > 1 || stars == 1 && !path.ends_with("/*") => {
            "wildcard can only do suffix matching"
        }
        _ => return,
    };
    api.invalid_text(at, path, detail);
}

pub(super) fn level<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    meta::check(api, metadata, CLUSTER);
    let spec = top.get("spec");
    let kind = spec.get("type");
    let (limited, exempt) = (spec.get("limited"), spec.get("exempt"));
    if (meta::name(metadata) == "exempt") != (kind.str() == "Exempt") {
        let detail = "must be 'Exempt' if and only if `name` is 'exempt'";
        api.invalid_text(kind, kind.str(), detail);
    }
    if meta::name(metadata) == "exempt" && (kind.str() != "Exempt" || limited.is_set()) {
        let detail = "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value";
        let shown = if spec.is_set() {
            shape::json(spec, &LEVEL)
        } else {
            "{\"Type\":\"\",\"Limited\":null,\"Exempt\":null}".to_owned()
        };
        api.invalid(spec, shown, detail);
    }
    match kind.str() {
        "Exempt" => {
            if limited.is_set() {
                api.forbidden_by_schema(limited, "must be nil if the type is not Limited");
            }
            shares(api, exempt, false);
        }
        "Limited" => {
            if exempt.is_set() {
                api.forbidden_by_schema(exempt, "must be nil if the type is Limited");
            }
            if limited.is_set() {
                shares(api, limited, true);
                response(api, limited.get("limitResponse"));
            } else {
                api.required_by_schema(limited, "must not be empty when type is Limited");
            }
        }
        _ => a_type(api, kind, &["Exempt", "Limited"]),
    }
    api.from(36, |api| unused(api, kind.str(), limited, exempt));
}

fn a_type<'a>(api: &mut Api<'a, '_>, at: At<'a>, known: &[&str]) {
    if at.str().is_empty() && api.since(36) {
        api.required(at, "");
    } else {
        api.unsupported(at, at.str(), known);
    }
}

/// What the schema alone says of fields that do not go with the type.
fn unused<'a>(api: &mut Api<'a, '_>, kind: &str, limited: At<'a>, exempt: At<'a>) {
    if kind != "Limited" && limited.is_set() {
        unused_response(api, limited.get("limitResponse"));
    }
    if !matches!(kind, "Exempt" | "Limited") {
        for at in [limited, exempt].into_iter().filter(|it| it.is_set()) {
            api.forbidden(at, "");
        }
    }
}

fn shares<'a>(api: &mut Api<'a, '_>, at: At<'a>, limited: bool) {
    let count = at.get("nominalConcurrencyShares");
    if let Some(value) = count.int()
        && value < 0
    {
        api.invalid(count, value, "must be a non-negative integer");
    }
    let percent = at.get("lendablePercent");
    if let Some(value) = percent.int()
        && !(0..=100).contains(&value)
    {
        api.invalid(percent, value, "must be between 0 and 100, inclusive");
    }
    let borrowed = at.get("borrowingLimitPercent");
    if let Some(value) = borrowed.int()
        && value < 0
        && limited
    {
        api.invalid(
            borrowed,
            value,
            "if specified, must be a non-negative integer",
        );
    }
}

fn response<'a>(api: &mut Api<'a, '_>, response: At<'a>) {
    let (kind, queuing) = (response.get("type"), response.get("queuing"));
    match kind.str() {
        "Reject" if queuing.is_set() => {
            let detail = "must be nil if limited.limitResponse.type is not Limited";
            api.forbidden_by_schema(queuing, detail);
        }
        "Reject" => {}
        "Queue" if queuing.is_set() => queues(api, queuing),
        "Queue" => {
            let detail = "must not be empty if limited.limitResponse.type is Limited";
            api.required_by_schema(queuing, detail);
        }
        _ => {
            a_type(api, kind, &["Queue", "Reject"]);
            if queuing.is_set() && api.since(36) {
                api.forbidden(queuing, "");
            }
        }
    }
}

/// What the schema alone says of a response that no level of this type has.
fn unused_response<'a>(api: &mut Api<'a, '_>, response: At<'a>) {
    let (kind, queuing) = (response.get("type"), response.get("queuing"));
    if kind.str().is_empty() {
        api.required(kind, "");
    }
    if queuing.is_set() && kind.str() != "Queue" {
        api.forbidden(queuing, "");
    }
    if !queuing.is_set() && kind.str() == "Queue" {
        api.required(queuing, "");
    }
}

fn queues<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let number = |key, default| {
        let at = at.get(key);
        (at, at.int().filter(|it| *it != 0).unwrap_or(default))
    };
    let (length, longest) = number("queueLengthLimit", 50);
    let (queues, count) = number("queues", 64);
    let (hand, size) = number("handSize", 8);
    if longest <= 0 {
        api.invalid(length, longest, "must be positive");
    }
    if count <= 0 {
        api.invalid(queues, count, "must be positive");
    } else if count > MOST_QUEUES {
        let detail = format!("must not be greater than {MOST_QUEUES}");
        api.invalid(queues, count, &detail);
    }
    if size <= 0 {
        api.invalid(hand, size, "must be positive");
    } else if size > count {
        let detail = format!("should not be greater than queues ({count})");
        api.invalid(hand, size, &detail);
    } else if entropy(count, size) > HASH_BITS {
        let detail = format!(
            "required entropy bits of deckSize {count} and handSize {size} should not be greater than {HASH_BITS}"
        );
        api.invalid(hand, size, &detail);
    }
}

/// Bits that dealing `hand` of `deck` queues takes.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the server computes it so; decks are small"
)]
fn entropy(deck: i64, hand: i64) -> i64 {
    (((deck as f64).log2() * hand as f64).ceil()) as i64
}
