//! All integration tests in one program: they compile and link once, and run side by side.
//! A module is a topic; `cargo test --test it tidy::` runs one of them.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and reads its fixtures from disk"
)]

mod binary;
mod cli_check;
mod cli_diff;
mod cli_examples;
mod cli_fix;
mod cli_git;
mod cli_walk;
mod concepts;
mod custom;
mod custom_cli;
mod custom_support;
mod definitions;
mod diff_advice;
mod diff_properties;
mod expressions;
mod fixes;
mod fixtures;
mod formats_full;
mod formats_machine;
mod helps;
mod hostile;
mod identity;
mod json_schema;
mod json_schema_support;
mod known;
mod kustomizations;
mod lsp_client;
mod lsp_documents;
mod lsp_features;
mod lsp_protocol;
mod lsp_stdio;
mod outputs;
mod parse_basics;
mod parse_known_differences;
mod parse_mistakes;
mod parse_oracle;
mod parse_properties;
mod parse_spans;
mod parse_support;
mod parse_torture;
mod patches;
mod placeholders;
mod pod_security;
mod pod_security_support;
mod ranges;
mod readme;
mod recorded;
mod report_support;
mod rules;
mod schema_broken;
mod schema_oracle;
mod sets;
mod shared;
mod simulate_bounds;
mod simulate_corpus;
mod simulate_fit;
mod simulate_page;
mod simulate_replay;
mod simulate_support;
mod support;
mod tidy;
mod update;
mod values;
mod verdict;
mod verdict_support;
