//! What helps where the words of the API server alone would not.

use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::source::Source;

/// Each finding's field and help.
fn helps(text: &str) -> Vec<(String, String)> {
    let report = Engine::new(Config::default()).check(&[Source::new("a.yaml", text)]);
    let helps = report.findings.into_iter();
    let helps = helps.map(|it| (it.field.unwrap_or_default(), it.help.unwrap_or_default()));
    helps.collect()
}

#[test]
fn a_removed_kind_without_successor_names_what_does_its_work() {
    let text =
        "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: a}\nspec: {}\n";
    let [(_, help)] = &helps(text)[..] else {
        panic!("{:?}", helps(text));
    };
    assert!(help.starts_with("use Pod Security admission"), "{help}");
}

#[test]
fn the_field_that_is_really_missing_in_a_webhook_is_named() {
    let webhook = |service: &str| {
        let text = format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {{name: w}}\nwebhooks:\n- name: w.example.com\n  clientConfig: {{service: {service}}}\n  sideEffects: None\n  admissionReviewVersions: [v1]\n"
        );
        helps(&text)
    };
    let one = |field: &str, help: &str| {
        let field = format!("webhooks[0].clientConfig.service.{field}");
        let help = format!("set `{help}`: the API server confuses the two fields here");
        vec![(field, help)]
    };
    assert_eq!(webhook("{namespace: x}"), one("namespace", "name"));
    assert_eq!(webhook("{name: x}"), one("name", "namespace"));
}
