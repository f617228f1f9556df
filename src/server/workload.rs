//! Controllers of pods: Deployment, ReplicaSet, ReplicationController,
//! StatefulSet, DaemonSet, and PodTemplate.

use super::at::At;
use super::claim;
use super::meta::{self, Identity};
use super::pod;
use super::report::Api;
use super::selector;
use super::shape;
use crate::kube::int_or_percent::{self, IntOrString};
use crate::kube::names;
use crate::seen::Seen;

const NO_MATCH: &str = "`selector` does not match template `labels`";

fn identity<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: true,
    };
    meta::check(api, top.get("metadata"), identity);
}

pub(super) fn pod_template<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    identity(api, top);
    pod::template(api, top.get("template"));
}

pub(super) fn deployment<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    identity(api, top);
    let spec = top.get("spec");
    api.not_negative(spec.get("replicas"));
    replicated(api, spec, "empty selector is invalid for deployment");
    strategy(api, spec.get("strategy"));
    api.not_negative(spec.get("minReadySeconds"));
    api.not_negative(spec.get("revisionHistoryLimit"));
    let (deadline, ready) = (
        spec.get("progressDeadlineSeconds"),
        spec.get("minReadySeconds"),
    );
    api.not_negative(deadline);
    let seconds = deadline.int().unwrap_or(600);
    if seconds <= ready.int().unwrap_or(0) && (deadline.int().is_some() || !deadline.is_set()) {
        api.invalid(deadline, seconds, "must be greater than minReadySeconds");
    }
}

pub(super) fn replica_set<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    identity(api, top);
    let spec = top.get("spec");
    api.not_negative(spec.get("replicas"));
    api.not_negative(spec.get("minReadySeconds"));
    replicated(api, spec, "empty selector is invalid for deployment");
}

/// Selector and template of a Deployment or ReplicaSet.
fn replicated<'a>(api: &mut Api<'a, '_>, spec: At<'a>, empty: &str) {
    let selector = spec.get("selector");
    let template = spec.get("template");
    if selector.is_set() {
        selector::labels(api, selector);
        if selector::is_empty(selector) {
            api.invalid_object(selector, &shape::SELECTOR, empty);
        }
        if !selector::is_usable(selector) {
            let detail = "invalid label selector";
            return api.invalid_object(selector, &shape::SELECTOR, detail);
        }
        matching(api, selector, template);
    } else {
        // Without a selector the server finds that nothing matches, too.
        api.required(selector, "");
        no_match(api, template);
    }
    pod::template(api, template);
    always_restarted(api, template, "ReplicaSet");
}

fn no_match<'a>(api: &mut Api<'a, '_>, template: At<'a>) {
    api.invalid_node(template.at(["metadata", "labels"]), NO_MATCH);
}

fn matching<'a>(api: &mut Api<'a, '_>, selector: At<'a>, template: At<'a>) {
    let labels = template.at(["metadata", "labels"]);
    if !selector::is_empty(selector) && !selector::matches(selector, labels) {
        no_match(api, template);
    }
}

fn always_restarted<'a>(api: &mut Api<'a, '_>, template: At<'a>, kind: &str) {
    let spec = template.get("spec");
    let policy = pod::restart_policy(spec);
    if policy != "Always" {
        api.unsupported(spec.get("restartPolicy"), policy, &["Always"]);
    }
    let deadline = spec.get("activeDeadlineSeconds");
    if deadline.is_set() {
        let detail = format!("activeDeadlineSeconds in {kind} is not Supported");
        api.forbidden(deadline, &detail);
    }
}

fn strategy<'a>(api: &mut Api<'a, '_>, strategy: At<'a>) {
    let rolling = strategy.get("rollingUpdate");
    match strategy.get("type").text() {
        Some("" | "RollingUpdate") => {
            let unavailable = rolling.get("maxUnavailable");
            let surge = rolling.get("maxSurge");
            percent_or_count(api, unavailable);
            percent_or_count(api, surge);
            if unavailable.is_set()
                && surge.is_set()
                && number(unavailable) == 0
                && number(surge) == 0
            {
                let detail = "may not be 0 when `maxSurge` is 0";
                shown_invalid(api, unavailable, detail);
            }
            at_most_all(api, unavailable);
        }
        Some("Recreate") => {
            if rolling.is_set() {
                let detail = "may not be specified when strategy `type` is 'Recreate'";
                api.forbidden(rolling, detail);
            }
        }
        Some(_) => unsupported_strategy(api, strategy, &["Recreate", "RollingUpdate"]),
        None => {}
    }
}

/// The server shows the whole strategy as the value.
fn unsupported_strategy<'a>(api: &mut Api<'a, '_>, strategy: At<'a>, known: &[&str]) {
    api.unsupported_object(strategy, &shape::STRATEGY, known);
}

/// A whole number or a percentage, and neither below zero.
pub(super) fn percent_or_count<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    match at.int_or_string() {
        Some(IntOrString::Str(text)) => {
            if let Err(detail) = int_or_percent::check_percent(text) {
                api.invalid_text(at, text, detail);
            }
        }
        Some(IntOrString::Int(_)) => api.not_negative(at),
        None => {}
    }
}

pub(super) fn at_most_all<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if at
        .int_or_string()
        .is_some_and(IntOrString::is_more_than_100_percent)
    {
        api.invalid_text(at, at.str(), int_or_percent::MORE_THAN_100_PERCENT);
    }
}

fn shown_invalid<'a>(api: &mut Api<'a, '_>, at: At<'a>, detail: &str) {
    match at.int_or_string() {
        Some(IntOrString::Int(number)) => api.invalid(at, number, detail),
        Some(IntOrString::Str(text)) => api.invalid_text(at, text, detail),
        None => {}
    }
}

/// What the server counts it as: the percentage, the number, or what a text
/// that is neither reads as.
fn number(at: At<'_>) -> i64 {
    match at.int_or_string() {
        Some(IntOrString::Int(number)) => i64::from(number),
        Some(value @ IntOrString::Str(text)) => {
            value.percent().unwrap_or_else(|| text.parse().unwrap_or(0))
        }
        None => 0,
    }
}

pub(super) fn replication_controller<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: true,
    };
    meta::rest(api, metadata, identity);
    for finalizer in metadata.items_of("finalizers") {
        meta::finalizer_is_known(api, finalizer, finalizer.str());
    }
    meta::template_labels(api, top);
    let spec = top.get("spec");
    let (written, template) = (spec.get("selector"), spec.get("template"));
    let labels = template.at(["metadata", "labels"]);
    api.not_negative(spec.get("minReadySeconds"));
    api.not_negative(spec.get("replicas"));
    // The labels of the template substitute for a selector that is not there.
    let selector = if written.is_empty() { labels } else { written };
    if selector.is_empty() {
        api.required(written, "");
    }
    if !template.is_set() {
        return api.required(template, "");
    }
    let label = |key: &str| labels.entries().find(|(name, _)| *name == key);
    let fits = selector
        .entries()
        .all(|(key, value)| label(key).is_some_and(|(_, found)| found.str() == value.str()));
    if !fits {
        no_match(api, template);
    }
    pod::template(api, template);
    always_restarted(api, template, "ReplicationController");
    if api.count() == 0 {
        let prefix = metadata.get("generateName");
        api.faults(prefix, prefix.str(), names::path_segment(prefix.str()));
    }
}

pub(super) fn daemon_set<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    identity(api, top);
    let spec = top.get("spec");
    let (selector, template) = (spec.get("selector"), spec.get("template"));
    selector::labels(api, selector);
    if !selector.is_set() {
        no_match(api, template);
    } else if selector::is_empty(selector) {
        let detail = "empty selector is invalid for daemonset";
        api.invalid_object(selector, &shape::SELECTOR, detail);
    } else if selector::is_usable(selector) {
        matching(api, selector, template);
    }
    pod::template(api, template);
    always_restarted(api, template, "DaemonSet");
    api.not_negative(spec.get("minReadySeconds"));
    let strategy = spec.get("updateStrategy");
    match strategy.get("type").text() {
        Some("" | "RollingUpdate") => daemon_rolling(api, strategy.get("rollingUpdate")),
        Some("OnDelete") | None => {}
        Some(_) => unsupported_strategy(api, strategy, &["RollingUpdate", "OnDelete"]),
    }
    api.not_negative(spec.get("revisionHistoryLimit"));
}

fn daemon_rolling<'a>(api: &mut Api<'a, '_>, rolling: At<'a>) {
    let (unavailable, surge) = (rolling.get("maxUnavailable"), rolling.get("maxSurge"));
    for at in [unavailable, surge] {
        percent_or_count(api, at);
        at_most_all(api, at);
    }
    // One may be away by default, and none be extra.
    let away = !unavailable.is_set() || number(unavailable) != 0;
    let extra = surge.is_set() && number(surge) != 0;
    if away && extra {
        shown_invalid(api, surge, "may not be set when maxUnavailable is non-zero");
    } else if !away && !extra {
        api.required(unavailable, "cannot be 0 when maxSurge is 0");
    }
}

pub(super) fn stateful_set<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let own = Identity {
        name: names::dns_label,
        namespaced: true,
    };
    meta::check(api, top.get("metadata"), own);
    let spec = top.get("spec");
    let order = spec.get("podManagementPolicy");
    if !matches!(order.text(), None | Some("" | "OrderedReady" | "Parallel")) {
        api.invalid_text(order, order.str(), "must be 'OrderedReady' or 'Parallel'");
    }
    stateful_strategy(api, spec.get("updateStrategy"));
    let retention = spec.get("persistentVolumeClaimRetentionPolicy");
    for key in ["whenDeleted", "whenScaled"] {
        api.one_of(retention.get(key), "Retain", &["Retain", "Delete"]);
    }
    let claims = spec.get("volumeClaimTemplates");
    for claim in claims.items() {
        claim::spec(api, claim.get("spec"));
    }
    api.not_negative(spec.get("replicas"));
    api.not_negative(spec.get("minReadySeconds"));
    api.not_negative(spec.at(["ordinals", "start"]));
    api.named_if_set(spec.get("serviceName"), names::dns_label);
    let (selector, template) = (spec.get("selector"), spec.get("template"));
    let mut judged = true;
    if !selector.is_set() {
        api.required(selector, "");
        no_match(api, template);
    } else {
        selector::labels(api, selector);
        if selector::is_empty(selector) {
            let detail = "empty selector is invalid for statefulset";
            api.invalid_object(selector, &shape::SELECTOR, detail);
        }
        judged = selector::is_usable(selector);
        if judged {
            matching(api, selector, template);
        } else {
            api.invalid_object(selector, &shape::SELECTOR, "");
        }
    }
    if judged {
        let taken: Vec<&str> = claims
            .items()
            .map(|it| it.at(["metadata", "name"]).str())
            .collect();
        stateful_template(api, template, &taken);
    }
    always_restarted(api, template, "StatefulSet");
}

/// The server puts the claims before the template's own volumes, which moves
/// the indices in its paths, and leaves the host name out.
fn stateful_template<'a>(api: &mut Api<'a, '_>, template: At<'a>, taken: &[&'a str]) {
    let mut claims: Seen<&str> = Seen::new();
    for name in taken {
        if !claims.contains(name) {
            claims.push(*name);
        }
    }
    let volumes = template.at(["spec", "volumes"]);
    for (index, name) in claims.iter().enumerate() {
        let before = api.count();
        let at = template.at(["spec", "\u{0}", "name"]);
        if name.is_empty() {
            api.required(at, "");
            api.required(
                template.at(["spec", "\u{0}", "persistentVolumeClaim", "claimName"]),
                "",
            );
        } else {
            api.faults(at, name, names::dns_label(name));
        }
        if api.count() > before {
            api.rename(before, "spec.\u{0}", &format!("spec.volumes[{index}]"));
        }
    }
    let good: Vec<&str> = claims
        .iter()
        .copied()
        .filter(|it| names::dns_label(it).is_ok())
        .collect();
    let before = api.count();
    pod::stateful_template(api, template, &claims, &good);
    if api.count() == before {
        return;
    }
    let path = volumes.path(api.resource.node);
    let kept = volumes.items().enumerate();
    let kept = kept.filter(|(_, it)| !claims.contains(&it.str_of("name")));
    let kept: Vec<usize> = kept.map(|(index, _)| index).collect();
    for (place, index) in kept.iter().enumerate().rev() {
        let moved = format!("{path}[{}]", claims.len() + place);
        api.rename(before, &format!("{path}[{index}]"), &moved);
    }
    for key in ["hostname", "subdomain"] {
        api.withdraw(before, template.at(["spec", key]));
    }
}

fn stateful_strategy<'a>(api: &mut Api<'a, '_>, strategy: At<'a>) {
    let rolling = strategy.get("rollingUpdate");
    match strategy.get("type").text() {
        Some("OnDelete") => {
            if rolling.is_set() {
                let detail = "only allowed for updateStrategy 'RollingUpdate'";
                api.invalid_object(rolling, &shape::PARTITION, detail);
            }
        }
        Some("" | "RollingUpdate") => {
            api.not_negative(rolling.get("partition"));
            let unavailable = rolling.get("maxUnavailable");
            // Before 1.37 the field is behind a gate, and dropped.
            if unavailable.is_set() && api.since(37) {
                percent_or_count(api, unavailable);
                if number(unavailable) == 0 {
                    shown_invalid(api, unavailable, "cannot be 0");
                }
                at_most_all(api, unavailable);
            }
        }
        Some(_) => {
            let detail = "must be 'RollingUpdate' or 'OnDelete'";
            let unavailable = strategy.at(["rollingUpdate", "maxUnavailable"]);
            let shape = if unavailable.is_set() && !api.since(37) {
                &shape::STATEFUL_STRATEGY_BY_PARTITION
            } else {
                &shape::STATEFUL_STRATEGY
            };
            api.invalid_object(strategy, shape, detail);
        }
        None => {}
    }
}
