//! Replays recorded answers of the API server: for generated objects of each
//! kind, the same ones are refused, at the same fields, for the same reasons.

use crate::verdict_support::table::Table;
use crate::{known, recorded};

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
