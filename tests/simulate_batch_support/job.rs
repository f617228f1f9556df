//! Scenarios of Jobs.

use super::{World, survey};
use jiff::Timestamp;
use plimsoll::simulate::job::JobState;
use plimsoll::simulate::job::spec::JobSpec;
use plimsoll::simulate::job::state::{Condition, JobPod};
use plimsoll::simulate::job::sync::sync;
use plimsoll::simulate::state::{Phase, PodId};
use serde_json::{Value, json};

struct Subject {
    yaml: String,
    start: Timestamp,
    state: JobState,
    /// When the controller looks again.
    look: Option<Timestamp>,
    /// When the Job came to its end.
    finished: Option<Timestamp>,
    /// It was deleted when its time to live was over.
    gone: bool,
}

pub(crate) fn replay(scenario: &Value) -> Result<(), String> {
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut subject = Subject {
        yaml: scenario["objects"].as_str().unwrap().to_owned(),
        start,
        state: JobState {
            graceful: scenario["terminating"] == Value::Bool(true),
            ..JobState::default()
        },
        look: None,
        finished: None,
        gone: false,
    };
    super::replay(scenario, &mut subject)
}

impl Subject {
    fn with_spec<T>(&self, look: impl FnOnce(&JobSpec<'_>) -> T) -> T {
        survey(&self.yaml, |bundle| {
            let workload = bundle.workloads().first().expect("a Job");
            look(&JobSpec::read(workload.spec().unwrap()).unwrap())
        })
    }

    fn chosen(&self, of: &Value, fits: impl Fn(&JobPod) -> bool) -> Vec<PodId> {
        let indexes: Vec<i64> = of["indexes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_i64)
            .collect();
        let mut pods: Vec<&JobPod> = self.state.pods.iter().filter(|it| fits(it)).collect();
        pods.sort_by_key(|it| {
            let pod = &it.pod;
            (pod.ordinal, pod.created, class(it), pod.ready_since, pod.id)
        });
        pods.retain(|it| {
            let index = i64::from(it.pod.ordinal.unwrap_or(-1));
            indexes.is_empty() || indexes.contains(&index)
        });
        let count = of["count"].as_u64().unwrap_or(0);
        let most = if count == 0 {
            usize::MAX
        } else {
            usize::try_from(count).unwrap()
        };
        pods.iter().take(most).map(|it| it.pod.id).collect()
    }

    fn end(&mut self, details: &Value, phase: Phase, now: Timestamp) {
        let names: Vec<String> = survey(&self.yaml, |bundle| {
            let pod = bundle.workloads()[0].pod().unwrap();
            pod.app_containers()
                .map(|it| it.name().to_owned())
                .collect()
        });
        let container = details["container"].as_str();
        for id in self.chosen(details, |it| it.pod.is_active()) {
            let usual = i64::from(phase == Phase::Failed);
            let exits = names.iter().map(|name| {
                let code = match (details["exitCode"].as_i64(), container) {
                    (Some(code), None) => code,
                    (code, Some(only)) if only == name => code.unwrap_or(usual),
                    (_, Some(_)) => 0,
                    (None, None) => usual,
                };
                (name.clone(), code)
            });
            let exits = exits.collect();
            let it = self.state.get_mut(id).unwrap();
            it.pod.node.get_or_insert(0);
            it.pod.phase = phase;
            it.pod.ready_since = None;
            it.pod.finished = Some(now);
            it.exits = exits;
            it.stopping = false;
            if details["reason"] == "DisruptionTarget" {
                it.conditions = vec![("DisruptionTarget".to_owned(), "True".to_owned())];
            }
        }
    }
}

fn class(it: &JobPod) -> &'static str {
    if it.pod.node.is_none() {
        "unassigned"
    } else if it.pod.phase == Phase::Pending {
        "pending"
    } else if it.pod.is_ready() {
        "ready"
    } else {
        "notReady"
    }
}

impl World for Subject {
    fn happen(&mut self, what: &str, details: &Value, now: Timestamp) {
        let active = |it: &JobPod| it.pod.is_active();
        match what {
            "apply" => {
                details.as_str().unwrap().clone_into(&mut self.yaml);
                if self.gone {
                    self.state = JobState {
                        graceful: self.state.graceful,
                        created: self.state.created,
                        ..JobState::default()
                    };
                    (self.gone, self.finished, self.look) = (false, None, None);
                }
            }
            "ready" => {
                for id in self.chosen(details, |it| active(it) && !it.pod.is_ready()) {
                    let pod = &mut self.state.get_mut(id).unwrap().pod;
                    pod.node.get_or_insert(0);
                    pod.phase = Phase::Running;
                    pod.ready_since = Some(now);
                }
            }
            "unready" => {
                for id in self.chosen(details, |it| active(it) && it.pod.is_ready()) {
                    self.state.get_mut(id).unwrap().pod.ready_since = None;
                }
            }
            "restart" => {
                let times = u32::try_from(details["times"].as_u64().unwrap()).unwrap();
                let containers = survey(&self.yaml, |bundle| {
                    let pod = bundle.workloads()[0].pod().unwrap();
                    u32::try_from(pod.app_containers().count()).unwrap()
                });
                for id in self.chosen(details, active) {
                    let pod = &mut self.state.get_mut(id).unwrap().pod;
                    pod.node.get_or_insert(0);
                    pod.phase = Phase::Running;
                    pod.restarts += times * containers;
                }
            }
            "fail" => self.end(details, Phase::Failed, now),
            "succeed" => self.end(details, Phase::Succeeded, now),
            "vanish" | "delete" => {
                let graceful = what == "delete" && self.state.graceful;
                for id in self.chosen(details, active) {
                    self.state.get_mut(id).unwrap().delete(graceful, now);
                }
                self.state.sweep();
            }
            "terminated" => {
                for id in self.chosen(details, |it| it.pod.is_terminating()) {
                    self.state.get_mut(id).unwrap().stopping = false;
                }
                self.state.sweep();
            }
            other => panic!("an event that is not known: {other}"),
        }
    }

    fn settle(&mut self, now: Timestamp) {
        if self.look.is_some_and(|look| look <= now) {
            self.look = None;
        }
        for _ in 0..1000 {
            let (actions, ttl) = self.with_spec(|spec| (sync(spec, &self.state, now), spec.ttl));
            if let Some(wait) = actions.requeue {
                let at = now.checked_add(wait).unwrap();
                self.look = Some(self.look.map_or(at, |look| look.min(at)));
            }
            let settled = self.state.is_settled(&actions);
            self.state.apply(&actions, now);
            if self.state.is_finished() {
                let finished = *self.finished.get_or_insert(now);
                let over = ttl.is_some_and(|ttl| now.duration_since(finished) >= ttl);
                self.gone |= over;
            }
            if settled {
                return;
            }
        }
        panic!("it does not come to rest");
    }

    fn state(&self, now: Timestamp) -> Value {
        if self.gone {
            return json!({"gone": true, "pods_created_total": self.state.created});
        }
        let status = &self.state.status;
        let conditions = status.conditions.iter();
        let mut conditions: Vec<[&str; 2]> =
            conditions.map(|it| [it.name(), it.reason()]).collect();
        if status.suspended == Some(true) {
            // It is set before the Job can come to its end.
            conditions.insert(0, ["Suspended", "JobSuspended"]);
        }
        let seconds = |at: Timestamp| at.duration_since(self.start).as_secs();
        let wait = |look: Timestamp| super::go_seconds(look.duration_since(now).as_secs());
        let completed = matches!(status.conditions.last(), Some(Condition::Complete(_)));
        let active: Vec<&JobPod> = self
            .state
            .pods
            .iter()
            .filter(|it| it.pod.is_active())
            .collect();
        let mut state = json!({
            "active": status.active,
            "ready": status.ready,
            "succeeded": status.succeeded,
            "failed": status.failed,
            "terminating": status.terminating,
            "completedIndexes": status.completed_indexes.to_string(),
            "failedIndexes": status.failed_indexes.as_ref().map(ToString::to_string).unwrap_or_default(),
            "conditions": conditions,
            "pods_created_total": self.state.created,
            "requeue_after": self.look.map(wait),
            "startTime": status.start.map(seconds),
            "completionTime": self.finished.filter(|_| completed).map(seconds),
        });
        let mut indexes: Vec<i32> = active.iter().filter_map(|it| it.pod.ordinal).collect();
        indexes.sort_unstable();
        if !indexes.is_empty() {
            let indexes: Vec<String> = indexes.iter().map(ToString::to_string).collect();
            state["indexes"] = json!(indexes);
        }
        state
    }
}
