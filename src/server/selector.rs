//! Label selectors and node selectors, and whether a selector chooses labels.

use super::at::At;
use super::meta;
use super::report::Api;
use crate::kube::names;

pub(super) fn labels<'a>(api: &mut Api<'a, '_>, selector: At<'a>) {
    meta::labels(api, selector.get("matchLabels"));
    for requirement in selector.items_of("matchExpressions") {
        let (operator, values) = (requirement.get("operator"), requirement.get("values"));
        set_operator(api, operator, values, false);
        api.named(requirement.get("key"), names::label_key);
        for value in values.items() {
            api.named(value, names::label_value);
        }
    }
}

fn set_operator<'a>(api: &mut Api<'a, '_>, operator: At<'a>, values: At<'a>, nodes: bool) {
    match operator.str() {
        "In" | "NotIn" if values.is_empty() => {
            api.required(
                values,
                "must be specified when `operator` is 'In' or 'NotIn'",
            );
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => api.forbidden(
            values,
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
        "Gt" | "Lt" if nodes => {
            if values.len() != 1 {
                let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
                api.required(values, detail);
            }
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        text => api.invalid_text(operator, text, "not a valid selector operator"),
    }
}

/// Whether a selector sets no condition.
pub(super) fn is_empty(selector: At<'_>) -> bool {
    selector.get("matchLabels").is_empty() && selector.get("matchExpressions").is_empty()
}

/// Whether controllers can work with the selector.
pub(super) fn is_usable(selector: At<'_>) -> bool {
    let pairs = selector.get("matchLabels").entries();
    let mut pairs = pairs.map(|(key, value)| (key, value.str()));
    pairs.all(|(key, value)| names::label_key(key).is_ok() && names::label_value(value).is_ok())
        && selector.items_of("matchExpressions").all(|it| {
            let values = it.get("values");
            let fits = match it.str_of("operator") {
                "In" | "NotIn" => !values.is_empty(),
                "Exists" | "DoesNotExist" => values.is_empty(),
                _ => false,
            };
            fits && names::label_key(it.str_of("key")).is_ok()
                && values
                    .items()
                    .all(|it| names::label_value(it.str()).is_ok())
        })
}

/// Whether the selector chooses an object with these labels; asked of usable ones.
pub(super) fn matches<'a>(selector: At<'a>, labels: At<'a>) -> bool {
    let label = |key: &str| {
        let found = labels.entries().find(|(name, _)| *name == key);
        found.map(|(_, value)| value.str())
    };
    let mut pairs = selector.get("matchLabels").entries();
    pairs.all(|(key, value)| label(key) == Some(value.str()))
        && selector.items_of("matchExpressions").all(|it| {
            let found = label(it.str_of("key"));
            let among = || it.items_of("values").any(|it| Some(it.str()) == found);
            match it.str_of("operator") {
                "In" => found.is_some() && among(),
                "NotIn" => found.is_none() || !among(),
                "Exists" => found.is_some(),
                _ => found.is_none(),
            }
        })
}

/// A node selector: terms of which one must hold.
pub(super) fn nodes<'a>(api: &mut Api<'a, '_>, selector: At<'a>) {
    let terms = selector.get("nodeSelectorTerms");
    if terms.is_empty() {
        api.required(terms, "must have at least one node selector term");
    }
    for term in terms.items() {
        node_term(api, term, true);
    }
}

/// A term of a node selector; only required ones have their values checked.
pub(super) fn node_term<'a>(api: &mut Api<'a, '_>, term: At<'a>, required: bool) {
    for requirement in term.items_of("matchExpressions") {
        let values = requirement.get("values");
        set_operator(api, requirement.get("operator"), values, true);
        api.named(requirement.get("key"), names::label_key);
        if required {
            for value in values.items() {
                api.named(value, names::label_value);
            }
        }
    }
    for requirement in term.items_of("matchFields") {
        let (operator, values) = (requirement.get("operator"), requirement.get("values"));
        match operator.str() {
            "In" | "NotIn" if values.len() == 1 => {}
            "In" | "NotIn" => api.required(
                values,
                "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
            ),
            text => api.invalid_text(operator, text, "not a valid selector operator"),
        }
        let key = requirement.get("key");
        if key.str() == "metadata.name" {
            for value in values.items() {
                api.named(value, names::dns_subdomain);
            }
        } else {
            api.invalid_text(key, key.str(), "not a valid field selector key");
        }
    }
}
