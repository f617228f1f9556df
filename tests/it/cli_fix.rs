//! `--fix` and its like as people use them: what is written, and what is not.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// `a: no` has a safe fix, `imagePullpolicy` an unsafe one.
const BROKEN: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a} # why\ndata:\n  a: no   # yes\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: a\n    image: b:1.0\n    imagePullpolicy: Always\n";
const SAFE: &str = "  a: \"no\"   # yes\n";

fn folder(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    folder
}

struct Outcome {
    out: String,
    err: String,
    code: i32,
}

fn check(folder: &Path, arguments: &[&str], input: &str) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command
        .current_dir(folder)
        .args(["check", "--select", "schema,api"]);
    command.args(arguments);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Outcome {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

fn text(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("a.yaml")).unwrap()
}

#[test]
fn only_safe_fixes_are_made_unless_asked_for_others() {
    let folder = folder(BROKEN);
    let outcome = check(folder.path(), &["--fix"], "");
    assert_eq!(text(&folder), BROKEN.replace("  a: no   # yes\n", SAFE));
    assert!(
        outcome.out.contains("Fixed 1 finding. Found 1 error in"),
        "{}",
        outcome.out
    );
    assert_eq!(outcome.code, 1);
    let outcome = check(folder.path(), &["--fix", "--unsafe-fixes"], "");
    assert!(text(&folder).ends_with("    imagePullPolicy: Always\n"));
    assert_eq!(outcome.code, 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn line_ends_and_everything_else_stay() {
    let crlf = BROKEN.replace('\n', "\r\n");
    let folder = folder(&format!("\u{feff}{crlf}"));
    check(folder.path(), &["--fix", "--unsafe-fixes"], "");
    let wanted = crlf
        .replace("a: no ", "a: \"no\" ")
        .replace("Pullpolicy", "PullPolicy");
    assert_eq!(text(&folder), format!("\u{feff}{wanted}"));
}

#[test]
fn a_difference_is_printed_and_nothing_written() {
    let folder = folder(BROKEN);
    let outcome = check(folder.path(), &["--diff"], "");
    assert_eq!(
        outcome.out,
        "--- a/a.yaml\n+++ b/a.yaml\n@@ -2,7 +2,7 @@\n kind: ConfigMap\n metadata: {name: a} # why\n data:\n-  a: no   # yes\n+  a: \"no\"   # yes\n ---\n apiVersion: v1\n kind: Pod\n"
    );
    assert_eq!((outcome.code, text(&folder).as_str()), (1, BROKEN));
    check(folder.path(), &["--fix"], "");
    let outcome = check(folder.path(), &["--diff"], "");
    assert_eq!((outcome.code, outcome.out.as_str()), (0, ""));
}

#[test]
fn fixing_only_reports_nothing() {
    let folder = folder(BROKEN);
    let outcome = check(folder.path(), &["--fix-only"], "");
    assert_eq!((outcome.code, outcome.out.as_str()), (0, ""));
    assert_eq!(outcome.err, "Fixed 1 finding.\n");
    assert!(text(&folder).contains(SAFE));
}

#[test]
fn standard_input_is_fixed_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["-", "--fix", "-f", "concise"];
    let outcome = check(folder.path(), &arguments, BROKEN);
    assert_eq!(outcome.out, BROKEN.replace("  a: no   # yes\n", SAFE));
    assert!(outcome.err.contains("unknown-field"), "{}", outcome.err);
    assert_eq!(outcome.code, 1);
    let clean = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let outcome = check(folder.path(), &arguments, clean);
    assert_eq!((outcome.out.as_str(), outcome.code), (clean, 0));
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(BROKEN);
    let file = folder.path().join("a.yaml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("a.yaml", folder.path().join("link.yaml")).unwrap();
    check(folder.path(), &["--fix", "link.yaml"], "");
    assert!(text(&folder).contains(SAFE));
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(folder.path().join("link.yaml").is_symlink());
    let outcome = {
        fs::write(&file, BROKEN).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
        check(folder.path(), &["--fix", "a.yaml"], "")
    };
    assert_eq!((outcome.code, text(&folder).as_str()), (2, BROKEN));
    assert!(outcome.err.contains("read-only"), "{}", outcome.err);
}

/// Nothing is written to where a symbolic link leads out, nor to one of several hard links.
#[cfg(unix)]
#[test]
fn what_other_names_lead_to_is_left_alone() {
    use std::os::unix::fs::symlink;
    let (folder, other) = (folder(BROKEN), folder(BROKEN));
    symlink(other.path().join("a.yaml"), folder.path().join("out.yaml")).unwrap();
    let outcome = check(folder.path(), &["--fix", "out.yaml"], "");
    assert_eq!((outcome.code, text(&other).as_str()), (2, BROKEN));
    assert!(outcome.err.contains("symbolic link"), "{}", outcome.err);

    fs::hard_link(folder.path().join("a.yaml"), folder.path().join("b.yaml")).unwrap();
    let outcome = check(folder.path(), &["--fix", "a.yaml"], "");
    assert_eq!((outcome.code, text(&folder).as_str()), (2, BROKEN));
    assert!(outcome.err.contains("hard links"), "{}", outcome.err);
}

#[test]
fn the_longest_file_names_are_fixed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{}.yaml", "a".repeat(250)));
    fs::write(&file, BROKEN).unwrap();
    check(folder.path(), &["--fix"], "");
    assert!(fs::read_to_string(&file).unwrap().contains(SAFE));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn unsafe_fixes_alone_are_a_mistake() {
    let outcome = check(folder(BROKEN).path(), &["--unsafe-fixes"], "");
    assert_eq!((outcome.code, outcome.out.as_str()), (2, ""));
}

/// A repository may hold a symbolic link of the name that a report is written to.
#[cfg(unix)]
#[test]
fn reports_are_not_written_through_links() {
    use std::os::unix::fs::symlink;
    let (folder, other) = (folder(BROKEN), folder(BROKEN));
    let path = folder.path();
    symlink(other.path().join("a.yaml"), path.join("a.json")).unwrap();
    symlink(other.path(), path.join("elsewhere")).unwrap();
    for output in ["json=a.json", "json=elsewhere/a.yaml", "json=elsewhere/new"] {
        let outcome = check(path, &["a.yaml", "-f", output], "");
        assert_eq!(outcome.code, 2, "{output}");
        assert!(outcome.err.contains("symbolic link"), "{}", outcome.err);
    }
    assert_eq!(text(&other), BROKEN);
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);

    for _ in 0..2 {
        let outcome = check(path, &["a.yaml", "-f", "json=report.json"], "");
        assert_eq!(outcome.code, 1, "{}", outcome.err);
        assert!(
            fs::read(path.join("report.json"))
                .unwrap()
                .ends_with(b"}\n")
        );
    }
    assert_eq!(check(path, &["a.yaml", "-f", "json=/dev/null"], "").code, 1);
}

#[test]
fn a_file_in_another_encoding_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let units = BROKEN.encode_utf16().flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units).collect();
    let file = folder.path().join("a.yaml");
    fs::write(&file, &bytes).unwrap();
    let outcome = check(folder.path(), &["--fix"], "");
    assert_eq!((outcome.code, fs::read(&file).unwrap()), (2, bytes));
}

/// A filter gives back what it cannot fix, byte for byte.
#[test]
fn standard_input_is_never_lost() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let manifest = "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: a}\r\ndata: {a: 5}\r\n";
    let wide = |text: &str| {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let latin = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: caf\xe9, b: 5}\n";
    let large = vec![b'#'; (32 << 20) + 1000];
    let fine = "\u{feff}a: b\n::error::x\n".to_owned().into_bytes();
    let broken = b"a: [b\n\x1b[31m".to_vec();
    for (input, output, code) in [
        (
            manifest.as_bytes().to_vec(),
            manifest.replace("a: 5", "a: \"5\"").into_bytes(),
            Some(0),
        ),
        (fine.clone(), fine, None),
        (broken.clone(), broken, None),
        (wide(manifest), wide(manifest), Some(2)),
        (latin.to_vec(), latin.to_vec(), Some(1)),
        (large.clone(), large, Some(2)),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .args(["check", "--fix", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let bytes = input.clone();
        let writer = std::thread::spawn(move || stdin.write_all(&bytes));
        let done = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let shown = String::from_utf8_lossy(&input[..input.len().min(60)]).into_owned();
        assert!(done.stdout == output, "{shown}");
        if let Some(code) = code {
            assert_eq!(done.status.code(), Some(code), "{shown}");
        }
    }
}

/// Whenever the signal comes, each file is the old or the new one, and nothing else is left.
#[cfg(unix)]
#[test]
fn an_interrupted_fix_leaves_no_half_written_file() {
    const FILES: usize = 1000;
    let fixed = BROKEN.replace("  a: no   # yes\n", SAFE);
    let mut interrupted = 0;
    for _ in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let path = |number: usize| folder.path().join(format!("{number}.yaml"));
        (0..FILES).for_each(|it| fs::write(path(it), BROKEN).unwrap());
        let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .args(["check", "--fix", "."])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while fs::read_to_string(path(0)).unwrap() == BROKEN {
            assert!(child.try_wait().unwrap().is_none(), "it wrote nothing");
        }
        let id = child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        interrupted += usize::from(child.wait().unwrap().code() == Some(130));
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            assert!(name.ends_with(".yaml"), "{name} is left");
            let text = fs::read_to_string(entry.path()).unwrap();
            assert!(text == BROKEN || text == fixed, "{name}: {text}");
        }
    }
    assert!(interrupted > 0, "each run was over before the signal came");
}
