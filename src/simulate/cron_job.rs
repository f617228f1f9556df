//! CronJobs: when they make Jobs, which ones they hold back or replace, and which
//! ended ones they keep.

use super::Assumptions;
use super::forecast::{End, PodCounts, Step};
use super::job::{Bounds, JobSpec, Pace};
use super::timing::seconds_or_none;
use crate::kube::cron::Schedule;
use crate::kube::time::Rfc3339;
use crate::kube::timezone;
use crate::resolve::Resource;
use crate::resolve::view::CronJob;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::Serialize;

/// What the controller adds to the next time, so that it does not wake too early.
const LATE: SignedDuration = SignedDuration::from_millis(100);
/// Runs that a forecast lists.
const LISTED: usize = 5;
/// Steps after which a trace is not worth following.
const MOST_STEPS: usize = 10_000;

/// What to do when a run is due while another one is active.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Concurrency {
    /// Start it beside the other.
    Allow,
    /// Wait for the other to end.
    Forbid,
    /// Delete the other.
    Replace,
}

/// What a CronJob asks for.
#[derive(Clone, Debug)]
pub struct CronSpec<'a> {
    /// Its name, which its Jobs have as a prefix.
    pub name: &'a str,
    /// When it runs.
    pub schedule: Schedule,
    /// The zone in which that is read: UTC unless it says otherwise.
    pub zone: TimeZone,
    /// How late a run may still be started.
    pub starting_deadline: Option<SignedDuration>,
    /// What happens to runs that meet.
    pub concurrency: Concurrency,
    /// It makes no Jobs for now.
    pub suspend: bool,
    /// How many complete Jobs are kept.
    pub keep_complete: usize,
    /// How many failed Jobs are kept.
    pub keep_failed: usize,
    /// What its Jobs ask for.
    pub job: Option<JobSpec<'a>>,
}

impl<'a> CronSpec<'a> {
    /// What `resource` asks for; `None` where it is not a CronJob or the API server
    /// refuses its schedule, zone or limits.
    #[must_use]
    pub fn read(resource: &Resource<'a>) -> Option<Self> {
        let view = CronJob::new(resource)?;
        let (_, schedule) = view.parsed()?;
        let own_zone = match &schedule {
            Schedule::Calendar(calendar) => calendar.zone.clone(),
            Schedule::Every(_) => None,
        };
        let zone = match view.time_zone() {
            Some(node) => timezone::parse(node.as_str()?).ok()?,
            None => own_zone.unwrap_or(TimeZone::UTC),
        };
        let kept = |key: &str, default: usize| match view.spec.get(key) {
            Some(node) => usize::try_from(node.as_i64()?).ok(),
            None => Some(default),
        };
        let deadline = view.starting_deadline_seconds();
        Some(Self {
            name: resource.name(),
            schedule,
            zone,
            starting_deadline: deadline.map(|(_, it)| SignedDuration::from_secs(it)),
            concurrency: match view.concurrency_policy().value {
                "Allow" => Concurrency::Allow,
                "Forbid" => Concurrency::Forbid,
                "Replace" => Concurrency::Replace,
                _ => return None,
            },
            suspend: view.suspend().value,
            keep_complete: kept("successfulJobsHistoryLimit", 3)?,
            keep_failed: kept("failedJobsHistoryLimit", 1)?,
            job: view.job_spec().and_then(JobSpec::read),
        })
    }

    /// The first time after `after` that it is due.
    #[must_use]
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let after = after.to_zoned(self.zone.clone());
        Some(self.schedule.next(&after)?.timestamp())
    }

    /// The name of the Job that is due at that time.
    #[must_use]
    pub fn job_name(&self, due: Timestamp) -> String {
        format!("{}-{}", self.name, due.as_second().div_euclid(60))
    }
}

/// A Job that a CronJob made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChildJob {
    /// Its name.
    pub name: String,
    /// When it was due.
    pub due: Timestamp,
    /// When its controller saw it first.
    pub started: Option<Timestamp>,
    /// Whether it is complete or failed; `None` while it is active.
    pub complete: Option<bool>,
}

/// A CronJob as its controller sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CronState {
    /// When it was made.
    pub created: Timestamp,
    /// The last time for which it made a Job.
    pub last: Option<Timestamp>,
    /// Its Jobs, oldest first.
    pub jobs: Vec<ChildJob>,
}

/// What the controller asks for in one pass.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CronActions {
    /// Ended Jobs beyond those that are kept, and those that are replaced.
    pub delete: Vec<String>,
    /// The time for which to make a Job.
    pub create: Option<Timestamp>,
    /// When to look again; `None` for a CronJob that is suspended or never due.
    pub requeue: Option<SignedDuration>,
}

/// The latest time that was due.
enum Due {
    /// None since the start: the earliest time looked at.
    NotYet(Timestamp),
    /// That one.
    At(Timestamp),
    /// Some were, but none can be told.
    Lost,
    /// It never comes twice.
    Never,
}

/// What the controller asks for at `now`.
#[must_use]
pub fn sync(spec: &CronSpec<'_>, state: &CronState, now: Timestamp) -> CronActions {
    let mut actions = CronActions {
        delete: expired(spec, state),
        ..CronActions::default()
    };
    if spec.suspend {
        return actions;
    }
    let due = match due(spec, state, now, true) {
        Due::At(due) => due,
        Due::Never => return actions,
        Due::NotYet(_) | Due::Lost => {
            actions.requeue = look_again(spec, state, now);
            return actions;
        }
    };
    let active = || state.jobs.iter().filter(|it| it.complete.is_none());
    let deadline = spec.starting_deadline;
    let too_late = deadline.is_some_and(|it| now.duration_since(due) > it);
    let name = spec.job_name(due);
    let done = active().any(|it| it.name == name) || state.last == Some(due);
    let held = spec.concurrency == Concurrency::Forbid && active().next().is_some();
    if too_late || done || held {
        actions.requeue = look_again(spec, state, now);
        return actions;
    }
    if spec.concurrency == Concurrency::Replace {
        actions.delete.extend(active().map(|it| it.name.clone()));
    }
    actions.create = Some(due);
    let after = CronState {
        last: Some(due),
        jobs: Vec::new(),
        ..*state
    };
    actions.requeue = look_again(spec, &after, now);
    actions
}

/// The ended Jobs that are not kept: those that started first.
fn expired(spec: &CronSpec<'_>, state: &CronState) -> Vec<String> {
    let mut expired = Vec::new();
    for (complete, keep) in [(true, spec.keep_complete), (false, spec.keep_failed)] {
        let ended = state.jobs.iter().filter(|it| it.complete == Some(complete));
        let mut ended: Vec<_> = ended.collect();
        ended.sort_by_key(|it| (it.started.is_none(), it.started, &it.name));
        let many = ended.len().saturating_sub(keep);
        expired.extend(ended[..many].iter().map(|it| it.name.clone()));
    }
    expired
}

fn due(spec: &CronSpec<'_>, state: &CronState, now: Timestamp, with_deadline: bool) -> Due {
    let mut earliest = state.last.unwrap_or(state.created);
    if let Some(deadline) = spec.starting_deadline.filter(|_| with_deadline)
        && let Ok(first) = now.checked_sub(deadline)
    {
        earliest = earliest.max(first);
    }
    let (Some(one), two) = (
        spec.next(earliest),
        spec.next(earliest).and_then(|it| spec.next(it)),
    ) else {
        return Due::Never;
    };
    if now < one {
        return Due::NotYet(earliest);
    }
    let Some(two) = two else { return Due::Never };
    if now < two {
        return Due::At(one);
    }
    let gap = two.duration_since(one).as_secs();
    if gap < 1 {
        return Due::Never;
    }
    // Kubernetes leaps over what it missed by the first gap, and steps from there.
    let missed = now.duration_since(one).as_secs() / gap + 1;
    let leap = SignedDuration::from_secs(gap.saturating_mul(missed - 2));
    let from = one.checked_add(leap).unwrap_or(one);
    let later = std::iter::successors(spec.next(from), |it| spec.next(*it));
    match later.take_while(|it| *it <= now).last() {
        Some(latest) => Due::At(latest),
        None => Due::Lost,
    }
}

/// When the controller would look again after `now`, counted from it; `None` for a
/// schedule that never comes. At a CronJob whose schedule or zone was changed it
/// looks only then; at any other change it looks at once.
#[must_use]
pub fn look_again(
    spec: &CronSpec<'_>,
    state: &CronState,
    now: Timestamp,
) -> Option<SignedDuration> {
    let from = match due(spec, state, now, false) {
        Due::At(it) | Due::NotYet(it) => it,
        Due::Lost | Due::Never => now,
    };
    Some(spec.next(from)?.checked_add(LATE).ok()?.duration_since(now))
}

/// A run that is to come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Run {
    /// When it is due, in its zone.
    pub at: String,
    /// The Job that it makes.
    pub job: String,
}

/// What holds of a CronJob.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CronPart {
    /// The zone of its schedule.
    pub time_zone: String,
    /// It makes no Jobs until it is resumed.
    pub suspended: bool,
    /// What happens to runs that meet.
    pub concurrency: Concurrency,
    /// The next runs; fewer than five where it does not fire as often.
    pub next_runs: Vec<Run>,
    /// The shortest time between two runs.
    #[serde(serialize_with = "seconds_or_none")]
    pub shortest_gap: Option<SignedDuration>,
    /// How many of its Jobs are active at once when each takes as long as assumed.
    pub max_jobs: Option<i64>,
    /// How many ended Jobs are kept, with their pods.
    pub kept_jobs: usize,
    /// What holds of each of its Jobs.
    pub job: Option<Bounds>,
}

impl CronPart {
    /// What holds of a CronJob whose pods run as long as assumed.
    #[must_use]
    pub fn of(spec: &CronSpec<'_>, assumptions: &Assumptions<'_>) -> Self {
        let start = assumptions.start.to_zoned(spec.zone.clone());
        let runs = spec.schedule.times_after(start).take(LISTED);
        let job = spec.job.as_ref();
        let job = job.map(|it| Bounds::of(it, Pace::of(assumptions)));
        let gap = spec.schedule.shortest_gap();
        let takes = job.and_then(|it| it.takes(assumptions.never_ready));
        let max_jobs = match spec.concurrency {
            Concurrency::Allow => gap
                .zip(takes)
                .map(|(gap, takes)| in_a_row(takes, gap).max(1)),
            Concurrency::Forbid | Concurrency::Replace => Some(1),
        };
        let zone = spec.zone.iana_name().unwrap_or("UTC");
        Self {
            time_zone: zone.to_owned(),
            suspended: spec.suspend,
            concurrency: spec.concurrency,
            next_runs: runs.map(|at| run(spec, &at)).collect(),
            shortest_gap: gap,
            max_jobs: if spec.suspend { Some(0) } else { max_jobs },
            kept_jobs: spec.keep_complete.saturating_add(spec.keep_failed),
            job,
        }
    }

    /// The pods that it has: none at rest; `None` where nothing bounds them. `grace`
    /// is how long a pod may take to stop.
    #[must_use]
    pub fn pods(&self, grace: SignedDuration) -> Option<PodCounts> {
        let each = self.job?.pods().max_total;
        let most = self.max_jobs?.checked_mul(each)?;
        // A run that is replaced stops while others start.
        let stopping = match (self.concurrency, self.shortest_gap) {
            (Concurrency::Replace, Some(gap)) => in_a_row(grace, gap).checked_mul(most)?,
            _ => 0,
        };
        Some(PodCounts {
            max_total: most,
            max_with_terminating: most.checked_add(stopping)?,
            ..PodCounts::steady(0)
        })
    }
}

/// How many runs start while one takes its time, it included; at least every `gap`
/// one starts.
fn in_a_row(takes: SignedDuration, gap: SignedDuration) -> i64 {
    let (takes, gap) = (takes.as_nanos().max(0), gap.as_nanos().max(1));
    i64::try_from((takes + gap - 1) / gap).unwrap_or(i64::MAX)
}

fn run(spec: &CronSpec<'_>, at: &Zoned) -> Run {
    Run {
        at: Rfc3339(at).to_string(),
        job: spec.job_name(at.timestamp()),
    }
}

/// One run of a CronJob: its Jobs take as long as their bounds say, or fail
/// after it where pods are assumed never to be ready.
#[must_use]
pub fn trace(spec: &CronSpec<'_>, assumptions: &Assumptions<'_>) -> (Vec<Step>, End) {
    let mut now = assumptions.start;
    let bounds = spec.job.as_ref();
    let bounds = bounds.map(|it| Bounds::of(it, Pace::of(assumptions)));
    let fails = assumptions.never_ready;
    let most = bounds.map_or(1, |it| it.pods().max_total);
    let takes = bounds.and_then(|it| it.takes(fails));
    let mut state = CronState {
        created: now,
        last: None,
        jobs: Vec::new(),
    };
    let mut steps = vec![];
    let mut looks = 0;
    loop {
        let actions = sync(spec, &state, now);
        let said = apply_actions(&actions, spec, &mut state, now);
        if steps.is_empty() || !said.is_empty() {
            note(&mut steps, said, &state, (now, assumptions.start), most);
        }
        let end_of = |it: &ChildJob| it.started?.checked_add(takes?).ok();
        let open = state.jobs.iter().filter(|it| it.complete.is_none());
        let next_end = open.filter_map(end_of).min();
        let next_look = actions.requeue.and_then(|it| now.checked_add(it).ok());
        let Some(next) = next_end.into_iter().chain(next_look).min() else {
            return (steps, End::Stuck);
        };
        if next.duration_since(assumptions.start) > assumptions.until {
            return (steps, End::Until);
        }
        looks += 1 + state.jobs.len();
        if steps.len() >= MOST_STEPS || looks >= assumptions.looks {
            return (steps, End::Steps);
        }
        now = next;
        let mut said = Vec::new();
        for it in state.jobs.iter_mut().filter(|it| it.complete.is_none()) {
            if end_of(it).is_some_and(|end| end <= now) {
                it.complete = Some(!fails);
                let verb = if fails { "fails" } else { "completes" };
                said.push(format!("{} {verb}", it.name));
            }
        }
        if !said.is_empty() {
            note(&mut steps, said, &state, (now, assumptions.start), most);
        }
    }
}

/// Does what the controller asks for, and says so.
fn apply_actions(
    actions: &CronActions,
    spec: &CronSpec<'_>,
    state: &mut CronState,
    now: Timestamp,
) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for name in &actions.delete {
        let is_active = |it: &ChildJob| it.name == *name && it.complete.is_none();
        let replaced = state.jobs.iter().any(is_active);
        let verb = if replaced { "replaces" } else { "deletes" };
        said.push(format!("{verb} {name}"));
    }
    state.jobs.retain(|it| !actions.delete.contains(&it.name));
    if let Some(due) = actions.create {
        let name = spec.job_name(due);
        said.push(format!("creates {name}"));
        state.last = Some(due);
        state.jobs.push(ChildJob {
            name,
            due,
            started: Some(now),
            complete: None,
        });
    }
    said
}

fn note(
    steps: &mut Vec<Step>,
    said: Vec<String>,
    state: &CronState,
    (now, start): (Timestamp, Timestamp),
    pods_each: i64,
) {
    let open = state.jobs.iter().filter(|it| it.complete.is_none());
    let pods = i64::try_from(open.count()).unwrap_or(i64::MAX);
    let pods = pods.saturating_mul(pods_each);
    steps.push(Step {
        t: now.duration_since(start),
        event: match said.is_empty() {
            true => "start".to_owned(),
            false => said.join(", "),
        },
        old: 0,
        new: pods,
        new_available: pods,
        available: pods,
        total: pods,
        terminating: 0,
    });
}
