//! What the controller writes down, and the deadline for progress.

use super::draft::Draft;
use super::{Progress, Spec, Status};
use jiff::{SignedDuration, Timestamp};

impl Draft<'_> {
    /// Marks a pause and its end, which restarts the clock of the deadline.
    pub(super) fn check_pause(&mut self) {
        let reason = self.status.progress.map(|(reason, _)| reason);
        if self.spec.progress_deadline.is_none() || reason == Some(Progress::DeadlineExceeded) {
            return;
        }
        let was_paused = reason == Some(Progress::Paused);
        if self.spec.paused && !was_paused {
            self.status.progress = Some((Progress::Paused, self.now));
        } else if !self.spec.paused && was_paused {
            self.status.progress = Some((Progress::Resumed, self.now));
        }
    }

    /// Counts again what the sets report, and with `rollout` also says how the
    /// rollout gets on.
    pub(super) fn assess(&mut self, rollout: bool) {
        let before = Status {
            progress: self.status.progress,
            ..self.before
        };
        let status = &mut self.status;
        let sum = |count: fn(&super::SetStatus) -> i32| {
            let counts = self.sets.iter().map(|set| count(&set.status));
            counts.sum::<i32>()
        };
        status.replicas = sum(|it| it.replicas);
        status.ready = sum(|it| it.ready);
        status.available = sum(|it| it.available);
        status.terminating = sum(|it| it.terminating);
        let template = self.spec.template;
        let new = self.sets.iter().find(|set| set.template == template);
        status.updated = new.map_or(0, |set| set.status.replicas);
        status.observed = true;
        let least = self.spec.replicas - self.spec.fence().unavailable;
        status.is_available = status.available >= least;
        if rollout {
            status.failed_create = self.sets.iter().any(|set| set.status.failed_create);
            status.progress = progress(self.spec, &before, status, self.now);
        }
    }
}

/// What the condition `Progressing` says next.
fn progress(
    spec: &Spec,
    before: &Status,
    status: &Status,
    now: Timestamp,
) -> Option<(Progress, Timestamp)> {
    let deadline = spec.progress_deadline?;
    let current = before.progress;
    let reason = current.map(|(reason, _)| reason);
    if status.replicas == status.updated && reason == Some(Progress::Complete) {
        return current;
    }
    let old = |status: &Status| status.replicas - status.updated;
    let moves = status.updated > before.updated
        || old(status) < old(before)
        || status.ready > before.ready
        || status.available > before.available;
    if status.is_complete(spec) {
        match reason {
            Some(Progress::Complete) => current,
            _ => Some((Progress::Complete, now)),
        }
    } else if moves {
        Some((Progress::Updated, now))
    } else {
        match current {
            Some((reason, since)) if times_out(reason, since, deadline, now) => {
                Some((Progress::DeadlineExceeded, since_or_now(reason, since, now)))
            }
            _ => current,
        }
    }
}

fn times_out(reason: Progress, since: Timestamp, deadline: SignedDuration, now: Timestamp) -> bool {
    match reason {
        Progress::Complete => false,
        Progress::DeadlineExceeded => true,
        // The clock is always a little past the second that was written down.
        _ => now.duration_since(since) >= deadline,
    }
}

/// A condition that says the same as before keeps its time.
fn since_or_now(reason: Progress, since: Timestamp, now: Timestamp) -> Timestamp {
    match reason {
        Progress::DeadlineExceeded => since,
        _ => now,
    }
}

impl Status {
    /// When the deadline is looked at again if nothing happens before.
    #[must_use]
    pub fn deadline_check(&self, spec: &Spec) -> Option<Timestamp> {
        let (reason, since) = self.progress?;
        let ends = self.is_complete(spec)
            || spec.paused
            || matches!(reason, Progress::DeadlineExceeded | Progress::Complete);
        let wait = spec
            .progress_deadline?
            .checked_add(SignedDuration::from_secs(1))?;
        (!ends).then(|| since.checked_add(wait).ok())?
    }
}
