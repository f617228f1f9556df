//! `plimsoll diff` over folders, revisions of git, and as JSON.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn plimsoll(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs")
}

fn git(folder: &Path, arguments: &[&str]) -> bool {
    let fixed = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    let done = Command::new("git")
        .args(fixed)
        .args(arguments)
        .current_dir(folder)
        .output();
    done.is_ok_and(|it| it.status.success())
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const PRIORITY: &str =
    "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 100\n";
const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: hunter2}\n";

const GADGETS: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.acme.io}
spec:
  group: acme.io
  scope: Namespaced
  names: {plural: gadgets, singular: gadget, kind: Gadget, listKind: GadgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size:
                type: integer
                x-kubernetes-validations: [{rule: self >= oldSelf, message: may not shrink}]
";

#[test]
fn revisions_are_compared_with_each_other_and_with_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(git(at, &["init", "-q"]), "git is needed");
    fs::create_dir(at.join("app")).unwrap();
    fs::write(at.join("app/a.yaml"), PRIORITY).unwrap();
    fs::write(at.join("other.yaml"), SECRET).unwrap();
    assert!(git(at, &["add", "."]) && git(at, &["commit", "-qm", "one"]));
    fs::write(at.join("app/a.yaml"), PRIORITY.replace("100", "200")).unwrap();
    assert!(git(at, &["commit", "-qam", "two"]));
    fs::write(at.join("other.yaml"), SECRET.replace("hunter2", "hunter3")).unwrap();

    let both = plimsoll(at, &["diff", "--git", "HEAD~1..HEAD"]);
    assert_eq!(both.status.code(), Some(1));
    let said = text(&both);
    assert!(said.starts_with("refused   PriorityClass high"), "{said}");
    assert!(said.contains("help: give it a new name"), "{said}");
    assert!(said.contains("1 refused, 1 unchanged."), "{said}");
    // A folder, as seen from another one.
    let within = plimsoll(&at.join("app"), &["diff", "--git", "HEAD~1...HEAD", "."]);
    assert!(text(&within).contains("  a.yaml:1"), "{}", text(&within));
    assert!(text(&within).contains("1 refused."), "{}", text(&within));
    // Against the files as they are; what a Secret holds is shown to nobody.
    let files = plimsoll(at, &["diff", "--git", "HEAD"]);
    assert_eq!(files.status.code(), Some(0));
    let said = text(&files);
    assert!(said.contains("stringData[password]: changed"), "{said}");
    assert!(!said.contains("hunter"), "{said}");
    for wrong in ["nowhere", "--output=x", "-x..HEAD"] {
        let wrong = format!("--git={wrong}");
        let output = plimsoll(at, &["diff", &wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(text(&output).is_empty(), "{wrong}");
    }
}

#[test]
fn json_has_everything() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/diff.in");
    let output = plimsoll(&folder, &["diff", "old.yaml", "new.yaml", "-f", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["summary"]["refused"], 1);
    assert_eq!(json["summary"]["at_risk"], 1);
    let objects = json["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 6);
    let of = |outcome: &str| {
        let found = objects.iter().find(|it| it["outcome"] == outcome);
        found.unwrap_or_else(|| panic!("{outcome}"))
    };
    let refused = of("refused");
    assert_eq!(refused["object"]["name"], "api");
    assert_eq!(refused["refusals"][0]["field"], "spec.selector");
    assert_eq!(refused["refusals"][0]["rule"], "api-invalid");
    assert!(refused["advice"].is_string());
    assert_eq!(refused["old"]["path"], "old.yaml");
    let rolls = of("rolls");
    assert_eq!(rolls["rollout"]["pods"]["min_available"], 8);
    assert_eq!(rolls["rollout"]["pods"]["max_total"], 13);
    assert_eq!(rolls["rollout"]["stuck"]["new"], 5);
    assert_eq!(rolls["rollout"]["peak_requests"]["cpu"], "6500m");
    assert_eq!(rolls["changes"][0]["new"], "registry.example.com/web:1.5.0");
    assert_eq!(of("removed")["risks"][0]["kind"], "data");
    assert_eq!(of("in-place")["rollout"], Value::Null);
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("a.yaml"), SECRET).unwrap();
    fs::write(at.join("b.yaml"), format!("{SECRET}---\nkind: [\n")).unwrap();
    let output = plimsoll(at, &["diff", "a.yaml", "b.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("b.yaml:6:7: error[yaml-syntax]"), "{told}");
    assert_eq!(text(&output), "1 unchanged.\n");
}

#[test]
fn definitions_beside_the_manifests_count() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("crd.yaml"), GADGETS).unwrap();
    let gadget = "apiVersion: acme.io/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: 3}\n";
    fs::write(at.join("old.yaml"), gadget).unwrap();
    fs::write(at.join("new.yaml"), gadget.replace('3', "2")).unwrap();
    let without = plimsoll(at, &["diff", "old.yaml", "new.yaml"]);
    assert_eq!(without.status.code(), Some(0), "{}", text(&without));
    let location = ["--schema-location", "crd.yaml"];
    let with = plimsoll(
        at,
        &[&["diff", "old.yaml", "new.yaml"], &location[..]].concat(),
    );
    assert_eq!(with.status.code(), Some(1));
    let said = text(&with);
    assert!(said.contains("Invalid value: 2: may not shrink"), "{said}");
}
