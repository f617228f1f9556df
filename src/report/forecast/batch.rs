//! The lines that only Jobs and CronJobs have.

use super::text::time;
use crate::simulate::Assumptions;
use crate::simulate::cron_job::{Concurrency, CronPart};
use crate::simulate::job::Bounds;

/// A line: its label and what it says.
pub(super) type Line = (&'static str, String);

/// What is predicted for a Job.
pub(super) fn job(bounds: &Bounds, assumptions: &Assumptions<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    if bounds.suspended {
        lines.push((
            "suspended",
            "no pods are created until it is resumed".to_owned(),
        ));
    }
    let work = match bounds.completions {
        Some(1) => "1 pod must succeed".to_owned(),
        Some(count) => format!("{count} pods must succeed, {} at a time", bounds.max_active),
        None => format!(
            "a work queue for {} pods: complete when one has succeeded and none is running",
            bounds.parallelism
        ),
    };
    lines.push(("work", work));
    lines.push(match bounds.max_pods {
        Some(most) => (
            "attempts",
            format!("at most {most} pods, including failed ones"),
        ),
        None => ("attempts", "unlimited number of pods".to_owned()),
    });
    if let Some(takes) = bounds.fault_free {
        let mut text = format!(
            "after {} (if no pod fails and each runs {})",
            time(takes),
            time(assumptions.run_time)
        );
        if let Some(deadline) = bounds.deadline.filter(|_| !bounds.is_feasible()) {
            text.push_str(&format!(": later than its deadline of {}", time(deadline)));
        }
        lines.push(("finish", text));
    }
    if let Some(after) = bounds.gives_up {
        lines.push((
            "if broken",
            format!("the Job has failed after {}", time(after)),
        ));
    }
    lines
}

/// What is predicted for a CronJob.
pub(super) fn cron_job(part: &CronPart, assumptions: &Assumptions<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    if part.suspended {
        lines.push((
            "suspended",
            "no Jobs are created until it is resumed".to_owned(),
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
            format!("up to {most} Jobs at once: runs overlap")
        }
        (Concurrency::Allow, None) if !part.next_runs.is_empty() => {
            "a run that does not finish keeps running beside the next ones".to_owned()
        }
        (Concurrency::Allow, _) => "runs do not overlap".to_owned(),
        (Concurrency::Forbid, _) => {
            "a run waits until the previous one has finished (Forbid)".to_owned()
        }
        (Concurrency::Replace, _) => "a run replaces the previous one (Replace)".to_owned(),
    };
    lines.push(("overlap", meet));
    if let Some(bounds) = &part.job {
        let each = job(bounds, assumptions).into_iter();
        lines.extend(each.filter(|(label, _)| *label != "suspended"));
    }
    lines
}
