//! The lines that only Jobs and CronJobs have.

use super::text::time;
use crate::simulate::cron_job::{Concurrency, CronPart};
use crate::simulate::job::Bounds;

/// A line: its label and what it says.
pub(super) type Line = (&'static str, String);

/// What is foretold of a Job.
pub(super) fn job(bounds: &Bounds) -> Vec<Line> {
    let mut lines = Vec::new();
    if bounds.suspended {
        lines.push((
            "suspended",
            "it makes no pods until it is resumed".to_owned(),
        ));
    }
    let work = match bounds.completions {
        Some(1) => "1 pod has to succeed".to_owned(),
        Some(count) => format!(
            "{count} pods have to succeed, {} at a time",
            bounds.max_active
        ),
        None => format!(
            "a queue for {} pods: done when one succeeded and none is left",
            bounds.parallelism
        ),
    };
    lines.push(("work", work));
    lines.push(match bounds.max_pods {
        Some(most) => (
            "attempts",
            format!("{most} pods at most, failures included"),
        ),
        None => ("attempts", "no limit to the number of pods".to_owned()),
    });
    if let Some(takes) = bounds.fault_free {
        let mut text = format!("after {} if no pod fails", time(takes));
        if let Some(deadline) = bounds.deadline.filter(|_| !bounds.is_feasible()) {
            text.push_str(&format!(
                ": too late for its deadline of {}",
                time(deadline)
            ));
        }
        lines.push(("finish", text));
    }
    if let Some(after) = bounds.gives_up {
        lines.push(("if broken", format!("it has failed after {}", time(after))));
    }
    lines
}

/// What is foretold of a CronJob.
pub(super) fn cron_job(part: &CronPart) -> Vec<Line> {
    let mut lines = Vec::new();
    if part.suspended {
        lines.push((
            "suspended",
            "it makes no Jobs until it is resumed".to_owned(),
        ));
    }
    let mut label = "next runs";
    for run in &part.next_runs {
        lines.push((label, format!("{}  Job {}", run.at, run.job)));
        label = "";
    }
    if part.next_runs.is_empty() {
        lines.push(("next runs", "none: no day matches the schedule".to_owned()));
    }
    let meet = match (part.concurrency, part.max_jobs) {
        (Concurrency::Allow, Some(most)) if most > 1 => {
            format!("up to {most} Jobs at once, as runs overlap")
        }
        (Concurrency::Allow, None) if !part.next_runs.is_empty() => {
            "a run that does not end stays beside those that follow".to_owned()
        }
        (Concurrency::Allow, _) => "runs do not overlap".to_owned(),
        (Concurrency::Forbid, _) => "a run waits until the one before is over".to_owned(),
        (Concurrency::Replace, _) => "a run ends the one before".to_owned(),
    };
    lines.push(("overlap", meet));
    if let Some(bounds) = &part.job {
        let each = job(bounds).into_iter();
        lines.extend(each.filter(|(label, _)| *label != "suspended"));
    }
    lines
}
