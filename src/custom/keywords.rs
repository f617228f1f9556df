//! A value against a schema, as the OpenAPI validation of the server does it.
//!
//! The server counts how many checks of an alternative were passed, and of
//! several that fail it shows the best; so the count is kept here too.

use super::correlate::Correlated;
use super::numbers;
use super::path::Path;
use super::problem::Problem;
use crate::kube::go::Quoted;
use crate::schema::{Additional, Data, Item, Junctors, Kind, Schema, Values, format};
use serde_json::Value as Json;
use std::fmt::Write as _;

/// Problems of one value; more would only say the same again.
const PROBLEMS: usize = 500;

/// What came of a check.
#[derive(Debug, Default)]
pub(super) struct Outcome<'a> {
    pub(super) problems: Vec<Problem<'a>>,
    /// How many checks were made or passed, as the server counts.
    matches: u32,
}

impl<'a> Outcome<'a> {
    pub(super) fn add(&mut self, problem: Problem<'a>) {
        let is_said = self.problems.iter().any(|it| it.said == problem.said);
        if !is_said && self.problems.len() < PROBLEMS {
            self.problems.push(problem);
        }
    }

    fn merge(&mut self, other: Self) {
        self.matches += other.matches;
        other.problems.into_iter().for_each(|it| self.add(it));
    }

    fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Checks `item` against `schema`. Where it takes the place of another value and
/// changes nothing, it passes whatever is wrong with it; not so in `allOf` and the
/// like, where nothing is known of values before.
pub(super) fn check<'a>(
    item: &Item<'a>,
    schema: &Schema,
    path: &Path<'_>,
    was: Option<Correlated<'_>>,
) -> Outcome<'a> {
    let mut out = hold(item, schema, path, was);
    if !out.is_valid() && was.is_some_and(Correlated::is_same) {
        out.problems.clear();
    }
    out
}

fn hold<'a>(
    item: &Item<'a>,
    schema: &Schema,
    path: &Path<'_>,
    was: Option<Correlated<'_>>,
) -> Outcome<'a> {
    let mut out = Outcome::default();
    let values = schema.values.as_deref();
    let format = values.and_then(|it| it.format.as_deref());
    let has_type = schema.kind.is_some() || schema.int_or_string || format.is_some();
    let type_is_right = !has_type || check_type(item, schema, format, path, &mut out);
    if item.data == Data::Null {
        out.matches += u32::from(type_is_right);
        check_enum(item, values, path, &mut out);
        return out;
    }
    out.matches += u32::from(has_type) + u32::from(has_type && type_is_right);
    match values.and_then(|it| it.junctors.as_deref()) {
        Some(junctors) => check_junctors(item, junctors, path, &mut out),
        None => out.matches += 1,
    }
    // Those that always run, and the one that closes.
    out.matches += 3;
    match &item.data {
        Data::Str(text) => {
            out.matches += 1 + u32::from(format.is_some());
            if let Some(values) = values {
                check_text(item, text, values, path, &mut out);
            }
        }
        Data::Int(_) | Data::Float(_) => {
            out.matches += 2;
            let kind = schema.kind.filter(|_| !schema.int_or_string);
            numbers::check(item, kind, values, path, &mut out);
        }
        Data::List(items) => {
            out.matches += 2;
            check_list(item, items, schema, (path, was), &mut out);
        }
        Data::Map(_) => {
            out.matches += 1;
            check_map(item, schema, (path, was), &mut out);
        }
        Data::Null | Data::Bool(_) => {}
    }
    check_enum(item, values, path, &mut out);
    out
}

/// Whether the value has the type; null has no type unless it is allowed.
fn check_type<'a>(
    item: &Item<'a>,
    schema: &Schema,
    format: Option<&str>,
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) -> bool {
    let named = || match schema.kind {
        _ if schema.int_or_string => "integer,string",
        Some(kind) => kind.name(),
        None => "",
    };
    let mut wrong = |wanted: &str, is: &str| {
        let detail = format!("must be of type {wanted}: {}", Quoted(is));
        out.add(Problem::of_schema(
            "api-type",
            path,
            item,
            &Quoted(is).to_string(),
            &detail,
        ));
        false
    };
    let takes = |kind: Kind| match schema.int_or_string {
        true => matches!(kind, Kind::Integer | Kind::String),
        false => schema.kind == Some(kind),
    };
    let untyped = schema.kind.is_none() && !schema.int_or_string;
    let (kind, size) = match &item.data {
        Data::Null if untyped || schema.nullable => return true,
        Data::Null => return wrong(named(), "null"),
        Data::Bool(_) => (Kind::Boolean, ""),
        Data::Int(_) => (Kind::Integer, "int64"),
        Data::Float(_) => (Kind::Number, "float64"),
        Data::Str(_) => (Kind::String, ""),
        Data::List(_) => (Kind::Array, ""),
        Data::Map(_) => (Kind::Object, ""),
    };
    let close = |it: f64| numbers::is_integral(it) && takes(Kind::Integer);
    let is_number = match item.data {
        Data::Float(it) => close(it),
        Data::Int(_) => takes(Kind::Number),
        _ => false,
    };
    let is_long = matches!(kind, Kind::String | Kind::Array);
    match format {
        Some(format) if !(is_long || takes(kind) || is_number || size == format) => {
            return wrong(format, size);
        }
        // The format alone is asked of these.
        Some(_) if is_long && !takes(Kind::Integer) && !takes(Kind::Number) => return true,
        _ => {}
    }
    takes(kind) || is_number || wrong(named(), kind.name())
}

fn check_enum<'a>(
    item: &Item<'a>,
    values: Option<&Values>,
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) {
    let Some(values) = values.filter(|it| !it.one_of_values.is_empty()) else {
        return;
    };
    if values.one_of_values.iter().any(|it| is_same(item, it)) {
        return;
    }
    out.add(unsupported(item, &values.one_of_values, path));
}

/// That a value is none of those that are allowed.
pub(super) fn unsupported<'a>(item: &Item<'a>, values: &[Json], path: &Path<'_>) -> Problem<'a> {
    let mut message = format!("Unsupported value: {}", super::problem::shown(item));
    for (index, value) in values.iter().enumerate() {
        let lead = if index == 0 {
            ": supported values: "
        } else {
            ", "
        };
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let _ = write!(message, "{lead}{}", Quoted(&text));
    }
    let field = path.in_schema();
    Problem {
        rule: "api-unsupported",
        said: format!("{field} in body should be one of {message}"),
        field: field.trim_start_matches('.').to_owned(),
        node: item.node,
        message,
        guess: None,
    }
}

/// Whether a value is the one that the schema writes.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "as the server converts"
)]
pub(super) fn is_same(item: &Item<'_>, value: &Json) -> bool {
    match (&item.data, value) {
        (Data::Str(a), Json::String(b)) => a == b,
        (Data::Bool(a), Json::Bool(b)) => a == b,
        (Data::Int(a), Json::Number(b)) => match b.as_i64() {
            Some(b) => *a == b,
            None => b.as_f64() == Some(*a as f64),
        },
        // The server converts the value to the type of the one it compares with.
        (Data::Float(a), Json::Number(b)) => match b.as_i64() {
            Some(b) => *a as i64 == b,
            None => b.as_f64() == Some(*a),
        },
        (Data::Null, _) => false,
        _ => item.to_json() == *value,
    }
}

fn check_text<'a>(
    item: &Item<'a>,
    text: &str,
    values: &Values,
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) {
    let length = || i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let too_long = values.max_length.filter(|most| length() > *most);
    let too_short = values.min_length.filter(|least| length() < *least);
    let pattern = values.pattern.as_ref();
    if let Some(most) = too_long {
        let field = path.in_schema();
        let unit = if most == 1 { "byte" } else { "bytes" };
        out.add(Problem {
            rule: "api-too-long",
            message: format!("Too long: may not be more than {most} {unit}"),
            said: format!("{field} in body should be at most {most} chars long"),
            field: field.trim_start_matches('.').to_owned(),
            node: item.node,
            guess: None,
        });
    } else if let Some(least) = too_short {
        let detail = format!("should be at least {least} chars long");
        out.add(Problem::invalid(path, item, &detail));
    } else if let Some(pattern) = pattern.filter(|it| it.is_match(text) == Some(false)) {
        let detail = format!("should match '{}'", pattern.text());
        out.add(Problem::invalid(path, item, &detail));
    }
    if let Some(name) = values.format.as_deref()
        && !format::is_valid(name, text)
    {
        let value = Quoted(text).to_string();
        let detail = format!("must be of type {name}: {value}");
        out.add(Problem::of_schema("api-type", path, item, &value, &detail));
    }
}

fn check_list<'a>(
    item: &Item<'a>,
    items: &[Item<'a>],
    schema: &Schema,
    (path, was): (&Path<'_>, Option<Correlated<'_>>),
    out: &mut Outcome<'a>,
) {
    if let Some(inner) = schema.items.as_deref() {
        for (index, value) in items.iter().enumerate() {
            let was = was.and_then(|it| it.index(index));
            out.merge(check(value, inner, &path.index(index), was));
        }
    }
    let Some(values) = schema.values.as_deref() else {
        return;
    };
    count(
        item,
        items.len(),
        (values.min_items, values.max_items),
        "items",
        path,
        out,
    );
    let is_repeated = |at: usize| items[..at].iter().any(|it| are_equal(it, &items[at]));
    if values.unique_items && (1..items.len()).any(is_repeated) {
        out.add(Problem::of_schema(
            "api-invalid",
            path,
            item,
            "\"\"",
            "shouldn't contain duplicates",
        ));
    }
}

/// Whether two values are equal, wherever they are written.
pub(super) fn are_equal(one: &Item<'_>, other: &Item<'_>) -> bool {
    match (&one.data, &other.data) {
        (Data::List(a), Data::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| are_equal(a, b))
        }
        (Data::Map(a), Data::Map(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|a| other.get(&a.name).is_some_and(|b| are_equal(&a.item, b)))
        }
        (a, b) => a == b,
    }
}

/// Bounds on how many items or properties there are.
fn count<'a>(
    item: &Item<'a>,
    count: usize,
    (least, most): (Option<i64>, Option<i64>),
    noun: &str,
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if let Some(least) = least.filter(|least| count < *least) {
        let detail = format!("should have at least {least} {noun}");
        out.add(Problem::of_schema(
            "api-invalid",
            path,
            item,
            &count.to_string(),
            &detail,
        ));
    }
    if let Some(most) = most.filter(|most| count > *most) {
        let field = path.in_schema();
        let unit = if most == 1 { "item" } else { "items" };
        out.add(Problem {
            rule: "api-too-many",
            message: format!("Too many: {count}: must have at most {most} {unit}"),
            said: format!("{field} in body should have at most {most} {noun}"),
            field: field.trim_start_matches('.').to_owned(),
            node: item.node,
            guess: None,
        });
    }
}

fn check_map<'a>(
    item: &Item<'a>,
    schema: &Schema,
    (path, was): (&Path<'_>, Option<Correlated<'_>>),
    out: &mut Outcome<'a>,
) {
    let values = schema.values.as_deref();
    let fields = item.fields();
    if let Some(values) = values {
        let bounds = (values.min_properties, values.max_properties);
        count(item, fields.len(), bounds, "properties", path, out);
    }
    for field in fields {
        // An object is converted to the version that is asked for, so these never
        // seem to change.
        let is_converted = path.is_top() && matches!(&*field.name, "apiVersion" | "kind");
        let was = was.filter(|_| !is_converted);
        let was = was.and_then(|it| it.key(&field.name));
        if let Some(inner) = schema.properties.get(field.name.as_ref()) {
            out.merge(check(&field.item, inner, &path.field(&field.name), was));
            continue;
        }
        match schema.additional.as_deref() {
            Some(Additional::Schema(inner)) => {
                out.merge(check(&field.item, inner, &path.key(&field.name), was));
            }
            Some(Additional::Any(false)) => {
                let at = path.in_schema();
                let said = format!("{at}.{} in body is a forbidden property", field.name);
                let mut problem = Problem::of_whole(path, &field.item, said.clone());
                problem.message = format!("Invalid value: {}: {said}", Quoted(&field.name));
                out.add(problem);
            }
            _ => {}
        }
    }
    for name in values.iter().flat_map(|it| &it.required) {
        if item.get(name).is_none() {
            let field = path.key(name).in_schema();
            out.add(Problem {
                rule: "api-required",
                message: "Required value".to_owned(),
                said: format!("{field} in body is required"),
                field: field.trim_start_matches('.').to_owned(),
                node: item.node,
                guess: None,
            });
        }
    }
}

fn check_junctors<'a>(
    item: &Item<'a>,
    junctors: &Junctors,
    path: &Path<'_>,
    out: &mut Outcome<'a>,
) {
    let mut inner = Outcome::default();
    let all = |schemas: &[Schema]| -> Vec<Outcome<'a>> {
        schemas
            .iter()
            .map(|it| check(item, it, path, None))
            .collect()
    };
    let whole = |detail: &str| {
        let said = format!("{} {detail}", Quoted(&path.in_schema()));
        Problem::of_whole(path, item, said)
    };
    let any_of = all(&junctors.any_of);
    if !any_of.is_empty() && !any_of.iter().any(Outcome::is_valid) {
        inner.add(whole("must validate at least one schema (anyOf)"));
    }
    telling(any_of).into_iter().for_each(|it| inner.merge(it));
    let one_of = all(&junctors.one_of);
    let valid = one_of.iter().filter(|it| it.is_valid()).count();
    let count = match valid {
        0 => "none valid".to_owned(),
        _ => format!("{valid} valid alternatives"),
    };
    if !one_of.is_empty() && valid != 1 {
        let detail = "must validate one and only one schema (oneOf). Found";
        inner.add(whole(&format!("{detail} {count}")));
    }
    if valid < 2 {
        telling(one_of).into_iter().for_each(|it| inner.merge(it));
    }
    let all_of = all(&junctors.all_of);
    let valid = all_of.iter().filter(|it| it.is_valid()).count();
    let wanted = all_of.len();
    all_of.into_iter().for_each(|it| inner.merge(it));
    if valid != wanted {
        let none = if valid == 0 { ". None validated" } else { "" };
        inner.add(whole(&format!(
            "must validate all the schemas (allOf){none}"
        )));
    }
    if junctors
        .not
        .as_ref()
        .is_some_and(|it| check(item, it, path, None).is_valid())
    {
        inner.add(whole("must not validate the schema (not)"));
    }
    inner.matches += 1;
    out.merge(inner);
}

/// Of alternatives the first that holds, or else the first with the most checks
/// passed.
fn telling(outcomes: Vec<Outcome<'_>>) -> Option<Outcome<'_>> {
    let mut best: Option<Outcome<'_>> = None;
    for one in outcomes {
        if one.is_valid() {
            return Some(one);
        }
        if best.as_ref().is_none_or(|it| one.matches > it.matches) {
            best = Some(one);
        }
    }
    best
}
