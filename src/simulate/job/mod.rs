//! Jobs: how many pods they make, how many at once, how long they take, and when
//! they give up.
//!
//! [`sync::sync`] is the controller; [`Bounds`] follow from the spec alone.

pub mod indexes;
pub mod spec;
pub mod state;
pub mod sync;
pub mod trace;

pub use indexes::Indexes;
pub use spec::JobSpec;
pub use state::{Backoff, JobState};

use super::Assumptions;
use super::forecast::PodCounts;
use super::timing::{restart_pause, seconds_or_none};
use jiff::SignedDuration;
use serde::Serialize;
use spec::FailureAction;

/// What holds of a Job whatever its pods do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Bounds {
    /// How many pods must succeed; `None` for a work queue.
    pub completions: Option<i32>,
    /// How many pods may run at once.
    pub parallelism: i32,
    /// How many do: no more than there is work for.
    pub max_active: i32,
    /// How many are ever made; `None` where nothing bounds it.
    pub max_pods: Option<i64>,
    /// How long it takes when every pod starts and succeeds after the assumed
    /// times; `None` if it never ends so.
    #[serde(serialize_with = "seconds_or_none")]
    pub fault_free: Option<SignedDuration>,
    /// When it has finally failed if every pod starts and fails after the assumed
    /// times; `None` if it never gives up.
    #[serde(serialize_with = "seconds_or_none")]
    pub gives_up: Option<SignedDuration>,
    /// `activeDeadlineSeconds`.
    #[serde(serialize_with = "seconds_or_none")]
    pub deadline: Option<SignedDuration>,
    /// It makes no pods until it is resumed.
    pub suspended: bool,
}

/// How fast the pods of a Job are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// How long a new pod takes until its containers run.
    pub start: SignedDuration,
    /// How long they run until they end.
    pub run: SignedDuration,
}

impl Pace {
    /// The pace that is assumed.
    #[must_use]
    pub fn of(assumptions: &Assumptions<'_>) -> Self {
        Self {
            start: assumptions.ready_after,
            run: assumptions.run_time,
        }
    }

    /// How long a pod takes from when it is created.
    fn whole(self) -> Option<SignedDuration> {
        self.start.checked_add(self.run)
    }
}

/// Attempts beyond which nobody waits for a Job to give up.
const MOST_ATTEMPTS: i32 = 10_000;

impl Bounds {
    /// The bounds of a Job whose pods are that fast.
    #[must_use]
    pub fn of(spec: &JobSpec<'_>, pace: Pace) -> Self {
        let work = spec.completions.unwrap_or(i32::MAX);
        Self {
            completions: spec.completions,
            parallelism: spec.parallelism,
            max_active: spec.parallelism.min(work),
            max_pods: max_pods(spec),
            fault_free: fault_free(spec, pace),
            gives_up: gives_up(spec, pace),
            deadline: spec.active_deadline,
            suspended: spec.suspend,
        }
    }

    /// Its pods while it runs. None of them has to be available at any time.
    #[must_use]
    pub fn pods(&self) -> PodCounts {
        let active = if self.suspended { 0 } else { self.max_active };
        PodCounts {
            min_available: 0,
            ..PodCounts::steady(i64::from(active))
        }
    }

    /// How long it takes until it is over, one way or the other.
    #[must_use]
    pub fn takes(&self, fails: bool) -> Option<SignedDuration> {
        match fails {
            _ if self.suspended => None,
            true => self.gives_up,
            false => self.fault_free,
        }
    }

    /// Whether it is over in time if nothing fails; `true` without a deadline.
    #[must_use]
    pub fn is_feasible(&self) -> bool {
        match (self.deadline, self.fault_free) {
            (Some(deadline), Some(takes)) => takes < deadline,
            _ => true,
        }
    }
}

/// How many pods it creates at most: a new one is created only while what failed is
/// within the limit, and what succeeded or still runs is within the completions.
fn max_pods(spec: &JobSpec<'_>) -> Option<i64> {
    let rules = spec.failure_rules.as_deref().unwrap_or_default();
    if rules.iter().any(|it| it.action == FailureAction::Ignore) {
        return None;
    }
    if let Some(limit) = spec.backoff_limit_per_index {
        let per_index = i64::from(limit) + 1;
        let by_index = i64::from(spec.indexes()).checked_mul(per_index)?;
        return match spec.backoff_limit {
            i32::MAX => Some(by_index),
            limit => Some(by_index.min(i64::from(spec.indexes()) + i64::from(limit))),
        };
    }
    let wanted = spec.completions.unwrap_or(spec.parallelism);
    let bounded = spec.backoff_limit < i32::MAX;
    bounded.then(|| i64::from(wanted) + i64::from(spec.backoff_limit))
}

fn fault_free(spec: &JobSpec<'_>, pace: Pace) -> Option<SignedDuration> {
    let waves = match spec.completions {
        Some(0) => 0,
        _ if spec.parallelism == 0 => return None,
        Some(completions) => (completions - 1) / spec.parallelism + 1,
        None => 1,
    };
    pace.whole()?.checked_mul(waves)
}

/// When it gives up if every pod fails at that pace, all that may run at once
/// failing at once.
fn gives_up(spec: &JobSpec<'_>, pace: Pace) -> Option<SignedDuration> {
    let together = spec.parallelism.min(spec.completions.unwrap_or(i32::MAX));
    if together == 0 {
        return None;
    }
    let by_limit = if spec.on_failure {
        restarts_given_up(spec, pace, together)
    } else if let Some(limit) = spec.backoff_limit_per_index {
        // Only where all indexes run side by side it is one of them that decides.
        let side_by_side = spec.parallelism >= spec.indexes();
        side_by_side
            .then(|| failures_given_up(limit, 1, pace))
            .flatten()
    } else {
        failures_given_up(spec.backoff_limit, together, pace)
    };
    match (by_limit, spec.active_deadline) {
        (Some(limit), Some(deadline)) => Some(limit.min(deadline)),
        (limit, deadline) => limit.or(deadline),
    }
}

/// Pods fail `together` at a time, until more than `limit` have.
fn failures_given_up(limit: i32, together: i32, pace: Pace) -> Option<SignedDuration> {
    if limit > MOST_ATTEMPTS {
        return None;
    }
    let (mut failures, mut time) = (0_i32, SignedDuration::ZERO);
    loop {
        failures = failures.saturating_add(together);
        time = time.checked_add(pace.whole()?)?;
        if failures > limit {
            return Some(time);
        }
        time = time.checked_add(Backoff::pause(failures))?;
    }
}

/// Containers start again in place until the limit counts as many restarts.
fn restarts_given_up(spec: &JobSpec<'_>, pace: Pace, together: i32) -> Option<SignedDuration> {
    let limit = spec.backoff_limit.max(1);
    if limit > MOST_ATTEMPTS {
        return None;
    }
    let (mut restarts, mut round, mut time) = (0_i32, 0_u32, pace.start);
    while restarts < limit {
        round += 1;
        restarts = restarts.saturating_add(together);
        let pause = SignedDuration::from_secs(restart_pause(round));
        time = time.checked_add(pace.run)?.checked_add(pause)?;
    }
    Some(time)
}

#[cfg(test)]
mod tests;
