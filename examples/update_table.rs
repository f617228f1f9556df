//! Prints, for each kind, how the library's verdicts on updates agree with those
//! that the API server gave for generated pairs of objects:
//!
//! ```sh
//! cd tests/oracle/verdict && go run . record-update -seed 7 -count 20000 > updates.jsonl
//! cargo run --profile fast --example update_table -- updates.jsonl [--differences]
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs
)]

#[path = "../tests/update_support/mod.rs"]
mod update_support;

use std::collections::BTreeMap;
use update_support::{Answer, Case};

#[derive(Default)]
struct Row {
    cases: usize,
    passed: usize,
    agreed: usize,
    refused: usize,
    equal: usize,
    accepted: usize,
    changes: usize,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("the path of recorded cases");
    let differences = arguments.any(|it| it == "--differences");
    let text = std::fs::read_to_string(path).expect("readable cases");
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for case in update_support::cases(&text) {
        let said = update_support::answer(&case).filter(|_| !case.undecided);
        let names = [case.kind.clone(), "all".to_owned()];
        for name in names {
            count(rows.entry(name).or_default(), &case, said.as_ref());
        }
        if let Some(said) = said.filter(|_| differences) {
            show(&case, &said);
        }
    }
    println!(
        "{:<26}{:>7}{:>9}{:>9}{:>9}{:>9}{:>8}",
        "kind", "cases", "agree", "refused", "equal", "change", "passed"
    );
    let percent = |part: usize, whole: usize| match whole {
        0 => 100.0,
        _ => 100.0 * part as f64 / whole as f64,
    };
    for (kind, row) in &rows {
        println!(
            "{kind:<26}{:>7}{:>8.2}%{:>9}{:>8.2}%{:>8.2}%{:>8}",
            row.cases,
            percent(row.agreed, row.cases),
            row.refused,
            percent(row.equal, row.refused),
            percent(row.changes, row.accepted),
            row.passed
        );
    }
}

fn count(row: &mut Row, case: &Case, said: Option<&Answer>) {
    let Some(said) = said else {
        row.passed += 1;
        return;
    };
    row.cases += 1;
    row.agreed += usize::from(said.errors.is_empty() == case.errors.is_empty());
    if case.errors.is_empty() {
        row.accepted += 1;
        row.changes += usize::from(said.change == case.change);
    } else {
        row.refused += 1;
        row.equal += usize::from(said.errors.keys().eq(&case.errors));
    }
}

fn show(case: &Case, said: &Answer) {
    let missing = case.errors.iter();
    let missing: Vec<_> = missing
        .filter(|it| !said.errors.contains_key(*it))
        .collect();
    let extra = said.errors.keys();
    let extra: Vec<_> = extra.filter(|it| !case.errors.contains(*it)).collect();
    if !missing.is_empty() || !extra.is_empty() {
        let agreed = said.errors.is_empty() == case.errors.is_empty();
        println!(
            "{}{} missing {missing:?} extra {extra:?} {}",
            if agreed { "" } else { "!! " },
            case.base,
            case.steps
        );
    } else if case.errors.is_empty() && said.change != case.change {
        println!(
            "~~ {} {} and not {} {:?} {}",
            case.base, case.change, said.change, said.paths, case.steps
        );
    }
}
