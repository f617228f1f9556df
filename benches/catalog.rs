//! What the catalog costs: to open it, to find a kind in it, and to walk an
//! object along its type.
#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll::catalog::Catalog;
use plimsoll::parse;
use plimsoll::resolve::{Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate;
use std::hint::black_box;

const OBJECTS: &str = include_str!("../fixtures/schema/objects/workloads.yaml");

fn open(criterion: &mut Criterion) {
    criterion.bench_function("open the catalog and find one kind", |bench| {
        bench.iter(|| {
            let catalog = Catalog::builtin();
            let found = catalog.type_of(catalog.newest(), "apps/v1", black_box("Deployment"));
            found.unwrap().id()
        });
    });
}

fn check(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let minor = catalog.newest();
    let documents = parse::parse(&Source::new("workloads.yaml", OBJECTS), 0).documents;
    let objects = documents
        .iter()
        .flat_map(|it| resources(it, "default", |_, _| Scope::Namespaced));
    let objects: Vec<_> = objects.collect();
    let mut group = criterion.benchmark_group("check good workloads");
    group.throughput(Throughput::Elements(objects.len() as u64));
    group.bench_function("all", |bench| {
        bench.iter(|| {
            let mut findings = Vec::new();
            for object in &objects {
                validate::check(&catalog, minor, object, &mut findings);
            }
            assert!(findings.is_empty());
        });
    });
    let deployment = objects.iter().find(|it| it.kind == "Deployment").unwrap();
    group.throughput(Throughput::Elements(1));
    group.bench_function("one Deployment", |bench| {
        bench.iter(|| {
            let mut findings = Vec::new();
            validate::check(&catalog, minor, black_box(deployment), &mut findings);
            findings.len()
        });
    });
    group.finish();
}

criterion_group!(benches, open, check);
criterion_main!(benches);
