//! Forecasts: bounds of many workloads, and the trace of a large rollout.
#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::simulate::{self, Assumptions};
use plimsoll::source::Source;
use std::fmt::Write as _;
use std::hint::black_box;

/// Workloads of the kinds that have replicas, by turns.
const KINDS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

fn workloads(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        let kind = KINDS[index % KINDS.len()];
        let _ = write!(
            text,
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: w{index}}}\nspec:\n  \
             replicas: {index}\n  selector: {{matchLabels: {{app: w}}}}\n  template:\n    \
             metadata: {{labels: {{app: w}}}}\n    spec:\n      containers:\n      \
             - {{name: main, image: \"nginx:1.27\"}}\n---\n"
        );
    }
    text
}

fn bounds(c: &mut Criterion) {
    const COUNT: u64 = 3_000;
    let sources = [Source::new("w.yaml", workloads(3_000))];
    let engine = Engine::new(Config::default());
    engine.survey(&sources, |bundle| {
        let assumptions = Assumptions::bounds(engine.kubernetes());
        let mut group = c.benchmark_group("simulate");
        group.throughput(Throughput::Elements(COUNT));
        group.bench_function("bounds", |b| {
            b.iter(|| {
                let forecasts = bundle.workloads().iter();
                let forecasts =
                    forecasts.map(|it| simulate::of_workload(*it, &[], &assumptions).pods);
                forecasts.map(black_box).count()
            });
        });
    });
}

fn trace(c: &mut Criterion) {
    let yaml = |replicas, image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  \
             replicas: {replicas}\n  selector: {{matchLabels: {{app: w}}}}\n  template:\n    \
             metadata: {{labels: {{app: w}}}}\n    spec:\n      containers:\n      \
             - {{name: main, image: \"{image}\"}}\n"
        )
    };
    let old = [Source::new("old.yaml", yaml(10, "nginx:1.27"))];
    let new = [Source::new("new.yaml", yaml(1_000, "nginx:1.28"))];
    let engine = Engine::new(Config::default());
    engine.survey(&old, |old| {
        engine.survey(&new, |new| {
            let assumptions = Assumptions {
                from: Some(old),
                trace: true,
                ..Assumptions::new(engine.kubernetes())
            };
            c.bench_function("simulate/rollout of 10 to 1000", |b| {
                b.iter(|| black_box(simulate::forecast(new, &assumptions)));
            });
        });
    });
}

criterion_group!(benches, bounds, trace);
criterion_main!(benches);
