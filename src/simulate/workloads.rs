//! From a workload as it is written to its forecast.

use super::bounds::{self, Bounds};
use super::cron_job::{CronPart, CronSpec};
use super::daemon_set::{self, NodeFit};
use super::forecast::{DaemonSetPart, DeploymentPart, Forecast, Part, StatefulSetPart};
use super::gates::Gates;
use super::job::JobSpec;
use super::nodes::ClusterNode;
use super::{Assumptions, cron_job, deployment, job, stateful_set, timing, trace};
use crate::resolve::view::{Workload, WorkloadKind};
use jiff::SignedDuration;

/// The numbers that templates have in a forecast: what runs before, and what is
/// asked for.
pub(super) const OLD: u32 = 0;
pub(super) const NEW: u32 = 1;

/// What will become of one workload in a cluster with these nodes.
#[must_use]
pub fn forecast<'a>(
    workload: Workload<'a>,
    nodes: &[ClusterNode<'_>],
    assumptions: &Assumptions<'_>,
) -> Forecast<'a> {
    let assumptions = &assumptions.of(&workload);
    let mut forecast = Forecast {
        resource: workload.resource,
        workload: Some(workload),
        pods: None,
        stuck: None,
        finish: None,
        part: Part::None,
        trace: Vec::new(),
        end: None,
    };
    match workload.kind {
        WorkloadKind::Deployment => deployment(&mut forecast, &workload, assumptions),
        WorkloadKind::StatefulSet => stateful_set(&mut forecast, &workload, assumptions),
        WorkloadKind::DaemonSet => daemon_set(&mut forecast, &workload, nodes, assumptions),
        WorkloadKind::ReplicaSet | WorkloadKind::ReplicationController => {
            replica_set(&mut forecast, &workload, assumptions);
        }
        WorkloadKind::Pod => bound(&mut forecast, bounds::steady(1), seconds(0), assumptions),
        WorkloadKind::Job => job(&mut forecast, &workload, assumptions),
        WorkloadKind::CronJob => cron_job(&mut forecast, &workload, assumptions),
    }
    forecast
}

fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

fn bound(
    forecast: &mut Forecast<'_>,
    bounds: Bounds,
    min_ready: SignedDuration,
    assumptions: &Assumptions<'_>,
) {
    let had = forecast
        .workload
        .and_then(|it| trace::replicas_before(&it, assumptions));
    let bounds = had.map_or(bounds, |it| bounds.scaled_from(i64::from(it)));
    forecast.pods = Some(bounds.pods);
    forecast.stuck = bounds.stuck;
    if !assumptions.never_ready {
        forecast.finish = bounds.finish(assumptions.ready_after, min_ready);
    }
}

fn job(forecast: &mut Forecast<'_>, workload: &Workload<'_>, assumptions: &Assumptions<'_>) {
    let Some(spec) = workload.spec().and_then(JobSpec::read) else {
        return;
    };
    let bounds = job::Bounds::of(&spec, job::Pace::of(assumptions));
    forecast.part = Part::Job(bounds);
    // Another controller does with it what nobody here knows.
    if spec.managed_by.is_some() {
        return;
    }
    forecast.pods = Some(bounds.pods());
    if assumptions.trace {
        let trace = job::trace::run(&spec, assumptions);
        (forecast.trace, forecast.end) = (trace.steps, Some(trace.end));
    }
}

fn cron_job(forecast: &mut Forecast<'_>, workload: &Workload<'_>, assumptions: &Assumptions<'_>) {
    let Some(spec) = CronSpec::read(&workload.resource) else {
        return;
    };
    let part = CronPart::of(&spec, assumptions);
    let grace = workload.pod().map_or(0, |it| timing::stopped(&it));
    forecast.pods = part.pods(seconds(grace).max(assumptions.stop_after));
    forecast.part = Part::CronJob(part);
    if assumptions.trace {
        let (steps, end) = cron_job::trace(&spec, assumptions);
        (forecast.trace, forecast.end) = (steps, Some(end));
    }
}

/// How many replicas a workload runs with: as assumed, or else as written.
pub(super) fn replicas(workload: &Workload<'_>, assumptions: &Assumptions<'_>) -> Option<i32> {
    let written = i32::try_from(workload.replicas().value).ok();
    assumptions.scale.or(written).filter(|it| *it >= 0)
}

fn replica_set(
    forecast: &mut Forecast<'_>,
    workload: &Workload<'_>,
    assumptions: &Assumptions<'_>,
) {
    let Some(replicas) = replicas(workload, assumptions) else {
        return;
    };
    let min_ready = seconds(workload.min_ready_seconds().value.max(0));
    bound(forecast, bounds::steady(replicas), min_ready, assumptions);
    if assumptions.trace {
        trace::replica_set(forecast, workload, replicas, assumptions);
    }
}

/// What a Deployment asks for under these assumptions.
pub(super) fn deployment_spec(
    workload: &Workload<'_>,
    template: u32,
    assumptions: &Assumptions<'_>,
) -> Option<deployment::Spec> {
    let spec = deployment::Spec::read(workload, template)?;
    Some(deployment::Spec {
        replicas: assumptions.scale.unwrap_or(spec.replicas),
        ..spec
    })
}

fn deployment(forecast: &mut Forecast<'_>, workload: &Workload<'_>, assumptions: &Assumptions<'_>) {
    let Some(spec) = deployment_spec(workload, NEW, assumptions) else {
        return;
    };
    let fence = spec.fence();
    forecast.part = Part::Deployment(DeploymentPart {
        strategy: match spec.strategy {
            deployment::Strategy::RollingUpdate { .. } => "RollingUpdate",
            deployment::Strategy::Recreate => "Recreate",
        },
        max_surge: fence.surge,
        max_unavailable: fence.unavailable,
        paused: spec.paused,
        progress_deadline_seconds: spec.progress_deadline.map(|it| it.as_secs()),
    });
    bound(
        forecast,
        bounds::deployment(&spec),
        spec.min_ready,
        assumptions,
    );
    if spec.paused {
        forecast.finish = None;
    }
    if assumptions.trace {
        trace::deployment(forecast, workload, spec, assumptions);
    }
}

/// What a StatefulSet asks for under these assumptions.
pub(super) fn stateful_set_spec(
    workload: &Workload<'_>,
    template: u32,
    assumptions: &Assumptions<'_>,
) -> Option<stateful_set::Spec> {
    let gates = Gates::of(assumptions.kubernetes);
    let spec = stateful_set::Spec::read(workload, template, gates)?;
    Some(stateful_set::Spec {
        replicas: assumptions.scale.unwrap_or(spec.replicas),
        ..spec
    })
}

fn stateful_set(
    forecast: &mut Forecast<'_>,
    workload: &Workload<'_>,
    assumptions: &Assumptions<'_>,
) {
    let Some(spec) = stateful_set_spec(workload, NEW, assumptions) else {
        return;
    };
    let name = workload.resource.name();
    let rolls = spec.strategy != stateful_set::Strategy::OnDelete;
    let last = i64::from(spec.start) + i64::from(spec.replicas) - 1;
    forecast.part = Part::StatefulSet(StatefulSetPart {
        pods: (spec.replicas > 0)
            .then(|| [format!("{name}-{}", spec.start), format!("{name}-{last}")]),
        parallel: spec.parallel,
        strategy: if rolls { "RollingUpdate" } else { "OnDelete" },
        max_unavailable: spec.max_unavailable(),
        partition: spec.partition(),
        claims: i64::from(spec.replicas)
            .saturating_mul(i64::try_from(spec.claims.len()).unwrap_or(i64::MAX)),
        deadlock: !spec.parallel && spec.updated_pods() > 0,
    });
    bound(
        forecast,
        bounds::stateful_set(&spec),
        spec.min_ready,
        assumptions,
    );
    if assumptions.trace {
        trace::stateful_set(forecast, workload, spec, assumptions);
    }
}

fn daemon_set(
    forecast: &mut Forecast<'_>,
    workload: &Workload<'_>,
    nodes: &[ClusterNode<'_>],
    assumptions: &Assumptions<'_>,
) {
    let gates = Gates::of(assumptions.kubernetes);
    let (Some(spec), Some(pod)) = (daemon_set::Spec::read(workload, NEW, gates), workload.pod())
    else {
        return;
    };
    let places: Vec<NodeFit> = nodes.iter().map(|it| daemon_set::place(&pod, it)).collect();
    let named = |wants: bool| {
        let found = nodes
            .iter()
            .zip(&places)
            .filter(|(_, it)| it.wants == wants);
        let names = found.map(|(node, _)| node.name().to_owned());
        (!nodes.is_empty()).then(|| names.collect::<Vec<_>>())
    };
    let desired = i32::try_from(places.iter().filter(|it| it.wants).count()).unwrap_or(i32::MAX);
    let rolls = spec.strategy != daemon_set::Strategy::OnDelete;
    let fence = (rolls && !nodes.is_empty()).then(|| spec.strategy.fence(desired));
    forecast.part = Part::DaemonSet(DaemonSetPart {
        strategy: if rolls { "RollingUpdate" } else { "OnDelete" },
        max_surge: fence.map(|it| it.surge),
        max_unavailable: fence.map(|it| it.unavailable),
        nodes: named(true),
        passed_over: named(false),
    });
    if nodes.is_empty() {
        return;
    }
    bound(
        forecast,
        bounds::daemon_set(&spec, desired),
        spec.min_ready,
        assumptions,
    );
    if assumptions.trace {
        trace::daemon_set(forecast, workload, spec, &places, assumptions);
    }
}
