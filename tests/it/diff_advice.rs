//! What `diff` advises where a selector cannot change, held to what the real controllers do
//! after that: `tests/oracle/controllers` deletes workloads, leaves their pods, creates them
//! again, and records whether the new ones take the pods.

use crate::diff_properties::compared;
use plimsoll::diff::Outcome;
use serde_json::Value;
use std::path::Path;

/// Whether the pods are to be left running for the new object, where the update of `old` to
/// `new` is refused.
fn keeps_pods(old: &str, new: &str) -> Option<bool> {
    compared(old, new, |diff| {
        let mut entries = diff.entries.iter();
        let refused = entries.find(|it| it.outcome == Outcome::Refused)?;
        Some(refused.advice?.contains("--cascade=orphan"))
    })
}

#[test]
fn pods_are_left_running_exactly_where_the_new_controller_takes_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diff/adoptions.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.next().unwrap()["kubernetes"], "1.37.1");
    let mut advised = [0, 0];
    for case in lines {
        let [old, new] = ["old", "new"].map(|key| case[key].as_str().unwrap());
        // An equal selector is no refusal, and needs no advice.
        if let Some(keeps) = keeps_pods(old, new) {
            assert_eq!(Value::from(keeps), case["adopted"], "{new}");
            advised[usize::from(keeps)] += 1;
        }
    }
    assert!(advised[0] >= 20 && advised[1] >= 20, "{advised:?}");
}
