//! Replays recorded answers of the API server about expressions: the rules of
//! definitions, by their types and by their cost, and those of admission policies.

use crate::verdict_support::table::Table;
use crate::{known, recorded};

#[test]
fn expressions_are_judged_as_the_server_does() {
    let recorded = &recorded::read("verdict/expressions.jsonl");
    replay(recorded, 800, "verdict/expressions.differences");
}

#[test]
fn older_releases_have_fewer_functions() {
    let recorded = &recorded::read("verdict/expressions-1.34.jsonl");
    replay(recorded, 300, "verdict/expressions-1.34.differences");
}

/// What may differ are words: after a mistake in reading, the server guesses on.
fn replay(recorded: &str, count: usize, known: &str) {
    let table = Table::of(recorded);
    let all = &table.rows["all"];
    assert!(
        all.cases == count && all.refused * 2 > count,
        "{}",
        all.refused
    );
    known::hold_table(known, &table);
}
