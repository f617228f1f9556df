//! Compares plimsoll with what the real Kubernetes answered: each command reads
//! what a program beside this one recorded, and prints where the two differ.
//!
//! ```sh
//! cargo run --profile fast -p oracle -- verdict cases.jsonl
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a developer's program stops at the first thing that it cannot read"
)]

mod corpus;
mod custom;
mod custom_corpus;
mod json_schema;
mod pod_security;
mod simulate;
mod verdict;

#[path = "../../../it/custom_support/mod.rs"]
mod custom_support;
#[path = "../../../it/json_schema_support/mod.rs"]
mod json_schema_support;
#[path = "../../../it/pod_security_support/mod.rs"]
mod pod_security_support;
#[path = "../../../it/simulate_support/mod.rs"]
mod simulate_support;
#[path = "../../../it/verdict_support/mod.rs"]
mod verdict_support;

use std::process::ExitCode;

/// A command, its arguments, and what it runs.
type Command = (&'static str, &'static str, fn(&[String]));

const COMMANDS: [Command; 7] = [
    ("corpus", "VERDICTS", corpus::run),
    ("custom", "CASES [--differences]", custom::run),
    ("custom-corpus", "VERDICTS FOLDER", custom_corpus::run),
    ("json-schema", "CASES", json_schema::run),
    ("pod-security", "CASES", pod_security::run),
    ("simulate", "SCENARIOS... [--differences]", simulate::run),
    ("verdict", "CASES [--differences]", verdict::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = arguments.first().map(String::as_str);
    let found = COMMANDS.iter().find(|(name, ..)| Some(*name) == command);
    if let Some((_, _, run)) = found
        && arguments.len() > 1
    {
        run(&arguments[1..]);
        return ExitCode::SUCCESS;
    }
    for (name, arguments, _) in COMMANDS {
        println!("oracle {name} {arguments}");
    }
    ExitCode::from(2)
}
