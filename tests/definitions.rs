//! Replays recorded answers of the API server about CustomResourceDefinitions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

#[allow(dead_code, reason = "other tests use the rest")]
mod verdict_support;

use std::fmt::Write as _;
use std::path::Path;

/// Cases of a thousand in which accepting and refusing may differ, and refusals of
/// a thousand in which the fields may.
const DIFFERENT: (usize, usize) = (5, 30);

#[test]
fn definitions_are_judged_as_the_server_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/verdict/definitions.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let (mut all, mut wrong, mut refused, mut unequal) = (0, 0, 0, 0);
    let mut shown = String::new();
    for case in verdict_support::cases(&text) {
        if case.undecided {
            continue;
        }
        let said =
            verdict_support::verdict(&case.object, case.minor).expect("definitions are judged");
        all += 1;
        let is_refused = !case.errors.is_empty();
        let agrees = is_refused != said.errors.is_empty();
        refused += usize::from(is_refused);
        wrong += usize::from(!agrees);
        if said.errors != case.errors {
            unequal += usize::from(is_refused);
            let _ = writeln!(
                shown,
                "{}\n  {:?}\n  {:?}",
                case.steps, case.errors, said.errors
            );
        }
    }
    assert!(refused > 400, "{refused}");
    assert!(
        wrong * 1000 <= all * DIFFERENT.0,
        "{wrong} of {all}\n{shown}"
    );
    assert!(
        unequal * 1000 <= refused * DIFFERENT.1,
        "{unequal} of {refused}\n{shown}"
    );
}
