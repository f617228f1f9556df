//! Replays recorded answers of the API server about expressions: the rules of
//! definitions, by their types and by their cost, and those of admission policies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod verdict_support;

use std::fmt::Write as _;
use std::path::Path;

/// Refusals of a thousand in which the types and fields of the errors may differ,
/// and in which their words may: after a mistake in reading, the server guesses on.
const DIFFERENT: (usize, usize) = (0, 30);

#[test]
fn expressions_are_judged_as_the_server_does() {
    replay("expressions.jsonl", 800);
}

#[test]
fn older_releases_have_fewer_functions() {
    replay("expressions-1.34.jsonl", 300);
}

fn replay(name: &str, count: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/verdict");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let (mut all, mut refused, mut unequal, mut otherwise) = (0, 0, 0, 0);
    let (mut wrong, mut shown) = (String::new(), String::new());
    for case in verdict_support::cases(&text) {
        let said = verdict_support::answer(&case).expect("kinds are judged");
        all += 1;
        let is_refused = !case.errors.is_empty();
        if is_refused == said.errors.is_empty() {
            let _ = writeln!(wrong, "{}\n  {:?}", case.steps, case.messages);
        }
        refused += usize::from(is_refused);
        if said.errors != case.errors {
            unequal += usize::from(is_refused);
            let _ = writeln!(shown, "{}\n  {:?}", case.steps, case.messages);
        } else if said.messages != case.messages {
            otherwise += 1;
        }
    }
    assert!(wrong.is_empty(), "accepted or refused otherwise:\n{wrong}");
    assert!(all == count && refused * 2 > all, "{refused} of {all}");
    assert!(
        unequal * 1000 <= refused * DIFFERENT.0,
        "{unequal} of {refused}\n{shown}"
    );
    assert!(
        otherwise * 1000 <= refused * DIFFERENT.1,
        "{otherwise} of {refused}"
    );
}
