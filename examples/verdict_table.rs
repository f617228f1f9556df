//! Prints, for each kind, how the library's verdicts agree with those that the
//! API server gave for generated cases:
//!
//! ```sh
//! cd tests/oracle/verdict && go run . record -seed 7 -count 20000 > cases.jsonl
//! cargo run --profile fast --example verdict_table -- cases.jsonl [--differences]
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs
)]

#[path = "../tests/verdict_support/mod.rs"]
mod verdict_support;

use std::collections::BTreeMap;

#[derive(Default)]
struct Row {
    cases: usize,
    skipped: usize,
    agreed: usize,
    refused: usize,
    equal: usize,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("the path of recorded cases");
    let differences = arguments.any(|it| it == "--differences");
    let text = std::fs::read_to_string(path).expect("readable cases");
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for case in verdict_support::cases(&text) {
        let row = rows.entry(case.kind.clone()).or_default();
        if case.undecided {
            row.skipped += 1;
            continue;
        }
        let Some(said) = verdict_support::verdict(&case.object) else {
            row.skipped += 1;
            continue;
        };
        row.cases += 1;
        let agreed = said.is_empty() == case.errors.is_empty();
        row.agreed += usize::from(agreed);
        let equal = said.keys().eq(&case.errors);
        if !case.errors.is_empty() {
            row.refused += 1;
            row.equal += usize::from(equal);
        }
        if differences && !equal {
            let missing: Vec<_> = case
                .errors
                .iter()
                .filter(|it| !said.contains_key(*it))
                .collect();
            let extra: Vec<_> = said
                .keys()
                .filter(|it| !case.errors.contains(*it))
                .collect();
            println!(
                "{}{} missing {missing:?} extra {extra:?} {}",
                if agreed { "" } else { "!! " },
                case.base,
                case.steps
            );
        }
    }
    let percent = |part: usize, whole: usize| {
        if whole == 0 {
            100.0
        } else {
            100.0 * part as f64 / whole as f64
        }
    };
    println!(
        "{:<26}{:>7}{:>9}{:>9}{:>9}{:>8}",
        "kind", "cases", "agree", "refused", "equal", "passed"
    );
    let mut all = Row::default();
    for (kind, row) in &rows {
        print_row(kind, row, percent);
        all.cases += row.cases;
        all.skipped += row.skipped;
        all.agreed += row.agreed;
        all.refused += row.refused;
        all.equal += row.equal;
    }
    print_row("all", &all, percent);
}

fn print_row(kind: &str, row: &Row, percent: impl Fn(usize, usize) -> f64) {
    println!(
        "{kind:<26}{:>7}{:>8.2}%{:>9}{:>8.2}%{:>8}",
        row.cases,
        percent(row.agreed, row.cases),
        row.refused,
        percent(row.equal, row.refused),
        row.skipped
    );
}
