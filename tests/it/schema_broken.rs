//! Objects with one mistake each in their shape: every one is reported once,
//! under the right name and on the right line.
use crate::shared;
use plimsoll::catalog::{Catalog, Minor};
use plimsoll::finding::Finding;
use plimsoll::fix;
use plimsoll::parse;
use plimsoll::resolve::{Scope, resources};
use plimsoll::source::Source;
use plimsoll::validate;

fn check_in(minor: Minor, source: &Source) -> Vec<Finding> {
    let catalog = Catalog::builtin();
    let mut found = Vec::new();
    for document in parse::parse(source, 0).documents {
        found.extend(plimsoll::decode::check_identity(&catalog, &document));
        for resource in resources(&document, "default", |_, _| Scope::Namespaced) {
            validate::check(&catalog, minor, &resource, &mut found);
        }
    }
    found
}

fn check(text: &str) -> Vec<Finding> {
    check_in(Catalog::builtin().newest(), &Source::new("a.yaml", text))
}

/// What is found in `text`, as `rule: message | help`.
fn found(text: &str) -> Vec<String> {
    let line = |it: Finding| {
        format!(
            "{}: {} | {}",
            it.rule,
            it.message,
            it.help.unwrap_or_default()
        )
    };
    check(text).into_iter().map(line).collect()
}

/// A Deployment whose pod has `container` (at six blanks) in its only container.
fn deployment(container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  selector: \
         {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      \
         containers:\n      - name: app\n        image: app\n{container}"
    )
}

/// The files of the corpus whose mistake is one of shape, and its name.
const BROKEN: &[(&str, &str)] = &[
    ("annotation-unquoted-boolean", "api-type"),
    ("autoscaling-v2beta2-hpa", "api-removed"),
    ("batch-v1beta1-cronjob", "api-removed"),
    ("command-as-string", "api-type"),
    ("configmap-data-non-string", "api-type"),
    ("container-port-as-string", "api-type"),
    ("cpu-space-before-unit", "api-type"),
    ("daemonset-with-replicas", "unknown-field"),
    ("duplicate-container-name", "api-duplicate"),
    ("duplicate-port-name", "api-duplicate"),
    ("env-as-map", "api-type"),
    ("env-value-as-bool", "api-type"),
    ("env-value-as-int", "api-type"),
    ("extensions-v1beta1-deployment", "api-removed"),
    ("image-missing", "api-required"),
    ("image-pull-policy-typo", "api-unsupported"),
    ("ingress-path-type-missing", "api-required"),
    ("kind-lowercase", "unknown-kind"),
    ("kind-typo-deployement", "unknown-kind"),
    ("label-value-unquoted-number", "api-type"),
    ("limits-outside-resources", "unknown-field"),
    ("memory-512MB", "api-type"),
    ("memory-lowercase-suffix", "api-type"),
    ("memory-space-before-unit", "api-type"),
    ("missing-api-version", "api-required"),
    ("missing-metadata-name", "api-required"),
    ("missing-selector", "api-required"),
    ("networking-v1beta1-ingress", "api-removed"),
    ("non-breaking-space-indentation", "unknown-field"),
    ("norway-boolean-label", "api-type"),
    ("probe-at-pod-level", "unknown-field"),
    ("probe-handler-not-nested", "unknown-field"),
    ("pvc-access-mode-typo", "api-unsupported"),
    ("replicas-as-string", "api-type"),
    ("secret-data-not-base64", "api-type"),
    ("service-type-typo", "api-unsupported"),
    ("unknown-field-case-typo", "unknown-field"),
    ("wrong-api-version-deployment", "unknown-kind"),
];

/// Whether the file is refused before there is an object to check, or what is
/// refused is for a rule to say.
fn is_yaml_error(text: &str) -> bool {
    text.lines().next().unwrap().contains(", yaml-error: ")
}

#[test]
#[ignore = "needs manifests that are not of this repository"]
fn the_broken_files_of_the_corpus_are_reported_where_they_say() {
    let folder = shared::path("corpus/broken");
    let mut seen = 0;
    for file in std::fs::read_dir(&folder)
        .unwrap()
        .map(|it| it.unwrap().path())
    {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_stem().unwrap().to_str().unwrap();
        let source = Source::new(name, text.as_str());
        let place = |it: &Finding| (it.rule, source.position(it.place.span.start).line);
        let all = check(&text);
        // A warning refuses nothing.
        let refused = all.iter().filter(|it| it.rule != "api-warning");
        let got: Vec<(&str, u32)> = refused.map(place).collect();
        let expected = BROKEN.iter().find(|it| it.0 == name).map(|(_, rule)| {
            seen += 1;
            let line = text
                .strip_prefix("# line ")
                .unwrap()
                .split(',')
                .next()
                .unwrap();
            (*rule, line.parse().unwrap())
        });
        match expected {
            // The server itself goes on to say that no selector matches no label.
            Some(expected) if name == "missing-selector" => {
                assert_eq!(got, [expected, ("api-invalid", 10)]);
            }
            Some(expected) => assert_eq!(got, [expected], "{name}"),
            None => {
                let accepted = text.lines().next().unwrap().contains(", accepted: ");
                // What the server accepts, it may still warn of.
                let got: Vec<_> = got.iter().filter(|it| it.0 != "api-warning").collect();
                let silent = accepted || text.starts_with("# line ") && is_yaml_error(&text);
                assert_eq!(got.is_empty(), silent, "{name}: {got:?}");
            }
        }
    }
    assert_eq!(seen, BROKEN.len());
}

#[test]
fn a_misspelt_required_field_is_one_finding_and_its_fix_resolves_it() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - nmae: a\n    image: b\n";
    let findings = check(text);
    assert_eq!(findings.len(), 1);
    let fix = findings[0].fix.as_ref().unwrap();
    assert!(!fix.safe);
    let fixed = fix::apply(text, &fix.edits).unwrap();
    assert_eq!(found(&fixed), [""; 0]);
}

#[test]
fn a_misplaced_field_is_not_missing_as_well() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n  containers: [{name: a, image: b}]\n";
    assert_eq!(
        found(text),
        [
            "unknown-field: unknown field \"containers\" | `containers` belongs to spec.template.spec (PodSpec), 2 levels down"
        ]
    );
    let text = deployment("").replace(
        "      containers:",
        "      restartPolicy: Always\n      containers:",
    );
    assert_eq!(found(&text), [""; 0]);
    let text = deployment("        restartPolicies: Always\n        nodeName: a\n");
    assert_eq!(
        found(&text),
        [
            "unknown-field: unknown field \"restartPolicies\" | did you mean `restartPolicy`?",
            "unknown-field: unknown field \"nodeName\" | `nodeName` belongs to spec.template.spec (PodSpec), one level up",
        ]
    );
}

#[test]
fn a_wrong_value_hides_what_is_below_it() {
    let text = deployment("        ports: {containerPort: '80', nme: a}\n");
    assert_eq!(
        found(&text),
        ["api-type: ports must be a list, not a mapping | start each item with a dash"]
    );
}

#[test]
fn null_is_absent() {
    let text = deployment(
        "        env: null\n        args: [null, a]\n        resources: {limits: {cpu: ~}}\n",
    );
    assert_eq!(found(&text), [""; 0]);
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n";
    assert_eq!(
        found(text),
        ["api-required: Required value: containers is missing | add `containers`, a list"]
    );
}

#[test]
fn numbers_are_what_json_makes_of_them() {
    let replicas = |value: &str| {
        let text = deployment("").replace(
            "spec:\n  selector",
            &format!("spec:\n  replicas: {value}\n  selector"),
        );
        found(&text)
    };
    for value in ["3", "3.0", "1e2", "0x10", "010", "1_000"] {
        assert_eq!(replicas(value), [""; 0], "{value}");
    }
    for value in ["1.5", "3000000000", "1e21", "'3'", "true", "[1]"] {
        assert_eq!(replicas(value).len(), 1, "{value}");
    }
    assert_eq!(
        replicas("3000000000"),
        ["api-type: replicas must be an integer within 32 bits, not the integer 3000000000 | "]
    );
}

#[test]
fn quoting_is_a_safe_fix_and_never_of_an_anchored_text() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: no\n  b: 0x1F\n";
    let findings = check(text);
    let edits: Vec<fix::Edit> = findings
        .iter()
        .flat_map(|it| it.fix.clone().unwrap().edits)
        .collect();
    assert!(findings.iter().all(|it| it.fix.as_ref().unwrap().safe));
    let fixed = fix::apply(text, &edits).unwrap();
    assert!(fixed.ends_with("  a: \"no\"\n  b: \"0x1F\"\n"), "{fixed}");
    assert_eq!(found(&fixed), [""; 0]);
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: &yes true\ndata: {a: *yes}\n";
    let findings = check(text);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].fix, None);
}

#[test]
fn the_minor_decides_what_is_known() {
    let text = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}}\n";
    let source = Source::new("a.yaml", text);
    assert_eq!(check_in(Minor::new(24), &source)[0].rule, "api-deprecated");
    assert_eq!(check_in(Minor::new(25), &source)[0].rule, "api-removed");
    let text = deployment("        resizePolicy: []\n");
    let source = Source::new("a.yaml", text.as_str());
    let old = check_in(Minor::new(26), &source);
    assert_eq!(
        old[0].message,
        "unknown field \"resizePolicy\": added in Kubernetes 1.27"
    );
    assert_eq!(check_in(Minor::new(27), &source), []);
    let text = "apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: a}\nspec: {}\n";
    let early = check_in(Minor::new(30), &Source::new("a.yaml", text));
    assert_eq!(
        early[0].message,
        "resource.k8s.io/v1 DeviceClass is not in Kubernetes 1.30: added in 1.34"
    );
}

#[test]
fn kinds_of_others_are_not_ours_to_judge() {
    for (version, kind) in [
        ("example.com/v1", "Deployment"),
        ("serving.knative.dev/v1", "Service"),
        ("kubeadm.k8s.io/v1beta3", "ClusterConfiguration"),
        ("v1", "Config"),
        ("kustomize.config.k8s.io/v1beta1", "Kustomization"),
        ("builtin", "LabelTransformer"),
    ] {
        let text =
            format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{a: b}}\n");
        assert_eq!(found(&text), [""; 0], "{version} {kind}");
    }
}

#[test]
fn slips_in_kinds_and_versions_are_guessed() {
    for (version, kind, help) in [
        ("apps/v1", "Deployement", "did you mean `Deployment`?"),
        ("v1", "service", "did you mean `Service`?"),
        ("apps/v1beta3", "Deployment", "use apps/v1"),
        ("app/v1", "Deployment", "use apps/v1"),
        ("v1", "Ingress", "use networking.k8s.io/v1"),
        (
            "apps/v1",
            "Servise",
            "did you mean `Service`, which is in v1?",
        ),
        (
            "policy/v1",
            "PodSecurityPolicy",
            "PodSecurityPolicy was removed in Kubernetes 1.25",
        ),
    ] {
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\n");
        let findings = check(&text);
        assert_eq!(findings.len(), 1, "{version} {kind}");
        assert_eq!(findings[0].rule, "unknown-kind");
        assert_eq!(findings[0].help.as_deref(), Some(help));
    }
}

#[test]
fn a_patch_with_directives_may_be_incomplete() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        $patch: delete\n";
    assert_eq!(found(text), [""; 0]);
}

#[test]
fn a_file_full_of_mistakes_is_done_in_no_time() {
    let mut text =
        String::from("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n");
    for number in 0..20_000 {
        text.push_str(&format!(
            "  - {{name: a, image: b, wrong{number}: {{}}, ports: 1}}\n"
        ));
    }
    assert_eq!(check(&text).len(), 1000);
    let mut text = String::from(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n",
    );
    for number in 0..50_000 {
        text.push_str(&format!("wrong{number}: 1\n"));
    }
    assert_eq!(check(&text).len(), 1000);
}
