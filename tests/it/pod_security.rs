//! Replays recorded answers of the Pod Security admission plugin: every generated
//! pod is allowed or refused, under each level and version, with the same words.

use crate::pod_security_support;
use crate::recorded;
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::pod_security::{Level, Policy, Version};
use plimsoll::source::Source;
use std::collections::BTreeSet;

#[test]
fn pods_are_judged_as_the_plugin_does() {
    let text = recorded::read("pod-security/cases.jsonl");
    let answers = pod_security_support::answers(&text);
    assert!(answers.len() > 10_000, "{} answers", answers.len());
    for answer in &answers {
        assert_eq!(
            answer.said, answer.expected,
            "{} {}",
            answer.policy, answer.object
        );
    }
}

/// What a check is called in a message, in the singular.
fn reason(message: &str) -> &str {
    let reason = message.split(" (").next().unwrap_or(message);
    reason.trim_end_matches('s')
}

#[test]
fn every_check_that_fails_is_found_at_a_field() {
    let text = recorded::read("pod-security/cases.jsonl");
    let answers = pod_security_support::answers(&text);
    for answer in answers.iter().filter(|it| !it.said.is_empty()) {
        let failed: BTreeSet<&str> = answer.said.split("), ").map(reason).collect();
        let found: BTreeSet<&str> = answer.faults.iter().map(|it| reason(it)).collect();
        assert_eq!(found, failed, "{} {}", answer.policy, answer.object);
    }
}

const PRIVILEGED: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostIPC: true
      containers:
      - name: web
        image: registry.example.com/web:1.4.2
        securityContext:
          privileged: true
";

fn found(namespace: &str, default: Option<Policy>) -> Vec<String> {
    let mut config = Config::default();
    config.pod_security = default;
    let text = format!("{namespace}\n---{PRIVILEGED}");
    let report = Engine::new(config).check(&[Source::new("a.yaml", text)]);
    let of_rule = report
        .findings
        .iter()
        .filter(|it| it.rule.starts_with("pod-security"));
    of_rule
        .map(|it| {
            let field = it.field.clone().unwrap_or_default();
            format!("{} {} {field}: {}", it.severity, it.rule, it.message)
        })
        .collect()
}

fn namespace(labels: &str) -> String {
    format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {{{labels}}}")
}

const WORDS: [&str; 2] = [
    "host namespaces (hostIPC=true)",
    "privileged (container \"web\" must not set securityContext.privileged=true)",
];
const FIELDS: [&str; 2] = [
    "spec.template.spec.hostIPC",
    "spec.template.spec.containers[0].securityContext.privileged",
];

/// A finding for each violation, at its field.
fn each(rule: &str, policy: &str) -> Vec<String> {
    let pairs = FIELDS.iter().zip(WORDS);
    pairs
        .map(|(field, words)| {
            format!("{rule} {field}: would violate PodSecurity \"{policy}\": {words}")
        })
        .collect()
}

#[test]
fn labels_go_before_the_flag() {
    let baseline = Some(Policy {
        level: Level::Baseline,
        version: Version::Minor(20),
    });
    let refused = |policy: &str| each("error pod-security-violation", policy);
    assert_eq!(found("", None), Vec::<String>::new());
    assert_eq!(found("", baseline), refused("baseline:v1.20"));
    let label = "pod-security.kubernetes.io/enforce";
    assert_eq!(
        found(&namespace(&format!("{label}: baseline")), None),
        refused("baseline:latest")
    );
    assert_eq!(
        found(&namespace(&format!("{label}: privileged")), baseline),
        Vec::<String>::new()
    );
    // Its own rule says that such a namespace is refused.
    assert_eq!(
        found(&namespace(&format!("{label}: strict")), baseline),
        Vec::<String>::new()
    );
}

#[test]
fn what_is_only_warned_about_or_logged_is_no_error() {
    for (mode, severity) in [("warn", "warning"), ("audit", "info")] {
        let label = format!("pod-security.kubernetes.io/{mode}: baseline");
        assert_eq!(
            found(&namespace(&label), None),
            each(
                &format!("{severity} pod-security-warning"),
                "baseline:latest"
            )
        );
    }
}
