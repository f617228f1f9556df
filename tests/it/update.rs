//! Replays recorded answers of the API server to updates: the same ones are refused,
//! at the same fields, for the same reasons, and the same ones change anything. Where
//! the server's message shows the difference or all of a template, the finding points
//! at what differs instead; the lists hold each such case.

use crate::verdict_support::table::Table;
use crate::{known, recorded};

#[test]
fn updates_are_judged_as_the_server_does() {
    let recorded = &recorded::read("verdict/updates.jsonl");
    replay(recorded, "verdict/updates.differences");
}

/// Releases differ in what may change, and in what they drop.
#[test]
fn updates_are_judged_as_an_older_server_does() {
    let recorded = &recorded::read("verdict/updates-1.34.jsonl");
    replay(recorded, "verdict/updates-1.34.differences");
}

fn replay(recorded: &str, known: &str) {
    let table = Table::of(recorded);
    assert!(table.rows.len() > 60, "{} kinds", table.rows.len());
    known::hold_table(known, &table);
}
