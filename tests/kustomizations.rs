//! Kustomizations on disk and in memory: what kustomize refuses of them, and what
//! a patch may lack.

#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::fix;
use plimsoll::source::Source;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What is said of the text of a `kustomization.yaml`: line and message.
fn check(text: &str) -> Vec<String> {
    let source = Source::new("app/kustomization.yaml", text);
    let findings = Engine::new(Config::default()).check(std::slice::from_ref(&source));
    let shown = findings.findings.iter().map(|it| {
        let line = source.position(it.place.span.start).line;
        format!("{line}: {}: {}", it.rule, it.message)
    });
    shown.collect()
}

#[test]
fn fields_are_those_that_kustomize_decodes() {
    assert_eq!(
        check(
            "resource:\n- a.yaml\nimages:\n- name: a\n  newTag: 1.10\n  tag: b\npatches:\n- path: a.yaml\n  target:\n    kind: Deployment\n    labelselector: a=b\n  options: {allowNameChange: yes please}\ncommonAnnotations:\n  version: 1\nreplicas:\n- name: a\n  count: \"3\"\n"
        ),
        [
            "1: unknown-field: unknown field \"resource\"",
            "5: api-type: newTag must be a string, not the number 1.10",
            "6: unknown-field: unknown field \"tag\"",
            "12: api-type: allowNameChange must be a boolean, not the string \"yes please\"",
            "14: api-type: version must be a string, not the integer 1",
            "17: api-type: count must be an integer, not the string \"3\"",
        ]
    );
}

#[test]
fn kinds_and_versions_are_those_that_kustomize_has() {
    let head = |version: &str, kind: &str| {
        check(&format!(
            "apiVersion: {version}\nkind: {kind}\nnamePrefix: a-\n"
        ))
    };
    assert_eq!(
        head("kustomize.config.k8s.io/v1beta1", "Kustomization"),
        [""; 0]
    );
    assert_eq!(
        head("kustomize.config.k8s.io/v1alpha1", "Component"),
        [""; 0]
    );
    assert_eq!(
        head("kustomize.config.k8s.io/v1", "Kustomization"),
        [
            "1: unknown-kind: Kustomization is in kustomize.config.k8s.io/v1beta1, not in kustomize.config.k8s.io/v1"
        ]
    );
    assert_eq!(
        head("kustomize.config.k8s.io/v1beta1", "Kustomisation"),
        ["2: unknown-kind: no kind \"Kustomisation\" in kustomize.config.k8s.io"]
    );
    assert_eq!(check("namePrefix: a-\n"), [""; 0]);
}

#[test]
fn a_version_of_an_image_is_put_in_quotes() {
    let text = "images:\n- name: a\n  newTag: 1.10\n";
    let source = Source::new("kustomization.yaml", text);
    let report = Engine::new(Config::default()).check(&[source]);
    let fix = report.findings[0].fix.as_ref().unwrap();
    assert!(fix.safe);
    let mended = fix::apply(text, &fix.edits).unwrap();
    assert_eq!(mended, "images:\n- name: a\n  newTag: \"1.10\"\n");
}

const PATCH: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        resources: {limits: {memory: 1Gi}}\n";

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command
        .current_dir(folder)
        .args(["check", "-q", "-f", "concise"]);
    command.args(["--select", "schema,api,kustomize-file-missing"]);
    let output = command.args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_patch_may_lack_what_is_required_even_alone() {
    let kustomization = "resources:\n- ../../base\npatches:\n- path: patches/web.yaml\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n";
    let folder = project(&[
        ("base/kustomization.yaml", "resources:\n- web.yaml\n"),
        (
            "base/web.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n",
        ),
        ("overlays/test/kustomization.yaml", kustomization),
        ("overlays/test/patches/web.yaml", PATCH),
        ("other/web.yaml", PATCH),
    ]);
    assert_eq!(run(folder.path(), &["overlays", "base"]), "");
    assert_eq!(run(folder.path(), &["overlays/test/patches/web.yaml"]), "");
    assert!(run(folder.path(), &["other/web.yaml"]).contains("api-required"));
}

#[test]
fn files_that_are_not_there_are_found_on_disk() {
    let text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- there.yaml\n- gone.yaml\n- empty\n- ../up\n- https://example.com/x.yaml\n- github.com/acme/app//deploy?ref=v1\nconfigMapGenerator:\n- name: a\n  files: [x=there.yaml, y=gone.txt]\n  envs: [gone.env]\npatchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: ConfigMap\nhelmCharts:\n- name: a\n  valuesFile: values.yaml\n";
    let folder = project(&[
        ("app/Kustomization", text),
        ("app/there.yaml", "a: 1\n"),
        ("app/empty/x.yaml", "a: 1\n"),
        ("up/kustomization.yml", "namePrefix: a-\n"),
    ]);
    let found = run(folder.path(), &["."]);
    let found: Vec<&str> = found.lines().collect();
    assert_eq!(
        found,
        [
            "app/Kustomization:5:3: error[kustomize-file-missing] there is no file or folder gone.yaml",
            "app/Kustomization:6:3: error[kustomize-file-missing] folder empty has no kustomization.yaml",
            "app/Kustomization:12:25: error[kustomize-file-missing] there is no file gone.txt",
            "app/Kustomization:13:10: error[kustomize-file-missing] there is no file gone.env",
            "app/Kustomization:20:15: error[kustomize-file-missing] there is no file values.yaml",
        ]
    );
}
