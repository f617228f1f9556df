//! Where a pod may run: affinity, tolerations, spreading.

use super::at::At;
use super::report::Api;
use super::selector;
use crate::kube::go::Quoted;
use crate::kube::names;

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
const IN_BOTH: &str = "exists in both matchLabelKeys and labelSelector";

/// `spec.affinity`.
pub(super) fn affinity<'a>(api: &mut Api<'a, '_>, affinity: At<'a>) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
    if let Some(nodes) = affinity.find("nodeAffinity") {
        if let Some(terms) = nodes.find(REQUIRED) {
            selector::nodes(api, terms);
        }
        for term in nodes.items_of(PREFERRED) {
            weight(api, term);
            selector::node_term(api, term.get("preference"), false);
        }
    }
    for (_, pods) in affinity.set(["podAffinity", "podAntiAffinity"]) {
        for term in pods.items_of(REQUIRED) {
            pod_term(api, term);
        }
        for term in pods.items_of(PREFERRED) {
            weight(api, term);
            pod_term(api, term.get("podAffinityTerm"));
        }
    }
}

fn weight<'a>(api: &mut Api<'a, '_>, term: At<'a>) {
    let at = term.get("weight");
    let weight = at.int().unwrap_or(0);
    if !(1..=100).contains(&weight) {
        api.invalid(at, weight, "must be in the range 1-100");
    }
}

fn pod_term<'a>(api: &mut Api<'a, '_>, term: At<'a>) {
    selector::labels(api, term.get("labelSelector"));
    selector::labels(api, term.get("namespaceSelector"));
    for namespace in term.items_of("namespaces") {
        let at = term.get("namespace").showing(namespace);
        api.named(at, names::dns_label);
    }
    label_keys(api, term, true);
    let topology = term.get("topologyKey");
    if topology.text() == Some("") {
        api.required(topology, "can not be empty");
    }
    api.named(topology, names::label_key);
}

/// `matchLabelKeys` and `mismatchLabelKeys` beside a selector. Creating a Pod
/// merges the keys into the selector before it is checked.
fn label_keys<'a>(api: &mut Api<'a, '_>, term: At<'a>, mismatch: bool) {
    let (own, other) = (term.get("matchLabelKeys"), term.get("mismatchLabelKeys"));
    let labels = term.get("labelSelector");
    let lists: &[At<'a>] = if mismatch { &[own, other] } else { &[own] };
    for list in lists {
        if list.is_empty() {
            continue;
        }
        if !labels.is_set() {
            api.forbidden(*list, "must not be specified when labelSelector is not set");
            continue;
        }
        for key in list.items() {
            api.named(key, names::label_key);
        }
    }
    shared_keys(api, term, own, labels);
    if mismatch {
        for key in own.items() {
            if other.items().any(|it| it.str() == key.str()) {
                let detail = "exists in both matchLabelKeys and mismatchLabelKeys";
                api.invalid_text(key, key.str(), detail);
            }
        }
    }
}

/// A key of `matchLabelKeys` that the selector names twice.
fn shared_keys<'a>(api: &mut Api<'a, '_>, term: At<'a>, keys: At<'a>, labels: At<'a>) {
    let pairs = labels.get("matchLabels").entries();
    let mut seen: Vec<&str> = pairs.map(|(key, _)| key).collect();
    let written = labels.items_of("matchExpressions");
    let written = written.map(|it| it.str_of("key"));
    // Creating a Pod turns its labels of these names into further conditions.
    let own = api.resource;
    let added = keys.strings().filter(|key| {
        own.kind == "Pod" && labels.is_set() && own.labels().any(|(name, _)| name == *key)
    });
    for key in written.chain(added) {
        let index = keys
            .items()
            .enumerate()
            .filter(|(_, it)| it.str() == key)
            .last();
        if let Some((index, at)) = index
            && seen.contains(&key)
        {
            // The server counts in the term's list, not in that of the keys.
            let (node, path) = (at, format!("[{index}]"));
            let before = api.count();
            api.invalid_text(term.get("\u{0}").showing(node), key, IN_BOTH);
            api.rename(before, ".\u{0}", &path);
        }
        seen.push(key);
    }
}

/// `tolerations` of a pod or RuntimeClass.
pub(super) fn tolerations<'a>(api: &mut Api<'a, '_>, tolerations: At<'a>) {
    for one in tolerations.items() {
        let (key, operator) = (one.get("key"), one.get("operator"));
        let (effect, value) = (one.get("effect"), one.str_of("value"));
        api.named_if_set(key, names::label_key);
        if key.text() == Some("") && operator.str() != "Exists" {
            let detail = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            api.invalid_text(operator, operator.str(), detail);
        }
        if one.has("tolerationSeconds") && effect.str() != "NoExecute" {
            let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            api.invalid_text(effect, effect.str(), detail);
        }
        match operator.str() {
            "Equal" | "" => {
                if let Err(faults) = names::label_value(value) {
                    let detail = api.joined(&faults);
                    api.invalid_text(operator, value, &detail);
                }
            }
            "Exists" => {
                if !value.is_empty() {
                    let detail = "value must be empty when `operator` is 'Exists'";
                    api.invalid_text(operator, value, detail);
                }
            }
            text @ ("Lt" | "Gt") if api.since(35) => {
                api.unsupported(operator, text, &["Equal", "Exists", "Lt", "Gt"]);
            }
            text => api.unsupported(operator, text, &["Equal", "Exists"]),
        }
        if !effect.str().is_empty() {
            api.one_of_if_set(effect, &EFFECTS);
        }
    }
}

/// `spec.topologySpreadConstraints`.
pub(super) fn spread<'a>(api: &mut Api<'a, '_>, constraints: At<'a>) {
    for (index, one) in constraints.items().enumerate() {
        let skew = one.get("maxSkew");
        let value = skew.int().unwrap_or(0);
        if value <= 0 {
            api.invalid(skew, value, "must be greater than zero");
        }
        let (topology, when) = (one.get("topologyKey"), one.get("whenUnsatisfiable"));
        if topology.text() == Some("") {
            api.required(topology, "can not be empty");
        }
        api.one_of(when, "", &["DoNotSchedule", "ScheduleAnyway"]);
        let again = constraints.items().skip(index + 1).any(|it| {
            it.str_of("topologyKey") == topology.str()
                && it.str_of("whenUnsatisfiable") == when.str()
        });
        if again {
            let shown = format!("{{{}, {}}}", topology.str(), when.str());
            api.duplicate(
                one.get("{topologyKey, whenUnsatisfiable}").showing(one),
                Quoted(&shown),
            );
        }
        let domains = one.get("minDomains");
        if let Some(value) = domains.int() {
            if value <= 0 {
                api.invalid(domains, value, "must be greater than zero");
            }
            if when.str() != "DoNotSchedule" {
                let detail = format!(
                    "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {}",
                    when.str()
                );
                api.invalid(domains, value, &detail);
            }
        }
        api.one_of_if_set(one.get("nodeAffinityPolicy"), &["Honor", "Ignore"]);
        api.one_of_if_set(one.get("nodeTaintsPolicy"), &["Honor", "Ignore"]);
        label_keys(api, one, false);
        selector::labels(api, one.get("labelSelector"));
    }
}
