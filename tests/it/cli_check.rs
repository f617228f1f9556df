//! The binary as scripts and people use it: exit codes, streams, odd input.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const GOOD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n";
const DUPLICATE: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n  a: c\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn plimsoll(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.current_dir(folder).stdin(Stdio::null());
    for variable in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "PLIMSOLL_OUTPUT_FORMAT",
        "LC_ALL",
        "LC_CTYPE",
    ] {
        command.env_remove(variable);
    }
    command.env("LANG", "C.UTF-8");
    command
}

/// Standard output, standard error and exit code.
fn outcome(output: Output) -> (String, String, i32) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (text(output.stdout), text(output.stderr), code)
}

/// `plimsoll check -f concise` with `arguments`.
fn check(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let mut command = plimsoll(folder);
    command.args(["check", "-f", "concise"]).args(arguments);
    outcome(command.output().unwrap())
}

fn check_stdin(folder: &Path, arguments: &[&str], input: &[u8]) -> (String, String, i32) {
    let mut command = plimsoll(folder);
    command.args(["check", "-f", "concise"]).args(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    outcome(child.wait_with_output().unwrap())
}

#[test]
fn the_exit_code_says_how_bad_it_is() {
    let folder = folder(&[
        ("good.yaml", GOOD.as_bytes()),
        ("bad.yaml", DUPLICATE.as_bytes()),
    ]);
    let code = |arguments: &[&str]| check(folder.path(), arguments).2;
    assert_eq!(code(&["good.yaml"]), 0);
    assert_eq!(code(&["bad.yaml"]), 1);
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--exit-zero"]), 0);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    assert_eq!(code(&["no-such-file.yaml"]), 2);
    assert_eq!(code(&["no-such-file.yaml", "bad.yaml", "--exit-zero"]), 2);
    assert_eq!(code(&["--no-such-flag"]), 2);
    let level = |level: &str, fail_on: &str| {
        let level = format!("duplicate-key={level}");
        code(&["--severity", &level, "--fail-on", fail_on, "bad.yaml"])
    };
    assert_eq!((level("warning", "error"), level("error", "error")), (0, 1));
    assert_eq!(
        (level("info", "warning"), level("warning", "warning")),
        (0, 1)
    );
    assert_eq!((level("off", "info"), level("info", "info")), (0, 1));
}

#[test]
fn rules_are_chosen_by_name_before_group_before_all() {
    let folder = folder(&[("bad.yaml", DUPLICATE.as_bytes())]);
    let fires = |arguments: &[&str]| {
        check(folder.path(), arguments)
            .0
            .contains("[duplicate-key]")
    };
    assert!(fires(&[]));
    assert!(fires(&["--select", "duplicate-key"]));
    assert!(fires(&["--select", "syntax"]));
    assert!(!fires(&["--select", "style"]));
    assert!(fires(&[
        "--select",
        "style",
        "--extend-select",
        "duplicate-key"
    ]));
    assert!(!fires(&["--ignore", "duplicate-key"]));
    assert!(!fires(&["--ignore", "style,syntax"]));
    assert!(fires(&["--ignore", "syntax", "--select", "duplicate-key"]));
    assert!(fires(&["--ignore", "all", "--extend-select", "syntax"]));
}

#[test]
fn standard_input_is_a_file_like_others() {
    let folder = folder(&[("good.yaml", GOOD.as_bytes())]);
    let (out, _, code) = check_stdin(folder.path(), &["-"], DUPLICATE.as_bytes());
    assert!(
        out.starts_with("<stdin>:7:3: error[duplicate-key]"),
        "{out}"
    );
    assert_eq!(code, 1);
    let name = ["--stdin-filename", "a/b.yaml", "good.yaml", "-"];
    let (out, _, _) = check_stdin(folder.path(), &name, DUPLICATE.as_bytes());
    assert!(out.starts_with("a/b.yaml:7:3: "), "{out}");
    assert_eq!(check_stdin(folder.path(), &["-"], GOOD.as_bytes()).2, 0);
}

#[test]
fn nothing_to_check_is_a_warning_or_a_failure() {
    let folder = folder(&[("values.yaml", b"replicas: 3\n"), ("empty.yaml", b"")]);
    let (out, err, code) = check(folder.path(), &[]);
    assert_eq!((out.as_str(), code), ("", 0));
    assert_eq!(err, "warning: no Kubernetes object found\n");
    let (_, err, code) = check(folder.path(), &["--require-documents"]);
    assert_eq!(
        (err.as_str(), code),
        ("error: no Kubernetes object found\n", 2)
    );
    let (_, err, _) = check(folder.path(), &["-v"]);
    assert!(
        err.contains("skipped: values.yaml: no Kubernetes object\n"),
        "{err}"
    );
    assert_eq!(check(folder.path(), &["-q"]).1, "");
}

#[test]
fn a_missing_path_is_told_and_the_rest_is_checked() {
    let folder = folder(&[("bad.yaml", DUPLICATE.as_bytes())]);
    let (out, err, code) = check(folder.path(), &["bda.yaml", "bad.yaml"]);
    assert!(out.starts_with("bad.yaml:7:3: "), "{out}");
    assert_eq!(
        err,
        "error: bda.yaml: no such file or folder\n  hint: did you mean `bad.yaml`?\n"
    );
    assert_eq!(code, 2);
}

#[test]
fn what_is_no_text_is_a_finding() {
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(DUPLICATE.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin = DUPLICATE.replace("a: c", "b: caf\u{e9}");
    let latin: Vec<u8> = latin.chars().map(|c| c as u8).collect();
    let mut huge = GOOD.as_bytes().to_vec();
    huge.resize(plimsoll::read::LIMIT + 1, b'\n');
    let folder = folder(&[
        ("utf16.yaml", &utf16),
        ("latin.yaml", &latin),
        ("binary.yaml", b"\x7fELF\0\0\0\xff\xfe\xfa"),
        ("huge.yaml", &huge),
        ("data/blob.yaml", b"\0\0\0\0"),
        ("bom.yaml", format!("\u{feff}{GOOD}").as_bytes()),
    ]);
    let all = [
        "utf16.yaml",
        "latin.yaml",
        "binary.yaml",
        "huge.yaml",
        "bom.yaml",
    ];
    let (out, _, code) = check(folder.path(), &all);
    let lines: Vec<&str> = out
        .lines()
        .map(|line| line.split(']').next().unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            "binary.yaml:1:1: error[binary-file",
            "huge.yaml:1:1: warning[file-too-large",
            "latin.yaml:7:9: warning[yaml-encoding",
            "utf16.yaml:7:3: error[duplicate-key",
        ]
    );
    assert_eq!(code, 1);
    // Come upon in a folder, a file that is no manifest is nobody's business.
    let (out, err, code) = check(folder.path(), &["data", "-v"]);
    assert_eq!((out.as_str(), code), ("", 0));
    let note = "note: not checked: data/blob.yaml: too large or binary; split the file\n";
    assert!(err.contains(note), "{err}");
}

#[test]
fn helm_templates_are_skipped_with_one_note() {
    let folder = folder(&[
        (
            "chart/Chart.yaml",
            b"apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        ),
        ("chart/templates/a.yaml", b"kind: {{ .Values.kind }}\n"),
        ("chart/templates/b.yaml", b"kind: {{ .Values.kind }}\n"),
        ("good.yaml", GOOD.as_bytes()),
    ]);
    let note = "note: the templates of the Helm chart chart are skipped; \
                check the rendered chart: helm template chart | plimsoll check -\n";
    let (out, err, code) = check(folder.path(), &[]);
    assert_eq!((out.as_str(), err.as_str(), code), ("", note, 0));
    let (out, err, _) = check(
        folder.path(),
        &[
            "chart/templates/a.yaml",
            "chart/templates/b.yaml",
            "good.yaml",
        ],
    );
    assert_eq!((out.as_str(), err.as_str()), ("", note));
}

#[test]
fn objects_are_checked_against_the_kubernetes_that_is_asked_for() {
    let budget = b"apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\n\
        metadata: {name: a}\nspec: {maxUnavailable: 1, selector: {matchLabels: {a: b}}}\n";
    let folder = folder(&[("a.yaml", budget)]);
    let run = |version| {
        let version = ["--kubernetes-version", version, "--select", "api,schema"];
        check(folder.path(), &version)
    };
    let (out, _, code) = run("v1.31.4");
    assert!(out.contains("error[api-removed]"), "{out}");
    assert_eq!(code, 1);
    let (out, _, _) = run("1.24");
    assert!(!out.contains("api-removed"), "{out}");
    for wrong in ["1.2", "2.0", "latest"] {
        let (_, err, code) = run(wrong);
        assert!(err.contains("supported are 1."), "{err}");
        assert_eq!(code, 2);
    }
}

/// A hook names the files that changed; what they refer to may not have.
#[test]
fn what_a_named_file_misses_may_stand_beside_it() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n\
                   spec:\n  selector: {app: web}\n  ports: [{port: 80}]\n";
    let pod = |app: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {app}, labels: {{app: {app}}}}}\n\
             spec:\n  containers: [{{name: a, image: a:1.0.0}}]\n"
        )
    };
    let folder = folder(&[
        ("a/service.yaml", service.as_bytes()),
        ("a/other.yaml", pod("other").as_bytes()),
        ("a/web.yaml", pod("web").as_bytes()),
        ("b/service.yaml", service.as_bytes()),
        ("b/other.yaml", pod("other").as_bytes()),
        (
            "b/broken-neighbor.yaml",
            b"kind: Pod\napiVersion: v1\nmetadata: {labels: {app: web}\n",
        ),
    ]);
    let select = ["--select", "service-no-pods,yaml-syntax"];
    let run = |files: &[&str]| check(folder.path(), &[&select[..], files].concat());
    assert_eq!(
        run(&["a/service.yaml", "a/other.yaml"]),
        (String::new(), String::new(), 0)
    );
    let (out, _, code) = run(&["b/service.yaml", "b/other.yaml"]);
    assert_eq!(out, "", "a file that cannot be read may hold the pod");
    assert_eq!(code, 0);
    fs::remove_file(folder.path().join("b/broken-neighbor.yaml")).unwrap();
    let (out, _, code) = run(&["b/service.yaml", "b/other.yaml"]);
    assert!(out.starts_with("b/service.yaml:"), "{out}");
    assert_eq!(code, 1);
    let json = plimsoll(folder.path())
        .args(["check", "-f", "json", "b/service.yaml", "b/other.yaml"])
        .output();
    let (out, _, _) = outcome(json.unwrap());
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["summary"]["files"], 2);
}

#[test]
fn reports_go_to_files_beside_standard_output() {
    let folder = folder(&[("bad.yaml", DUPLICATE.as_bytes())]);
    let run = |arguments: &[&str]| {
        outcome(
            plimsoll(folder.path())
                .arg("check")
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    let (out, _, code) = run(&[
        "-f",
        "sarif=out.sarif",
        "-f",
        "json=out.json",
        "-f",
        "concise",
    ]);
    assert!(out.starts_with("bad.yaml:7:3: "), "{out}");
    assert_eq!(code, 1);
    for file in ["out.sarif", "out.json"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
    let (out, _, _) = run(&["-f", "json=out.json"]);
    assert_eq!(out, "");
    let (_, err, code) = run(&["-f", "json", "-f", "sarif"]);
    assert!(
        err.contains("only one report can be written to standard output"),
        "{err}"
    );
    assert_eq!(code, 2);
    let (_, err, code) = run(&["-f", "json=no/such/folder/x.json"]);
    assert!(err.contains("error: no/such/folder/x.json: "), "{err}");
    assert_eq!(code, 2);
}

#[test]
fn the_environment_chooses_the_format_and_flags_win() {
    let folder = folder(&[("bad.yaml", DUPLICATE.as_bytes())]);
    let mut command = plimsoll(folder.path());
    command
        .args(["check", "bad.yaml"])
        .env("PLIMSOLL_OUTPUT_FORMAT", "concise");
    let (out, _, _) = outcome(command.output().unwrap());
    assert!(out.starts_with("bad.yaml:7:3: "), "{out}");
    command.args(["-f", "json"]);
    let (out, _, _) = outcome(command.output().unwrap());
    assert!(out.starts_with('{'), "{out}");
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let folder = folder(&[("bad.yaml", DUPLICATE.as_bytes())]);
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = plimsoll(folder.path());
        command.args(["check", "bad.yaml"]).args(arguments);
        command.envs(variables.iter().copied());
        outcome(command.output().unwrap()).0.contains('\u{1b}')
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&["--color", "always"], &[]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(colored(&[], &[("FORCE_COLOR", "1")]));
    assert!(!colored(&[], &[("FORCE_COLOR", "0")]));
    assert!(!colored(&[], &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[("FORCE_COLOR", "1")]));
}

#[test]
fn a_locale_without_utf_8_gets_ascii() {
    let folder = folder(&[("bad.yaml", DUPLICATE.as_bytes())]);
    let ascii = |variables: &[(&str, &str)]| {
        let mut command = plimsoll(folder.path());
        command.args(["check", "bad.yaml"]).env_remove("LANG");
        command.envs(variables.iter().copied());
        outcome(command.output().unwrap()).0.is_ascii()
    };
    assert!(ascii(&[("LANG", "C")]));
    assert!(ascii(&[("LC_ALL", "POSIX"), ("LANG", "C.UTF-8")]));
    assert!(!ascii(&[("LANG", "ko_KR.utf8")]));
    assert!(!ascii(&[
        ("LC_ALL", ""),
        ("LC_CTYPE", "en_US.UTF-8"),
        ("LANG", "C")
    ]));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let text = format!("{GOOD}---\n").repeat(10) + DUPLICATE;
    let files: Vec<(String, &[u8])> = (0..400)
        .map(|n| (format!("{n}.yaml"), text.as_bytes()))
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    let folder = folder(&files);
    let mut command = plimsoll(folder.path());
    command
        .args(["check", "-f", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut first = [0];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let (_, err, code) = outcome(child.wait_with_output().unwrap());
    assert_eq!((err.as_str(), code), ("", 0));
}

#[test]
fn the_output_does_not_depend_on_threads() {
    let files: Vec<String> = (0..60).map(|n| format!("{}/{n}.yaml", n % 7)).collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|name| (name.as_str(), DUPLICATE.as_bytes()))
        .collect();
    let folder = folder(&files);
    let one = check(folder.path(), &["-j", "1"]);
    assert_eq!(
        one.0
            .lines()
            .filter(|line| line.contains("duplicate-key"))
            .count(),
        60
    );
    for jobs in ["2", "8"] {
        assert_eq!(check(folder.path(), &["-j", jobs]), one);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_checked() {
    // Linux refuses to read the start of a process's memory, even to root.
    let memory = Path::new("/proc/self/mem");
    let folder = folder(&[("bad.yaml", DUPLICATE.as_bytes())]);
    std::os::unix::fs::symlink(memory, folder.path().join("mem.yaml")).unwrap();
    let (out, err, code) = check(folder.path(), &["mem.yaml", "bad.yaml"]);
    assert!(out.starts_with("bad.yaml:7:3: "), "{out}");
    assert!(err.starts_with("error: mem.yaml: "), "{err}");
    assert_eq!(code, 2);
}

#[test]
fn yaml_that_is_no_manifest_is_left_alone_unless_it_is_named() {
    let folder = folder(&[
        ("app.yaml", b"list: [1,\n"),
        ("pod.yaml", b"apiVersion: v1\nkind: Pod\nmetadata: {\n"),
    ]);
    let (out, _, code) = check(folder.path(), &["."]);
    assert!(
        out.contains("pod.yaml:") && !out.contains("app.yaml"),
        "{out}"
    );
    assert_eq!(code, 1);
    let (out, _, code) = check(folder.path(), &["app.yaml"]);
    assert!(out.starts_with("app.yaml:1:7: error[yaml-syntax]"), "{out}");
    assert_eq!(code, 1);
}

#[test]
fn what_lies_in_a_folder_of_patches_need_not_be_whole() {
    let patch =
        b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n";
    let folder = folder(&[("config/patches/web.yaml", patch), ("web.yaml", patch)]);
    let (out, _, code) = check(folder.path(), &["config"]);
    assert_eq!((out.as_str(), code), ("", 0));
    let (out, _, code) = check(folder.path(), &["web.yaml"]);
    assert!(out.contains("error[api-required]"), "{out}");
    assert_eq!(code, 1);
}

#[test]
fn an_object_without_a_name_is_called_by_its_kind() {
    let text = b"kind: Kustomization\nresourcez: []\n";
    let folder = folder(&[("kustomization.yaml", text)]);
    let mut command = plimsoll(folder.path());
    let (out, _, _) = outcome(command.args(["check", "-f", "full"]).output().unwrap());
    assert!(out.contains("Kustomization: resourcez"), "{out}");
}
