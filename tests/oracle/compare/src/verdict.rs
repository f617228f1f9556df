//! Prints, for each kind, how the library's verdicts agree with those that the
//! API server gave for generated cases: whether it accepts, on refusals whether
//! the errors are of the same types at the same fields, and whether their texts
//! are the same too; on accepted ones, whether the warnings are, or for updates,
//! whether the same changes. The minor is that of the server.
//!
//! ```sh
//! cd tests/oracle/verdict
//! go run . record -messages -seed 7 -count 20000 > cases.jsonl
//! go run . record-update -messages -seed 7 -count 20000 > updates.jsonl
//! go run . record-expressions -messages -seed 7 -count 5000 > expressions.jsonl
//! go run -modfile=go-1.34.mod -tags minor134 . record -messages -seed 7 -count 20000 > cases-1.34.jsonl
//! cd ../../..
//! cargo run --profile fast -p oracle -- verdict cases.jsonl [--differences]
//! ```

use crate::verdict_support::table::{Row, Table};

pub(crate) fn run(arguments: &[String]) {
    let path = &arguments[0];
    let text = std::fs::read_to_string(path).expect("readable cases");
    let table = Table::of(&text);
    if arguments.iter().any(|it| it == "--differences") {
        for it in &table.differences {
            println!("{} {:?}: {} {}", it.case, it.part, it.said, it.steps);
        }
    }
    let heads = [
        "cases", "agree", "refused", "equal", "texts", "warned", "equal", "updated", "change",
        "passed",
    ];
    print_line("kind", &heads.map(str::to_owned));
    for (kind, row) in &table.rows {
        print_line(kind, &cells(row));
    }
    println!("not judged: {:?}", table.left());
}

fn cells(row: &Row) -> [String; 10] {
    [
        row.cases.to_string(),
        percent(row.agreed, row.cases),
        row.refused.to_string(),
        percent(row.equal, row.refused),
        percent(row.equal_texts, row.texts),
        row.warned.to_string(),
        percent(row.equal_warnings, row.warned),
        row.updated.to_string(),
        percent(row.equal_changes, row.updated),
        row.passed.to_string(),
    ]
}

fn print_line(kind: &str, cells: &[String]) {
    let cells: String = cells.iter().map(|it| format!("{it:>9}")).collect();
    println!("{kind:<34}{cells}");
}

/// A part of a whole as text; of nothing, a dash.
fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    format!("{:.2}%", 100.0 * part as f64 / whole as f64)
}
