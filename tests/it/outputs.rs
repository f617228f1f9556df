//! Nothing of a file reaches a terminal or a CI log raw: all commands, in all formats, on
//! files that are named and filled to get through.

use std::path::Path;
use std::process::Command;

/// A name that would draw, turn the direction of writing, and command a CI runner.
const HOSTILE: &str = "x\u{1b}[31m\u{202e}\u{9b}2J\n::error::INJECTED\nQQQ\r##[group]y";

fn manifests() -> String {
    let name = HOSTILE.escape_unicode().to_string();
    // As YAML escapes in double quotes.
    let name = HOSTILE
        .chars()
        .zip(name.split_inclusive('}'))
        .map(|(c, _)| match u32::from(c) {
            0x20..=0x7e => c.to_string(),
            other => format!("\\u{other:04x}"),
        })
        .collect::<String>();
    format!(
        r#"apiVersion: apps/v1
kind: Deployment
metadata: {{name: "{name}", namespace: "{name}", labels: {{"{name}": "{name}"}}}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      serviceAccountName: "{name}"
      containers:
      - name: "{name}"
        image: "{name}"
        "{name}": 1
        env: [{{name: "{name}", value: a}}, {{name: "{name}", value: b}}]
        envFrom: [{{configMapRef: {{name: "{name}"}}}}]
        ports: [{{name: "{name}", containerPort: 80}}]
        resources: {{requests: {{cpu: "{name}"}}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: fine, namespace: "{name}"}}
spec:
  serviceName: "{name}"
  selector: {{matchLabels: {{app: "{name}"}}}}
  template:
    metadata: {{labels: {{app: "{name}"}}}}
    spec: {{containers: [{{name: web, image: 'web:1'}}]}}
  volumeClaimTemplates: [{{metadata: {{name: "{name}"}}, spec: {{}}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: "{name}", namespace: "{name}"}}
spec: {{selector: {{app: web}}, ports: [{{name: "{name}", port: 80, targetPort: "{name}"}}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: "{name}", namespace: "{name}"}}
spec: {{minAvailable: 3, selector: {{matchLabels: {{app: web}}}}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {{name: "{name}", namespace: "{name}"}}
spec: {{hard: {{pods: "1", "{name}": "1", requests.cpu: "1"}}}}
---
apiVersion: v1
kind: LimitRange
metadata: {{name: "{name}", namespace: "{name}"}}
spec: {{limits: [{{type: Container, max: {{cpu: 1m, "{name}": "1"}}}}]}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: "{name}", namespace: "{name}"}}
spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: "{name}"}}, maxReplicas: 9}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {{name: "{name}", namespace: "{name}"}}
spec: {{schedule: "{name}", timeZone: "{name}", jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: "{name}", containers: [{{name: a, image: b}}]}}}}}}}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: config}}
data:
  text: |
      ::error::INJECTED ##[group]
  text: b
---
apiVersion: "{name}"
kind: "{name}"
metadata: {{name: a}}
---
a: "{name}
"#
    )
}

/// What is wrong with an output.
fn leaks(text: &str, has_commands: bool) -> Vec<String> {
    let is_unsafe = |c: char| c != '\n' && plimsoll::report::text::is_unsafe(c);
    let mut found = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start();
        let is_ours = ["::error file=", "::warning file=", "::notice file="];
        let is_ours = has_commands && is_ours.iter().any(|it| line.starts_with(it));
        let leak = line.contains(is_unsafe)
            || bare.starts_with("::") && !is_ours
            || bare.starts_with("QQQ")
            || line.contains("##[") && !is_ours;
        if leak {
            found.push(line.escape_debug().to_string());
        }
    }
    found
}

fn run(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("PLIMSOLL_OUTPUT_FORMAT")
        .output()
        .unwrap();
    let has_commands = arguments.contains(&"github");
    let mut found = Vec::new();
    for (stream, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
        let text = String::from_utf8(bytes).unwrap();
        let leaks = leaks(&text, has_commands);
        found.extend(
            leaks
                .into_iter()
                .map(|it| format!("{arguments:?} {stream}: {it}")),
        );
    }
    found
}

#[cfg(unix)]
#[test]
fn nothing_gets_out_raw() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let name = HOSTILE.replace('/', "_") + ".yaml";
    std::fs::create_dir(at.join("old")).unwrap();
    std::fs::create_dir(at.join("new")).unwrap();
    std::fs::create_dir_all(at.join(format!("chart{HOSTILE}/templates"))).unwrap();
    std::fs::write(at.join(format!("chart{HOSTILE}/Chart.yaml")), "name: a\n").unwrap();
    std::fs::write(
        at.join(format!("chart{HOSTILE}/templates/a.yaml")),
        "a: b\n",
    )
    .unwrap();
    std::fs::write(at.join("old").join(&name), manifests()).unwrap();
    let changed = manifests()
        .replace("replicas: 3", "replicas: 5")
        .replace("web:1", "web:2");
    std::fs::write(at.join("new").join(&name), changed).unwrap();
    std::fs::write(at.join(format!("binary{name}")), b"apiVersion\0\xff\xfe\0").unwrap();
    std::fs::write(at.join(format!("values{name}")), "a: b\n").unwrap();
    let mut found = Vec::new();
    for format in plimsoll::report::FORMATS {
        found.extend(run(
            at,
            &["check", ".", "-v", "--statistics", "-f", format.name],
        ));
        found.extend(run(
            at,
            &["check", ".", "--select", "all", "-f", format.name],
        ));
        found.extend(run(
            at,
            &[
                "check",
                HOSTILE,
                &format!("old/{HOSTILE}"),
                "-f",
                format.name,
            ],
        ));
    }
    let all = ["--select", "all", "--pod-security", "restricted"];
    let hostile = [HOSTILE];
    for arguments in [
        &["check", "old", "--diff", "--unsafe-fixes"][..],
        &["check", "old", "-f", HOSTILE],
        &["check", "old", "--select", HOSTILE],
        &["check", "old", "--kubernetes-version", HOSTILE],
        &["check", "old", "--exclude", HOSTILE],
        &["check", "old", "--schema-location", HOSTILE],
        &[&["check", "new", "--color", "never"][..], &all].concat(),
        &["simulate", "new", "--trace"],
        &["simulate", "new", "--trace", "-f", "json"],
        &["simulate", "new", "--trace", "-f", "html"],
        &["simulate", "new", "--from", "old", "--trace"],
        &["simulate", HOSTILE],
        &["simulate", "new", "--nodes", HOSTILE],
        &["diff", "old", "new"],
        &["diff", "old", "new", "-f", "json"],
        &["diff", "old", "new", "-f", "markdown"],
        &["diff", HOSTILE, "new"],
        &["diff", "--git", HOSTILE],
        &["parse", &format!("old/{name}")],
        &["parse", HOSTILE],
        &["cron", HOSTILE],
        &["cron", "* * * * *", "--timezone", HOSTILE],
        &["explain", HOSTILE],
        &["schema", "show", HOSTILE],
        &["schema", "show", "Pod", "--schema-location", HOSTILE],
        &["schema", "import", HOSTILE],
        &hostile,
    ] {
        found.extend(run(at, arguments));
    }
    assert!(
        found.is_empty(),
        "{} leaks\n{}",
        found.len(),
        found.join("\n")
    );
}
