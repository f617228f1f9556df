//! One Kubernetes or several: what holds for all of a range is what holds for
//! each of its minors.

use crate::shared;
use crate::support::project::every_source;
use plimsoll::catalog::{Catalog, Minor, MinorRange};
use plimsoll::config::{Config, Selector};
use plimsoll::engine::Engine;
use plimsoll::finding::Finding;
use plimsoll::source::Source;
use plimsoll::{read, walk};
use std::collections::BTreeSet;
use std::path::Path;

fn engine(low: u8, high: u8) -> Engine {
    let mut config = Config::default();
    config.select(Selector::All);
    config.kubernetes = MinorRange::new(Minor::new(low), Minor::new(high));
    Engine::new(config)
}

fn check(low: u8, high: u8, text: &str) -> Vec<String> {
    let mut config = Config::default();
    config.select_none();
    for group in ["schema", "api"] {
        config.select(Selector::named(group).unwrap());
    }
    config.kubernetes = MinorRange::new(Minor::new(low), Minor::new(high));
    let report = Engine::new(config).check(&[Source::new("a.yaml", text)]);
    let shown = |it: Finding| format!("{}: {}", it.rule, it.message);
    report.findings.into_iter().map(shown).collect()
}

fn deployment(container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {{app: a}}}}\n    spec:\n      containers:\n      - name: a\n        image: b\n{container}"
    )
}

#[test]
fn a_finding_says_which_minors_it_is_about() {
    // 1.34 takes such names of variables, and refuses this one still.
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: 1a}\nspec: {ports: [{port: 80}]}\n";
    let found = check(34, 37, service);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with(", in 1.34 to 1.35"), "{found:?}");
    assert!(!check(30, 33, service)[0].contains(", in 1."));
    assert_eq!(check(36, 37, service), [""; 0]);
}

#[test]
fn a_field_has_to_be_there_in_all_minors() {
    let text = deployment("        resizePolicy: []\n");
    assert_eq!(
        check(25, 30, &text),
        [
            "field-too-new: field \"resizePolicy\" was added in Kubernetes 1.27: it is not in 1.25 to 1.26"
        ]
    );
    assert_eq!(
        check(25, 26, &text),
        ["unknown-field: unknown field \"resizePolicy\": added in Kubernetes 1.27"]
    );
    assert_eq!(check(27, 37, &text), [""; 0]);
}

#[test]
fn a_kind_has_to_be_there_in_all_minors() {
    let class =
        "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: a}\nspec: {}\n";
    assert_eq!(
        check(32, 35, class),
        [
            "field-too-new: resource.k8s.io/v1 DeviceClass is not in Kubernetes 1.32 to 1.33: added in 1.34"
        ]
    );
    let cron = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '* * * * *'\n  typo: 1\n  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}\n";
    assert_eq!(
        check(24, 26, cron),
        [
            "api-removed: batch/v1beta1 CronJob was removed in Kubernetes 1.25",
            "unknown-field: unknown field \"typo\""
        ]
    );
    assert!(check(22, 24, cron)[0].starts_with("api-deprecated: "));
}

fn files(folder: &Path) -> Vec<Source> {
    let options = walk::Options::default();
    let found = walk::walk(&[folder.to_path_buf()], &options).unwrap();
    let read = |it: &walk::File| read::file(&it.path, &it.name, it.named).unwrap();
    found.files.iter().filter_map(read).collect()
}

/// The place of a finding, and what it is about; messages differ on purpose.
type Mark = (u32, u32, Option<String>);

fn marks(engine: &Engine, sources: &[Source]) -> BTreeSet<Mark> {
    let findings = engine.check(sources).findings.into_iter();
    findings
        .map(|it| (it.place.source, it.place.span.start, it.field))
        .collect()
}

/// A range reports wherever one of its minors does, and nowhere else.
fn range_is_the_union(sources: &[Source], low: u8, high: u8) {
    let whole = marks(&engine(low, high), sources);
    let each = (low..=high).map(|minor| marks(&engine(minor, minor), sources));
    let mut union = BTreeSet::new();
    each.for_each(|it| union.extend(it));
    let name = |it: &Mark| format!("{} {it:?}", sources[it.0 as usize].name());
    let more: Vec<String> = whole.difference(&union).map(name).collect();
    let less: Vec<String> = union.difference(&whole).map(name).collect();
    assert!(
        more.is_empty() && less.is_empty(),
        "more {more:#?}\nless {less:#?}"
    );
}

#[test]
fn a_range_finds_what_each_of_its_minors_finds() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut sources = every_source();
    for (folder, count) in [("clean", 17), ("projects", 7), ("schema/objects", 2)] {
        let found = files(&fixtures.join(folder));
        assert_eq!(found.len(), count, "files of {folder}");
        sources.extend(found);
    }
    range_is_the_union(&sources, 29, 33);
    range_is_the_union(&sources, 33, 37);
}

#[test]
#[ignore = "needs manifests that are not of this repository"]
fn a_range_finds_in_broken_files_what_each_minor_finds() {
    let sources = files(&shared::path("corpus/broken"));
    let (low, high) = (Catalog::builtin().minors().next().unwrap(), 37);
    range_is_the_union(&sources, low.number(), high);
}
