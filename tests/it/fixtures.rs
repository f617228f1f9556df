//! What must stay silent, and what must not.

use plimsoll::config::Config;
use plimsoll::engine::{Engine, Report};
use plimsoll::report::{Format, RenderOptions, Run};
use plimsoll::source::Source;
use plimsoll::{parse, read, walk};
use std::collections::BTreeSet;
use std::path::Path;

fn sources(folder: &str) -> Vec<Source> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    let options = walk::Options {
        base: Some(base.to_path_buf()),
        ..walk::Options::default()
    };
    let found = walk::walk(&[base.join(folder)], &options).unwrap();
    let files = found.files.iter();
    let sources = files.filter_map(|file| read::file(&file.path, &file.name, file.named).unwrap());
    sources.collect()
}

fn check(sources: &[Source]) -> Report {
    Engine::new(Config::default()).check(sources)
}

#[test]
fn nothing_is_said_about_what_is_well_made() {
    let sources = sources("fixtures/clean");
    let report = check(&sources);
    let mut text = Vec::new();
    let run = Run {
        report: &report,
        sources: &sources,
        unchecked: &[],
    };
    (Format::named("full").unwrap().write)(&run, &RenderOptions::default(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(report.findings.is_empty(), "\n{text}");
    let looked_at = (report.summary.files, report.summary.objects);
    assert_eq!(looked_at, (16, 48), "files and objects");
    let skipped = report
        .unrecognized
        .iter()
        .map(|&it| sources[it as usize].name());
    assert_eq!(
        skipped.collect::<Vec<_>>(),
        ["fixtures/clean/config/values.yaml"]
    );
}

/// Silence is worth nothing when there is nothing to speak about.
#[test]
fn the_well_made_ones_are_of_all_kinds_that_make_pods() {
    let mut kinds = BTreeSet::new();
    for source in sources("fixtures/clean") {
        for line in parse::lines(&source) {
            let object: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert!(object.get("error").is_none(), "{}: {line}", source.name());
            kinds.extend(object["kind"].as_str().map(str::to_owned));
        }
    }
    for kind in [
        "Pod",
        "ReplicationController",
        "ReplicaSet",
        "Deployment",
        "DaemonSet",
        "StatefulSet",
        "Job",
        "CronJob",
    ] {
        assert!(kinds.contains(kind), "no {kind} in fixtures/clean");
    }
    assert!(kinds.len() >= 25, "{kinds:?}");
}

/// The project that newcomers try: enough to see what plimsoll does, not more
/// than fits a screen or two.
#[test]
fn the_shop_has_a_few_mistakes_of_several_sorts() {
    let sources = sources("fixtures/projects/shop");
    let report = check(&sources);
    let rules: BTreeSet<&str> = report.findings.iter().map(|it| it.rule).collect();
    for rule in [
        "cron-schedule-invalid",
        "env-duplicate",
        "image-tag-latest",
        "service-no-pods",
        "unknown-field",
    ] {
        assert!(rules.contains(rule), "{rules:?}");
    }
    assert!(report.findings.len() <= 10, "{rules:?}");
    assert_eq!((report.summary.files, report.summary.objects), (7, 12));
}
