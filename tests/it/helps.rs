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

#[test]
fn a_bare_pod_is_called_by_its_own_name() {
    let limits = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: bounds}\nspec: {limits: [{type: Container, max: {memory: 1Gi}}]}\n---\n";
    let spec = "{restartPolicy: Never, containers: [{name: a, image: \"a:1\", resources: {limits: {memory: 2Gi}}}]}";
    let messages = |object: &str| {
        let source = Source::new("a.yaml", format!("{limits}{object}\n"));
        let report = Engine::new(Config::default()).check(&[source]);
        let findings = report.findings.into_iter();
        let found = findings.filter(|it| it.rule == "limitrange-violation");
        found.map(|it| it.message).collect::<Vec<_>>()
    };
    let why = "maximum memory usage per Container is 1Gi, but limit is 2Gi";
    let pod = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {spec}");
    assert_eq!(messages(&pod), [format!("Pod `a` is rejected: {why}")]);
    let job = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: a}}\nspec: {{template: {{spec: {spec}}}}}"
    );
    let rejected = format!("the pods of Job `a` are rejected: {why}");
    assert_eq!(messages(&job), [rejected]);
}

#[test]
fn help_names_the_label_that_a_service_should_select() {
    let help = |namespace: &str, selector: &str, labels: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: a}}\nspec: {{selector: {selector}, ports: [{{port: 80}}]}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: {namespace}, labels: {labels}}}\nspec: {{containers: [{{name: a, image: \"a:1\"}}]}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: other, namespace: a}}\nspec: {{containers: [{{name: a, image: \"a:1\"}}]}}\n"
        );
        let helps = helps(&text).into_iter().map(|(_, help)| help);
        helps.collect::<Vec<_>>()
    };
    assert_eq!(
        help("a", "{app: web}", "{app: webb}"),
        ["select `app: webb`, which Pod `web` has instead"]
    );
    assert_eq!(
        help("a", "{app: web, tier: front}", "{app: web}"),
        ["add the label `tier` to Pod `web`, or do not select by it"]
    );
    assert_eq!(
        help("b", "{app: web}", "{app: web}"),
        ["move the Service to namespace `b`, where Pod `web` has them"]
    );
}
