//! Replays recorded answers of the API server to updates: the same ones are refused,
//! at the same fields, for the same reasons, and the same ones change anything.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod update_support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Cases of a kind in which accepting and refusing may differ, in parts of a thousand.
const DIFFERENT_VERDICTS: usize = 5;
/// Refusals in which the fields may differ, in parts of a thousand, over all kinds.
const DIFFERENT_FIELDS: usize = 10;
/// Cases in which it may differ what changes, in parts of a thousand, over all kinds.
const DIFFERENT_CHANGES: usize = 5;

#[test]
fn updates_are_judged_as_the_server_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/verdict/updates.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut refused, mut unequal, mut compared, mut changed) = (0, 0, 0, 0);
    let mut shown = String::new();
    for case in update_support::cases(&text) {
        if case.undecided {
            continue;
        }
        let Some(said) = update_support::answer(&case) else {
            continue;
        };
        let count = kinds.entry(case.kind.clone()).or_default();
        count.0 += 1;
        count.1 += usize::from(said.errors.is_empty() != case.errors.is_empty());
        refused += usize::from(!case.errors.is_empty());
        if !said.errors.keys().eq(&case.errors) {
            unequal += 1;
            let fields: Vec<_> = said.errors.keys().collect();
            let _ = writeln!(
                shown,
                "{} {}\n  server {:?}\n  here   {fields:?}",
                case.base, case.steps, case.errors
            );
        }
        if case.errors.is_empty() {
            compared += 1;
            if said.change != case.change {
                changed += 1;
                let paths = &said.paths;
                let _ = writeln!(shown, "{} {} {paths:?}", case.base, case.change);
            }
        }
    }
    let bad: Vec<_> = kinds
        .iter()
        .filter(|(_, (all, wrong))| wrong * 1000 > all * DIFFERENT_VERDICTS)
        .collect();
    assert!(bad.is_empty(), "too many other verdicts: {bad:?}\n{shown}");
    assert!(
        unequal * 1000 <= refused * DIFFERENT_FIELDS,
        "{unequal} of {refused}\n{shown}"
    );
    assert!(
        changed * 1000 <= compared * DIFFERENT_CHANGES,
        "{changed} of {compared}\n{shown}"
    );
    assert!(kinds.len() > 30, "{} kinds", kinds.len());
}
