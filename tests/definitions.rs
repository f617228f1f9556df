//! Replays recorded answers of the API server about CustomResourceDefinitions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod verdict_support;

use verdict_support::{Bars, Table};

#[test]
fn definitions_are_judged_as_the_server_does() {
    let table = Table::of(include_str!("../fixtures/verdict/definitions.jsonl"));
    table.hold(&Bars {
        verdicts: 5,
        fields: 30,
        texts: 1000,
        changes: 0,
    });
    let refused = table.rows["all"].refused;
    assert!(refused > 400, "{refused}");
}
