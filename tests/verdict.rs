//! Replays recorded answers of the API server: for generated objects of each
//! kind, the same ones are refused, at the same fields, for the same reasons.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod verdict_support;

use verdict_support::{Bars, Table};

const BARS: Bars = Bars {
    verdicts: 5,
    fields: 10,
    texts: 10,
    changes: 5,
};

#[test]
fn verdicts_are_those_of_the_server() {
    let table = replay(include_str!("../fixtures/verdict/cases.jsonl"));
    assert_eq!(table.left(), Vec::<&str>::new());
    assert!(table.rows.len() > 60, "{} kinds", table.rows.len());
}

/// Releases differ in what they check, and in their words; see `Api::since`.
#[test]
fn verdicts_are_those_of_an_older_server() {
    let table = replay(include_str!("../fixtures/verdict/cases-1.34.jsonl"));
    assert!(table.rows.len() > 50, "{} kinds", table.rows.len());
}

fn replay(recorded: &str) -> Table {
    let table = Table::of(recorded);
    table.hold(&BARS);
    table
}
