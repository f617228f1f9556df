//! Every block of the README is run: consoles print what it says, command lines are
//! understood, JSON is part of what a command prints, YAML can be read.
//! `PLIMSOLL_UPDATE=1 cargo test --test it readme::` writes the consoles.

use clap::Parser as _;
use plimsoll::cli::args::Cli;
use plimsoll::parse;
use plimsoll::source::Source;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// How a command line begins that runs plimsoll.
const NAMES: [&str; 2] = ["cargo run --release -- ", "plimsoll "];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// A fenced block with its language, and the line above it.
struct Block {
    language: String,
    above: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let (mut blocks, mut open, mut above) = (Vec::new(), None::<Block>, String::new());
    for line in text().lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block {
                    language: language.to_owned(),
                    above: above.clone(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.text += &format!("{line}\n"),
            (None, None) => line.clone_into(&mut above),
        }
    }
    blocks
}

fn of(language: &str) -> Vec<Block> {
    let found: Vec<_> = blocks()
        .into_iter()
        .filter(|it| it.language == language)
        .collect();
    assert!(!found.is_empty(), "no block of {language}");
    found
}

#[test]
fn every_block_is_of_a_language_that_is_run() {
    let known = ["console", "sh", "json", "yaml", "lua", "toml"];
    for block in blocks() {
        assert!(known.contains(&block.language.as_str()), "{}", block.text);
    }
}

#[test]
fn commands_in_the_readme_print_what_it_says() {
    let fresh = refreshed(&text());
    if std::env::var_os("PLIMSOLL_UPDATE").is_some() {
        std::fs::write(root().join("README.md"), &fresh).unwrap();
        return;
    }
    assert_eq!(
        text(),
        fresh,
        "PLIMSOLL_UPDATE=1 cargo test --test it readme::"
    );
}

/// `text` with every `console` block as it is now: its commands, and what they print.
fn refreshed(text: &str) -> String {
    let mut fresh = String::new();
    let mut is_console = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with("```") {
            is_console = line.trim_end() == "```console";
        }
        if !is_console || line.starts_with("```") {
            fresh.push_str(line);
        } else if let Some(command) = line.strip_prefix("$ ") {
            fresh.push_str(line);
            fresh.push_str(&printed(command.trim_end()));
        }
    }
    fresh
}

fn printed(command: &str) -> String {
    let arguments = NAMES.iter().find_map(|name| command.strip_prefix(name));
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(arguments.unwrap().split_whitespace())
        .current_dir(root())
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env_remove("PLIMSOLL_OUTPUT_FORMAT")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn command_lines_are_understood() {
    let workflows = of("yaml");
    let steps = workflows.iter().flat_map(|it| it.text.lines());
    let steps = steps.filter_map(|it| it.trim_start().strip_prefix("- run: "));
    let shells = of("sh");
    let shells = shells.iter().flat_map(|it| it.text.lines());
    let mut count = 0;
    for line in shells.chain(steps) {
        let line = line.split("  #").next().unwrap();
        let last = line.rsplit(" | ").next().unwrap();
        let Some(rest) = NAMES.iter().find_map(|name| last.strip_prefix(name)) else {
            continue;
        };
        let words = rest.split('"').enumerate().flat_map(|(at, part)| {
            let words: Vec<&str> = match at % 2 {
                0 => part.split_whitespace().collect(),
                _ => vec![part],
            };
            words
        });
        let parsed = Cli::try_parse_from(std::iter::once("plimsoll").chain(words));
        assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        count += 1;
    }
    assert!(count >= 15, "{count} command lines");
}

#[test]
fn json_is_part_of_what_is_printed() {
    for block in of("json") {
        let command = block.above.trim_start_matches("<!-- part of: ");
        let printed = printed(command.trim_end_matches(" -->"));
        let shown: Value = serde_json::from_str(&block.text).unwrap();
        let whole: Value = serde_json::from_str(&printed).unwrap();
        assert!(is_part(&shown, &whole), "{shown}\nof\n{whole}");
    }
}

/// Whether `whole` has at least the keys, and the first items, that `part` has.
fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|it| is_part(value, it))),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() <= whole.len() && part.iter().zip(whole).all(|(one, it)| is_part(one, it))
        }
        _ => part == whole,
    }
}

#[test]
fn yaml_can_be_read() {
    for block in of("yaml") {
        let parsed = parse::parse(&Source::new("a.yaml", block.text.as_str()), 0);
        assert_eq!(parsed.findings, [], "{}", block.text);
    }
}

/// A newcomer sees what it is, a run, and the two commands without scrolling far.
#[test]
fn the_first_forty_lines_are_for_newcomers() {
    let text = text();
    let head: Vec<&str> = text.lines().take(40).collect();
    for needed in ["$ plimsoll check", "cargo run --release", "cargo test"] {
        assert!(head.iter().any(|it| it.starts_with(needed)), "{needed}");
    }
}
