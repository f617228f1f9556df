//! Scenarios of PodDisruptionBudgets: one budget over workloads of several kinds.

use super::{Subject, deployment, events, job, replica_set, stateful_set, survey, workload};
use jiff::Timestamp;
use plimsoll::catalog::Minor;
use plimsoll::resolve::view::{DisruptionBudget, WorkloadKind};
use plimsoll::simulate::drain::Budget;
use plimsoll::simulate::state::{Phase, Pod};
use serde_json::{Value, json};

enum Runner {
    Subject(Box<dyn Subject>),
    Job(job::Replay),
    /// A bare pod, until it is gone.
    Pod(Option<Pod>),
}

struct Owner {
    name: String,
    yaml: String,
    kind: WorkloadKind,
    runner: Runner,
}

pub(crate) struct Replay {
    budget: String,
    owners: Vec<Owner>,
    graceful: bool,
    /// What was last written down, as the four numbers and the reason.
    status: (Budget, &'static str),
    /// The budget and its pods as the controller last saw them: it looks when those
    /// change, not when a number of replicas does.
    seen: String,
}

const NOTHING: Budget = Budget {
    expected: 0,
    desired_healthy: 0,
    healthy: 0,
    allowed: 0,
};

impl Owner {
    fn new(yaml: &str, graceful: bool, start: Timestamp) -> Self {
        let (name, kind) = survey(&[yaml], |bundle| {
            let it = workload(bundle);
            (it.resource.name().to_owned(), it.kind)
        });
        let mut runner = match kind {
            WorkloadKind::Deployment => {
                Runner::Subject(Box::new(deployment::Subject::new(yaml, start, &[])))
            }
            WorkloadKind::StatefulSet => Runner::Subject(Box::new(stateful_set::Subject::new(
                yaml,
                start,
                Minor::new(37),
            ))),
            WorkloadKind::Job => Runner::Job(job::Replay::new(yaml, graceful)),
            WorkloadKind::Pod => Runner::Pod(Some(bare(start))),
            _ => Runner::Subject(Box::new(replica_set::Subject::new(yaml, start))),
        };
        if let Runner::Subject(subject) = &mut runner {
            subject.pods().graceful = graceful;
        }
        Self {
            name,
            yaml: yaml.to_owned(),
            kind,
            runner,
        }
    }

    fn happen(&mut self, event: &Value, now: Timestamp, graceful: bool) {
        match &mut self.runner {
            Runner::Subject(subject) => events::happen(subject.as_mut(), event, now),
            Runner::Job(replay) => replay.happen(event, now),
            Runner::Pod(pod) => {
                let what = event.as_object().unwrap().keys().next().unwrap();
                happen_to(pod, what, now, graceful);
            }
        }
    }

    fn settle(&mut self, now: Timestamp) -> bool {
        match &mut self.runner {
            Runner::Subject(subject) => {
                subject.set_now(now);
                subject.settle()
            }
            Runner::Job(replay) => replay.settle(now),
            Runner::Pod(_) => true,
        }
    }

    /// How many pods there are, and how many of them are healthy.
    fn count(&mut self) -> (i32, i32) {
        let healthy = |pod: &&Pod| pod.is_ready() && !pod.is_terminating();
        let count = |pods: Vec<&Pod>| {
            let healthy = pods.iter().copied().filter(|it| healthy(it)).count();
            (to_i32(pods.len()), to_i32(healthy))
        };
        match &mut self.runner {
            Runner::Subject(subject) => count(subject.pods().all().iter().collect()),
            Runner::Job(replay) => {
                let pods = replay.state.pods.iter().map(|it| &it.pod);
                let (pods, healthy) = count(pods.collect());
                (pods + to_i32(replay.ended), healthy)
            }
            Runner::Pod(pod) => count(pod.iter().collect()),
        }
    }

    /// All that is known of its pods.
    fn shape(&mut self) -> String {
        match &mut self.runner {
            Runner::Subject(subject) => format!("{:?}", subject.pods().all()),
            Runner::Job(replay) => format!("{:?} {}", replay.state.pods, replay.ended),
            Runner::Pod(pod) => format!("{pod:?}"),
        }
    }

    /// How many pods it wants; `None` where it cannot say.
    fn scale(&self) -> Option<i32> {
        survey(&[&self.yaml], |bundle| {
            let it = workload(bundle);
            let scale = it.kind.has_replicas().then(|| it.replicas().value)?;
            i32::try_from(scale).ok()
        })
    }
}

fn bare(now: Timestamp) -> Pod {
    Pod {
        id: 0,
        owner: 0,
        revision: 0,
        ordinal: None,
        node: None,
        phase: Phase::Pending,
        ready_since: None,
        created: now,
        deleted: None,
        finished: None,
        deletion_cost: 0,
        restarts: 0,
    }
}

fn happen_to(slot: &mut Option<Pod>, what: &str, now: Timestamp, graceful: bool) {
    let Some(pod) = slot else { return };
    let active = pod.is_active();
    match what {
        "ready" if active => {
            pod.node = Some(0);
            pod.phase = Phase::Running;
            pod.ready_since.get_or_insert(now);
        }
        "unready" if active => pod.ready_since = None,
        "fail" | "succeed" if active => {
            pod.phase = if what == "fail" {
                Phase::Failed
            } else {
                Phase::Succeeded
            };
            pod.ready_since = None;
        }
        "delete" if active && graceful && pod.node.is_some() => pod.deleted = Some(now),
        "vanish" | "delete" if active => *slot = None,
        "terminated" if pod.is_terminating() => *slot = None,
        _ => {}
    }
}

impl Replay {
    pub(crate) fn new(yaml: &str, graceful: bool, start: Timestamp) -> Self {
        let (budgets, others): (Vec<&str>, Vec<&str>) = yaml
            .split("---\n")
            .partition(|it| it.contains("kind: PodDisruptionBudget\n"));
        let owner = |it: &&str| Owner::new(it, graceful, start);
        Self {
            budget: budgets[0].to_owned(),
            owners: others.iter().map(owner).collect(),
            graceful,
            status: (NOTHING, ""),
            seen: String::new(),
        }
    }

    pub(crate) fn happen(&mut self, event: &Value, now: Timestamp) {
        if let Some(yaml) = event["apply"].as_str() {
            if yaml.contains("kind: PodDisruptionBudget\n") {
                yaml.clone_into(&mut self.budget);
                return;
            }
            let name = survey(&[yaml], |bundle| {
                workload(bundle).resource.name().to_owned()
            });
            let owner = self.owners.iter_mut().find(|it| it.name == name).unwrap();
            yaml.clone_into(&mut owner.yaml);
            owner.happen(event, now, self.graceful);
            return;
        }
        let details = event.as_object().unwrap().values().next().unwrap();
        let named = details["owner"].as_str();
        for owner in &mut self.owners {
            if named.is_none_or(|it| it == owner.name) {
                owner.happen(event, now, self.graceful);
            }
        }
    }

    /// Runs the controllers; says whether they come to rest.
    pub(crate) fn settle(&mut self, now: Timestamp) -> bool {
        let rests = self.owners.iter_mut().all(|it| it.settle(now));
        self.judge();
        rests
    }

    fn judge(&mut self) {
        let shapes = self.owners.iter_mut().map(Owner::shape);
        let now = format!("{} {}", self.budget, shapes.collect::<Vec<_>>().join(" "));
        if now == self.seen {
            return;
        }
        self.seen = now;
        let (mut pods, mut healthy, mut scale) = (0, 0, Some(0));
        for owner in &mut self.owners {
            let chosen = survey(&[&self.budget, &owner.yaml], |bundle| {
                let budget = bundle
                    .resources()
                    .iter()
                    .find_map(|it| DisruptionBudget::new(*it));
                let selector = budget.unwrap().selector().unwrap();
                workload(bundle).pod().unwrap().is_chosen_by(&selector)
            });
            let (count, well) = owner.count();
            if !chosen || count == 0 {
                continue;
            }
            pods += count;
            healthy += well;
            // Bare pods have nobody who wants them.
            if owner.kind != WorkloadKind::Pod {
                scale = scale.zip(owner.scale()).map(|(all, one)| all + one);
            }
        }
        self.status = survey(&[&self.budget], |bundle| {
            let budget = bundle
                .resources()
                .iter()
                .find_map(|it| DisruptionBudget::new(*it));
            let guard = budget.unwrap().guard();
            let plain = guard
                .as_ref()
                .is_none_or(|it| it.is_min && it.amount.percent().is_none());
            if scale.is_none() && !plain {
                // The other numbers stay as they were.
                let failed = Budget {
                    allowed: 0,
                    ..self.status.0
                };
                return (failed, "SyncFailed");
            }
            let budget = Budget::of(guard.as_ref(), pods, healthy, scale);
            let reason = match budget.allowed {
                0 => "InsufficientPods",
                _ => "SufficientPods",
            };
            (budget, reason)
        });
    }

    pub(crate) fn state(&self) -> Value {
        let (budget, reason) = self.status;
        json!({
            "expectedPods": budget.expected,
            "currentHealthy": budget.healthy,
            "desiredHealthy": budget.desired_healthy,
            "disruptionsAllowed": budget.allowed,
            "condition": reason,
        })
    }
}

fn to_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap()
}
