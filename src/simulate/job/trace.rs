//! One run of a Job: its pods start, take their time and end, and the controller
//! answers to it.

use super::spec::JobSpec;
use super::state::{Condition, JobState};
use super::sync::sync;
use crate::simulate::Assumptions;
use crate::simulate::clock::Queue;
use crate::simulate::forecast::{End, Step};
use crate::simulate::state::{Phase, PodId};
use crate::simulate::timing::restart_pause;
use crate::simulate::trace::is_too_large;
use jiff::{SignedDuration, Timestamp};

/// Steps after which a trace is not worth following.
const MOST_STEPS: usize = 10_000;

/// What happens to a Job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Event {
    /// The pod runs and is ready.
    Ready(PodId),
    /// Its containers end.
    Ends(PodId),
    /// They are started again in place.
    Restarts(PodId),
    /// It has stopped after it was told to.
    Stopped(PodId),
    /// The controller syncs again.
    Sync,
}

/// A trace: its steps, why it ends, and what the Job has come to.
#[derive(Clone, Debug)]
pub struct Trace {
    /// What happened.
    pub steps: Vec<Step>,
    /// Why it ends.
    pub end: End,
    /// The Job at the end.
    pub state: JobState,
    /// When the Job was over.
    pub finished: Option<SignedDuration>,
}

/// Runs a Job under `assumptions`; its pods fail if they are assumed never to be ready.
#[must_use]
pub fn run(spec: &JobSpec<'_>, assumptions: &Assumptions<'_>) -> Trace {
    let mut run = Run {
        spec,
        assumptions,
        state: JobState {
            graceful: !assumptions.stop_after.is_zero(),
            ..JobState::default()
        },
        queue: Queue::default(),
        steps: Vec::new(),
    };
    let most = spec.parallelism.min(spec.completions.unwrap_or(i32::MAX));
    let end = match is_too_large(most, assumptions) {
        true => End::Steps,
        false => run.until_the_end(),
    };
    let finished = run.steps.last().map(|it| it.t);
    Trace {
        finished: finished.filter(|_| run.state.is_finished()),
        steps: run.steps,
        end,
        state: run.state,
    }
}

struct Run<'s, 'a> {
    spec: &'s JobSpec<'s>,
    assumptions: &'s Assumptions<'a>,
    state: JobState,
    queue: Queue<Event>,
    steps: Vec<Step>,
}

impl Run<'_, '_> {
    fn until_the_end(&mut self) -> End {
        let start = self.assumptions.start;
        self.settle(start);
        self.note("start".to_owned(), start);
        let mut looks = 0;
        while let Some((at, events)) = self.queue.pop_instant() {
            if at.duration_since(start) > self.assumptions.until {
                return End::Until;
            }
            let happened: Vec<&'static str> = events
                .into_iter()
                .filter_map(|it| self.happen(it, at))
                .collect();
            let before = self.state.status.clone();
            let created = self.state.created;
            self.settle(at);
            if !happened.is_empty() || before != self.state.status || created != self.state.created
            {
                let text = self.describe(&happened, created);
                self.note(text, at);
            }
            looks += 1 + self.state.pods.len();
            if self.steps.len() >= MOST_STEPS || looks >= self.assumptions.looks {
                return End::Steps;
            }
        }
        match self.state.status.conditions.last() {
            Some(Condition::Complete(_)) => End::Complete,
            _ => End::Stuck,
        }
    }

    /// Runs the controller until it asks for nothing more.
    fn settle(&mut self, now: Timestamp) {
        // Every pass makes or deletes pods or moves the status on; none undoes another.
        for _ in 0..MOST_STEPS {
            let actions = sync(self.spec, &self.state, now);
            let settled = self.state.is_settled(&actions);
            if let Some(wait) = actions.requeue.filter(|_| settled) {
                self.later(now, wait, Event::Sync);
            }
            if settled {
                return;
            }
            let first = self.state.created;
            self.state.apply(&actions, now);
            for id in first..self.state.created {
                self.later(now, self.assumptions.ready_after, Event::Ready(id));
            }
            for id in actions.delete {
                self.later(now, self.assumptions.stop_after, Event::Stopped(id));
            }
        }
    }

    fn later(&mut self, now: Timestamp, wait: SignedDuration, event: Event) {
        if let Ok(at) = now.checked_add(wait) {
            self.queue.push(at, event);
        }
    }

    fn happen(&mut self, event: Event, now: Timestamp) -> Option<&'static str> {
        let fails = self.assumptions.never_ready;
        let run_time = self.assumptions.run_time;
        let on_failure = self.spec.on_failure;
        let (id, next, said) = match event {
            Event::Sync => return None,
            Event::Stopped(id) => {
                let it = self.state.get_mut(id)?;
                it.stopping = false;
                it.pod.phase = Phase::Failed;
                it.pod.finished = Some(now);
                self.state.sweep();
                return None;
            }
            Event::Ready(id) | Event::Restarts(id) => {
                let pod = &mut self.state.get_mut(id)?.pod;
                if !pod.is_active() {
                    return None;
                }
                // The kubelet counts a restart when its pause is over.
                pod.restarts += u32::from(matches!(event, Event::Restarts(_)));
                pod.phase = Phase::Running;
                pod.node.get_or_insert(0);
                if !fails {
                    pod.ready_since.get_or_insert(now);
                }
                (id, Some((run_time, Event::Ends(id))), "starts")
            }
            Event::Ends(id) => {
                let pod = &mut self.state.get_mut(id)?.pod;
                if !pod.is_active() {
                    return None;
                }
                if fails && on_failure {
                    let round = pod.restarts.saturating_add(1);
                    let pause = SignedDuration::from_secs(restart_pause(round));
                    (id, Some((pause, Event::Restarts(id))), "fails")
                } else {
                    pod.ready_since = None;
                    pod.finished = Some(now);
                    pod.phase = if fails {
                        Phase::Failed
                    } else {
                        Phase::Succeeded
                    };
                    (id, None, if fails { "fails" } else { "succeeds" })
                }
            }
        };
        let _ = id;
        if let Some((wait, event)) = next {
            self.later(now, wait, event);
        }
        Some(said)
    }

    fn describe(&self, happened: &[&'static str], created: u64) -> String {
        let mut said = Vec::new();
        for verb in ["starts", "succeeds", "fails"] {
            let count = happened.iter().filter(|it| **it == verb).count();
            match count {
                0 => {}
                1 => said.push(format!("a pod {verb}")),
                _ => said.push(format!("{count} pods {}", verb.trim_end_matches('s'))),
            }
        }
        let made = self.state.created - created;
        if made > 0 {
            said.push(format!("{made} more created"));
        }
        if self.state.is_finished()
            && let Some(condition) = self.state.status.conditions.last()
        {
            said.push(format!("{}: {}", condition.name(), condition.reason()));
        }
        if said.is_empty() {
            said.push("the controller syncs again".to_owned());
        }
        said.join(", ")
    }

    fn note(&mut self, event: String, at: Timestamp) {
        let status = &self.state.status;
        let (active, ready) = (i64::from(status.active), i64::from(status.ready));
        self.steps.push(Step {
            t: at.duration_since(self.assumptions.start),
            event,
            old: 0,
            new: active,
            new_available: ready,
            available: ready,
            total: active,
            terminating: i64::from(status.terminating),
        });
    }
}
