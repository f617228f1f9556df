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
