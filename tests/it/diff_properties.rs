//! What makes no difference: an object is equal to itself, whatever the order of its
//! keys, the notation of its quantities, and what is a default anyway.

use plimsoll::catalog::Catalog;
use plimsoll::config::Config;
use plimsoll::diff::{Context, Diff, Outcome, compare};
use plimsoll::engine::Engine;
use plimsoll::parse;
use plimsoll::schema::Definitions;
use plimsoll::source::Source;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Compares two files, and hands what applying the second does to `look`.
pub(crate) fn compared<T>(old: &str, new: &str, look: impl FnOnce(&Diff<'_>) -> T) -> T {
    let engine = Engine::new(Config::default());
    let catalog = Catalog::builtin();
    let context = Context {
        catalog: &catalog,
        minor: catalog.newest(),
        definitions: &Definitions::default(),
    };
    let [old, new] = [old, new].map(|text| vec![Source::new("a.yaml", text)]);
    engine.survey(&old, |before| {
        engine.survey(&new, |after| look(&compare(context, before, after)))
    })
}

/// The fields at which two files differ, with the object.
fn differences(old: &str, new: &str) -> Vec<String> {
    compared(old, new, |diff| {
        let entries = diff.entries.iter();
        let changed = entries.filter(|it| it.old.is_some() || it.new.is_some());
        // Objects of generated names are new each time.
        let named = changed.filter(|it| it.resource().is_some_and(|it| !it.name().is_empty()));
        let found = named.filter(|it| it.outcome != Outcome::Nothing);
        found
            .map(|it| {
                let paths: Vec<&str> = it.changes.iter().map(|it| &*it.path).collect();
                format!("{} {:?} {paths:?}", it.resource().unwrap().kind, it.outcome)
            })
            .collect()
    })
}

/// The same value with the keys of all mappings in the other order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().rev();
            Value::Object(Map::from_iter(
                fields.map(|(key, value)| (key.clone(), reversed(value))),
            ))
        }
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

fn deployment() -> impl Strategy<Value = Value> {
    let container = (
        prop::sample::select(vec!["a:1", "b", "c@sha256:0", "d:latest"]),
        0..4000u32,
        prop::option::of(0..100i64),
        any::<bool>(),
    );
    let container = container.prop_map(|(image, milli, port, tty)| {
        let mut made = json!({
            "name": "a",
            "image": image,
            "resources": {"requests": {"cpu": format!("{milli}m")}},
        });
        if let Some(port) = port {
            made["ports"] = json!([{"containerPort": port + 1}]);
        }
        if tty {
            made["tty"] = json!(true);
        }
        made
    });
    let labels = prop::collection::btree_map("[a-z]{1,5}", "[a-z]{0,5}", 1..4);
    (container, labels, prop::option::of(0..20u32)).prop_map(|(container, labels, replicas)| {
        let mut made = json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "a", "labels": labels.clone()},
            "spec": {
                "selector": {"matchLabels": labels.clone()},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            },
        });
        if let Some(replicas) = replicas {
            made["spec"]["replicas"] = json!(replicas);
        }
        made
    })
}

/// The same Deployment with defaults written out and quantities in another notation.
fn spelled_out(value: &Value) -> Value {
    let mut made = value.clone();
    let spec = &mut made["spec"];
    spec["replicas"] = match &spec["replicas"] {
        Value::Null => json!(1),
        other => other.clone(),
    };
    spec["strategy"] = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}});
    spec["revisionHistoryLimit"] = json!(10);
    let pod = &mut spec["template"]["spec"];
    pod["restartPolicy"] = json!("Always");
    pod["securityContext"] = json!({});
    pod["volumes"] = json!([]);
    let container = &mut pod["containers"][0];
    let cpu = container["resources"]["requests"]["cpu"].as_str().unwrap();
    let milli: f64 = cpu.trim_end_matches('m').parse().unwrap();
    container["resources"]["requests"]["cpu"] = json!(format!("{}", milli / 1000.0));
    container["terminationMessagePath"] = json!("/dev/termination-log");
    if let Some(port) = container["ports"].get_mut(0) {
        port["protocol"] = json!("TCP");
    }
    made
}

proptest! {
    #[test]
    fn spelling_makes_no_difference(made in deployment()) {
        let none = Vec::<String>::new();
        let text = made.to_string();
        prop_assert_eq!(differences(&text, &text), none.clone());
        prop_assert_eq!(differences(&text, &reversed(&made).to_string()), none.clone());
        let other = spelled_out(&made).to_string();
        prop_assert_eq!(differences(&text, &other), none.clone());
        prop_assert_eq!(differences(&other, &text), none);
    }

    #[test]
    fn another_image_rolls(made in deployment()) {
        let mut other = made.clone();
        other["spec"]["template"]["spec"]["containers"][0]["image"] = json!("z:2");
        let found = differences(&made.to_string(), &other.to_string());
        prop_assert_eq!(found.len(), 1);
        prop_assert!(found[0].contains("containers[0].image"), "{:?}", found);
    }
}

fn manifests(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.filter_map(|it| Some(it.ok()?.path())) {
        if path.is_dir() {
            manifests(&path, found);
        } else if path
            .extension()
            .is_some_and(|it| it == "yaml" || it == "yml")
        {
            found.push(path);
        }
    }
}

#[test]
fn real_objects_equal_themselves_in_any_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    manifests(&root.join("fixtures/clean"), &mut files);
    manifests(&root.join("fixtures/projects"), &mut files);
    assert!(files.len() > 10);
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        // The same name twice in a file is an object and a change of it.
        let source = Source::new("a.yaml", text.clone());
        let objects: Vec<Value> = parse::lines(&source)
            .filter_map(|line| serde_json::from_str(&line).ok())
            .collect();
        let other: Vec<String> = objects.iter().map(|it| reversed(it).to_string()).collect();
        let found = differences(&text, &other.join("\n---\n"));
        assert_eq!(found, Vec::<String>::new(), "{}", file.display());
    }
}
