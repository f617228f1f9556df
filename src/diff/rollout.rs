//! Whether a change replaces pods, and what the controllers do then.

use super::{Context, Entry, Outcome};
use crate::resolve::Bundle;
use crate::resolve::view::{Workload, WorkloadKind};
use crate::same;
use crate::simulate::footprint::{Amounts, PodNeeds};
use crate::simulate::{Assumptions, Forecast, limit_range, nodes};

/// How the pods of an object are replaced.
#[derive(Clone, Debug)]
pub struct Rollout<'a> {
    /// The forecast, from the old template to the new one.
    pub forecast: Forecast<'a>,
    /// What all pods together request at the peak; `None` if the number of pods is
    /// unknown.
    pub peak: Option<Amounts<'a>>,
}

/// Computes what a change of `workload` does to its pods.
pub(super) fn judge<'a>(
    context: Context<'a>,
    (old, new): (&'a Bundle<'a>, &'a Bundle<'a>),
    workload: &Workload<'a>,
    entry: &mut Entry<'a>,
) {
    let path = match workload.kind {
        WorkloadKind::Pod => return,
        WorkloadKind::CronJob => "spec.jobTemplate",
        _ => "spec.template",
    };
    if !same::is_changed(&entry.changes, path) {
        return scaled(entry);
    }
    let on_delete = workload.strategy_type().value == "OnDelete";
    let note = match workload.kind {
        WorkloadKind::CronJob => "it applies from the next run on: running Jobs do not change",
        WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController => {
            "running pods do not change; new pods use the new template"
        }
        _ if workload.paused().value => "it is paused: nothing is rolled out until it is resumed",
        _ if on_delete => {
            "its strategy is OnDelete: a pod is replaced only when somebody deletes it"
        }
        _ => {
            entry.outcome = Outcome::Rolls;
            let rollout = forecast(context, (old, new), workload);
            if let Some(risk) = outage(&rollout.forecast) {
                entry.notes.push(risk);
            }
            entry.rollout = Some(rollout);
            return;
        }
    };
    entry.notes.push(note.to_owned());
}

fn outage(forecast: &Forecast<'_>) -> Option<String> {
    let pods = forecast.pods?;
    (pods.desired > 0 && pods.min_available == 0)
        .then(|| "there may be no available pod for a while".to_owned())
}

/// A different number of pods replaces none of them.
fn scaled(entry: &mut Entry<'_>) {
    let count = |it: Option<Workload<'_>>| it.map_or(0, |it| it.replicas().value);
    let (was, is) = (
        count(entry.old.and_then(Workload::new)),
        count(entry.new.and_then(Workload::new)),
    );
    if same::is_changed(&entry.changes, "spec.replicas") {
        entry
            .notes
            .push(format!("it is scaled from {was} to {is} pods"));
    }
}

fn forecast<'a>(
    context: Context<'a>,
    (old, new): (&'a Bundle<'a>, &'a Bundle<'a>),
    workload: &Workload<'a>,
) -> Rollout<'a> {
    let assumptions = Assumptions {
        from: Some(old),
        trace: true,
        ..Assumptions::new(context.minor)
    };
    let nodes = nodes::inventory(new);
    let forecast = crate::simulate::of_workload(*workload, &nodes, &assumptions);
    let peak = forecast.pods.and_then(|pods| {
        let mut needs = PodNeeds::read(workload.pod()?);
        limit_range::apply(&limit_range::of(new, &workload.resource), &mut needs);
        let mut all = Amounts::default();
        all.add(&needs.total().requests, pods.max_total);
        Some(all)
    });
    Rollout { forecast, peak }
}
