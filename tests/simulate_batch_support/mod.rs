//! Replays recorded scenarios of Jobs, CronJobs and PodDisruptionBudgets.

pub(crate) mod cron_job;
pub(crate) mod disruption;
pub(crate) mod job;

use jiff::{SignedDuration, Timestamp};
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::resolve::Bundle;
use plimsoll::source::Source;
use serde_json::Value;

/// Reads YAML and hands over the objects.
pub(crate) fn survey<T>(yaml: &str, look: impl FnOnce(&Bundle<'_>) -> T) -> T {
    let sources = [Source::new("a.yaml", yaml)];
    Engine::new(Config::default()).survey(&sources, look)
}

/// A scenario while it is replayed.
pub(crate) trait World {
    fn happen(&mut self, what: &str, details: &Value, now: Timestamp);
    fn settle(&mut self, now: Timestamp);
    fn state(&self, now: Timestamp) -> Value;
}

/// Replays one scenario; says the first step that differs.
pub(crate) fn replay(scenario: &Value, world: &mut dyn World) -> Result<(), String> {
    let mut now: Timestamp = scenario["start"].as_str().unwrap().parse().unwrap();
    for (index, step) in scenario["steps"].as_array().unwrap().iter().enumerate() {
        for (what, details) in step["do"].as_object().unwrap() {
            match what.as_str() {
                "settle" => {}
                "advance" => {
                    let time: SignedDuration =
                        plimsoll::kube::duration::parse(details.as_str().unwrap()).unwrap();
                    now = now.checked_add(time).unwrap();
                }
                what => world.happen(what, details, now),
            }
        }
        world.settle(now);
        let actual = world.state(now);
        let expected = step["state"].as_object().unwrap();
        for (key, actual) in actual.as_object().unwrap() {
            let expected = &expected[key];
            if expected != actual {
                return Err(format!(
                    "{} step {index}: {}\n  {key}: expected {expected}, not {actual}\n  {}",
                    scenario["name"], step["do"], step["state"]
                ));
            }
        }
    }
    Ok(())
}

/// How Go prints whole seconds: `1m5s`, `2h0m0s`.
pub(crate) fn go_seconds(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        _ => format!("{hours}h{minutes}m{rest}s"),
    }
}
