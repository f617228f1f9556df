//! Replays recorded answers of the API server to updates: the same ones are refused,
//! at the same fields, for the same reasons, and the same ones change anything.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod verdict_support;

use verdict_support::{Bars, Table};

#[test]
fn updates_are_judged_as_the_server_does() {
    let table = Table::of(include_str!("../fixtures/verdict/updates.jsonl"));
    table.hold(&Bars {
        verdicts: 5,
        fields: 10,
        // What a field was to be is shown as it is written.
        texts: 400,
        changes: 6,
    });
    assert!(table.rows.len() > 60, "{} kinds", table.rows.len());
}
