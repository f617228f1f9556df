//! Kustomizations on disk and in memory: what kustomize refuses of them, and what
//! a patch may lack.

use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::fix;
use plimsoll::source::Source;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What is said of the text of a `kustomization.yaml`: line and message.
fn check(text: &str) -> Vec<String> {
    let source = Source::new("app/kustomization.yaml", text);
    let findings = Engine::new(Config::default()).check(std::slice::from_ref(&source));
    let shown = findings.findings.iter().map(|it| {
        let line = source.position(it.place.span.start).line;
        format!("{line}: {}: {}", it.rule, it.message)
    });
    shown.collect()
}

#[test]
fn fields_are_those_that_kustomize_decodes() {
    assert_eq!(
        check(
            "resource:\n- a.yaml\nimages:\n- name: a\n  newTag: 1.10\n  tag: b\npatches:\n- path: a.yaml\n  target:\n    kind: Deployment\n    labelselector: a=b\n  options: {allowNameChange: yes please}\ncommonAnnotations:\n  version: 1\nreplicas:\n- name: a\n  count: \"3\"\n"
        ),
        [
            "1: unknown-field: unknown field \"resource\"",
            "5: api-type: newTag must be a string, not the number 1.10",
            "6: unknown-field: unknown field \"tag\"",
            "12: api-type: allowNameChange must be a boolean, not the string \"yes please\"",
            "14: api-type: version must be a string, not the integer 1",
            "17: api-type: count must be an integer, not the string \"3\"",
        ]
    );
}

#[test]
fn kinds_and_versions_are_those_that_kustomize_has() {
    let head = |version: &str, kind: &str| {
        check(&format!(
            "apiVersion: {version}\nkind: {kind}\nnamePrefix: a-\n"
        ))
    };
    assert_eq!(
        head("kustomize.config.k8s.io/v1beta1", "Kustomization"),
        [""; 0]
    );
    assert_eq!(
        head("kustomize.config.k8s.io/v1alpha1", "Component"),
        [""; 0]
    );
    assert_eq!(
        head("kustomize.config.k8s.io/v1", "Kustomization"),
        [
            "1: unknown-kind: Kustomization is in kustomize.config.k8s.io/v1beta1, not in kustomize.config.k8s.io/v1"
        ]
    );
    assert_eq!(
        head("kustomize.config.k8s.io/v1beta1", "Kustomisation"),
        ["2: unknown-kind: no kind \"Kustomisation\" in kustomize.config.k8s.io"]
    );
    assert_eq!(check("namePrefix: a-\n"), [""; 0]);
}

#[test]
fn a_version_of_an_image_is_put_in_quotes() {
    let text = "images:\n- name: a\n  newTag: 1.10\n";
    let source = Source::new("kustomization.yaml", text);
    let report = Engine::new(Config::default()).check(&[source]);
    let fix = report.findings[0].fix.as_ref().unwrap();
    assert!(fix.safe);
    let fixed = fix::apply(text, &fix.edits).unwrap();
    assert_eq!(fixed, "images:\n- name: a\n  newTag: \"1.10\"\n");
}

const PATCH: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        resources: {limits: {memory: 1Gi}}\n";

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command
        .current_dir(folder)
        .args(["check", "-q", "-f", "concise"]);
    command.args(["--select", "schema,api,kustomize-file-missing"]);
    let output = command.args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_patch_may_lack_what_is_required_even_alone() {
    let kustomization = "resources:\n- ../../base\npatches:\n- path: patches/web.yaml\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n";
    let folder = project(&[
        ("base/kustomization.yaml", "resources:\n- web.yaml\n"),
        (
            "base/web.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n",
        ),
        ("overlays/test/kustomization.yaml", kustomization),
        ("overlays/test/patches/web.yaml", PATCH),
        ("other/web.yaml", PATCH),
    ]);
    assert_eq!(run(folder.path(), &["overlays", "base"]), "");
    assert_eq!(run(folder.path(), &["overlays/test/patches/web.yaml"]), "");
    let within = |below: &str| run(&folder.path().join(below), &["web.yaml"]);
    assert_eq!(within("overlays/test/patches"), "");
    assert!(within("other").contains("api-required"));
    assert!(run(folder.path(), &["other/web.yaml"]).contains("api-required"));
}

#[test]
fn files_that_are_not_there_are_found_on_disk() {
    let text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- there.yaml\n- gone.yaml\n- empty\n- ../up\n- https://example.com/x.yaml\n- github.com/acme/app//deploy?ref=v1\nconfigMapGenerator:\n- name: a\n  files: [x=there.yaml, y=gone.txt]\n  envs: [gone.env]\npatchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: ConfigMap\nhelmCharts:\n- name: a\n  valuesFile: values.yaml\n";
    let folder = project(&[
        ("app/Kustomization", text),
        ("app/there.yaml", "a: 1\n"),
        ("app/empty/x.yaml", "a: 1\n"),
        ("up/kustomization.yml", "namePrefix: a-\n"),
    ]);
    let found = run(folder.path(), &["."]);
    let found: Vec<&str> = found.lines().collect();
    assert_eq!(
        found,
        [
            "app/Kustomization:5:3: error[kustomize-file-missing] no such file or folder: gone.yaml",
            "app/Kustomization:6:3: error[kustomize-file-missing] folder empty has no kustomization.yaml",
            "app/Kustomization:12:25: error[kustomize-file-missing] no such file: gone.txt",
            "app/Kustomization:13:10: error[kustomize-file-missing] no such file: gone.env",
            "app/Kustomization:16:3: error[kustomize-patch-invalid] metadata.name is missing: kustomize requires it in a patch",
            "app/Kustomization:20:15: error[kustomize-file-missing] no such file: values.yaml",
        ]
    );
}

#[test]
fn patches_in_a_kustomization_are_checked_where_they_stand() {
    let text = "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n    spec:\n      replica: 3\n      template:\n        spec:\n          containers:\n          - name: web\n            $patch: delete\n            imagePullPolicy: 1\n- target: {kind: Deployment}\n  patch: '[{op: replace, path: /spec/replica, value: 1}]'\n- target: {kind: Deployment, name: web}\n  patch: |\n    - {op: add, path: spec, value: 1}\n    - {op: copy, path: /spec/template/metadata/labels/a~1b}\n\n    - op: add\n      path: /spec/template/spec/containers/first/image\n    - path: /metadata\n- patch: >-\n    kind: Deployment\n- path: a.yaml\n  patch: |-\n    a: 1\n- options: {allowNameChange: true}\npatchesStrategicMerge:\n- file.yaml\n- |-\n  apiVersion: apps/v1\n  kind: Deploymint\n  metadata: {name: web}\n- |\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: \"a}\npatchesJson6902:\n- target: {version: v1, kind: Service, name: web}\n  patch: |-\n    apiVersion: v1\n";
    let source = Source::new("app/kustomization.yaml", text);
    let report = Engine::new(Config::default()).check(std::slice::from_ref(&source));
    let shown = report.findings.iter().map(|it| {
        let at = source.position(it.place.span.start);
        let what = it.place.span.text(text);
        format!(
            "{}:{} {what:?} {}: {}",
            at.line, at.column, it.rule, it.message
        )
    });
    // It has no objects, so that no patch matches one.
    let others = ["deprecated", "kustomize-patch-rejected"];
    let found: Vec<String> = shown
        .filter(|it| !others.iter().any(|other| it.contains(other)))
        .collect();
    assert_eq!(
        found,
        [
            r#"8:7 "replica" unknown-field: unknown field "replica""#,
            r#"14:30 "1" api-type: imagePullPolicy must be a string, not the integer 1"#,
            r#"16:32 "/spec/replica" unknown-field: unknown field "replica""#,
            r#"19:23 "spec" kustomize-patch-invalid: spec is not a JSON pointer"#,
            r#"20:7 "{op: copy, path: /spec/template/metadata/labels/a~1b}" kustomize-patch-invalid: from is missing"#,
            r#"22:7 "op" kustomize-patch-invalid: add needs a value"#,
            r#"23:13 "/spec/template/spec/containers/first/image" unknown-field: "first" is not a list index"#,
            r#"24:7 "path" kustomize-patch-invalid: op is missing"#,
            r#"25:3 "patch" kustomize-patch-invalid: metadata.name is missing: kustomize requires it in a patch"#,
            r#"28:3 "patch" kustomize-patch-invalid: patch and path cannot both be given"#,
            r#"30:3 "options" kustomize-patch-invalid: the patch is missing: neither patch nor path is given"#,
            r#"35:9 "Deploymint" unknown-kind: no kind "Deploymint" in apps/v1"#,
            r#"40:20 "\"a}" yaml-syntax: the double quote is never closed"#,
            r#"44:5 "apiVersion" kustomize-patch-invalid: a JSON 6902 patch must be a list of operations"#,
        ]
    );
}

#[test]
fn what_is_made_on_the_spot_is_not_missed() {
    let text = "resources:\n- made.yaml\n- gone.yaml\nsecretGenerator:\n- name: a\n  files: [key.pem, ../b/kept.pem]\n";
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    let folder = project(&[
        (".gitignore", "made.yaml\n*.pem\n"),
        ("b/.gitignore", "!kept.pem\n"),
        ("a/kustomization.yaml", text),
        ("a/example.yaml", &format!("{head}{text}")),
    ]);
    let found = run(folder.path(), &["a"]);
    let found: Vec<&str> = found.lines().collect();
    assert_eq!(
        found,
        [
            "a/kustomization.yaml:3:3: error[kustomize-file-missing] no such file or folder: gone.yaml",
            "a/kustomization.yaml:6:20: warning[kustomize-file-missing] no such file: ../b/kept.pem",
        ]
    );
}

/// The line of each finding under a rule, and its help.
fn helps(text: &str, rule: &str) -> Vec<String> {
    let source = Source::new("app/kustomization.yaml", text);
    let report = Engine::new(Config::default()).check(std::slice::from_ref(&source));
    let found = report.findings.iter().filter(|it| it.rule == rule);
    let shown = found.map(|it| it.help.clone().unwrap_or_default());
    shown.collect()
}

#[test]
fn help_says_what_to_write() {
    assert_eq!(
        helps(
            "patches:\n- web.yaml\n- |-\n  kind: Deployment\n  metadata: {name: a}\n- [a.yaml]\n- path: b.yaml\n",
            "api-type"
        ),
        [
            "write `- path: web.yaml`",
            "write the patch below `- patch: |-`",
            ""
        ]
    );
    assert_eq!(
        helps(
            "commonLabels: {app: web}\npatchesStrategicMerge: [a.yaml]\n",
            "kustomize-deprecated-field"
        ),
        [
            "use labels with `includeSelectors: true`",
            "use patches: `- path: FILE` or `- patch: |-`"
        ]
    );
}

#[test]
fn files_of_tools_are_no_unknown_kinds() {
    let count = |head: &str| {
        let text = format!("{head}\nmetadata: {{name: a}}\n");
        let source = Source::new("a.yaml", text.as_str());
        let report = Engine::new(Config::default()).check(std::slice::from_ref(&source));
        report.summary.unknown_kinds
    };
    let own = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization";
    assert_eq!(count(own), 0);
    assert_eq!(
        count("apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster"),
        0
    );
    assert_eq!(count("apiVersion: example.com/v1\nkind: Cluster"), 1);
}

/// What is said of the patch files of a kustomization over `base/web.yaml`.
fn patched(head: &str, patch: &str) -> Vec<String> {
    let kustomization = format!("resources:\n- ../base\n{head}");
    let folder = project(&[
        ("base/kustomization.yaml", "resources:\n- web.yaml\n"),
        (
            "base/web.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n",
        ),
        ("over/kustomization.yaml", &kustomization),
        ("over/patch.yaml", patch),
    ]);
    let found = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .current_dir(folder.path())
        .args(["check", "-q", "-f", "concise", "--select"])
        .args(["kustomize-patch-rejected", "."])
        .output()
        .unwrap();
    let text = String::from_utf8(found.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn inline_patches_that_kustomize_rejects_are_found() {
    let inline = |list: &str, name: &str| {
        let text = format!(
            "|-\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {{name: {name}}}\n    data: {{a: b}}\n"
        );
        match list {
            "patches" => format!("patches:\n- patch: {text}"),
            _ => format!("patchesStrategicMerge:\n- {text}"),
        }
    };
    for list in ["patches", "patchesStrategicMerge"] {
        assert_eq!(patched(&inline(list, "web"), ""), [""; 0]);
        let found = patched(&inline(list, "wep"), "");
        assert_eq!(found.len(), 1, "{found:?}");
        let message = "no object matches the patch for ConfigMap `wep`";
        assert!(found[0].ends_with(message), "{found:?}");
        // Something else may make objects then.
        let opaque = format!("namePrefix: a-\n{}", inline(list, "wep"));
        assert_eq!(patched(&opaque, ""), [""; 0]);
    }
    let target = inline("patches", "wep") + "  target: {kind: ConfigMap}\n";
    assert_eq!(patched(&target, ""), [""; 0]);
}

#[test]
fn patch_files_that_kustomize_rejects_are_found() {
    let map = |name: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata: {{a: b}}\n")
    };
    let alone = "patches:\n- path: patch.yaml\n";
    assert_eq!(patched(alone, &map("web")), [""; 0]);
    assert_eq!(
        patched(alone, &format!("{}---\n{}", map("web"), map("wep"))),
        [
            "over/kustomization.yaml:4:9: error[kustomize-patch-rejected] no object matches the patch for ConfigMap `wep` in patch.yaml"
        ]
    );
    assert_eq!(
        patched("patchesStrategicMerge: [patch.yaml]\n", &map("wep")).len(),
        1
    );
    let target = "patches:\n- path: patch.yaml\n  target: {kind: ConfigMap}\n";
    // A target says what is patched, so names do not matter.
    assert_eq!(patched(target, &map("any")), [""; 0]);
    assert_eq!(
        patched(target, &format!("{}---\n{}", map("web"), map("wep"))),
        [
            "over/kustomization.yaml:4:9: error[kustomize-patch-rejected] patch.yaml holds 2 patches, but an entry with a target allows only one"
        ]
    );
    // Names are not known where something else makes or changes objects.
    for more in [
        "- https://example.com/more.yaml\n",
        "namePrefix: a-\n",
        "configMapGenerator: [{name: wep}]\n",
        "components: [../c]\n",
        "helmCharts: [{name: a}]\n",
    ] {
        assert_eq!(patched(&format!("{more}{alone}"), &map("wep")), [""; 0]);
    }
}
