//! Prints, for each kind, how the library's verdicts agree with those that the
//! API server gave for generated cases: whether it accepts, on refusals whether
//! the errors are of the same types at the same fields, and whether their texts
//! are the same too; on accepted ones, whether the warnings are.
//!
//! ```sh
//! cd tests/oracle/verdict && go run . record -messages -seed 7 -count 20000 > cases.jsonl
//! cargo run --profile fast --example verdict_table -- cases.jsonl [differences|messages|warnings]
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs
)]

#[path = "../tests/verdict_support/mod.rs"]
mod verdict_support;

use std::collections::{BTreeMap, BTreeSet};
use verdict_support::{Case, Said};

#[derive(Default)]
struct Row {
    cases: usize,
    skipped: usize,
    agreed: usize,
    refused: usize,
    equal: usize,
    texts: usize,
    equal_texts: usize,
    warned: usize,
    equal_warnings: usize,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("the path of recorded cases");
    let shown = arguments.next().unwrap_or_default();
    let text = std::fs::read_to_string(path).expect("readable cases");
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for case in verdict_support::cases(&text) {
        let row = rows.entry(case.kind.clone()).or_default();
        match verdict_support::verdict(&case.object, case.minor) {
            Some(said) if !case.undecided => row.count(&case, &said, &shown),
            _ => row.skipped += 1,
        }
    }
    println!(
        "{:<34}{:>7}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>8}",
        "kind", "cases", "agree", "refused", "equal", "texts", "warned", "equal", "passed"
    );
    let mut all = Row::default();
    for (kind, row) in &rows {
        row.print(kind);
        all.add(row);
    }
    all.print("all");
}

impl Row {
    fn count(&mut self, case: &Case, said: &Said, shown: &str) {
        self.cases += 1;
        let agreed = said.errors.is_empty() == case.errors.is_empty();
        self.agreed += usize::from(agreed);
        let equal = said.errors == case.errors;
        if !case.errors.is_empty() {
            self.refused += 1;
            self.equal += usize::from(equal);
        }
        if shown == "differences" && !equal {
            let mark = if agreed { "" } else { "!! " };
            print_difference(mark, case, &case.errors, &said.errors);
        }
        if !case.messages.is_empty() && equal {
            self.texts += 1;
            let same = case.messages == said.messages;
            self.equal_texts += usize::from(same);
            if shown == "messages" && !same {
                print_difference("", case, &case.messages, &said.messages);
            }
        }
        if case.errors.is_empty()
            && agreed
            && !(case.warnings.is_empty() && said.warnings.is_empty())
        {
            self.warned += 1;
            let same = case.warnings == said.warnings;
            self.equal_warnings += usize::from(same);
            if shown == "warnings" && !same {
                print_difference("", case, &case.warnings, &said.warnings);
            }
        }
    }

    fn add(&mut self, row: &Row) {
        self.cases += row.cases;
        self.skipped += row.skipped;
        self.agreed += row.agreed;
        self.refused += row.refused;
        self.equal += row.equal;
        self.texts += row.texts;
        self.equal_texts += row.equal_texts;
        self.warned += row.warned;
        self.equal_warnings += row.equal_warnings;
    }

    fn print(&self, kind: &str) {
        println!(
            "{kind:<34}{:>7}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>8}",
            self.cases,
            percent(self.agreed, self.cases),
            self.refused,
            percent(self.equal, self.refused),
            percent(self.equal_texts, self.texts),
            self.warned,
            percent(self.equal_warnings, self.warned),
            self.skipped
        );
    }
}

fn print_difference(mark: &str, case: &Case, server: &BTreeSet<String>, here: &BTreeSet<String>) {
    let missing: Vec<_> = server.difference(here).collect();
    let extra: Vec<_> = here.difference(server).collect();
    println!(
        "{mark}{} missing {missing:?} extra {extra:?} {}",
        case.base, case.steps
    );
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    format!("{:.2}%", 100.0 * part as f64 / whole as f64)
}
