//! Scenarios of CronJobs.

use super::job::go_duration;
use super::{is_changed, survey, workload};
use jiff::Timestamp;
use plimsoll::kube::time::Rfc3339;
use plimsoll::simulate::cron_job::{ChildJob, CronSpec, CronState, look_again, sync};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) struct Replay {
    yaml: String,
    state: CronState,
    /// The controller is to look at it.
    queued: bool,
    /// When the controller looks again by itself.
    due: Option<Timestamp>,
    last_success: Option<Timestamp>,
    deleted: Vec<String>,
    /// For which time each Job was made, in the zone of that moment.
    scheduled: BTreeMap<String, String>,
}

/// The part of a CronJob that makes its schedule.
fn schedule(yaml: &str) -> Vec<&str> {
    let is_part = |line: &&str| line.starts_with("  schedule:") || line.starts_with("  timeZone:");
    yaml.lines().filter(is_part).collect()
}

fn with_spec<T>(yaml: &str, then: impl FnOnce(&CronSpec<'_>) -> T) -> T {
    survey(&[yaml], |bundle| {
        let resource = workload(bundle).resource;
        then(&CronSpec::read(&resource).expect("a valid CronJob"))
    })
}

impl Replay {
    pub(crate) fn new(yaml: &str, start: Timestamp) -> Self {
        Self {
            yaml: yaml.to_owned(),
            state: CronState {
                created: start,
                last: None,
                jobs: Vec::new(),
            },
            queued: true,
            due: None,
            last_success: None,
            deleted: Vec::new(),
            scheduled: BTreeMap::new(),
        }
    }

    pub(crate) fn happen(&mut self, event: &Value, now: Timestamp) {
        for (what, details) in event.as_object().unwrap() {
            match what.as_str() {
                "settle" | "advance" => {}
                "apply" => self.apply(details.as_str().unwrap(), now),
                "finish" => self.finish(details, now),
                "drop" => {
                    let count = usize::try_from(details["count"].as_u64().unwrap()).unwrap();
                    let count = count.min(self.state.jobs.len());
                    self.state.jobs.drain(..count);
                    self.queued |= count > 0;
                }
                other => panic!("an event that is not known: {other}"),
            }
        }
    }

    /// A changed schedule only moves the time of the next look.
    fn apply(&mut self, yaml: &str, now: Timestamp) {
        let rescheduled = schedule(yaml) != schedule(&self.yaml);
        self.queued |= !rescheduled && is_changed(&self.yaml, yaml);
        yaml.clone_into(&mut self.yaml);
        if rescheduled {
            let after = with_spec(yaml, |spec| look_again(spec, &self.state, now));
            self.look_after(after, now);
        }
    }

    fn look_after(&mut self, after: Option<jiff::SignedDuration>, now: Timestamp) {
        if let Some(at) = after.and_then(|it| now.checked_add(it).ok()) {
            self.due = Some(self.due.map_or(at, |due| due.min(at)));
        }
    }

    fn finish(&mut self, details: &Value, now: Timestamp) {
        let complete = details["condition"] == "Complete";
        let count = usize::try_from(details["count"].as_u64().unwrap()).unwrap();
        let open = self
            .state
            .jobs
            .iter_mut()
            .filter(|it| it.complete.is_none());
        for job in open.take(count) {
            job.complete = Some(complete);
            job.started = Some(now);
            self.queued = true;
            if complete {
                self.last_success = Some(now);
            }
        }
    }

    /// Runs the controller.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.deleted.clear();
        if self.due.is_some_and(|due| due <= now) {
            self.due = None;
            self.queued = true;
        }
        while std::mem::take(&mut self.queued) {
            let yaml = self.yaml.clone();
            with_spec(&yaml, |spec| self.pass(spec, now));
        }
        self.deleted.sort();
    }

    fn pass(&mut self, spec: &CronSpec<'_>, now: Timestamp) {
        let actions = sync(spec, &self.state, now);
        self.look_after(actions.requeue, now);
        self.queued = actions.create.is_some() || !actions.delete.is_empty();
        let kept = |it: &ChildJob| !actions.delete.contains(&it.name);
        self.state.jobs.retain(kept);
        self.deleted.extend(actions.delete.iter().cloned());
        if let Some(due) = actions.create {
            self.state.last = Some(due);
            let scheduled = Rfc3339(&due.to_zoned(spec.zone.clone())).to_string();
            self.scheduled.insert(spec.job_name(due), scheduled);
            self.state.jobs.push(ChildJob {
                name: spec.job_name(due),
                due,
                started: None,
                complete: None,
            });
        }
    }

    pub(crate) fn state(&self, now: Timestamp) -> Value {
        let mut jobs: Vec<&ChildJob> = self.state.jobs.iter().collect();
        jobs.sort_by_key(|it| &it.name);
        let described = jobs.iter().map(|it| {
            json!({
                "name": it.name,
                "scheduled": self.scheduled[&it.name],
                "state": match it.complete {
                    None => "active",
                    Some(true) => "Complete",
                    Some(false) => "Failed",
                },
            })
        });
        let active = jobs.iter().filter(|it| it.complete.is_none());
        json!({
            "jobs": described.collect::<Vec<_>>(),
            "active": active.map(|it| it.name.as_str()).collect::<Vec<_>>(),
            "lastScheduleTime": self.state.last.map(|it| it.to_string()),
            "lastSuccessfulTime": self.last_success.map(|it| it.to_string()),
            "requeue_after": self.due.map(|it| go_duration(it.duration_since(now))),
            "deleted": self.deleted,
        })
    }
}
