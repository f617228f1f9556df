//! What rules across objects know of a run that holds more than one set of
//! objects: bases and overlays, alternatives, and files that cannot be read.

use plimsoll::config::{Config, Selector};
use plimsoll::engine::Engine;
use plimsoll::source::Source;

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
";

const READER: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: reader
spec:
  containers:
  - name: reader
    image: acme/reader:1
    envFrom:
    - configMapRef:
        name: settings
";

const OTHER_CONFIG: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
data:
  color: red
";

fn pod(name: &str, label: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels:\n    app: {label}\nspec:\n  containers:\n  - name: app\n    image: acme/app:1\n"
    )
}

/// The names of the files in which `rule` finds something.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let mut config = Config::default();
    config.select_none();
    config.select(Selector::named(rule).unwrap());
    let sources: Vec<Source> = files
        .iter()
        .map(|(name, text)| Source::new(*name, *text))
        .collect();
    let report = Engine::new(config).check(&sources);
    let name = |source: u32| sources[source as usize].name().to_owned();
    let findings = report.findings.iter();
    findings.map(|it| name(it.place.source)).collect()
}

#[test]
fn a_folder_is_a_set() {
    let db = pod("db", "db");
    let rule = "service-no-pods";
    let files = [("a/service.yaml", SERVICE), ("a/db.yaml", db.as_str())];
    assert_eq!(found(rule, &files), ["a/service.yaml"]);
    let apart = [("a/service.yaml", SERVICE), ("b/db.yaml", db.as_str())];
    assert_eq!(found(rule, &apart), [""; 0]);
    let web = pod("web", "web");
    let elsewhere = [files[0], files[1], ("b/web.yaml", web.as_str())];
    assert_eq!(found(rule, &elsewhere), [""; 0]);
}

#[test]
fn files_that_repeat_each_other_are_sets_of_their_own() {
    let (db, cache) = (pod("db", "db"), pod("cache", "cache"));
    let one = format!("{db}---\n{cache}");
    let files = [
        ("a/service.yaml", SERVICE),
        ("a/one.yaml", one.as_str()),
        ("a/two.yaml", one.as_str()),
    ];
    assert_eq!(found("service-no-pods", &files), [""; 0]);
}

#[test]
fn what_may_be_made_otherwise_is_not_missed() {
    let rule = "configmap-ref-dangling";
    let files = [("a/pod.yaml", READER), ("a/other.yaml", OTHER_CONFIG)];
    assert_eq!(found(rule, &files), ["a/pod.yaml"]);
    let with = |name: &'static str, text: &'static str| {
        let files = [files[0], files[1], (name, text)];
        found(rule, &files)
    };
    let generator = "configMapGenerator:\n- name: settings\n  files: [a.conf]\n";
    assert_eq!(with("b/kustomization.yaml", generator), [""; 0]);
    let custom = "apiVersion: acme.example/v1\nkind: Maker\nmetadata:\n  name: maker\nspec:\n  into: settings\n";
    assert_eq!(with("b/maker.yaml", custom), [""; 0]);
    let unread = "kind: ConfigMap\nmetadata: {name: settings\n";
    assert_eq!(with("b/broken.yaml", unread), [""; 0]);
    assert_eq!(
        with("b/broken.yaml", "kind: ConfigMap\nmetadata: {name: no\n"),
        ["a/pod.yaml"]
    );
    let template = "kind: ConfigMap\nmetadata:\n  name: {{ .name }}-x\n";
    assert_eq!(with("a/template.yaml", template), [""; 0]);
}

#[test]
fn a_patch_is_no_object() {
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: web\n";
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n      - name: web\n        image: acme/web:1\n";
    let patch =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n";
    let base = [
        ("base/budget.yaml", budget),
        ("base/deployment.yaml", deployment),
    ];
    let rule = "pdb-effective-deadlock";
    assert_eq!(found(rule, &base), ["base/budget.yaml"]);
    let overlay = [base[0], base[1], ("prod/replicas.yaml", patch)];
    assert_eq!(found(rule, &overlay), [""; 0]);
}

/// A folder with a Service and the pods that it selects.
fn folder(number: usize, port: &str) -> [(String, String); 2] {
    let service = SERVICE.replace("port: 80", "port: 80\n    targetPort: http");
    let pod =
        pod("web", "web") + &format!("    ports:\n    - name: {port}\n      containerPort: 80\n");
    [
        (format!("app{number}/service.yaml"), service),
        (format!("app{number}/pod.yaml"), pod),
    ]
}

#[test]
fn folders_with_equal_labels_do_not_hide_each_other() {
    let right = (0..300).flat_map(|it| folder(it, "http"));
    let wrong = folder(300, "web");
    let files: Vec<_> = right.chain(wrong).collect();
    let files: Vec<_> = files.iter().map(|(a, b)| (&**a, &**b)).collect();
    let found = found("named-target-port-miss", &files);
    assert_eq!(found, ["app300/service.yaml"]);
}

#[test]
fn a_label_that_all_carry_hides_no_budget() {
    let pair = |number: usize| {
        let name = format!("p{number}");
        let labels = format!("all: same\n    app: {name}");
        let pod = pod(&name, "").replace("app: \n", &format!("{labels}\n"));
        let budget = format!(
            "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: b{number}\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      all: same\n      app: {name}\n"
        );
        pod + &budget
    };
    let mut text: String = (0..1000).map(|it| format!("---\n{}", pair(it))).collect();
    assert!(found("pdb-overlap", &[("a.yaml", &text)]).is_empty());
    text.push_str(&pair(999)[pair(999).find("---").unwrap()..].replace("b999", "again"));
    assert_eq!(found("pdb-overlap", &[("a.yaml", &text)]), ["a.yaml"]);
}

#[test]
fn objects_of_one_name_in_many_namespaces_are_told_apart() {
    let set = |number: usize, there: usize| {
        let config = OTHER_CONFIG.replace(
            "name: other",
            &format!("name: settings\n  namespace: n{there}"),
        );
        let pod = READER.replace(
            "name: reader\nspec",
            &format!("name: reader\n  namespace: n{number}\nspec"),
        );
        format!("---\n{config}---\n{pod}")
    };
    let mut text: String = (0..1000).map(|it| set(it, it)).collect();
    assert!(found("ref-wrong-namespace", &[("a.yaml", &text)]).is_empty());
    text.push_str(&set(1000, 1001));
    assert_eq!(
        found("ref-wrong-namespace", &[("a.yaml", &text)]),
        ["a.yaml"]
    );
}

#[test]
fn a_budget_after_very_many_others_covers_its_pods() {
    let budget = |number: usize, operator: &str| {
        format!(
            "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{number}}}\nspec:\n  maxUnavailable: 1\n  selector: {{matchExpressions: [{{key: app, operator: {operator}, values: [web]}}]}}\n"
        )
    };
    let workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: 'acme/web:1'}]}\n";
    let with = |last: &str, others: usize| {
        let all: String = (0..others).map(|it| budget(it, "NotIn")).collect();
        let text = format!("{workload}{all}{}", budget(others, last));
        found("pdb-missing", &[("a.yaml", &text)])
    };
    assert_eq!(with("In", 600), [""; 0]);
    assert_eq!(with("In", 3), [""; 0]);
    assert_eq!(with("NotIn", 3), ["a.yaml"]);
}
