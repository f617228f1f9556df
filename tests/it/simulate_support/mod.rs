//! Replays recorded scenarios of the real controllers.

pub(crate) mod cron_job;
pub(crate) mod daemon_set;
pub(crate) mod deployment;
pub(crate) mod disruption;
pub(crate) mod events;
pub(crate) mod job;
pub(crate) mod replica_set;
pub(crate) mod stateful_set;

use jiff::{SignedDuration, Timestamp};
use plimsoll::catalog::{Catalog, Minor};
use plimsoll::config::Config;
use plimsoll::diff::{Context, Outcome, compare};
use plimsoll::engine::Engine;
use plimsoll::resolve::Bundle;
use plimsoll::resolve::view::Workload;
use plimsoll::schema::Definitions;
use plimsoll::simulate::state::{Pod, Pods};
use plimsoll::simulate::template;
use plimsoll::source::Source;
use serde_json::Value;

/// A controller with its objects, as a scenario sees them.
pub(crate) trait Subject {
    /// Applies YAML.
    fn apply(&mut self, yaml: &str);
    fn pods(&mut self) -> &mut Pods;
    fn is_new(&self, pod: &Pod) -> bool;
    /// Whether its owner is gone, so that no event is about it.
    fn is_orphan(&self, _: &Pod) -> bool {
        false
    }
    /// What the pod is called, where its name is known.
    fn name(&self, _: &Pod) -> String {
        String::new()
    }
    /// The node of that name, as a number.
    fn node(&mut self, name: &str) -> u32;
    /// The name of a node that is not a pod's own.
    fn node_name(&self, node: u32) -> String {
        char::from_u32(node).unwrap().to_string()
    }
    fn set_now(&mut self, now: Timestamp);
    fn settle(&mut self) -> bool;
    /// Replaces the nodes.
    fn nodes(&mut self, _: &str) {}
    /// What is recorded of it; called once after each step.
    fn state(&mut self) -> Value;
}

/// Reads YAML and hands over the objects.
pub(crate) fn survey<T>(yaml: &[&str], look: impl FnOnce(&Bundle<'_>) -> T) -> T {
    let sources: Vec<Source> = yaml
        .iter()
        .enumerate()
        .map(|(index, text)| Source::new(format!("{index}.yaml"), *text))
        .collect();
    Engine::new(Config::default()).survey(&sources, look)
}

/// Whether applying `new` over `old` changes the object; what is a default anyway
/// does not.
pub(crate) fn is_changed(old: &str, new: &str) -> bool {
    let catalog = Catalog::builtin();
    let context = Context {
        catalog: &catalog,
        minor: Minor::new(37),
        definitions: &Definitions::default(),
    };
    survey(&[old], |before| {
        survey(&[new], |after| {
            let diff = compare(context, before, after);
            diff.count(Outcome::Nothing) == 0
        })
    })
}

/// The one workload of a bundle.
pub(crate) fn workload<'a>(bundle: &Bundle<'a>) -> Workload<'a> {
    *bundle.workloads().first().expect("a workload")
}

/// The templates seen so far, each by an object that has it.
#[derive(Default)]
pub(crate) struct Templates(Vec<String>);

impl Templates {
    /// The number of the template of the workload in `yaml`.
    pub(crate) fn number(&mut self, yaml: &str) -> u32 {
        let known = self.0.iter().position(|seen| {
            survey(&[seen, yaml], |bundle| {
                let workloads = bundle.workloads();
                template::same(&workloads[0], &workloads[1], Minor::new(37))
            })
        });
        let number = known.unwrap_or_else(|| {
            self.0.push(yaml.to_owned());
            self.0.len() - 1
        });
        u32::try_from(number).unwrap()
    }
}

/// Tells whether there is a simulator of this controller to be replayed.
pub(crate) fn is_simulated(controller: &str) -> bool {
    CONTROLLERS.contains(&controller)
}

/// The controllers whose scenarios can be replayed.
pub(crate) const CONTROLLERS: [&str; 7] = [
    "deployment",
    "replicaset",
    "statefulset",
    "daemonset",
    "job",
    "cronjob",
    "disruption",
];

/// The templates of a Deployment's sets in the order of the sets' names, which are
/// hashes that nobody foresees: recorded as the image and the time of a restart.
fn name_order(scenario: &Value) -> Vec<u32> {
    let steps = scenario["steps"].as_array().unwrap().iter();
    let applied = steps.filter_map(|step| step["do"]["apply"].as_str());
    let mut templates = Templates::default();
    let mut numbers: Vec<(String, u32)> = Vec::new();
    for yaml in scenario["objects"].as_str().into_iter().chain(applied) {
        let value = |key: &str| yaml.lines().find_map(|line| line.split(key).nth(1));
        let restarted = value("restartedAt: ").map_or(String::new(), |it| format!(" {it}"));
        let name = format!("{}{restarted}", value("image: ").unwrap());
        numbers.push((name, templates.number(yaml)));
    }
    let images = scenario["sets"].as_array().into_iter().flatten();
    let number = |name: &Value| numbers.iter().find(|(it, _)| name == it);
    images.filter_map(|it| Some(number(it)?.1)).collect()
}

/// Replays one scenario; says the first step that differs.
pub(crate) fn replay(scenario: &Value) -> Result<(), String> {
    let start: Timestamp = scenario["start"].as_str().unwrap().parse().unwrap();
    let objects = scenario["objects"].as_str().unwrap();
    let graceful = scenario["terminating"] == Value::Bool(true);
    let mut subject: Box<dyn Subject> = match scenario["controller"].as_str().unwrap() {
        "deployment" => Box::new(deployment::Subject::new(
            objects,
            start,
            &name_order(scenario),
        )),
        "replicaset" => Box::new(replica_set::Subject::new(objects, start)),
        "statefulset" => {
            let minor = scenario["minor"].as_u64().unwrap_or(37);
            let minor = Minor::new(u8::try_from(minor).unwrap());
            Box::new(stateful_set::Subject::new(objects, start, minor))
        }
        "daemonset" => Box::new(daemon_set::Subject::new(objects, start)),
        "job" => {
            let mut job = job::Replay::new(objects, graceful);
            return play(scenario, |event, now| {
                job.happen(event, now);
                job.settle(now).then(|| job.state(now))
            });
        }
        "cronjob" => {
            let mut cron = cron_job::Replay::new(objects, start);
            return play(scenario, |event, now| {
                cron.happen(event, now);
                cron.settle(now);
                Some(cron.state(now))
            });
        }
        "disruption" => {
            let mut budget = disruption::Replay::new(objects, graceful, start);
            return play(scenario, |event, now| {
                budget.happen(event, now);
                budget.settle(now).then(|| budget.state())
            });
        }
        other => return Err(format!("no such controller: {other}")),
    };
    subject.pods().graceful = graceful;
    subject.pods().capacity = capacity(&scenario["capacity"]);
    play(scenario, |event, now| {
        subject.set_now(now);
        events::happen(subject.as_mut(), event, now);
        subject.settle().then(|| subject.state())
    })
}

/// How many pods there may be; `None` for any number.
pub(crate) fn capacity(value: &Value) -> Option<usize> {
    value.as_u64().map(|it| usize::try_from(it).unwrap())
}

/// Plays the steps; `act` makes an event happen and says the state after it, unless
/// the controllers come to no rest.
fn play(
    scenario: &Value,
    mut act: impl FnMut(&Value, Timestamp) -> Option<Value>,
) -> Result<(), String> {
    let mut now: Timestamp = scenario["start"].as_str().unwrap().parse().unwrap();
    for (index, step) in scenario["steps"].as_array().unwrap().iter().enumerate() {
        let event = &step["do"];
        if let Some(time) = event["advance"].as_str() {
            let time: SignedDuration = plimsoll::kube::duration::parse(time).unwrap();
            now = now.checked_add(time).unwrap();
        }
        let Some(mut actual) = act(event, now) else {
            return Err(format!("{} step {index}: no rest", scenario["name"]));
        };
        let mut expected = step["state"].clone();
        drop_chance(&mut expected, &mut actual);
        if expected != actual {
            return Err(format!(
                "{} step {index}: {event}\n  expected {expected}\n  actual   {actual}",
                scenario["name"]
            ));
        }
    }
    Ok(())
}

/// Takes away what is left to chance by the real controllers: where it is recorded
/// only as long as all runs agree, it is compared only so long.
fn drop_chance(expected: &mut Value, actual: &mut Value) {
    let expected = expected.as_object_mut().unwrap();
    let actual = actual.as_object_mut().unwrap();
    if !expected.contains_key("deletedDetail") {
        actual.remove("deletedDetail");
    }
    if expected.contains_key("shape") {
        expected.remove("nodes");
        actual.remove("nodes");
    }
}
