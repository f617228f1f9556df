//! Scenarios of PodDisruptionBudgets. How many pods there are and how many of them
//! are well is taken from the recording; what may go is for the simulator to say.

use super::survey;
use plimsoll::kube::int_or_percent::IntOrString;
use plimsoll::resolve::Bundle;
use plimsoll::resolve::view::{DisruptionBudget, WorkloadKind};
use plimsoll::simulate::drain::Budget;
use serde_json::Value;

pub(crate) fn replay(scenario: &Value) -> Result<(), String> {
    // Each object by its kind and name, as YAML.
    let mut objects: Vec<(String, String)> = Vec::new();
    apply(&mut objects, scenario["objects"].as_str().unwrap());
    for (index, step) in scenario["steps"].as_array().unwrap().iter().enumerate() {
        if let Some(yaml) = step["do"]["apply"].as_str() {
            apply(&mut objects, yaml);
        }
        let all: Vec<&str> = objects.iter().map(|(_, text)| text.as_str()).collect();
        let state = &step["state"];
        let actual = survey(&all.join("---\n"), |bundle| budget(bundle, state));
        let number = |key: &str| i32::try_from(state[key].as_i64().unwrap()).unwrap();
        let expected = Budget {
            expected: number("expectedPods"),
            desired_healthy: number("desiredHealthy"),
            healthy: number("currentHealthy"),
            allowed: number("disruptionsAllowed"),
        };
        // After a failure only what may go is written anew.
        let same = match state["condition"].as_str() {
            Some("SyncFailed") => expected.allowed == actual.allowed,
            _ => expected == actual,
        };
        if !same {
            return Err(format!(
                "{} step {index}: {}\n  {actual:?}\n  {state}",
                scenario["name"], step["do"]
            ));
        }
    }
    Ok(())
}

fn apply(objects: &mut Vec<(String, String)>, yaml: &str) {
    for text in yaml.split("---\n") {
        let key = survey(text, |bundle| {
            let resource = &bundle.resources()[0];
            format!("{}/{}", resource.kind, resource.name())
        });
        match objects.iter_mut().find(|(known, _)| *known == key) {
            Some((_, object)) => text.clone_into(object),
            None => objects.push((key, text.to_owned())),
        }
    }
}

/// The budget over the pods that are recorded.
fn budget(bundle: &Bundle<'_>, state: &Value) -> Budget {
    let number = |key: &str| i32::try_from(state[key].as_i64().unwrap()).unwrap();
    let budget: DisruptionBudget<'_> = bundle.budgets().next().unwrap();
    let selector = budget.selector().unwrap();
    let guard = budget.guard();
    let (expected, healthy) = (number("expectedPods"), number("currentHealthy"));
    let mut scale = Some(0);
    let failed = state["condition"] == "SyncFailed";
    for workload in bundle.workloads() {
        let pod = workload.pod().unwrap();
        let replicas = i32::try_from(workload.replicas().value).unwrap();
        if !pod.is_chosen_by(&selector) {
            continue;
        }
        match workload.kind {
            // The recorder runs no controller for them, so they have no pods.
            WorkloadKind::ReplicationController => {}
            kind if kind.has_replicas() => scale = scale.map(|it| it + replicas),
            // Their pods may be gone, and then nobody is asked.
            _ if failed => scale = None,
            _ => {}
        }
    }
    let plain = guard.is_some_and(|it| it.is_min && matches!(it.amount, IntOrString::Int(_)));
    // The pods of a workload that has just been scaled are not all there yet.
    let pods = if plain { expected } else { 0 };
    Budget::of(guard.as_ref(), pods, healthy, scale)
}
