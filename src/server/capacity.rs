//! How much of a device's capacity may be asked for at once.

use super::at::At;
use super::report::Api;
use crate::kube::go::Quoted;
use crate::kube::quantity::Quantity;
use crate::seen::Seen;

/// Most values to choose from.
const MOST_VALUES: usize = 10;
const NANO: i128 = 1_000_000_000;

/// A policy about a capacity of `whole`.
pub(super) fn policy<'a>(api: &mut Api<'a, '_>, at: At<'a>, whole: At<'a>) {
    let (values, range) = (at.get("validValues"), at.get("validRange"));
    let default = at.get("default");
    if !values.is_empty() && range.is_set() {
        let detail = "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same time";
        return api.forbidden(at, detail);
    }
    let what = if !values.is_empty() {
        "validValues"
    } else if range.is_set() {
        "validRange"
    } else {
        return;
    };
    if !default.is_set() {
        return api.required(default, &format!("required when {what} is defined"));
    }
    if values.is_empty() {
        within(api, default, whole, range);
    } else {
        among(api, default, whole, values);
    }
}

fn amount(at: At<'_>) -> Quantity {
    at.quantity().unwrap_or(Quantity::ZERO)
}

fn wrong<'a>(api: &mut Api<'a, '_>, at: At<'a>, shown: At<'a>, detail: &str) {
    api.invalid_text(at, &shown.exact_quantity(), detail);
}

fn among<'a>(api: &mut Api<'a, '_>, default: At<'a>, whole: At<'a>, values: At<'a>) {
    let all: Vec<At<'a>> = values.items().collect();
    for pair in all.windows(2) {
        if let [one, next] = *pair
            && amount(one) > amount(next)
        {
            wrong(api, next, next, "values must be sorted in ascending order");
        }
    }
    if all.len() > MOST_VALUES {
        api.too_many(values, all.len(), MOST_VALUES);
    } else {
        let mut seen: Seen<i64> = Seen::new();
        for one in &all {
            if amount(*one) > amount(whole) {
                let most = whole.exact_quantity();
                let detail = format!("option is larger than capacity value: {most}");
                wrong(api, *one, *one, &detail);
            }
            // Fractions are rounded up before they are compared.
            let key = amount(*one).value();
            if !seen.insert(key) {
                api.duplicate(*one, Quoted(&key.to_string()));
            }
        }
    }
    let known = all.len() <= MOST_VALUES && all.iter().any(|it| amount(*it) == amount(default));
    if !known {
        let detail = "default value is not valid according to the requestPolicy";
        wrong(api, values, default, detail);
    }
}

fn within<'a>(api: &mut Api<'a, '_>, default: At<'a>, whole: At<'a>, range: At<'a>) {
    let (least, most, step) = (range.get("min"), range.get("max"), range.get("step"));
    if !least.is_set() {
        return api.required(least, "required when validRange is defined");
    }
    let (text, limit) = (whole.exact_quantity(), amount(whole));
    let (low, start) = (amount(least), amount(default));
    if low > limit {
        let detail = format!("min is larger than capacity value: {text}");
        wrong(api, least, least, &detail);
    }
    let named = range.get("default").showing(default);
    if start < low {
        let detail = format!("default is less than min: {}", least.exact_quantity());
        wrong(api, named, default, &detail);
    }
    if most.is_set() {
        let high = amount(most);
        if low > high {
            let detail = format!("min is larger than max: {}", most.exact_quantity());
            wrong(api, most, least, &detail);
        }
        if high > limit {
            let detail = format!("max is larger than capacity value: {text}");
            wrong(api, most, most, &detail);
        }
        if start > high {
            let detail = format!("default is more than max: {}", most.exact_quantity());
            wrong(api, named, default, &detail);
        }
    }
    if step.is_set() {
        steps(api, default, whole, range);
    }
}

fn steps<'a>(api: &mut Api<'a, '_>, default: At<'a>, whole: At<'a>, range: At<'a>) {
    let (least, most, step) = (range.get("min"), range.get("max"), range.get("step"));
    if amount(step) <= Quantity::ZERO {
        return wrong(api, step, step, "must be greater than zero");
    }
    let added = amount(least) + amount(step);
    if added > amount(whole) {
        let most = whole.exact_quantity();
        let detail = format!("one step {added} is larger than capacity value: {most}");
        wrong(api, step, step, &detail);
    }
    let mut countable = true;
    for (name, at) in [
        ("default", default),
        ("min", least),
        ("max", most),
        ("step", step),
    ] {
        let amount = amount(at);
        let detail = if amount.is_negative() {
            "must be greater than or equal to 0"
        } else if amount.nano() > i128::from(i64::MAX) * NANO {
            "must not be larger than 9223372036854775807"
        } else {
            continue;
        };
        countable = false;
        wrong(api, range.get(name).showing(at), at, detail);
    }
    if !countable {
        return;
    }
    let (low, width) = (amount(least).value(), amount(step).value());
    for at in [default, most].into_iter().filter(|it| it.is_set()) {
        if (amount(at).value() - low) % width != 0 {
            let detail = format!(
                "value is not a multiple of a given step ({}) from ({})",
                step.exact_quantity(),
                least.exact_quantity()
            );
            wrong(api, step, at, &detail);
        }
    }
}
