//! The policies of a Job about its failed and successful pods.

use super::at::At;
use super::job::effective_completions;
use super::report::Api;
use super::shape;
use crate::kube::names;

pub(super) fn check<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let failure = spec.get("podFailurePolicy");
    if failure.is_set() {
        let rules = failure.get("rules");
        if rules.len() > 20 {
            api.too_many(rules, rules.len(), 20);
        }
        for rule in rules.items() {
            failure_rule(api, spec, rule);
        }
    }
    let success = spec.get("successPolicy");
    if success.is_set() {
        if spec.str_of("completionMode") == "Indexed" {
            let rules = success.get("rules");
            if rules.is_empty() {
                let detail =
                    "at least one rules must be specified when the successPolicy is specified";
                api.required(rules, detail);
            }
            if rules.len() > 20 {
                api.too_many(rules, rules.len(), 20);
            }
            for rule in rules.items() {
                success_rule(api, spec, rule);
            }
        } else {
            let detail = "requires indexed completion mode";
            api.invalid_object(success, &shape::SUCCESS, detail);
        }
    }
    let known: &[&str] = if failure.is_set() {
        &["Failed"]
    } else {
        &["Failed", "TerminatingOrFailed"]
    };
    api.one_of_if_set(spec.get("podReplacementPolicy"), known);
}

fn failure_rule<'a>(api: &mut Api<'a, '_>, spec: At<'a>, rule: At<'a>) {
    let action = rule.get("action");
    match action.text() {
        Some("") => {
            let detail = "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]";
            api.required(action, detail);
        }
        Some("FailIndex") => {
            if !spec.has("backoffLimitPerIndex") {
                let detail = "requires the backoffLimitPerIndex to be set";
                api.invalid_text(action, "FailIndex", detail);
            }
        }
        _ => api.one_of_if_set(action, &["Count", "FailIndex", "FailJob", "Ignore"]),
    }
    let (codes, conditions) = (rule.get("onExitCodes"), rule.get("onPodConditions"));
    if codes.is_set() {
        exit_codes(api, spec, codes);
    }
    if conditions.len() > 20 {
        api.too_many(conditions, conditions.len(), 20);
    }
    for pattern in conditions.items() {
        api.named(pattern.get("type"), names::label_key);
        api.one_of(pattern.get("status"), "True", &["False", "True", "Unknown"]);
    }
    let detail = match (codes.is_set(), conditions.is_empty()) {
        (true, false) => "specifying both OnExitCodes and OnPodConditions is not supported",
        (false, true) => "specifying one of OnExitCodes and OnPodConditions is required",
        _ => return,
    };
    api.invalid_plain(rule, detail);
}

fn exit_codes<'a>(api: &mut Api<'a, '_>, spec: At<'a>, at: At<'a>) {
    let operator = at.get("operator");
    if operator.text() == Some("") {
        api.required(operator, "valid values: [\"In\" \"NotIn\"]");
    } else {
        api.one_of_if_set(operator, &["In", "NotIn"]);
    }
    let container = at.get("containerName");
    if let Some(name) = container.written() {
        let pod = spec.at(["template", "spec"]);
        let mut all = pod
            .items_of("containers")
            .chain(pod.items_of("initContainers"));
        if !all.any(|it| it.str_of("name") == name) {
            let detail = "must be one of the container or initContainer names in the pod template";
            api.invalid_text(container, name, detail);
        }
    }
    let values = at.get("values");
    if values.is_empty() {
        api.invalid_node(values, "at least one value is required");
    } else if values.len() > 255 {
        api.too_many(values, values.len(), 255);
    }
    let mut seen: Vec<i64> = Vec::new();
    let mut ordered = true;
    for value in values.items() {
        let code = value.int().unwrap_or(0);
        if operator.str() == "In" && code == 0 {
            api.invalid(value, code, "must not be 0 for the In operator");
        }
        if seen.contains(&code) {
            api.duplicate(value, code);
        }
        ordered &= seen.last().is_none_or(|last| *last <= code);
        seen.push(code);
    }
    if !ordered {
        api.invalid_node(values, "must be ordered");
    }
}

fn success_rule<'a>(api: &mut Api<'a, '_>, spec: At<'a>, rule: At<'a>) {
    let (count, indexes) = (rule.get("succeededCount"), rule.get("succeededIndexes"));
    if !count.is_set() && !indexes.is_set() {
        let detail = "at least one of succeededCount or succeededIndexes must be specified";
        api.required(rule, detail);
    }
    let Some(completions) = effective_completions(api, spec) else {
        return;
    };
    let mut total = 0;
    if let Some(text) = indexes.written() {
        if text.len() > 64 * 1024 {
            api.too_long(indexes, 64 * 1024);
        }
        match index_count(text, completions) {
            Ok(found) => total = found,
            Err(why) => {
                let detail = format!("error parsing succeededIndexes: {why}");
                api.invalid_text(indexes, text, &detail);
            }
        }
    }
    api.not_negative(count);
    let Some(value) = count.int() else { return };
    if value > completions {
        let detail = format!(
            "must be less than or equal to {completions} (the number of specified completions)"
        );
        api.invalid(count, value, &detail);
    }
    if indexes.is_set() && value > total {
        let detail = format!(
            "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        );
        api.invalid(count, value, &detail);
    }
}

/// How many indexes a list such as `0,3-5` names.
fn index_count(text: &str, completions: i64) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let mut total = 0;
    let mut last: Option<i64> = None;
    for interval in text.split(',') {
        let (first, end) = index_interval(interval, completions)?;
        if let Some(last) = last
            && last >= first
        {
            return Err(format!(
                "non-increasing order, previous: {last}, current: {first}"
            ));
        }
        total += end - first + 1;
        last = Some(end);
    }
    Ok(total)
}

fn index_interval(text: &str, completions: i64) -> Result<(i64, i64), String> {
    let read = |part: &str| {
        let number = part.parse::<i64>();
        let number =
            number.map_err(|_| format!("cannot convert string to integer for index: {part:?}"))?;
        if number >= completions {
            return Err(format!("too large index: {part:?}"));
        }
        Ok(number)
    };
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let second = parts.next();
    if parts.next().is_some() {
        return Err(format!(
            "the fragment {text:?} violates the requirement that an index interval can have at most two parts separated by '-'"
        ));
    }
    let first = read(first)?;
    let Some(second) = second else {
        return Ok((first, first));
    };
    let second = read(second)?;
    if first >= second {
        return Err(format!(
            "non-increasing order, previous: {first}, current: {second}"
        ));
    }
    Ok((first, second))
}
