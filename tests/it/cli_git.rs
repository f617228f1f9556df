//! `plimsoll diff --git` in a repository that somebody else configured.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const MANIFEST: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";

fn git(at: &Path, arguments: &[&str]) {
    let run = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .current_dir(at)
        .output()
        .unwrap();
    assert!(run.status.success(), "{arguments:?} {run:?}");
}

fn diff(at: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["diff", "--git"])
        .args(arguments)
        .current_dir(at)
        .output()
        .unwrap()
}

/// A repository of two commits, and a command that leaves a mark when it runs.
#[cfg(unix)]
fn repository(at: &Path) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    git(at, &["init", "-q", "-b", "main"]);
    fs::write(at.join("a.yaml"), MANIFEST).unwrap();
    git(at, &["add", "."]);
    git(at, &["commit", "-qm", "one"]);
    fs::write(at.join("a.yaml"), MANIFEST.replace("a: b", "a: c")).unwrap();
    git(at, &["commit", "-qam", "two"]);
    let command = at.join("command.sh");
    fs::write(
        &command,
        format!("#!/bin/sh\ntouch '{}'\n", at.join("ran").display()),
    )
    .unwrap();
    fs::set_permissions(&command, fs::Permissions::from_mode(0o755)).unwrap();
    command.display().to_string()
}

#[cfg(unix)]
#[test]
fn no_command_of_a_hostile_configuration_runs() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let command = repository(at);
    let remote = tempfile::tempdir().unwrap();
    git(remote.path(), &["init", "-q", "--bare"]);
    let url = remote.path().display().to_string();
    for (key, value) in [
        ("core.repositoryformatversion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", url.as_str()),
        ("remote.origin.uploadpack", command.as_str()),
        ("core.fsmonitor", command.as_str()),
        ("core.sshCommand", command.as_str()),
        ("core.pager", command.as_str()),
        ("core.hooksPath", at.to_str().unwrap()),
        ("diff.external", command.as_str()),
        ("diff.evil.textconv", command.as_str()),
        ("filter.evil.smudge", command.as_str()),
        ("credential.helper", command.as_str()),
        ("protocol.file.allow", "always"),
        ("protocol.ext.allow", "always"),
        ("alias.ls-tree", &format!("!{command}")),
    ] {
        git(at, &["config", key, value]);
    }
    fs::write(
        at.join(".git/info/attributes"),
        "*.yaml diff=evil filter=evil\n",
    )
    .unwrap();
    let whole = diff(at, &["HEAD~1..HEAD"]);
    assert_eq!(whole.status.code(), Some(0), "{whole:?}");
    assert!(
        !at.join("ran").exists(),
        "a command of the configuration ran"
    );

    // An object that is missing would be fetched from the promisor.
    let blob = Command::new("git")
        .args(["rev-parse", "HEAD:a.yaml"])
        .current_dir(at)
        .output()
        .unwrap();
    let id = String::from_utf8(blob.stdout).unwrap();
    let (folder, file) = id.trim().split_at(2);
    fs::remove_file(at.join(".git/objects").join(folder).join(file)).unwrap();
    let missing = diff(at, &["HEAD~1..HEAD"]);
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
    assert!(!at.join("ran").exists(), "the promisor was asked");
}

#[cfg(unix)]
#[test]
fn a_bare_repository_among_the_files_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let command = repository(at);
    let bare = at.join("bare");
    git(at, &["clone", "-q", "--bare", ".", "bare"]);
    git(&bare, &["config", "core.fsmonitor", &command]);
    let output = diff(&bare, &["HEAD~1..HEAD"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!at.join("ran").exists());
}

#[test]
fn a_path_must_exist_on_one_side() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    #[cfg(unix)]
    repository(at);
    git(at, &["rm", "-q", "a.yaml"]);
    git(at, &["commit", "-qm", "three"]);
    for (arguments, code) in [
        (&["HEAD~1..HEAD", "typo/"][..], 2),
        (&["HEAD~1", "typo.yaml"], 2),
        (&["HEAD~2..HEAD~1", "a.yaml"], 0),
        (&["no-such-revision", "a.yaml"], 2),
        (&["--upload-pack=x", "a.yaml"], 2),
    ] {
        let output = diff(at, arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?} {output:?}");
    }
    // What is removed is on the old side alone.
    let removed = diff(at, &["HEAD~1", "a.yaml"]);
    let text = String::from_utf8(removed.stdout).unwrap();
    assert!(text.starts_with("removed"), "{text}");
}

#[test]
fn a_blob_over_the_limit_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    git(at, &["init", "-q", "-b", "main"]);
    fs::write(at.join("big.yaml"), vec![b'#'; (32 << 20) + 1]).unwrap();
    git(at, &["add", "."]);
    git(at, &["commit", "-qm", "one"]);
    let output = diff(at, &["HEAD..HEAD"]);
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("file-too-large"), "{err}");
}
