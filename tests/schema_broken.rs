//! Files with one mistake each, in the shape of an object: every one is reported
//! once, under the right name and on the right line.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods
)]

use plimsoll::catalog::Catalog;
use plimsoll::finding::Finding;
use plimsoll::parse;
use plimsoll::resolve::{Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate;
use std::path::{Path, PathBuf};

fn check(source: &Source) -> Vec<Finding> {
    let catalog = Catalog::builtin();
    let mut found = Vec::new();
    for document in parse::parse(source, 0).documents {
        found.extend(validate::check_identity(&catalog, &document));
        for resource in resources(&document, "default", |_, _| Scope::Namespaced) {
            validate::check(&catalog, catalog.newest(), &resource, &mut found);
        }
    }
    found
}

#[test]
fn show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared =
        std::env::var_os("PLIMSOLL_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let mut files: Vec<PathBuf> = std::fs::read_dir(shared.join("corpus/broken"))
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let source = Source::new(file.file_name().unwrap().to_str().unwrap(), text.as_str());
        println!("{}: {}", source.name(), text.lines().next().unwrap());
        for finding in check(&source) {
            let line = source.position(finding.place.span.start).line;
            println!(
                "      {line}: {}: {} | {:?} | {:?} | fix {:?}",
                finding.rule,
                finding.message,
                finding.help,
                finding.field,
                finding.fix.map(|it| (it.safe, it.edits[0].text.clone()))
            );
        }
    }
}
