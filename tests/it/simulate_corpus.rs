//! Forecasts over manifests that people wrote, broken ones among them: no panic,
//! an end to every trace, and no step outside the bounds.

use crate::shared;
use crate::support::project::every_source;
use jiff::SignedDuration;
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::simulate::{self, Assumptions, Forecast};
use plimsoll::source::Source;
use plimsoll::{read, walk};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

fn files(folders: &[PathBuf]) -> Vec<Source> {
    let found = walk::walk(folders, &walk::Options::default()).unwrap();
    let read = |it: &walk::File| read::file(&it.path, &it.name, true).ok().flatten();
    found.files.par_iter().filter_map(read).collect()
}

/// What is wrong with a forecast.
fn fault(forecast: &Forecast<'_>) -> Option<String> {
    let pods = forecast.pods?;
    let name = || format!("{} {}", forecast.resource.kind, forecast.resource.name());
    // Nothing happens to a bare Pod that its controller would do.
    if forecast.resource.kind == "Pod" {
        return None;
    }
    if forecast.end.is_none() {
        return Some(format!("{}: no end", name()));
    }
    // A ReplicaSet is not updated, but made: it has no pod at first.
    let is_made = matches!(
        forecast.resource.kind,
        "ReplicaSet" | "ReplicationController"
    );
    let least = if is_made { 0 } else { pods.min_available };
    let outside = forecast.trace.iter().find(|step| {
        step.available < least
            || step.total > pods.max_total
            || step.total + step.terminating > pods.max_with_terminating
    });
    outside.map(|step| format!("{}: {step:?} outside {pods:?}", name()))
}

#[test]
fn traces_end_inside_their_bounds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = files(&[root.join("fixtures/clean"), root.join("fixtures/projects")]);
    sources.extend(every_source());
    end_inside_their_bounds(&sources);
}

#[test]
#[ignore = "needs manifests that are not of this repository; PLIMSOLL_CORPUS names a folder of more"]
fn traces_of_real_manifests_end_inside_their_bounds() {
    let named = std::env::var_os("PLIMSOLL_CORPUS").map(PathBuf::from);
    let shared = ["corpus/broken", "seeds"].map(shared::path);
    let folders: Vec<_> = shared.into_iter().chain(named).collect();
    end_inside_their_bounds(&files(&folders));
}

fn end_inside_their_bounds(sources: &[Source]) {
    let engine = Engine::new(Config::default());
    let usual = Assumptions {
        trace: true,
        ..Assumptions::new(engine.kubernetes())
    };
    let slow = SignedDuration::from_secs(30);
    let runs = [
        usual,
        Assumptions {
            stop_after: slow,
            ..usual
        },
        Assumptions {
            never_ready: true,
            ..usual
        },
        Assumptions {
            run_time: SignedDuration::from_hours(3),
            ..usual
        },
        Assumptions {
            scale: Some(7),
            stop_after: slow,
            never_ready: true,
            ..usual
        },
    ];
    let faults: Vec<String> = sources
        .par_iter()
        .flat_map_iter(|source| {
            let one = std::slice::from_ref(source);
            engine.survey(one, |bundle| {
                let all = runs.iter().flat_map(|it| simulate::forecast(bundle, it));
                let faults = all.filter_map(|it| fault(&it));
                faults
                    .map(|it| format!("{}: {it}", source.name()))
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults[..faults.len().min(10)].join("\n")
    );
}
