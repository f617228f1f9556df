//! Prints the documents of a corpus that the server accepts and the library
//! refuses, from the lines that the oracle printed for its folder:
//!
//! ```sh
//! cd tests/oracle/verdict && go run . FOLDER > verdicts.jsonl
//! cargo run --profile fast --example verdict_corpus -- verdicts.jsonl
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs
)]

use plimsoll::catalog::Minor;
use plimsoll::parse;
use plimsoll::resolve::{Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate::api;
use serde_json::Value;
use std::collections::BTreeMap;

fn main() {
    let path = std::env::args().nth(1).expect("the path of verdicts");
    let text = std::fs::read_to_string(path).expect("readable verdicts");
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in text.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let file = line["file"].as_str().unwrap_or_default().to_owned();
        files.entry(file).or_default().push(line);
    }
    let (mut accepted, mut refused, mut missed, mut wrong) = (0, 0, 0, 0);
    for (file, lines) in files {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let parsed = parse::parse(&Source::new(file.as_str(), text), 0);
        for line in lines {
            let index = line["document"].as_u64().unwrap_or_default();
            let mut documents = parsed.documents.iter();
            let Some(document) = documents.find(|it| u64::from(it.index()) == index) else {
                continue;
            };
            let found = resources(document, "default", |_, _| Scope::Namespaced);
            let [resource] = found.as_slice() else {
                continue;
            };
            let named = format!("{}/{}", resource.api_version, resource.kind);
            if line["kind"] != named.as_str() {
                continue;
            }
            let mut findings = Vec::new();
            if api::create(resource, Minor::new(37), &mut findings) != Some(api::Extent::Whole) {
                continue;
            }
            if line["accepted"] == true {
                accepted += 1;
                wrong += usize::from(!findings.is_empty());
                for finding in findings {
                    let field = finding.field.unwrap_or_default();
                    println!("{file}#{index} {named} {field}: {}", finding.message);
                }
            } else if line["errors"].to_string().contains("FieldValue") {
                refused += 1;
                missed += usize::from(findings.is_empty());
                if findings.is_empty() {
                    println!("{file}#{index} {named} not refused: {}", line["errors"]);
                }
            }
        }
    }
    println!(
        "{accepted} accepted, {wrong} of them refused here; {refused} refused, {missed} of them accepted here"
    );
}
