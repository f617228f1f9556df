//! Replays recorded answers of the API server: for generated objects of each
//! kind, the same ones are refused, at the same fields, for the same reasons.

use crate::verdict_support::table::Table;
use crate::{known, recorded, verdict_support};
use plimsoll::config::{Config, Selector};
use plimsoll::engine::Engine;
use plimsoll::finding::is_refusal;
use plimsoll::rule::Check;
use plimsoll::rules;
use plimsoll::source::Source;
use rayon::prelude::*;

#[test]
fn verdicts_are_those_of_the_server() {
    let table = Table::of(&recorded::read("verdict/cases.jsonl"));
    assert_eq!(table.left(), Vec::<&str>::new());
    assert!(table.rows.len() > 60, "{} kinds", table.rows.len());
    known::hold_table("verdict/cases.differences", &table);
}

/// Releases differ in what they check, and in their words; see `Api::since`.
#[test]
fn verdicts_are_those_of_an_older_server() {
    let table = Table::of(&recorded::read("verdict/cases-1.34.jsonl"));
    assert!(table.rows.len() > 50, "{} kinds", table.rows.len());
    known::hold_table("verdict/cases-1.34.differences", &table);
}

/// What the plugins say that are on by default; see `src/server/admission.rs`.
#[test]
fn pods_and_classes_are_admitted_as_by_the_server() {
    let table = Table::of(&recorded::read("verdict/admission.jsonl"));
    let refused = &table.rows["Pod"].refused;
    assert!(*refused > 500, "{refused}");
    known::hold_table("verdict/admission.differences", &table);
}

/// Its plugins are older, too.
#[test]
fn pods_and_classes_are_admitted_as_by_an_older_server() {
    let table = Table::of(&recorded::read("verdict/admission-1.34.jsonl"));
    let refused = &table.rows["Pod"].refused;
    assert!(*refused > 150, "{refused}");
    known::hold_table("verdict/admission-1.34.differences", &table);
}

/// Whether an engine with those rules refuses each object, as text, that the server
/// refuses, and no other.
fn users_get_the_verdict(recording: &str, list: &str) {
    let mut config = Config::default();
    config.select_none();
    for rule in rules::ALL {
        if matches!(rule.check, Check::Stage(_)) {
            config.select(Selector::named(rule.name).unwrap());
        }
    }
    let text = recorded::read(recording);
    let cases = verdict_support::cases(&text);
    config.kubernetes = Some(cases[0].minor.into());
    let engine = Engine::new(config);
    let differences = cases.par_iter().enumerate().filter_map(|(index, case)| {
        let report = engine.check(&[Source::new("case.json", case.object.to_string())]);
        let refused = report.findings.iter().any(|it| is_refusal(it.rule));
        (refused == case.errors.is_empty())
            .then(|| format!("{index} {}: {} {}", case.base, !refused, case.steps))
    });
    let differences: Vec<String> = differences.collect();
    known::hold(list, &differences);
}

#[test]
fn users_get_the_verdicts_of_the_server() {
    users_get_the_verdict("verdict/cases.jsonl", "verdict/cases-engine.differences");
    users_get_the_verdict(
        "verdict/admission.jsonl",
        "verdict/admission-engine.differences",
    );
}
