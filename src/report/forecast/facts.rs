//! What is predicted for a workload by itself, in lines of a label and a text: the
//! same for a terminal and for a page.

use super::batch::{self, Line};
use super::text::time;
use crate::listed::listed;
use crate::report::text::count;
use crate::simulate::forecast::{DaemonSetPart, StatefulSetPart};
use crate::simulate::{Assumptions, Forecast, Part};

/// The lines of one workload.
pub(super) fn of(forecast: &Forecast<'_>, assumptions: &Assumptions<'_>) -> Vec<Line> {
    // Jobs have no pods at rest, and are not updated.
    match &forecast.part {
        Part::Job(bounds) => return batch::job(bounds, assumptions),
        Part::CronJob(part) => return batch::cron_job(part, assumptions),
        _ => {}
    }
    let mut lines = pods(forecast);
    match &forecast.part {
        Part::Deployment(part) if part.paused => {
            let text = "nothing is rolled out until it is resumed";
            lines.push(("paused", text.to_owned()));
        }
        Part::StatefulSet(part) => stateful_set(part, &mut lines),
        Part::DaemonSet(part) => daemon_set(part, &mut lines),
        _ => {}
    }
    if let Some(stuck) = forecast.stuck.filter(|it| it.new > 0) {
        let text = format!(
            "the rollout stops at {} old + {} new, {} available",
            stuck.old, stuck.new, stuck.available
        );
        lines.push(("if broken", text));
    }
    if let Some(finish) = forecast.finish.filter(|it| !it.slowest.is_zero()) {
        let text = match finish.fastest == finish.slowest {
            true => format!(
                "after {} if each pod is ready after {}",
                time(finish.fastest),
                time(finish.ready_after)
            ),
            false => format!(
                "after {} if pods become ready together, {} one by one (each ready after {})",
                time(finish.fastest),
                time(finish.slowest),
                time(finish.ready_after)
            ),
        };
        lines.push(("finish", text));
    }
    lines
}

fn pods(forecast: &Forecast<'_>) -> Vec<Line> {
    let Some(pods) = forecast.pods else {
        return Vec::new();
    };
    let mut lines = vec![("pods", format!("{} desired", pods.desired))];
    if pods.min_available == pods.desired && pods.max_with_terminating == pods.desired {
        return lines;
    }
    let (least, most) = (pods.min_available, pods.max_total);
    let mut text = format!("at least {least} available, at most {most} pods");
    if pods.max_with_terminating > most {
        let all = pods.max_with_terminating;
        text.push_str(&format!(" ({all} including those stopping)"));
    }
    lines.push(("rollout", text));
    lines
}

fn stateful_set(part: &StatefulSetPart, lines: &mut Vec<Line>) {
    let order = match part.parallel {
        true => "all at once (Parallel)",
        false => "one after another; updated and deleted in reverse order",
    };
    lines.push(("order", order.to_owned()));
    if part.partition > 0 {
        let text = format!(
            "the first {} pods keep the earlier template",
            part.partition
        );
        lines.push(("partition", text));
    }
    on_delete(part.strategy, lines);
    if part.claims > 0 {
        let claims = usize::try_from(part.claims).unwrap_or(usize::MAX);
        lines.push(("storage", count(claims, "claim")));
    }
    if part.deadlock {
        let text = "reverting a broken rollout does not fix it: delete the broken pod as well";
        lines.push(("deadlock", text.to_owned()));
    }
}

fn daemon_set(part: &DaemonSetPart, lines: &mut Vec<Line>) {
    on_delete(part.strategy, lines);
    let (Some(nodes), Some(others)) = (&part.nodes, &part.passed_over) else {
        let text = "one on each matching node; pass the nodes with --nodes";
        lines.push(("pods", text.to_owned()));
        return;
    };
    lines.push(("nodes", names(nodes)));
    if !others.is_empty() {
        lines.push(("skips", names(others)));
    }
}

fn on_delete(strategy: &str, lines: &mut Vec<Line>) {
    if strategy == "OnDelete" {
        let text = "only pods that somebody deletes are updated (OnDelete)";
        lines.push(("update", text.to_owned()));
    }
}

/// Some names, and how many more there are.
fn names(names: &[String]) -> String {
    match names.is_empty() {
        true => "none".to_owned(),
        false => listed(names),
    }
}
