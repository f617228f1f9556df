//! Admission policies and their bindings.

use super::at::At;
use super::expression::Expressions;
use super::meta;
use super::report::Api;
use super::selector;
use super::small::CLUSTER;
use super::webhook::{self, MATCHING, POLICIES, REINVOCATION};
use crate::cel::{self, Wanted};
use crate::kube::go::Quoted;
use crate::kube::names;
use crate::seen::Seen;

const ACTIONS: &[&str] = &["Audit", "Deny", "Warn"];
const REASONS: &[&str] = &["Forbidden", "Invalid", "RequestEntityTooLarge"];
const MUTATED: &[&str] = &["*", "CONNECT", "CREATE", "UPDATE"];
const MOST_ANNOTATIONS: usize = 20;
const LONGEST_ANNOTATION: usize = 5 * 1024;
pub(super) fn validating<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let (spec, expressions) = common(api, top, false);
    let (validations, notes) = (spec.get("validations"), spec.get("auditAnnotations"));
    if validations.is_empty() && notes.is_empty() {
        let detail = "validations or auditAnnotations must contain at least one item";
        api.required(validations, detail);
        return api.required(notes, detail);
    }
    for one in validations.items() {
        validation(api, one, &expressions);
    }
    if notes.len() > MOST_ANNOTATIONS {
        let detail = format!("must not have more than {MOST_ANNOTATIONS} auditAnnotations");
        api.invalid_node(notes, &detail);
    }
    let policy = meta::name(top.get("metadata"));
    let mut seen: Seen<&str> = Seen::new();
    for note in notes.items() {
        let (key, value) = (note.get("key"), note.get("valueExpression"));
        if policy.is_empty() {
            api.invalid_text(key, key.str(), "requires metadata.name be non-empty");
        } else {
            let whole = format!("{policy}/{}", key.str());
            api.faults(key, &whole, names::label_key(&whole));
        }
        let text = value.str().trim();
        if text.is_empty() {
            api.required(value, "valueExpression is not specified");
        } else if text.len() > LONGEST_ANNOTATION {
            let detail = format!("must not exceed {LONGEST_ANNOTATION} bytes in length");
            api.required(value, &detail);
        } else {
            expressions.annotation(api, value);
        }
        if seen.contains(&key.str()) {
            api.duplicate(key, Quoted(key.str()));
        }
        seen.push(key.str());
    }
}

/// What both kinds of policies have; those that mutate have `variables` even when
/// nothing is in it.
fn common<'a>(api: &mut Api<'a, '_>, top: At<'a>, has_variables: bool) -> (At<'a>, Expressions) {
    meta::plain(api, top.get("metadata"), CLUSTER);
    let spec = top.get("spec");
    api.one_of_if_set(spec.get("failurePolicy"), POLICIES);
    let param = spec.get("paramKind");
    if param.is_set() {
        param_kind(api, param);
    }
    let constraints = spec.get("matchConstraints");
    if constraints.is_set() {
        matched(api, constraints);
        let rules = constraints.get("resourceRules");
        if rules.is_empty() {
            api.required(rules, "");
        }
    } else {
        api.required(constraints, "");
    }
    webhook::conditions(api, spec.get("matchConditions"), param.is_set());
    let variables = spec.get("variables");
    let mut expressions =
        Expressions::new(api, param.is_set(), has_variables || !variables.is_empty());
    for variable in variables.items() {
        let (name, expression) = (variable.get("name"), variable.get("expression"));
        if name.str().trim().is_empty() {
            api.required(name, "name is not specified");
        } else if !is_identifier(name.str()) {
            api.invalid_text(name, name.str(), "must be a valid CEL identifier");
        }
        if expression.str().trim().is_empty() {
            api.required(expression, "expression is not specified");
        } else {
            expressions.variable(api, name.str(), expression);
        }
    }
    (spec, expressions)
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'_')
        && !cel::is_reserved(name)
}

fn validation<'a>(api: &mut Api<'a, '_>, at: At<'a>, expressions: &Expressions) {
    let (expression, told) = (at.get("expression"), at.get("messageExpression"));
    if expression.str().trim().is_empty() {
        api.required(expression, "expression is not specified");
    } else {
        expressions.condition(api, expression, expression.str());
    }
    if !told.str().is_empty() && told.str().trim().is_empty() {
        api.invalid_text(told, told.str(), "must be non-empty if specified");
    } else if told.is_set() && !told.str().is_empty() {
        expressions.message(api, told);
    }
    let message = at.get("message");
    let text = message.str().trim();
    if text.is_empty() && !message.str().is_empty() {
        api.invalid_text(message, message.str(), "must be non-empty if specified");
    } else if text.contains(['\n', '\r']) {
        api.invalid_text(message, message.str(), "must not contain line breaks");
    }
    api.one_of_if_set(at.get("reason"), REASONS);
}

fn param_kind<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let (version, kind) = (at.get("apiVersion"), at.get("kind"));
    let text = version.str();
    let joined = |result: Result<(), names::Faults>| result.err().map(|faults| faults.join(","));
    if text.is_empty() {
        api.required(version, "");
    } else if text.matches('/').count() > 1 {
        let detail = format!("unexpected GroupVersion string: {text}");
        api.invalid_text(version, text, &detail);
    } else {
        let (group, number) = text.split_once('/').unwrap_or(("", text));
        if !group.is_empty()
            && let Some(detail) = joined(names::dns_subdomain(group))
        {
            api.invalid_text(version, group, &detail);
        }
        if number.is_empty() {
            api.invalid_text(version, text, "version must be specified");
        } else if let Some(detail) = joined(names::dns_1035_label(number)) {
            api.invalid_text(version, number, &detail);
        }
    }
    if kind.str().is_empty() {
        api.required(kind, "");
    } else if let Some(why) = joined(names::dns_1035_label(&kind.str().to_lowercase())) {
        let detail = format!("may have mixed case, but should otherwise match: {why}");
        api.invalid_text(kind, kind.str(), &detail);
    }
}

/// What a policy or binding is about.
fn matched<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.one_of_if_set(at.get("matchPolicy"), MATCHING);
    selector::labels(api, at.get("namespaceSelector"));
    selector::labels(api, at.get("objectSelector"));
    for key in ["resourceRules", "excludeResourceRules"] {
        for rule in at.items_of(key) {
            let mut seen: Seen<&str> = Seen::new();
            for name in rule.items_of("resourceNames") {
                api.named(name, names::path_segment);
                if seen.contains(&name.str()) {
                    api.duplicate(name, Quoted(name.str()));
                }
                seen.push(name.str());
            }
            webhook::rule_with_operations(api, rule);
        }
    }
}

/// What is deleted cannot be mutated.
fn mutated<'a>(api: &mut Api<'a, '_>, matched: At<'a>) {
    for rule in matched.items_of("resourceRules") {
        for operation in rule.items_of("operations") {
            if !MUTATED.contains(&operation.str()) {
                // The server leaves the rule's number out.
                let at = matched.get("resourceRules").named("operations");
                api.unsupported(at.showing(operation), operation.str(), MUTATED);
            }
        }
    }
}

pub(super) fn mutating<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let (spec, expressions) = common(api, top, true);
    mutated(api, spec.get("matchConstraints"));
    let mutations = spec.get("mutations");
    if mutations.is_empty() {
        api.required(mutations, "mutations must contain at least one item");
    }
    for mutation in mutations.items() {
        self::mutation(api, mutation, &expressions);
    }
    let again = spec.get("reinvocationPolicy");
    if api.required_text(again) {
        api.one_of_if_set(again, REINVOCATION);
    }
}

fn mutation<'a>(api: &mut Api<'a, '_>, at: At<'a>, expressions: &Expressions) {
    let (patch, apply) = (at.get("jsonPatch"), at.get("applyConfiguration"));
    let kind = at.get("patchType");
    if !api.required_text(kind) {
        return;
    }
    let (own, other) = match kind.str() {
        "JSONPatch" => (("jsonPatch", patch), ("applyConfiguration", apply)),
        "ApplyConfiguration" => (("applyConfiguration", apply), ("jsonPatch", patch)),
        text => return api.unsupported(kind, text, &["ApplyConfiguration", "JSONPatch"]),
    };
    if own.1.is_set() {
        let expression = own.1.get("expression");
        if expression.str().trim().is_empty() {
            api.required(expression, "");
        } else {
            let wanted = match kind.str() {
                "JSONPatch" => Wanted::Patches,
                _ => Wanted::Object,
            };
            expressions.mutation(api, expression, wanted);
        }
    } else {
        let detail = format!("must be specified when patchType is {}", kind.str());
        api.required(own.1, &detail);
    }
    if other.1.is_set() {
        let detail = format!("must not be specified when patchType is {}", kind.str());
        api.invalid_text(other.1, &format!("{{{}}}", other.0), &detail);
    }
}

pub(super) fn validating_binding<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let spec = binding(api, top);
    let actions = spec.get("validationActions");
    let all: Vec<&str> = actions.strings().collect();
    let mut seen: Seen<&str> = Seen::new();
    for action in actions.items() {
        api.one_of(action, "", ACTIONS);
        if !seen.insert(action.str()) {
            api.duplicate(action, Quoted(action.str()));
        }
    }
    if all.contains(&"Deny") && all.contains(&"Warn") {
        let detail = "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
        api.invalid_node(actions, detail);
    }
    if all.is_empty() {
        api.required_by_schema(actions, "at least one validation action is required");
    }
}

pub(super) fn mutating_binding<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let spec = binding(api, top);
    mutated(api, spec.get("matchResources"));
}

fn binding<'a>(api: &mut Api<'a, '_>, top: At<'a>) -> At<'a> {
    meta::plain(api, top.get("metadata"), CLUSTER);
    let spec = top.get("spec");
    api.required_name(spec.get("policyName"), names::dns_subdomain);
    let param = spec.get("paramRef");
    if param.is_set() {
        param_reference(api, param);
    }
    matched(api, spec.get("matchResources"));
    spec
}

fn param_reference<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let (name, selector) = (at.get("name"), at.get("selector"));
    let (has_name, has_selector) = (!name.str().is_empty(), selector.is_set());
    api.named_if_set(name, names::path_segment);
    if has_name && has_selector {
        let detail = "name and selector are mutually exclusive";
        api.forbidden(name, detail);
        api.forbidden(selector, detail);
    }
    selector::labels(api, selector);
    if !has_name && !has_selector {
        api.required(at, "one of name or selector must be specified");
    }
    let action = at.get("parameterNotFoundAction");
    if api.required_text(action) {
        api.one_of_if_set(action, &["Deny", "Allow"]);
    }
}
