//! Replays what Kubernetes' own code says of value types.
//!
//! The rows in `fixtures/values` were recorded by `tests/oracle/values`, which
//! tells how to record others. `PLIMSOLL_GOLDEN` names another folder to replay.

use plimsoll::kube::cron;
use plimsoll::kube::duration;
use plimsoll::kube::go::Quoted;
use plimsoll::kube::image::Image;
use plimsoll::kube::int_or_percent::{self, IntOrString, Rounding};
use plimsoll::kube::ip::{self, Strictness};
use plimsoll::kube::names::{self, Faults};
use plimsoll::kube::node_affinity::{self, Term};
use plimsoll::kube::quantity::{Format, Quantity};
use plimsoll::kube::selector::{Operator, Requirement, Selector};
use plimsoll::kube::{pattern, time, timezone};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Replays each row of a file: `said` makes ours of the row, and it must begin as the row does.
fn replay(file: &str, said: impl Fn(&[Value], &[String]) -> Vec<Value>) {
    let folder = std::env::var_os("PLIMSOLL_GOLDEN").map(PathBuf::from);
    let committed = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/values");
    let path = folder.unwrap_or_else(committed).join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let header = lines.next().unwrap();
    let texts: Vec<String> = serde_json::from_value(header["texts"].clone()).unwrap_or_default();
    let (mut rows, mut wrong) = (0, Vec::new());
    for row in lines {
        let row = row.as_array().unwrap();
        let ours = said(row, &texts);
        rows += 1;
        if !ours.starts_with(row) {
            let (ours, row) = (Value::Array(ours), Value::Array(row.clone()));
            wrong.push(format!("Kubernetes: {row}\n      ours: {ours}"));
        }
    }
    let shown = wrong
        .iter()
        .take(20)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        wrong.is_empty(),
        "{} of {rows} rows of {file} differ\n{shown}",
        wrong.len()
    );
    assert!(rows > 100, "{file} has only {rows} rows");
}

/// Ours where Kubernetes' answer was recorded, nothing where it was not.
fn where_recorded(row: &[Value], column: usize, ours: impl Into<Value>) -> Value {
    match row.get(column) {
        Some(Value::Null) => Value::Null,
        _ => ours.into(),
    }
}

fn text(row: &[Value], column: usize) -> &str {
    row[column].as_str().unwrap()
}

#[test]
fn quantities() {
    replay("quantity.jsonl", |row, _| {
        let source = text(row, 0);
        let quantity = match Quantity::parse(source) {
            Ok(quantity) => quantity,
            Err(error) => return vec![json!(source), json!(error.to_string())],
        };
        let format = match quantity.format() {
            Format::DecimalExponent => "DecimalExponent",
            Format::BinarySi => "BinarySI",
            Format::DecimalSi => "DecimalSI",
        };
        vec![
            json!(source),
            Value::Null,
            json!(format),
            where_recorded(row, 3, quantity.nano().to_string()),
            where_recorded(row, 4, quantity.printed(source).as_ref()),
            where_recorded(row, 5, quantity.value()),
            where_recorded(row, 6, quantity.milli_value()),
        ]
    });
    replay("quantity_pairs.jsonl", |row, _| {
        let (left, right) = (text(row, 0), text(row, 1));
        let (a, b) = (
            Quantity::parse(left).unwrap(),
            Quantity::parse(right).unwrap(),
        );
        let (sum, difference) = ((a + b).to_string(), (a - b).to_string());
        vec![
            json!(left),
            json!(right),
            json!(a.cmp(&b) as i8),
            json!(sum),
            json!(difference),
        ]
    });
}

fn name_check(name: &str, text: &str) -> Result<(), Faults> {
    match name {
        "dns_label" => names::dns_label(text),
        "dns_subdomain" => names::dns_subdomain(text),
        "dns_1035_label" => names::dns_1035_label(text),
        "wildcard_subdomain" => names::wildcard_subdomain(text),
        "generate_name_label" => names::dns_label(&names::generate_name_masked(text)),
        "port_name" => names::port_name(text),
        "c_identifier" => names::c_identifier(text),
        "env_var_name" => names::env_var_name(text),
        "env_var_name_relaxed" => names::env_var_name_relaxed(text),
        "config_map_key" => names::config_map_key(text),
        "path_segment" => names::path_segment(text),
        "http_header_name" => names::http_header_name(text),
        "label_key" => names::label_key(text),
        "label_value" => names::label_value(text),
        "annotation_key" => names::annotation_key(text),
        other => panic!("no check {other}"),
    }
}

#[test]
fn names_and_keys() {
    replay("names.jsonl", |row, texts| {
        let (check, name) = (text(row, 0), text(row, 1));
        let messages: Vec<&str> = match check {
            "percent" => int_or_percent::check_percent(name)
                .err()
                .into_iter()
                .collect(),
            _ => name_check(check, name)
                .err()
                .iter()
                .flat_map(|faults| faults.to_vec())
                .collect(),
        };
        vec![row[0].clone(), row[1].clone(), numbers(&messages, texts)]
    });
}

/// Messages as the rows refer to them; one that Kubernetes never gave stays a text.
fn numbers<T: AsRef<str>>(messages: &[T], texts: &[String]) -> Value {
    let number = |message: &T| match texts.iter().position(|text| text == message.as_ref()) {
        Some(number) => json!(number),
        None => json!(message.as_ref()),
    };
    messages.iter().map(number).collect()
}

#[test]
fn addresses() {
    replay("addresses.jsonl", |row, texts| {
        let (kind, address) = (text(row, 0), text(row, 1));
        let said = |strictness| {
            let error = match kind {
                "ip" => ip::parse_ip(address, strictness)
                    .err()
                    .map(|e| e.to_string()),
                _ => ip::parse_cidr(address, strictness)
                    .err()
                    .map(|e| e.to_string()),
            };
            numbers(&error.into_iter().collect::<Vec<_>>(), texts)
        };
        let grades = [
            Strictness::Legacy,
            Strictness::Strict,
            Strictness::Canonical,
        ];
        [row[0].clone(), row[1].clone()]
            .into_iter()
            .chain(grades.map(said))
            .collect()
    });
}

#[test]
fn images() {
    replay("image.jsonl", |row, _| match Image::parse(text(row, 0)) {
        Err(error) => vec![row[0].clone(), json!(error.to_string())],
        Ok(image) => vec![
            row[0].clone(),
            Value::Null,
            json!(image.full_name()),
            json!(image.domain()),
            json!(image.familiar_name()),
            json!(image.tag()),
            json!(image.digest()),
        ],
    });
}

#[test]
fn schedules() {
    replay("cron.jsonl", |row, _| {
        let schedule = match cron::parse(text(row, 0)) {
            Err(error) => return vec![row[0].clone(), json!(error.to_string())],
            // Kubernetes refuses what we take, which the comparison will show.
            Ok(_) if row.len() == 2 => return vec![],
            Ok(schedule) => schedule,
        };
        let zone = timezone::find(text(row, 2)).unwrap();
        let from = jiff::Timestamp::from_nanosecond(row[3].as_i64().unwrap().into()).unwrap();
        let times = schedule.times_after(from.to_zoned(zone)).take(5);
        let times: Vec<i64> = times.map(|time| time.timestamp().as_second()).collect();
        vec![
            row[0].clone(),
            Value::Null,
            row[2].clone(),
            row[3].clone(),
            json!(times),
        ]
    });
}

#[test]
fn durations() {
    replay("duration.jsonl", |row, _| {
        match duration::parse(text(row, 0)) {
            Err(error) => vec![row[0].clone(), json!(error.to_string()), json!(0)],
            Ok(duration) => {
                let nanos = i64::try_from(duration.as_nanos()).unwrap();
                vec![row[0].clone(), Value::Null, json!(nanos)]
            }
        }
    });
}

#[test]
fn times() {
    replay("time.jsonl", |row, _| {
        match time::parse_rfc3339(text(row, 0)) {
            Err(error) => vec![row[0].clone(), json!(error.to_string())],
            Ok(time) => vec![row[0].clone(), Value::Null, json!(time.to_string())],
        }
    });
}

#[test]
fn time_zones() {
    replay("zones.jsonl", |row, _| {
        let error = timezone::parse(text(row, 0)).err();
        let messages = error.map(|error| error.messages()).unwrap_or_default();
        vec![row[0].clone(), json!(messages)]
    });
}

#[test]
fn quotes() {
    replay("quote.jsonl", |row, _| {
        vec![row[0].clone(), json!(Quoted(text(row, 0)).to_string())]
    });
}

#[test]
fn integers_or_percentages() {
    replay("int_or_percent.jsonl", |row, _| {
        let value = match &row[0] {
            Value::String(text) => IntOrString::Str(text),
            number => IntOrString::Int(i32::try_from(number.as_i64().unwrap()).unwrap()),
        };
        let total = i32::try_from(row[1].as_i64().unwrap()).unwrap();
        let up = row[2].as_bool().unwrap();
        let scaled = value.scaled(total, if up { Rounding::Up } else { Rounding::Down });
        let error = scaled.err().map(|error| error.to_string());
        let scaled = where_recorded(row, 4, scaled.unwrap_or_default());
        vec![
            row[0].clone(),
            row[1].clone(),
            row[2].clone(),
            json!(error),
            scaled,
        ]
    });
}

fn requirements(row: &Value) -> Vec<Requirement<'_, Vec<&str>>> {
    row.as_array().unwrap().iter().map(requirement_of).collect()
}

fn requirement_of(row: &Value) -> Requirement<'_, Vec<&str>> {
    let values = row["values"].as_array().unwrap();
    Requirement {
        key: row["key"].as_str().unwrap(),
        operator: Operator::of_nodes(row["operator"].as_str().unwrap()).unwrap(),
        values: values.iter().map(|value| value.as_str().unwrap()).collect(),
    }
}

fn labels<'a>(row: &'a Value) -> impl Fn(&str) -> Option<&'a str> {
    move |key| row.get(key).and_then(Value::as_str)
}

#[test]
fn selectors() {
    replay("selector.jsonl", |row, _| {
        let pairs = row[0].as_object().unwrap().iter();
        let pairs = pairs.map(|(key, value)| (key.as_str(), value.as_str().unwrap()));
        let mut selector = Selector::of_pairs(pairs);
        selector.requirements = requirements(&row[1]);
        let mut ours = row[..3].to_vec();
        ours.push(json!(selector.check().is_ok()));
        ours.push(json!(selector.matches(labels(&row[2]))));
        ours.push(json!(selector.to_string()));
        ours
    });
}

#[test]
fn node_selectors() {
    replay("node_selector.jsonl", |row, _| {
        let terms = row[0].as_array().unwrap().iter().map(|term| Term {
            expressions: requirements(&term["expressions"]),
            fields: requirements(&term["fields"]),
        });
        let found = node_affinity::any_term_matches(terms, text(row, 1), labels(&row[2]));
        let mut ours = row[..3].to_vec();
        ours.push(json!(found.is_err()));
        ours.push(json!(found.unwrap_or(false)));
        ours
    });
}

#[test]
fn patterns() {
    replay("patterns.jsonl", |row, _| {
        let text = row[0].as_str().unwrap();
        if let Some(fault) = pattern::fault(text) {
            return vec![json!(text), json!(&*fault)];
        }
        let Some(regex) = pattern::compile(text) else {
            return vec![json!(text), json!("cannot be compiled")];
        };
        let subjects = row.get(2).and_then(Value::as_array).into_iter().flatten();
        let found: Vec<bool> = subjects
            .map(|it| regex.is_match(it.as_str().unwrap()))
            .collect();
        let texts = row.get(2).cloned().unwrap_or_default();
        vec![json!(text), Value::Null, texts, json!(found)]
    });
}
