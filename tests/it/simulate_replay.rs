//! What the simulator says, held against what the real controllers did: each
//! recorded scenario of `fixtures/simulate/`, step by step. With
//! `PLIMSOLL_SCENARIOS` set, other files are replayed as well.

use crate::simulate_support::{self, CONTROLLERS, replay};
use std::fs;
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/simulate");
    let mut files: Vec<PathBuf> = CONTROLLERS
        .iter()
        .map(|name| folder.join(format!("{name}.jsonl")))
        .collect();
    if let Some(more) = std::env::var_os("PLIMSOLL_SCENARIOS") {
        files.extend(std::env::split_paths(&more));
    }
    files
}

#[test]
fn the_simulator_does_what_the_controllers_did() {
    let (mut all, mut wrong) = (0, Vec::new());
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let scenario: serde_json::Value = serde_json::from_str(line).unwrap();
            let controller = scenario["controller"].as_str().unwrap();
            if !simulate_support::is_simulated(controller) {
                continue;
            }
            all += 1;
            if let Err(difference) = replay(&scenario) {
                wrong.push(difference);
            }
        }
    }
    let shown = wrong.iter().take(10).cloned().collect::<Vec<_>>();
    assert!(all > 0, "no scenario was found");
    assert!(
        wrong.is_empty(),
        "{} of {all} differ:\n{}",
        wrong.len(),
        shown.join("\n")
    );
}
