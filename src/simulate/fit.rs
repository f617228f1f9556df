//! How a workload fits into what surrounds it: the quota and limit ranges of its
//! namespace, the nodes, budgets, autoscalers and Services.

use super::drain::Drain;
use super::footprint::{Needs, PodNeeds, Qos};
use super::forecast::{Forecast, Part, PodCounts, Stuck};
use super::hpa::Scaling;
use super::limit_range;
use super::load::{self, Use};
use super::nodes;
use super::placement::place;
use super::quota::Quota;
use super::scheduling::{Machine, Wanted};
use super::timing::{NodeLost, Timing};
use super::traffic::Traffic;
use super::{Assumptions, of_workload};
use crate::resolve::view::{Pod, Workload, WorkloadKind};
use crate::resolve::{Bundle, Resource};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// How the pods of one workload fit.
#[derive(Clone, Debug, Serialize)]
pub struct Fit<'a> {
    /// What the scheduler and quotas count for one pod.
    pub each: Needs<'a>,
    /// Its class of service.
    pub qos: Qos,
    /// When it is ready, and gone.
    pub timing: Timing,
    /// What becomes of them when their node is lost; `None` where nothing replaces
    /// them anyway.
    pub node_lost: Option<NodeLost>,
    /// Why none is created: what limit ranges and quotas say.
    pub refused: Vec<String>,
    /// Whether its nodes can be drained; `None` where the number of pods is not known.
    pub drain: Option<Drain>,
    /// What changes the number of pods.
    pub scaling: Option<Scaled>,
    /// On which nodes they can be; `None` without an inventory.
    pub placement: Option<Placement>,
}

/// A workload that is scaled, at both ends of what its autoscaler does.
#[derive(Clone, Debug, Serialize)]
pub struct Scaled {
    /// The autoscaler.
    #[serde(flatten)]
    pub scaling: Scaling,
    /// With the fewest pods.
    pub at_min: Option<AtEnd>,
    /// With the most pods.
    pub at_max: Option<AtEnd>,
}

/// What holds of a workload with some number of pods.
#[derive(Clone, Debug, Serialize)]
pub struct AtEnd {
    /// How many pods there are, at rest and at the extremes.
    pub pods: PodCounts,
    /// Where a broken update stops.
    pub stuck: Option<Stuck>,
    /// Whether its nodes can be drained.
    pub drain: Option<Drain>,
}

/// Nodes that take the pods of a workload, in one order that Kubernetes could choose.
#[derive(Clone, Debug, Serialize)]
pub struct Placement {
    /// The nodes, with how many pods each takes.
    pub on: Vec<OnNode>,
    /// How many pods find none.
    pub pending: i64,
    /// Why the first of them does not, in the scheduler's words.
    pub why: Option<String>,
}

/// Pods on one node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OnNode {
    /// The node's name.
    pub node: String,
    /// How many.
    pub pods: i64,
}

/// What surrounds all workloads of a run.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// How each workload fits, in the order of the forecasts; `None` for those
    /// whose pod cannot be read.
    pub fits: Vec<Option<Fit<'a>>>,
    /// How much of each quota is used.
    pub quotas: Vec<Use<'a>>,
    /// What each Service routes to.
    pub traffic: Vec<Traffic>,
}

impl<'a> Setting<'a> {
    /// What surrounds the workloads of `forecasts`, which are those of `bundle`.
    #[must_use]
    pub fn of(
        bundle: &Bundle<'a>,
        forecasts: &[Forecast<'a>],
        assumptions: &Assumptions<'_>,
    ) -> Self {
        let placements = placements(bundle, forecasts);
        let fits = forecasts.iter().zip(placements);
        let loads = load::loads(bundle, forecasts);
        let place = |resource: &Resource<'_>| {
            let place = resource.node.place();
            (place.source, place.span.start)
        };
        let known = forecasts.iter();
        let known = known.map(|it| (place(&it.resource), it.pods.map(|pods| pods.desired)));
        let known: FxHashMap<_, _> = known.collect();
        let count = |pod: &Pod<'_>| *known.get(&place(&pod.resource))?;
        let services = bundle.services();
        Self {
            fits: fits
                .map(|(forecast, placement)| fit(forecast, placement, bundle, assumptions))
                .collect(),
            quotas: load::uses(bundle, &loads),
            traffic: services
                .filter_map(|it| Traffic::of(&it, bundle, count))
                .filter(|it| !it.shares.is_empty())
                .collect(),
        }
    }
}

fn fit<'a>(
    forecast: &Forecast<'a>,
    placement: Option<Placement>,
    bundle: &Bundle<'a>,
    assumptions: &Assumptions<'_>,
) -> Option<Fit<'a>> {
    let workload = forecast.workload?;
    let pod = workload.pod()?;
    let needs = needs(pod, bundle);
    let autoscalers = bundle.autoscalers_of(&workload);
    Some(Fit {
        each: needs.total(),
        qos: needs.qos(),
        timing: Timing::of(&pod),
        node_lost: NodeLost::of(&workload, &pod, assumptions.kubernetes),
        refused: refused(&needs, bundle),
        drain: Drain::of(forecast, bundle),
        scaling: autoscalers.first().map(|it| {
            let scaling = Scaling::of(it);
            let at = |replicas| at_end(&workload, replicas, bundle, assumptions);
            Scaled {
                at_min: at(scaling.min),
                at_max: at(scaling.max),
                scaling,
            }
        }),
        placement,
    })
}

/// What holds of a workload once its autoscaler gave it that many pods.
fn at_end(
    workload: &Workload<'_>,
    replicas: i64,
    bundle: &Bundle<'_>,
    assumptions: &Assumptions<'_>,
) -> Option<AtEnd> {
    let scaled = Assumptions {
        scale: Some(i32::try_from(replicas).ok()?),
        from: None,
        trace: false,
        ..*assumptions
    };
    let forecast = of_workload(*workload, &[], &scaled);
    Some(AtEnd {
        pods: forecast.pods?,
        stuck: forecast.stuck,
        drain: Drain::of(&forecast, bundle),
    })
}

/// What the containers of a pod need once the limit ranges gave them their defaults.
fn needs<'a>(pod: Pod<'a>, bundle: &Bundle<'a>) -> PodNeeds<'a> {
    let mut needs = PodNeeds::read(pod);
    limit_range::apply(&limit_range::of(bundle, &pod.resource), &mut needs);
    needs
}

fn refused(needs: &PodNeeds<'_>, bundle: &Bundle<'_>) -> Vec<String> {
    let resource = &needs.pod.resource;
    let items = limit_range::of(bundle, resource);
    let violations = limit_range::violations(&items, needs).into_iter();
    let mut refused: Vec<String> = violations.map(|it| it.message).collect();
    for quota in Quota::of(bundle, resource) {
        if !quota.counts(needs) {
            continue;
        }
        for (container, hard) in quota.unstated(needs) {
            refused.push(format!(
                "failed quota: {}: must specify {} for: {}",
                quota.resource.name(),
                hard.name,
                container.name()
            ));
        }
    }
    refused.sort();
    refused.dedup();
    refused
}

/// Where all pods at rest can be together. Daemons are where their controller puts
/// them, and only take room; Jobs come last, because they end.
fn placements<'a>(bundle: &Bundle<'a>, forecasts: &[Forecast<'a>]) -> Vec<Option<Placement>> {
    let mut nodes: Vec<Machine<'a>> = nodes::inventory(bundle)
        .into_iter()
        .map(Machine::new)
        .collect();
    let mut placements: Vec<Option<Placement>> = vec![None; forecasts.len()];
    if nodes.is_empty() {
        return placements;
    }
    for forecast in forecasts {
        let pod = forecast.workload.and_then(|it| it.pod());
        if let (Part::DaemonSet(part), Some(pod)) = (&forecast.part, pod) {
            let daemon = Wanted::new(needs(pod, bundle), 1);
            let chosen = part.nodes.as_deref().unwrap_or_default();
            let is_chosen = |it: &Machine<'_>| chosen.iter().any(|name| name == it.node.name());
            let takers = nodes.iter_mut().filter(|it| is_chosen(it));
            takers.for_each(|it| it.take(&daemon));
        }
    }
    let (mut indexes, mut wanted) = (Vec::new(), Vec::new());
    for (index, forecast) in forecasts.iter().enumerate() {
        let Some(workload) = forecast.workload else {
            continue;
        };
        let daemon = workload.kind == WorkloadKind::DaemonSet;
        let (Some(pod), Some(pods), false) = (workload.pod(), forecast.pods, daemon) else {
            continue;
        };
        let one = Wanted::new(needs(pod, bundle), pods.desired).ranked(bundle);
        if pods.desired > 0 && one.is_scheduled() {
            indexes.push(index);
            wanted.push(one);
        }
    }
    for (index, placed) in indexes.into_iter().zip(place(&wanted, &nodes)) {
        let on = nodes.iter().zip(placed.on).filter(|(_, pods)| *pods > 0);
        let on = on.map(|(node, pods)| OnNode {
            node: node.node.name().to_owned(),
            pods,
        });
        placements[index] = Some(Placement {
            on: on.collect(),
            pending: placed.pending.as_ref().map_or(0, |(count, _)| *count),
            why: placed.pending.map(|(_, why)| why.to_string()),
        });
    }
    placements
}
