//! Holds `docs/concepts.md` to what there is: every rule, command and flag that it
//! names exists, and every row says something.

use clap::CommandFactory;
use plimsoll::cli::args::Cli;
use plimsoll::rules;

const PAGE: &str = include_str!("../../docs/concepts.md");

/// The rows of the table: its cells.
fn rows() -> Vec<Vec<&'static str>> {
    let lines = PAGE.lines().filter(|line| line.starts_with("| "));
    let cells = |line: &'static str| {
        let line = line.trim_start_matches('|').trim_end_matches('|');
        line.split('|').map(str::trim).collect::<Vec<_>>()
    };
    lines.skip(1).map(cells).collect()
}

/// What stands between backticks.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_rule_of_the_table_exists() {
    for row in rows() {
        for name in row[1..3].iter().flat_map(|cell| code(cell)) {
            assert!(
                rules::index_of(name).is_some(),
                "{}: no rule `{name}`",
                row[0]
            );
        }
    }
}

#[test]
fn every_command_of_the_table_exists() {
    let commands = Cli::command();
    for row in rows() {
        for text in code(row[3]) {
            let mut words = text.split(' ');
            assert_eq!(words.next(), Some("plimsoll"), "{}: `{text}`", row[0]);
            let name = words.next().unwrap();
            let command = commands.find_subcommand(name);
            let command = command.unwrap_or_else(|| panic!("{}: no command `{name}`", row[0]));
            for flag in words.map(|word| word.trim_start_matches("--")) {
                let known = command
                    .get_arguments()
                    .any(|it| it.get_long() == Some(flag));
                assert!(known, "{}: `{name}` has no flag --{flag}", row[0]);
            }
        }
    }
}

#[test]
fn every_concept_has_four_cells_and_says_something() {
    let rows = rows();
    assert!(rows.len() > 40, "{} rows", rows.len());
    for row in rows {
        assert_eq!(row.len(), 4, "{row:?}");
        let says = row[1..].iter().any(|cell| !cell.is_empty());
        assert!(!row[0].is_empty() && says, "{row:?}");
    }
}
