//! What the simulator says of Jobs, CronJobs and PodDisruptionBudgets, held against
//! what the real controllers did: each recorded scenario of `fixtures/simulate/`,
//! step by step. With `PLIMSOLL_SCENARIOS` set, other files are replayed as well.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod simulate_batch_support;

use serde_json::Value;
use simulate_batch_support::{cron_job, disruption, job};
use std::fs;
use std::path::{Path, PathBuf};

fn files(controller: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/simulate");
    let mut files = vec![folder.join(format!("{controller}.jsonl"))];
    if let Some(more) = std::env::var_os("PLIMSOLL_SCENARIOS") {
        files.extend(std::env::split_paths(&more));
    }
    files
}

fn replay_all(controller: &str, replay: impl Fn(&Value) -> Result<(), String>) {
    let (mut all, mut wrong) = (0, Vec::new());
    for path in files(controller) {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let scenario: Value = serde_json::from_str(line).unwrap();
            if scenario["controller"] != controller {
                continue;
            }
            all += 1;
            if let Err(difference) = replay(&scenario) {
                wrong.push(difference);
            }
        }
    }
    println!("{controller}: {all} scenarios, {} differ", wrong.len());
    let shown = wrong.iter().take(10).cloned().collect::<Vec<_>>();
    assert!(all > 0, "no scenario was found");
    assert!(
        wrong.is_empty(),
        "{} of {all} differ:\n{}",
        wrong.len(),
        shown.join("\n")
    );
}

#[test]
fn jobs_do_what_their_controller_did() {
    replay_all("job", job::replay);
}

#[test]
fn cron_jobs_do_what_their_controller_did() {
    replay_all("cronjob", cron_job::replay);
}

#[test]
fn budgets_allow_what_their_controller_allowed() {
    replay_all("disruption", disruption::replay);
}
