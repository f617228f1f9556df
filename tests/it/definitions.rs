//! Replays recorded answers of the API server about CustomResourceDefinitions.

use crate::verdict_support::table::Table;
use crate::{known, recorded};

#[test]
fn definitions_are_judged_as_the_server_does() {
    let table = Table::of(&recorded::read("verdict/definitions.jsonl"));
    let refused = table.rows["all"].refused;
    assert!(refused > 400, "{refused}");
    known::hold_table("verdict/definitions.differences", &table);
}
