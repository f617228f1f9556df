//! Replays recorded answers of the Pod Security admission plugin: every generated
//! pod is allowed or refused, under each level and version, with the same words.

use crate::pod_security_support;
use crate::recorded;
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::pod_security::{Level, Policy, Version};
use plimsoll::source::Source;

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
            let related = it.related.len();
            format!(
                "{} {} {field} +{related}: {}",
                it.severity, it.rule, it.message
            )
        })
        .collect()
}

fn namespace(labels: &str) -> String {
    format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {{{labels}}}")
}

const WORDS: &str = "host namespaces (hostIPC=true), privileged (container \"web\" must not set securityContext.privileged=true)";

#[test]
fn labels_go_before_the_flag() {
    let baseline = Some(Policy {
        level: Level::Baseline,
        version: Version::Minor(20),
    });
    let refused = |policy: &str| {
        let place = "spec.template.spec.hostIPC +1";
        vec![format!(
            "error pod-security-violation {place}: would violate PodSecurity \"{policy}\": {WORDS}"
        )]
    };
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
            [format!(
                "{severity} pod-security-warning spec.template.spec.hostIPC +1: would violate PodSecurity \"baseline:latest\": {WORDS}"
            )]
        );
    }
}
