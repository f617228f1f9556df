//! Cases of the Pod Security oracle, and how the library's answers compare with
//! those of the admission plugin.

use plimsoll::catalog::Minor;
use plimsoll::parse;
use plimsoll::pod_security::{Level, Policy, Version, evaluate};
use plimsoll::source::Source;
use serde_json::Value;

/// An answer for one object under one policy.
pub(crate) struct Answer {
    /// Such as `baseline:v1.30`.
    pub(crate) policy: Policy,
    /// The object, as JSON.
    pub(crate) object: String,
    /// The plugin's message; empty where the object is allowed.
    pub(crate) expected: String,
    /// Ours.
    pub(crate) said: String,
    /// The same, field by field; the oracle prints no more than `said`.
    #[allow(dead_code)]
    pub(crate) faults: Vec<String>,
}

/// Compares every case under every level and version.
pub(crate) fn answers(text: &str) -> Vec<Answer> {
    let mut lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
    let head = lines.next().expect("the first line says the minor");
    let newest = head["minor"].as_u64().expect("a minor is a number");
    let minor = Minor::new(u8::try_from(newest).expect("a minor is small"));
    let mut found = Vec::new();
    for case in lines {
        let object = case["o"].to_string();
        let source = Source::new("case.json", object.clone());
        let parsed = parse::parse(&source, 0);
        let root = parsed.documents[0].root().expect("an object is JSON");
        let is_pod = case["o"]["kind"] == "Pod";
        let node = match is_pod {
            true => root,
            false => root.at(&["spec", "template"]).expect("a template"),
        };
        for level in Level::ALL {
            // Only what differs from the version before is recorded.
            let mut before = String::new();
            let versions = (0..=newest).map(Version::Minor);
            for version in versions.chain([Version::Latest]) {
                let policy = Policy { level, version };
                if let Some(text) = case["p"][policy.to_string()].as_str() {
                    text.clone_into(&mut before);
                }
                let said = evaluate(policy, minor, node, is_pod);
                let faults = said.iter().flat_map(|it| &it.faults);
                let faults = faults.map(|it| it.message.clone()).collect();
                found.push(Answer {
                    policy,
                    object: object.clone(),
                    expected: before.clone(),
                    said: said.map(|it| it.message).unwrap_or_default(),
                    faults,
                });
            }
        }
    }
    found
}
