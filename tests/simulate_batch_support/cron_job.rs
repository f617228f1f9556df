//! Scenarios of CronJobs.

use super::{World, survey};
use jiff::{SignedDuration, Timestamp};
use plimsoll::kube::time::Rfc3339;
use plimsoll::simulate::cron_job::{ChildJob, CronSpec, CronState, look_again, sync};
use serde_json::{Value, json};

struct Subject {
    yaml: String,
    state: CronState,
    look: Option<Timestamp>,
    /// Its schedule was changed, and the controller waits until that is due.
    waits: bool,
    deleted: Vec<String>,
    last_success: Option<Timestamp>,
}

pub(crate) fn replay(scenario: &Value) -> Result<(), String> {
    let created = scenario["start"].as_str().unwrap().parse().unwrap();
    let mut subject = Subject {
        yaml: scenario["objects"].as_str().unwrap().to_owned(),
        state: CronState {
            created,
            last: None,
            jobs: Vec::new(),
        },
        look: None,
        waits: false,
        deleted: Vec::new(),
        last_success: None,
    };
    super::replay(scenario, &mut subject)
}

impl Subject {
    fn with_spec<T>(&self, look: impl FnOnce(&CronSpec<'_>) -> T) -> T {
        survey(&self.yaml, |bundle| {
            let workload = bundle.workloads().first().expect("a CronJob");
            look(&CronSpec::read(&workload.resource).unwrap())
        })
    }
}

impl Subject {
    fn wait(&mut self, wait: Option<SignedDuration>, now: Timestamp) {
        if let Some(wait) = wait {
            let at = now.checked_add(wait).unwrap();
            self.look = Some(self.look.map_or(at, |look| look.min(at)));
        }
    }
}

impl World for Subject {
    fn happen(&mut self, what: &str, details: &Value, now: Timestamp) {
        match what {
            "apply" => {
                let when = |spec: &CronSpec<'_>| (spec.schedule.clone(), spec.zone.clone());
                let before = self.with_spec(when);
                details.as_str().unwrap().clone_into(&mut self.yaml);
                if self.with_spec(when) != before {
                    let wait = self.with_spec(|spec| look_again(spec, &self.state, now));
                    self.wait(wait, now);
                    self.waits = true;
                } else {
                    self.waits = false;
                }
            }
            "finish" => {
                let count = usize::try_from(details["count"].as_u64().unwrap()).unwrap();
                let complete = details["condition"] == "Complete";
                let open = self
                    .state
                    .jobs
                    .iter_mut()
                    .filter(|it| it.complete.is_none());
                for job in open.take(count) {
                    // Whatever happens to one of its Jobs it looks at.
                    self.waits = false;
                    job.complete = Some(complete);
                    job.started.get_or_insert(now);
                    if complete {
                        self.last_success = Some(now);
                    }
                }
            }
            other => panic!("an event that is not known: {other}"),
        }
    }

    fn settle(&mut self, now: Timestamp) {
        self.deleted.clear();
        if self.look.is_some_and(|look| look <= now) {
            (self.look, self.waits) = (None, false);
        }
        if self.waits {
            return;
        }
        for _ in 0..1000 {
            let (actions, name) = self.with_spec(|spec| {
                let actions = sync(spec, &self.state, now);
                let name = actions.create.map(|due| spec.job_name(due));
                (actions, name)
            });
            self.wait(actions.requeue, now);
            self.state
                .jobs
                .retain(|it| !actions.delete.contains(&it.name));
            self.deleted.extend(actions.delete.iter().cloned());
            if let (Some(due), Some(name)) = (actions.create, name) {
                self.state.last = Some(due);
                self.state.jobs.push(ChildJob {
                    name,
                    due,
                    started: None,
                    complete: None,
                });
            } else if actions.delete.is_empty() {
                return;
            }
        }
        panic!("it does not come to rest");
    }

    fn state(&self, now: Timestamp) -> Value {
        let zone = self.with_spec(|spec| spec.zone.clone());
        let mut jobs: Vec<&ChildJob> = self.state.jobs.iter().collect();
        jobs.sort_by(|a, b| a.name.cmp(&b.name));
        let shown: Vec<Value> = jobs
            .iter()
            .map(|it| {
                let state = match it.complete {
                    None => "active",
                    Some(true) => "Complete",
                    Some(false) => "Failed",
                };
                let due = it.due.to_zoned(zone.clone());
                json!({"name": it.name, "scheduled": Rfc3339(&due).to_string(), "state": state})
            })
            .collect();
        let active: Vec<&str> = jobs
            .iter()
            .filter(|it| it.complete.is_none())
            .map(|it| it.name.as_str())
            .collect();
        let mut deleted = self.deleted.clone();
        deleted.sort();
        let utc = |at: Timestamp| at.to_string();
        let wait = |look: Timestamp| super::go_seconds(look.duration_since(now).as_secs());
        json!({
            "jobs": shown,
            "active": active,
            "lastScheduleTime": self.state.last.map(utc),
            "lastSuccessfulTime": self.last_success.map(utc),
            "requeue_after": self.look.map(wait),
            "deleted": deleted,
        })
    }
}
