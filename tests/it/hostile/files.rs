//! Files that do not end, and folders that lead back to themselves.

use super::{CONFIG_MAP, check, plimsoll};
use std::fs;
use tempfile::{TempDir, tempdir};

/// A folder with an object in `a.yaml` that is refused, so that it is seen.
fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    let refused = CONFIG_MAP.replace("name: a", "name: A");
    fs::write(folder.path().join("a.yaml"), refused).unwrap();
    folder
}

/// The names of the files that hold rules about others.
#[cfg(unix)]
const RULES: [&str; 3] = [".ignore", ".gitignore", ".git/info/exclude"];

#[cfg(unix)]
fn pipe(path: &std::path::Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[cfg(unix)]
#[test]
fn rules_in_a_pipe_or_a_device_hold_for_nothing() {
    for rules in RULES {
        let folder = folder();
        pipe(&folder.path().join(rules));
        fs::create_dir(folder.path().join("below")).unwrap();
        fs::copy(
            folder.path().join("a.yaml"),
            folder.path().join("below/b.yaml"),
        )
        .unwrap();
        assert_eq!(check(folder.path(), &["."]).lines().count(), 2, "{rules}");
        assert_eq!(check(folder.path(), &["below"]).lines().count(), 1);
    }
    let folder = folder();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join(".gitignore")).unwrap();
    assert_eq!(check(folder.path(), &["."]).lines().count(), 1);
}

#[test]
fn rules_that_are_too_long_are_named_and_do_not_hold() {
    let folder = folder();
    let rules: String = (0..300_000).map(|n| format!("/x{n}/*.foo\n")).collect();
    fs::write(folder.path().join(".gitignore"), rules + "a.yaml\n").unwrap();
    let output = plimsoll(folder.path(), &["check", "-q", "-f", "concise"]);
    assert_eq!(output.stdout.iter().filter(|it| **it == b'\n').count(), 1);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(".gitignore: the file is too long"), "{said}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn many_files_of_rules_in_one_another_hold_within_one_bound() {
    let folder = folder();
    let rules: String = (0..1000).map(|n| format!("a{n}*b\n")).collect();
    let mut path = folder.path().to_path_buf();
    for _ in 0..60 {
        path.push("d");
        fs::create_dir(&path).unwrap();
        fs::write(path.join(".gitignore"), &rules).unwrap();
    }
    fs::copy(folder.path().join("a.yaml"), path.join("a.yaml")).unwrap();
    assert_eq!(check(folder.path(), &["."]).lines().count(), 2);
}

#[test]
fn a_kustomization_of_many_resources_reads_the_rules_once() {
    let folder = tempdir().unwrap();
    let rules: String = (0..6000).map(|n| format!("/x{n}/*.foo\n")).collect();
    fs::write(folder.path().join(".gitignore"), rules + "made-*.yaml\n").unwrap();
    let resources = (0..10_000).map(|n| format!("- made-{n}.yaml\n"));
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n";
    let text: String = std::iter::once(head.to_owned()).chain(resources).collect();
    fs::write(
        folder.path().join("kustomization.yaml"),
        text + "- b.yaml\n",
    )
    .unwrap();
    let found = check(folder.path(), &["."]);
    assert_eq!(found.lines().count(), 1, "{found}");
    assert!(found.contains("b.yaml"));
}

#[cfg(unix)]
#[test]
fn pipes_that_nobody_named_are_never_opened() {
    let folder = folder();
    for name in ["kustomization.yaml", "b.yaml", "c.json"] {
        pipe(&folder.path().join(name));
    }
    for paths in [".", "a.yaml"] {
        assert_eq!(check(folder.path(), &[paths]).lines().count(), 1);
    }
    let schema = r#"{"$ref": "c.json"}"#;
    fs::write(folder.path().join("foo-e-v1.json"), schema).unwrap();
    let foo = "apiVersion: e.com/v1\nkind: Foo\nmetadata: {name: a}\n";
    fs::write(folder.path().join("a.yaml"), foo).unwrap();
    let found = check(folder.path(), &["--schema-location", ".", "a.yaml"]);
    assert!(found.contains("not a regular file"), "{found}");
}

#[cfg(unix)]
#[test]
fn a_pipe_that_somebody_named_is_read() {
    let folder = folder();
    pipe(&folder.path().join("p.yaml"));
    let path = folder.path().join("p.yaml");
    let text = fs::read(folder.path().join("a.yaml")).unwrap();
    let writer = std::thread::spawn(move || fs::write(path, text).unwrap());
    assert_eq!(check(folder.path(), &["p.yaml"]).lines().count(), 1);
    writer.join().unwrap();
    let found = check(folder.path(), &["/dev/zero"]);
    assert!(found.contains("file-too-large"), "{found}");
}

#[cfg(unix)]
#[test]
fn folders_of_schemas_that_lead_to_each_other_are_read_once() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let mut path = folder.path().join("s");
    for _ in 0..15 {
        fs::create_dir(&path).unwrap();
        for name in ["b", "c", "e"] {
            symlink(".", path.join(name)).unwrap();
        }
        path.push("d");
    }
    fs::write(folder.path().join("s/foo-e-v1.json"), r#"{"not": {}}"#).unwrap();
    let foo = "apiVersion: e.com/v1\nkind: Foo\nmetadata: {name: a}\n";
    fs::write(folder.path().join("a.yaml"), foo).unwrap();
    let found = check(folder.path(), &["--schema-location", "s", "a.yaml"]);
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn a_comment_of_kinds_is_no_list_of_kinds() {
    let folder = tempdir().unwrap();
    let text = format!("# {}\n{CONFIG_MAP}", "kind".repeat(300_000));
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    fs::create_dir(folder.path().join("s")).unwrap();
    assert_eq!(
        check(folder.path(), &["--schema-location", "s", "a.yaml"]),
        ""
    );
}
