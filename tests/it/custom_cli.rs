//! Custom resources from the command line: where their schemas come from, and
//! what is said of kinds without one.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
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
            required: [size]
            properties:
              size: {type: integer, minimum: 1}
              port: {x-kubernetes-int-or-string: true}
            x-kubernetes-validations:
            - rule: self.size < 100
              message: too large
";
const WIDGET: &str =
    "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 0}\n";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.current_dir(folder).args(arguments);
    command
        .env_remove("PLIMSOLL_OUTPUT_FORMAT")
        .env("NO_COLOR", "1");
    command.output().unwrap()
}

/// The findings of a check, one a line.
fn check(folder: &Path, arguments: &[&str]) -> String {
    let mut all = vec!["check", "-q", "-f", "concise", "w.yaml"];
    all.extend(arguments);
    String::from_utf8(run(folder, &all).stdout).unwrap()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("crds")).unwrap();
    fs::write(folder.path().join("crds/widget.yaml"), CRD).unwrap();
    fs::write(folder.path().join("w.yaml"), WIDGET).unwrap();
    folder
}

const SMALL: &str = "spec.size in body should be greater than or equal to 1";

#[test]
fn definitions_may_stand_elsewhere() {
    let folder = folder();
    let here = folder.path();
    assert_eq!(check(here, &[]), "");
    for place in ["crds", "crds/widget.yaml"] {
        assert!(
            check(here, &["--schema-location", place]).contains(SMALL),
            "{place}"
        );
    }
    fs::write(here.join("w.yaml"), WIDGET.replace("size: 0", "size: 200")).unwrap();
    assert!(check(here, &["--schema-location", "crds"]).contains("Invalid value: too large"));
}

#[test]
fn imported_schemas_say_the_same() {
    let folder = folder();
    let here = folder.path();
    let done = run(here, &["schema", "import", "crds/widget.yaml", "-d", "out"]);
    assert!(done.status.success());
    assert_eq!(
        String::from_utf8_lossy(&done.stdout).replace('\\', "/"),
        "out/example.com/widget_v1.json\n"
    );
    let templates = [
        "out",
        "default",
        "out/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
        "out/example.com",
        "out/example.com/widget_v1.json",
    ];
    for place in templates {
        let found = check(here, &["--schema-location", place]);
        assert_eq!(
            found.contains(SMALL),
            place != "default",
            "{place}: {found}"
        );
    }
    fs::write(
        here.join("w.yaml"),
        WIDGET.replace("size: 0", "size: 1, prot: 1"),
    )
    .unwrap();
    let found = check(here, &["--schema-location", "out"]);
    assert!(found.contains("unknown field \"prot\""), "{found}");
    // kubeconform's own layout names the first label of the group only.
    let text = fs::read_to_string(here.join("out/example.com/widget_v1.json")).unwrap();
    fs::create_dir(here.join("flat")).unwrap();
    fs::write(here.join("flat/widget-example-v1.json"), text).unwrap();
    assert!(check(here, &["--schema-location", "flat"]).contains("prot"));
}

#[test]
fn bad_places_are_told() {
    let folder = folder();
    let fails = |place: &str, reason: &str| {
        let done = run(
            folder.path(),
            &["check", "w.yaml", "--schema-location", place],
        );
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2));
        assert!(said.contains(reason), "{said}");
    };
    fails(
        "https://example.com/{{.Group}}.json",
        "URLs are not supported",
    );
    fails("nowhere", "no such file or folder");
    fails("crds/{{.Kind}}.json", ".Kind");
}

#[test]
fn unknown_kinds_are_counted() {
    let folder = folder();
    let here = folder.path();
    let done = run(here, &["check", "w.yaml"]);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        said.contains("1 object of unknown kinds not checked."),
        "{said}"
    );
    assert!(
        check(here, &["--unknown-kinds", "error"])
            .contains("no definition found for example.com/v1 Widget")
    );
    let json = run(here, &["check", "-f", "json", "w.yaml", "crds"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["summary"]["unknown_kinds"], 0);
    let wrong = run(
        here,
        &[
            "check",
            "-q",
            "-f",
            "concise",
            "--unknown-kinds",
            "error",
            "w.yaml",
            "crds",
        ],
    );
    assert!(!String::from_utf8_lossy(&wrong.stdout).contains("no definition"));
}

#[test]
fn kinds_of_definitions_are_shown() {
    let folder = folder();
    let here = folder.path();
    let shown = |arguments: &[&str]| {
        let mut all = vec!["schema"];
        all.extend(arguments);
        all.extend(["--schema-location", "crds"]);
        let done = run(here, &all);
        let text = [done.stdout, done.stderr].concat();
        String::from_utf8(text).unwrap()
    };
    assert_eq!(
        shown(&["show", "widgets.spec"]),
        "Widget.spec (example.com/v1)\n  type: object\n  required: no\n  limit: rule self.size < 100\n  fields:\n    port  integer or string\n    size  integer, required, from 1\n"
    );
    assert!(
        shown(&["show", "example.com/v1/Widget.spec.sizes"])
            .contains("did you mean `Widget.spec.size`?")
    );
    assert!(shown(&["show", "Widget.spec", "-f", "json"]).contains("\"limits\": ["));
    assert!(shown(&["show", "Pod.spec.hostname"]).contains("Kubernetes 1."));
    let listed = shown(&["list"]);
    let last = listed.lines().last().unwrap();
    let cells: Vec<&str> = last.split_whitespace().collect();
    assert_eq!(cells[..4], ["Widget", "example.com/v1", "widgets", "yes"]);
}

#[test]
fn places_without_a_schema_are_warned_of() {
    let folder = folder();
    let here = folder.path();
    fs::create_dir_all(here.join("empty")).unwrap();
    fs::create_dir_all(here.join("others")).unwrap();
    fs::write(here.join("others/values.yaml"), "size: 1\n").unwrap();
    fs::write(here.join("others/widget-v1.json"), "{}").unwrap();
    let said = |place: &str| {
        let done = run(here, &["check", "w.yaml", "--schema-location", place]);
        String::from_utf8_lossy(&done.stderr).into_owned()
    };
    for place in [
        "empty",
        "others/values.yaml",
        "others/{{.Group}}/{{.ResourceKind}}.json",
    ] {
        let warning = format!("warning: --schema-location {place}: no schema found");
        assert!(said(place).contains(&warning), "{place}: {}", said(place));
    }
    for place in ["default", "others"] {
        assert!(!said(place).contains("warning"), "{place}: {}", said(place));
    }
}

#[test]
fn places_whose_schemas_no_kind_uses_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("schemas")).unwrap();
    put("schemas/zork-example-v1.json", "{\"type\": \"object\"}");
    put(
        "known.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
    );
    put(
        "custom.yaml",
        "apiVersion: example.com/v1\nkind: Foo\nmetadata: {name: a}\n",
    );
    let said = |file: &str| {
        let output = run(
            folder.path(),
            &["check", "--schema-location", "schemas", file],
        );
        String::from_utf8(output.stderr).unwrap()
    };
    let warning = "warning: --schema-location schemas: no schema for any kind in this run\n";
    assert_eq!(said("custom.yaml"), warning);
    assert_eq!(said("known.yaml"), "");
}
