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
    replay(include_str!("../fixtures/verdict/updates.jsonl"));
}

/// Releases differ in what may change, and in what they drop.
#[test]
fn updates_are_judged_as_an_older_server_does() {
    replay(include_str!("../fixtures/verdict/updates-1.34.jsonl"));
}

fn replay(recorded: &str) {
    let table = Table::of(recorded);
    table.hold(&Bars {
        verdicts: 5,
        fields: 10,
        // Where the server shows the difference or all of a template, the finding
        // points at what differs.
        texts: 150,
        changes: 10,
    });
    assert!(table.rows.len() > 60, "{} kinds", table.rows.len());
}
