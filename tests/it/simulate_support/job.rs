//! Scenarios of Jobs.

use super::{survey, workload};
use jiff::{SignedDuration, Timestamp};
use plimsoll::simulate::job::state::{Condition, JobPod};
use plimsoll::simulate::job::sync::sync;
use plimsoll::simulate::job::{JobSpec, JobState};
use plimsoll::simulate::state::{OWN_NODES, Phase, PodId};
use serde_json::{Value, json};

/// The exit code of containers that are killed.
const KILLED: i64 = 137;
/// Passes after which a controller is not coming to rest.
const MOST_PASSES: usize = 1000;

pub(crate) struct Replay {
    yaml: String,
    pub(crate) state: JobState,
    graceful: bool,
    /// Pods of earlier Jobs of that name.
    earlier: u64,
    /// When the controller looks again by itself.
    due: Option<Timestamp>,
    /// When it came to its end.
    finished: Option<Timestamp>,
    /// It is deleted.
    gone: bool,
    /// Pods that ended, were counted, and are still there.
    pub(crate) ended: usize,
}

impl Replay {
    pub(crate) fn new(yaml: &str, graceful: bool) -> Self {
        Self {
            yaml: yaml.to_owned(),
            state: JobState {
                graceful,
                ..JobState::default()
            },
            graceful,
            earlier: 0,
            due: None,
            finished: None,
            gone: false,
            ended: 0,
        }
    }

    pub(crate) fn happen(&mut self, event: &Value, now: Timestamp) {
        for (what, details) in event.as_object().unwrap() {
            match what.as_str() {
                "settle" | "advance" => {}
                "apply" => self.apply(details.as_str().unwrap()),
                _ => self.pods(what, details, now),
            }
        }
    }

    fn apply(&mut self, yaml: &str) {
        if self.gone {
            let earlier = self.earlier + self.state.created;
            // The queue knows names alone: what waits in it is for the next one.
            let due = self.due;
            *self = Self::new(yaml, self.graceful);
            (self.earlier, self.due) = (earlier, due);
        }
        yaml.clone_into(&mut self.yaml);
    }

    fn pods(&mut self, what: &str, details: &Value, now: Timestamp) {
        let fits: fn(&JobPod) -> bool = match what {
            "ready" => |it| it.pod.is_active() && !it.pod.is_ready(),
            "unready" => |it| it.pod.is_active() && it.pod.is_ready(),
            "terminated" => |it| it.pod.is_terminating(),
            _ => |it| it.pod.is_active(),
        };
        let graceful = self.graceful;
        for id in self.chosen(details, fits) {
            let it = self.state.get_mut(id).unwrap();
            match what {
                "vanish" | "delete" => {
                    let waits = what == "delete" && graceful && it.pod.node.is_some();
                    if !waits {
                        stop(it, now);
                    }
                    it.delete(waits, now);
                }
                "terminated" => {
                    stop(it, now);
                    it.stopping = false;
                }
                _ => {
                    let own = u32::try_from(it.pod.id).unwrap();
                    it.pod.node.get_or_insert(OWN_NODES + own);
                    live(it, what, details, now);
                }
            }
            let gone = it.pod.is_terminating() && !it.stopping && !it.tracked;
            self.state.pods.retain(|it| !(gone && it.pod.id == id));
        }
    }

    /// The pods that an event is about, in the order of the recorder.
    fn chosen(&self, of: &Value, fits: fn(&JobPod) -> bool) -> Vec<PodId> {
        let mut pods: Vec<&JobPod> = self.state.pods.iter().filter(|it| fits(it)).collect();
        pods.sort_by_key(|it| {
            let pod = &it.pod;
            let class = super::events::class(pod);
            (pod.ordinal, pod.created, class, pod.ready_since, pod.id)
        });
        if let Some(indexes) = of["indexes"].as_array() {
            let wanted = |it: &JobPod| {
                let index = it.pod.ordinal.map(i64::from);
                indexes.iter().any(|wanted| wanted.as_i64() == index)
            };
            pods.retain(|it| wanted(it));
        }
        if let Some(count) = of["count"].as_u64() {
            pods.truncate(usize::try_from(count).unwrap());
        }
        pods.iter().map(|it| it.pod.id).collect()
    }

    /// Runs the controller; says whether it comes to rest.
    pub(crate) fn settle(&mut self, now: Timestamp) -> bool {
        self.due = self.due.filter(|due| *due > now);
        let Self {
            yaml,
            state,
            due,
            ended,
            ..
        } = self;
        if self.gone {
            return true;
        }
        let (rests, ttl) = survey(&[yaml], |bundle| {
            let spec = JobSpec::read(workload(bundle).spec().unwrap()).expect("a valid Job");
            for _ in 0..MOST_PASSES {
                let actions = sync(&spec, state, now);
                if let Some(after) = actions.requeue {
                    let at = now.checked_add(after).unwrap();
                    *due = Some(due.map_or(at, |due| due.min(at)));
                }
                if state.is_settled(&actions) {
                    return (true, spec.ttl);
                }
                let before = over(state);
                state.apply(&actions, now);
                *ended += before - over(state);
            }
            (false, None)
        });
        if self.state.is_finished() {
            let finished = *self.finished.get_or_insert(now);
            let expires = ttl.and_then(|ttl| finished.checked_add(ttl).ok());
            self.gone = expires.is_some_and(|it| it <= now);
        }
        rests
    }

    pub(crate) fn state(&self, now: Timestamp) -> Value {
        let created = self.earlier + self.state.created;
        if self.gone {
            return gone(created);
        }
        let status = &self.state.status;
        let pods = || self.state.pods.iter();
        let active = || pods().filter(|it| it.pod.is_active());
        let mut conditions = Vec::new();
        if status.suspended == Some(true) {
            conditions.push(json!(["Suspended", "JobSuspended"]));
        }
        for condition in &status.conditions {
            conditions.push(json!([condition.name(), condition.reason()]));
        }
        let stopping = pods().filter(|it| it.pod.is_terminating());
        let complete = matches!(status.conditions.last(), Some(Condition::Complete(_)));
        let mut state = json!({
            "active": status.active,
            "ready": status.ready,
            "succeeded": status.succeeded,
            "failed": status.failed,
            "terminating": status.terminating,
            "completedIndexes": status.completed_indexes.to_string(),
            "failedIndexes": status.failed_indexes.as_ref().map(ToString::to_string).unwrap_or_default(),
            "conditions": conditions,
            "pods_created_total": created,
            "requeue_after": self.due.map(|it| go_duration(it.duration_since(now))),
            "pods": [active().count(), stopping.count(), over(&self.state) + self.ended],
            "startTime": status.start.map(since_start),
            "completionTime": self.finished.filter(|_| complete).map(since_start),
        });
        let mut indexes: Vec<i32> = active().filter_map(|it| it.pod.ordinal).collect();
        indexes.sort_unstable();
        if !indexes.is_empty() {
            let indexes: Vec<_> = indexes.iter().map(ToString::to_string).collect();
            state["indexes"] = indexes.into();
        }
        state
    }
}

/// How many of the pods that the simulator keeps ended by themselves.
fn over(state: &JobState) -> usize {
    let pods = state.pods.iter().map(|it| &it.pod);
    pods.filter(|it| it.phase.is_terminal() && it.deleted.is_none())
        .count()
}

/// What is recorded once the Job is deleted.
fn gone(created: u64) -> Value {
    json!({
        "active": 0, "ready": 0, "succeeded": 0, "failed": 0, "terminating": 0,
        "completedIndexes": "", "failedIndexes": "", "conditions": [],
        "pods_created_total": created, "requeue_after": null, "pods": [0, 0, 0],
        "startTime": null, "completionTime": null, "gone": true,
    })
}

/// What happens to a pod that goes on, or ends by itself.
fn live(it: &mut JobPod, what: &str, details: &Value, now: Timestamp) {
    match what {
        "ready" => {
            it.pod.phase = Phase::Running;
            it.pod.ready_since = Some(now);
        }
        "unready" => it.pod.ready_since = None,
        "restart" => {
            it.pod.phase = Phase::Running;
            it.pod.restarts += u32::try_from(details["times"].as_u64().unwrap()).unwrap();
        }
        "fail" => {
            end(
                it,
                Phase::Failed,
                details["exitCode"].as_i64().unwrap_or(1),
                now,
            );
            if details["reason"] == "DisruptionTarget" {
                let condition = ("DisruptionTarget".to_owned(), "True".to_owned());
                it.conditions.push(condition);
            }
        }
        "succeed" => end(it, Phase::Succeeded, 0, now),
        other => panic!("an event that is not known: {other}"),
    }
}

fn end(it: &mut JobPod, phase: Phase, code: i64, now: Timestamp) {
    it.pod.phase = phase;
    it.pod.ready_since = None;
    it.pod.finished = Some(now);
    it.exits = vec![("main".to_owned(), code)];
}

/// The kubelet has killed it; without a node nothing ever ran.
fn stop(it: &mut JobPod, now: Timestamp) {
    if it.pod.phase.is_terminal() {
        return;
    }
    if it.pod.node.is_some() {
        end(it, Phase::Failed, KILLED, now);
    } else {
        it.pod.phase = Phase::Failed;
    }
}

/// Seconds since the start of most scenarios.
fn since_start(at: Timestamp) -> i64 {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    at.duration_since(start).as_secs()
}

/// A duration in whole seconds, as Go says it.
pub(crate) fn go_duration(duration: SignedDuration) -> String {
    let seconds = (duration.as_millis() + 500).div_euclid(1000);
    let (hours, minutes, left) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{left}s"),
        (0, _) => format!("{minutes}m{left}s"),
        _ => format!("{hours}h{minutes}m{left}s"),
    }
}
