//! Replays recorded answers of the API server: for generated objects of each
//! kind, the same ones are refused, at the same fields, for the same reasons.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod verdict_support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Kinds of which the library judges no more than what all kinds have in common.
const IN_PART: [&str; 5] = [
    "DeviceClass",
    "PodGroup",
    "ResourceClaim",
    "ResourceClaimTemplate",
    "Workload",
];
/// Cases of a kind in which accepting and refusing may differ, in parts of a thousand.
const DIFFERENT_VERDICTS: usize = 5;
/// Cases with the same verdict in which a message or a warning may differ, in parts
/// of a thousand, over all kinds.
const DIFFERENT_TEXTS: usize = 10;
/// Refusals in which the fields may differ, in parts of a thousand, over all kinds.
const DIFFERENT_FIELDS: usize = 10;

#[test]
fn verdicts_are_those_of_the_server() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/verdict/cases.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut refused, mut unequal) = (0, 0);
    let (mut told, mut otherwise) = (0, 0);
    let mut left: BTreeSet<String> = BTreeSet::new();
    let mut shown = String::new();
    for case in verdict_support::cases(&text) {
        if case.undecided {
            continue;
        }
        let Some(said) = verdict_support::verdict(&case.object, case.minor) else {
            left.insert(case.kind);
            continue;
        };
        let count = kinds.entry(case.kind.clone()).or_default();
        count.0 += 1;
        count.1 += usize::from(said.errors.is_empty() != case.errors.is_empty());
        refused += usize::from(!case.errors.is_empty());
        if said.errors == case.errors {
            told += 1;
            let same = said.messages == case.messages && said.warnings == case.warnings;
            otherwise += usize::from(!same);
        } else {
            unequal += 1;
            let fields = &said.errors;
            let _ = writeln!(
                shown,
                "{} {}\n  server {:?}\n  here   {fields:?}",
                case.base, case.steps, case.errors
            );
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
        otherwise * 1000 <= told * DIFFERENT_TEXTS,
        "{otherwise} of {told} are told in other words"
    );
    assert!(left.iter().all(|it| IN_PART.contains(&&**it)), "{left:?}");
    assert!(kinds.len() > 50, "{} kinds", kinds.len());
}
