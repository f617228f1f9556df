//! Workloads of more pods and steps than anybody can follow.

use super::plimsoll;
use std::fs;

const LARGEST: i32 = i32::MAX;

/// A workload whose `spec` starts with those lines.
fn workload(api: &str, kind: &str, spec: &str) -> String {
    format!(
        "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n{spec}  \
         template:\n    metadata: {{labels: {{app: a}}}}\n    \
         spec: {{restartPolicy: Always, containers: [{{name: a, image: b}}]}}\n"
    )
}

/// What `plimsoll simulate` prints of each format.
fn simulated(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    let formats = ["text", "json", "html"].into_iter();
    let print = |format| {
        plimsoll(
            folder.path(),
            &["simulate", "--trace", "-f", format, "a.yaml"],
        )
    };
    let printed = formats.map(|it| String::from_utf8_lossy(&print(it).stdout).into_owned());
    printed.collect()
}

#[test]
fn workloads_of_very_many_pods_have_no_trace_and_say_so() {
    let selector = "  selector: {matchLabels: {app: a}}\n";
    let replicas = format!("  replicas: {LARGEST}\n{selector}");
    let job = format!("  parallelism: {LARGEST}\n  completions: {LARGEST}\n");
    for (api, kind, spec) in [
        ("apps/v1", "Deployment", &replicas),
        ("apps/v1", "StatefulSet", &replicas),
        ("apps/v1", "ReplicaSet", &replicas),
        ("batch/v1", "Job", &job),
    ] {
        let text = workload(api, kind, spec);
        let text = text.replace("Always", if kind == "Job" { "Never" } else { "Always" });
        for printed in simulated(&text) {
            let told = printed.contains("too many pods to follow");
            assert!(told || printed.contains(r#""end": "steps""#), "{printed}");
        }
    }
}

#[test]
fn long_traces_are_cut_off_and_say_so() {
    let job = format!("  parallelism: 1\n  completions: {LARGEST}\n");
    let job = workload("batch/v1", "Job", &job).replace("Always", "Never");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), job).unwrap();
    let arguments = ["simulate", "--trace", "--until", "87600h", "a.yaml"];
    let printed = plimsoll(folder.path(), &arguments).stdout;
    let printed = String::from_utf8_lossy(&printed);
    assert!(printed.contains("cut off after 10000 steps"), "{printed}");
}

#[test]
fn thousands_of_replicas_are_replaced_one_by_one() {
    let spec = "  replicas: 1500\n  selector: {matchLabels: {app: a}}\n  \
                strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n";
    let text = workload("apps/v1", "Deployment", spec);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    let printed = plimsoll(folder.path(), &["simulate", "--trace", "a.yaml"]).stdout;
    assert!(String::from_utf8_lossy(&printed).contains("complete"));
}
