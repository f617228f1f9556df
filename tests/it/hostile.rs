//! Input that was made to take all time or memory: each of these would take
//! minutes or gigabytes, or never end, if it were not bounded.

mod files;
mod reports;
mod workloads;
mod yaml;

use std::path::Path;
use std::process::{Command, Output};

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

/// What plimsoll prints, started in `folder`.
fn plimsoll(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.args(arguments).current_dir(folder);
    command.output().unwrap()
}

/// What `plimsoll check` finds, a line each.
fn check(folder: &Path, arguments: &[&str]) -> String {
    let fixed = ["check", "-q", "-f", "concise"];
    let output = plimsoll(folder, &[&fixed[..], arguments].concat());
    String::from_utf8_lossy(&output.stdout).into_owned()
}
