//! Whole-process figures of the release binary, as ratios within one run.
//!
//! `cargo bench --bench process` prints: the time of one small file against
//! `--version`, one thread against two over many files, a range of five minors
//! against one of them, and the binary's size.
//! The many files are the shared corpus where it is at hand, else copies of the
//! project's own fixtures.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let binary = Path::new(env!("CARGO_BIN_EXE_plimsoll"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let size = std::fs::metadata(binary).unwrap().len();
    println!("binary: {:.2} MB", size as f64 / 1e6);

    let version = || time(binary, &["--version"]);
    let one = root.join("fixtures/projects/shop/web.yaml");
    let one = one.to_str().unwrap().to_owned();
    let check = || time(binary, &["check", &one]);
    let (version, check) = interleaved(41, version, check);
    println!(
        "one file: {:.2} ms, --version: {:.2} ms, ratio {:.2} (median of 41)",
        millis(check),
        millis(version),
        millis(check) / millis(version)
    );

    let many = many_files(root);
    let many = many.to_str().unwrap();
    let run = |threads| {
        time(
            binary,
            &["check", "-q", "-j", threads, "-f", "concise", many],
        )
    };
    let (one, two) = interleaved(5, || run("1"), || run("2"));
    println!(
        "{many}: one thread {:.0} ms, two threads {:.0} ms, ratio {:.2} (median of 5)",
        millis(one),
        millis(two),
        millis(one) / millis(two)
    );
    range(binary, many);
}

/// What a range of five minors costs against one of them.
fn range(binary: &Path, many: &str) {
    let run = |version| {
        let version = ["--kubernetes-version", version];
        let rest = ["-q", "-j", "1", "-f", "concise", many];
        time(binary, &[&["check"], &version[..], &rest[..]].concat())
    };
    let (one, five) = interleaved(5, || run("1.33"), || run("1.29-1.33"));
    println!(
        "{many}: one minor {:.0} ms, five minors {:.0} ms, ratio {:.2} (median of 5)",
        millis(one),
        millis(five),
        millis(five) / millis(one)
    );
}

/// The medians of two measurements taken in turn, so that a drift of the
/// machine's speed meets both alike.
fn interleaved(
    rounds: usize,
    mut first: impl FnMut() -> Duration,
    mut second: impl FnMut() -> Duration,
) -> (Duration, Duration) {
    first();
    second();
    let (mut left, mut right): (Vec<_>, Vec<_>) = (0..rounds).map(|_| (first(), second())).unzip();
    left.sort();
    right.sort();
    (left[rounds / 2], right[rounds / 2])
}

fn time(binary: &Path, arguments: &[&str]) -> Duration {
    let start = Instant::now();
    let status = Command::new(binary)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let taken = start.elapsed();
    assert!(status.code().is_some_and(|code| code < 2), "{arguments:?}");
    taken
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// A folder with many manifests: `PLIMSOLL_CORPUS`, or the fixtures.
fn many_files(root: &Path) -> PathBuf {
    match std::env::var_os("PLIMSOLL_CORPUS") {
        Some(folder) => folder.into(),
        None => root.join("fixtures"),
    }
}
