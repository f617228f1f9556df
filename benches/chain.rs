//! From bytes to findings against the bare event parser, on one thread.
//!
//! `cargo bench --bench chain` prints criterion's figures for each part over
//! the shared corpus (`PLIMSOLL_CORPUS`, a folder of manifests) where it is at
//! hand, else over the project's own fixtures; the ratio of `check` to
//! `events` is the one that matters. `parse_validate` parses and says all that the
//! API has to say of objects, `parse_api` the part of it that the server has in
//! code, which is to add at most a quarter to `parse`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll::catalog::Catalog;
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::parse;
use plimsoll::resolve::{Resource, Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("PLIMSOLL_CORPUS").map_or(root.join("fixtures"), PathBuf::from);
    let mut waiting = vec![folder];
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|it| it.to_str());
            if path.is_dir() {
                waiting.push(path);
            } else if matches!(extension, Some("yaml" | "yml" | "json")) {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).ok()?;
        Some(Source::new(path.to_string_lossy(), text))
    };
    files.iter().filter_map(read).collect()
}

/// Parses each source and hands on its objects, as the engine does: nothing that
/// was parsed is far away in memory when it is looked at.
fn each_object(sources: &[Source], mut look: impl FnMut(&Resource<'_>)) {
    for source in sources {
        for document in &parse::parse(source, 0).documents {
            let found = resources(document, "default", |_, _| Scope::Namespaced);
            found.iter().for_each(&mut look);
        }
    }
}

/// The bare event parser: documents split at `---`, events counted, nothing kept.
fn events(source: &Source) -> usize {
    let mut count = 0;
    for chunk in source.text().split("\n---") {
        count += granit_parser::Parser::new_from_str(chunk)
            .take_while(Result::is_ok)
            .count();
    }
    count
}

fn chain(criterion: &mut Criterion) {
    let sources = sources();
    let bytes: usize = sources.iter().map(|source| source.text().len()).sum();
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let engine = Engine::new(Config::default());
    let mut group = criterion.benchmark_group("chain");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.sample_size(10);
    group.warm_up_time(Duration::from_secs(1));
    group.bench_function("events", |bench| {
        bench.iter(|| sources.iter().map(events).sum::<usize>());
    });
    group.bench_function("parse", |bench| {
        bench.iter(|| {
            for source in &sources {
                black_box(parse::parse(source, 0));
            }
        });
    });
    let catalog = Catalog::builtin();
    let minor = catalog.newest();
    group.bench_function("parse_validate", |bench| {
        bench.iter(|| {
            let mut found = Vec::new();
            each_object(&sources, |object| {
                validate::check(&catalog, minor, object, &mut found);
            });
            found.len()
        });
    });
    group.bench_function("parse_api", |bench| {
        bench.iter(|| {
            let mut found = Vec::new();
            each_object(&sources, |object| {
                black_box(validate::create(object, minor, &mut found));
            });
            found.len()
        });
    });
    group.bench_function("check", |bench| {
        bench.iter(|| one.install(|| engine.check(&sources)));
    });
    group.finish();
}

criterion_group!(benches, chain);
criterion_main!(benches);
