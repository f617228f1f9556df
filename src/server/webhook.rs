//! Webhook configurations, and the rules that they share with admission policies.

use super::at::At;
use super::expression::Expressions;
use super::meta;
use super::report::Api;
use super::selector;
use super::small::CLUSTER;
use crate::kube::go::Quoted;
use crate::kube::names;
use crate::kube::url::Url;
use crate::seen::Seen;

pub(crate) const POLICIES: &[&str] = &["Fail", "Ignore"];
pub(crate) const MATCHING: &[&str] = &["Equivalent", "Exact"];
pub(crate) const REINVOCATION: &[&str] = &["IfNeeded", "Never"];
const SIDE_EFFECTS: &[&str] = &["None", "NoneOnDryRun"];
const REVIEWS: &[&str] = &["v1", "v1beta1"];
const OPERATIONS: &[&str] = &["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const MOST_CONDITIONS: usize = 64;

pub(crate) fn validating<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    configuration(api, top, false);
}

pub(crate) fn mutating<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    configuration(api, top, true);
}

fn configuration<'a>(api: &mut Api<'a, '_>, top: At<'a>, mutating: bool) {
    meta::plain(api, top.get("metadata"), CLUSTER);
    let mut seen: Seen<&str> = Seen::new();
    for hook in top.items_of("webhooks") {
        webhook(api, hook, mutating);
        review_versions(api, hook.get("admissionReviewVersions"));
        let name = hook.get("name");
        if name.str().is_empty() {
            continue;
        }
        if seen.contains(&name.str()) {
            api.duplicate(name, Quoted(name.str()));
        } else {
            seen.push(name.str());
        }
    }
}

fn webhook<'a>(api: &mut Api<'a, '_>, hook: At<'a>, mutating: bool) {
    qualified_name(api, hook.get("name"));
    for rule in hook.items_of("rules") {
        rule_with_operations(api, rule);
    }
    api.one_of_if_set(hook.get("failurePolicy"), POLICIES);
    api.one_of_if_set(hook.get("matchPolicy"), MATCHING);
    let effects = hook.get("sideEffects");
    if !effects.is_set() {
        api.required(effects, "must specify one of None, NoneOnDryRun");
    }
    api.one_of_if_set(effects, SIDE_EFFECTS);
    let timeout = hook.get("timeoutSeconds");
    if let Some(seconds) = timeout.int()
        && !(1..=30).contains(&seconds)
    {
        let detail = "the timeout value must be between 1 and 30 seconds";
        api.invalid(timeout, seconds, detail);
    }
    selector::labels(api, hook.get("namespaceSelector"));
    selector::labels(api, hook.get("objectSelector"));
    if mutating {
        api.one_of_if_set(hook.get("reinvocationPolicy"), REINVOCATION);
    }
    client(api, hook.get("clientConfig"));
    conditions(api, hook.get("matchConditions"), false);
}

/// A domain name of three parts or more.
fn qualified_name<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if !api.required_text(at) {
        return;
    }
    let name = at.str();
    if let Err(faults) = names::dns_subdomain(name) {
        api.invalid_text(at, name, &faults.join(","));
    } else if name.split('.').count() < 3 {
        let detail = "should be a domain with at least three segments separated by dots";
        api.invalid_text(at, name, detail);
    }
}

fn review_versions<'a>(api: &mut Api<'a, '_>, versions: At<'a>) {
    if versions.is_empty() {
        return api.required(versions, "must specify one of v1, v1beta1");
    }
    let all: Vec<&str> = versions.strings().collect();
    let mut seen: Seen<&str> = Seen::new();
    for version in versions.items() {
        if !seen.insert(version.str()) {
            api.invalid_text(version, version.str(), "duplicate version");
        } else {
            api.named(version, names::dns_1035_label);
        }
    }
    if !all.iter().any(|it| REVIEWS.contains(it)) {
        api.invalid_node(versions, "must include at least one of v1, v1beta1");
    }
}

fn client<'a>(api: &mut Api<'a, '_>, config: At<'a>) {
    let (url, service) = (config.get("url"), config.get("service"));
    if url.is_set() == service.is_set() {
        api.required(config, "exactly one of url or service is required");
    } else if url.is_set() {
        client_url(api, url);
    } else {
        client_service(api, service);
    }
}

/// Where the server calls a webhook that is not a Service.
pub(crate) fn client_url<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    const FORM: &str = "; desired format: https://host[/path]";
    let Some(text) = at.text() else { return };
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(why) => {
            let detail = format!("url must be a valid URL: {why}{FORM}");
            return api.required(at, &detail);
        }
    };
    if url.scheme != "https" {
        let detail = format!("'https' is the only allowed URL scheme{FORM}");
        api.invalid_text(at, &url.scheme, &detail);
    }
    if url.host.is_empty() {
        api.invalid_text(at, "", &format!("host must be specified{FORM}"));
    }
    if let Some(user) = url.user {
        let detail = "user information is not permitted in the URL";
        api.invalid_text(at, user, detail);
    }
    if !url.fragment.is_empty() {
        let detail = "fragments are not permitted in the URL";
        api.invalid_text(at, url.fragment, detail);
    }
    if !url.query.is_empty() {
        let detail = "query parameters are not permitted in the URL";
        api.invalid_text(at, url.query, detail);
    }
}

/// The Service that answers for a webhook. The server names the wrong field of the two
/// here: `name` when `namespace` is missing, and the other way round.
pub(crate) fn client_service<'a>(api: &mut Api<'a, '_>, service: At<'a>) {
    for (missing, named) in [("namespace", "name"), ("name", "namespace")] {
        if service.str_of(missing).is_empty() {
            let first = api.count();
            api.required(service.get(named), "");
            api.help(
                first,
                &format!("set `{missing}`: the API server confuses the two fields here"),
            );
        }
    }
    service_port(api, service.get("port"));
    let at = service.get("path");
    let path = at.str();
    if matches!(path, "" | "/") {
        return;
    }
    if path == "//" {
        return api.invalid_text(at, path, "segment[0] may not be empty");
    }
    if !path.starts_with('/') {
        api.invalid_text(at, path, "must start with a '/'");
    }
    let Some(rest) = path.get(1..) else { return };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    for (index, step) in rest.split('/').enumerate() {
        if step.is_empty() {
            api.invalid_text(at, path, &format!("segment[{index}] may not be empty"));
        } else if let Err(faults) = names::dns_subdomain(step) {
            for fault in faults.iter() {
                api.invalid_text(at, path, &format!("segment[{index}]: {fault}"));
            }
        }
    }
}

/// The port of a Service that the server itself calls; 443 where none is written.
pub(crate) fn service_port<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if let Some(port) = at.int()
        && !(1..=65535).contains(&port)
    {
        let detail = "port is not valid: must be between 1 and 65535, inclusive";
        api.invalid(at, port, detail);
    }
}

/// What requests a rule is about.
pub(crate) fn rule_with_operations<'a>(api: &mut Api<'a, '_>, rule: At<'a>) {
    let operations = rule.get("operations");
    if operations.is_empty() {
        api.required(operations, "");
    }
    alone(api, operations, "operations");
    for operation in operations.items() {
        api.one_of(operation, "", OPERATIONS);
    }
    let (groups, versions) = (rule.get("apiGroups"), rule.get("apiVersions"));
    if groups.is_empty() {
        api.required(groups, "");
    }
    alone(api, groups, "API groups");
    if versions.is_empty() {
        api.required(versions, "");
    }
    alone(api, versions, "API versions");
    for version in versions.items() {
        api.required_text(version);
    }
    resources(api, rule.get("resources"));
    api.one_of_if_set(rule.get("scope"), &["*", "Cluster", "Namespaced"]);
}

/// A `*` stands for everything, so nothing may be beside it.
fn alone<'a>(api: &mut Api<'a, '_>, list: At<'a>, what: &str) {
    if list.len() > 1 && list.items().any(|it| it.str() == "*") {
        let detail = format!("if '*' is present, must not specify other {what}");
        api.invalid_node(list, &detail);
    }
}

fn resources<'a>(api: &mut Api<'a, '_>, list: At<'a>) {
    if list.is_empty() {
        api.required(list, "");
    }
    let (mut all_below, mut below_all): (Seen<&str>, Seen<&str>) = (Seen::new(), Seen::new());
    let (mut double, mut single, mut plain) = (false, false, false);
    for at in list.items() {
        let text = at.str();
        if !api.required_text(at) {
            continue;
        }
        double |= text == "*/*";
        single |= text == "*";
        let Some((resource, sub)) = text.split_once('/') else {
            // The server remembers the last one only.
            plain = text != "*";
            continue;
        };
        if all_below.contains(&resource) {
            let detail = format!("if '{resource}/*' is present, must not specify {text}");
            api.invalid_text(at, text, &detail);
        }
        if below_all.contains(&sub) {
            let detail = format!("if '*/{sub}' is present, must not specify {text}");
            api.invalid_text(at, text, &detail);
        }
        if sub == "*" {
            all_below.push(resource);
        }
        if resource == "*" {
            below_all.push(sub);
        }
    }
    if list.len() > 1 && double {
        let detail = "if '*/*' is present, must not specify other resources";
        api.invalid_node(list, detail);
    }
    if single && plain {
        let detail = "if '*' is present, must not specify other resources without subresources";
        api.invalid_node(list, detail);
    }
}

/// Conditions in CEL that decide whether a request is looked at.
pub(crate) fn conditions<'a>(api: &mut Api<'a, '_>, conditions: At<'a>, params: bool) {
    let expressions = Expressions::new(api, params, false);
    let count = conditions.len();
    if count > MOST_CONDITIONS {
        api.too_many(conditions, count, MOST_CONDITIONS);
    }
    let mut seen: Seen<&str> = Seen::new();
    for condition in conditions.items() {
        let (name, expression) = (condition.get("name"), condition.get("expression"));
        if expression.str().trim().is_empty() {
            api.required(expression, "");
        } else {
            expressions.condition(api, expression, expression.str().trim());
        }
        if !api.required_text(name) {
            continue;
        }
        api.named(name, names::label_key);
        if seen.contains(&name.str()) {
            api.duplicate(name, Quoted(name.str()));
        }
        seen.push(name.str());
    }
}
