//! What the checks that the API server has in code add to parsing, on one thread.
//!
//! `cargo bench --bench validation` reads each file in turn without and with them, in
//! several rounds, and sums up the least time of each: what else the machine does is
//! cut off, which two figures taken one after the other cannot promise. The files are
//! those of `PLIMSOLL_CORPUS`, else the project's fixtures.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_docs
)]

use plimsoll::catalog::Catalog;
use plimsoll::parse;
use plimsoll::resolve::{Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const ROUNDS: usize = 10;

fn sources(folder: PathBuf) -> Vec<Source> {
    let mut waiting = vec![folder];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|it| it.to_str());
            if path.is_dir() {
                waiting.push(path);
            } else if matches!(extension, Some("yaml" | "yml" | "json"))
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                found.push(Source::new(path.to_string_lossy(), text));
            }
        }
    }
    found
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn main() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folder = std::env::var_os("PLIMSOLL_CORPUS").map_or(fixtures, PathBuf::from);
    let sources = sources(folder);
    let minor = Catalog::builtin().newest();
    let mut least = vec![[Duration::MAX; 2]; sources.len()];
    for _ in 0..ROUNDS {
        for (source, [parsing, both]) in sources.iter().zip(&mut least) {
            *parsing = timed(|| drop(black_box(parse::parse(source, 0)))).min(*parsing);
            let with_checks = timed(|| {
                let mut found = Vec::new();
                for document in &parse::parse(source, 0).documents {
                    for object in &resources(document, "default", |_, _| Scope::Namespaced) {
                        black_box(validate::create(object, minor, &mut found));
                    }
                }
            });
            *both = with_checks.min(*both);
        }
    }
    let sum = |which: usize| -> f64 { least.iter().map(|it| it[which].as_secs_f64()).sum() };
    let (parsing, both) = (sum(0), sum(1));
    println!("files            {:>9}", sources.len());
    println!("parsing          {:>9.1} ms", parsing * 1e3);
    println!("with the checks  {:>9.1} ms", both * 1e3);
    println!("they add         {:>9.1} %", (both / parsing - 1.0) * 1e2);
}
