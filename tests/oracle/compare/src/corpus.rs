//! Compares the library's verdicts and warnings with the server's over a corpus,
//! from the lines that the oracle printed for its folder, and prints where they
//! differ:
//!
//! ```sh
//! cd tests/oracle/verdict && go run . FOLDER > verdicts.jsonl
//! cargo run --profile fast -p oracle -- corpus verdicts.jsonl
//! ```

use plimsoll::catalog::{Catalog, Minor};
use plimsoll::finding::Finding;
use plimsoll::parse::{self, Document};
use plimsoll::resolve::{Resource, Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
struct Count {
    accepted: usize,
    wrongly: usize,
    refused: usize,
    missed: usize,
    warned: usize,
    otherwise: usize,
}

pub(crate) fn run(arguments: &[String]) {
    let path = &arguments[0];
    let text = std::fs::read_to_string(path).expect("readable verdicts");
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in text.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let file = line["file"].as_str().unwrap_or_default().to_owned();
        files.entry(file).or_default().push(line);
    }
    let catalog = Catalog::builtin();
    let mut count = Count::default();
    for (file, lines) in files {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let parsed = parse::parse(&Source::new(file.as_str(), text), 0);
        for line in lines.iter().filter(|it| it["unknown"] != true) {
            let index = line["document"].as_u64().unwrap_or_default();
            let mut documents = parsed.documents.iter();
            let document = documents.find(|it| u64::from(it.index()) == index);
            let Some(document) = document else { continue };
            let mut findings = parsed.findings.clone();
            findings.retain(|it| it.document == document.index());
            if said_of(&catalog, document, line, &mut findings) {
                count.line(&format!("{file}#{index}"), line, &findings);
            }
        }
    }
    println!(
        "{} accepted, {} of them refused here; {} refused, {} of them accepted here; {} with warnings, {} of them warned of otherwise here",
        count.accepted, count.wrongly, count.refused, count.missed, count.warned, count.otherwise
    );
}

/// Checks the object that a line is about; false where it is not the one object of
/// its document.
fn said_of(catalog: &Catalog, document: &Document, line: &Value, out: &mut Vec<Finding>) -> bool {
    let found = resources(document, "default", |version, kind| {
        let kind = catalog.kind_of(version, kind);
        match kind.and_then(|it| it.is_namespaced()) {
            Some(false) => Scope::Cluster,
            _ => Scope::Namespaced,
        }
    });
    let [resource] = found.as_slice() else {
        return false;
    };
    let Resource {
        api_version, kind, ..
    } = resource;
    if line["kind"] != format!("{api_version}/{kind}").as_str() {
        return false;
    }
    validate::check(catalog, Minor::new(37), resource, out);
    true
}

/// Whether findings of a rule say that the server refuses the object.
fn refuses(rule: &str) -> bool {
    !matches!(rule, "api-deprecated" | "feature-removed")
}

impl Count {
    fn line(&mut self, at: &str, line: &Value, findings: &[Finding]) {
        let (warnings, errors): (Vec<_>, Vec<_>) =
            findings.iter().partition(|it| it.rule == "api-warning");
        let errors: Vec<_> = errors.into_iter().filter(|it| refuses(it.rule)).collect();
        let kind = line["kind"].as_str().unwrap_or_default();
        if line["accepted"] != true {
            self.refused += 1;
            if errors.is_empty() {
                self.missed += 1;
                println!("{at} {kind} not refused: {}", line["errors"]);
            }
            return;
        }
        self.accepted += 1;
        self.wrongly += usize::from(!errors.is_empty());
        for finding in &errors {
            let field = finding.field.as_deref().unwrap_or_default();
            println!("{at} {kind} {} {field}: {}", finding.rule, finding.message);
        }
        let server = line["warnings"].as_array().into_iter().flatten();
        let server: BTreeSet<&str> = server.filter_map(Value::as_str).collect();
        let here: BTreeSet<&str> = warnings.iter().map(|it| it.message.as_str()).collect();
        self.warned += usize::from(!server.is_empty());
        if server != here {
            self.otherwise += 1;
            println!("{at} {kind} warned of {server:?}, here {here:?}");
        }
    }
}
