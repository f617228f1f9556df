//! The page that `plimsoll simulate -f html` writes: it stands alone, fits a phone,
//! and says nothing that a manifest could put into its markup.

use std::process::Command;

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 10
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.29.3
        resources: {requests: {cpu: 100m}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: '<script>alert(1)</script>'}
spec:
  hard: {requests.cpu: 500m}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: 0 3 * * *
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: b, image: 'b:1'}]}
";

fn page() -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    std::fs::write(&file, MANIFEST).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["simulate", "-f", "html"])
        .arg(&file)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_page_needs_nothing_else_and_shows_all_there_is() {
    let page = page();
    for outside in [
        "http:", "https:", "src=", "href=", "url(", "@import", "<link",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(
        !page.contains("<script"),
        "the name of an object became markup"
    );
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for part in [
        "<!DOCTYPE html>",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
        "prefers-color-scheme: dark",
        "max-width: 60rem",
        "<h2>Deployment default/web</h2>",
        "<h2>CronJob default/backup</h2>",
        "<h2>Quotas</h2>",
        "<h2>Service default/web</h2>",
        "the rollout stops at 8 old + 5 new, 8 available",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // One chart for each workload with a trace.
    assert_eq!(page.matches("<svg ").count(), 2);
    assert_eq!(page.matches("aria-label=").count(), 2);
}

#[test]
fn elements_are_closed_in_their_order() {
    const EMPTY: [&str; 1] = ["meta"];
    let page = page();
    let mut open: Vec<&str> = Vec::new();
    for piece in page.split('<').skip(1) {
        let tag = piece.split_once('>').unwrap().0;
        let name = tag
            .split([' ', '\n', '/'])
            .find(|it| !it.is_empty())
            .unwrap();
        if tag.starts_with('!') || tag.ends_with('/') || EMPTY.contains(&name) {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None => open.push(name),
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn no_pod_is_taken_to_be_ready_before_its_probes_allow() {
    let folder = tempfile::tempdir().unwrap();
    let said = |probe: &str, flags: &[&str]| {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: 1\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {{app: a}}}}\n    spec: {{containers: [{{name: a, image: 'a:1', readinessProbe: {{httpGet: {{port: 80}}, {probe}}}}}]}}\n"
        );
        std::fs::write(folder.path().join("a.yaml"), text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        command.current_dir(folder.path()).arg("simulate");
        let output = command.args(flags).arg("a.yaml").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().filter(|it| it.trim().starts_with("finish"));
        lines.map(|it| it.trim().to_owned()).collect::<String>()
    };
    let line = |seconds: u32| {
        format!("finish        after {seconds}s if each pod is ready after {seconds}s")
    };
    assert_eq!(said("periodSeconds: 1", &[]), line(10));
    assert_eq!(said("initialDelaySeconds: 20", &[]), line(20));
    let flags = ["--ready-after", "25s"];
    assert_eq!(said("initialDelaySeconds: 20", &flags), line(25));
}
