//! What the workloads of a namespace take of its quotas: at rest, while one of
//! them is rolled out, and in the worst case.

use super::footprint::{Needs, PodNeeds};
use super::forecast::{Forecast, PodCounts};
use super::limit_range;
use super::quota::{Hard, Quota, object_usage, pod_usage};
use crate::kube::quantity::Quantity;
use crate::resolve::view::{Autoscaler, Workload};
use crate::resolve::{Bundle, Resource};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Serialize, Serializer};

/// A workload as a quota sees it.
#[derive(Clone, Debug)]
pub struct Load<'a> {
    /// The workload.
    pub workload: Workload<'a>,
    /// What its containers need, with the defaults of limit ranges.
    pub needs: PodNeeds<'a>,
    /// What one of its pods counts for.
    pub each: Needs<'a>,
    /// How many pods there are.
    pub pods: PodCounts,
    /// The autoscaler that changes the number, if there is one.
    pub autoscaler: Option<Autoscaler<'a>>,
}

impl<'a> Load<'a> {
    /// The load of a workload; `None` where nobody can say how many pods it has.
    #[must_use]
    pub fn of(forecast: &Forecast<'a>, bundle: &Bundle<'a>) -> Option<Self> {
        let workload = forecast.workload?;
        let mut needs = PodNeeds::read(workload.pod()?);
        limit_range::apply(&limit_range::of(bundle, &workload.resource), &mut needs);
        Some(Self {
            workload,
            each: needs.total(),
            needs,
            pods: forecast.pods?,
            autoscaler: bundle.autoscaler_of(&workload),
        })
    }

    /// The fewest pods at rest: an autoscaler may leave fewer than the manifest says.
    #[must_use]
    pub fn least(&self) -> i64 {
        match &self.autoscaler {
            Some(autoscaler) => autoscaler.min_replicas().value.max(0),
            // Jobs come and go: at rest there may be none of them.
            None if !self.workload.kind.is_long_running() => 0,
            None => self.pods.desired,
        }
    }

    /// The most pods at rest.
    #[must_use]
    pub fn most(&self) -> i64 {
        let by_autoscaler = self.autoscaler.as_ref();
        let by_autoscaler = by_autoscaler.map(|it| it.max_replicas().value);
        by_autoscaler
            .unwrap_or(self.pods.max_total.min(self.pods.desired))
            .max(self.least())
    }

    /// How many pods more than at rest there are while it is rolled out.
    #[must_use]
    pub fn surge(&self) -> i64 {
        (self.pods.max_total - self.pods.desired).max(0)
    }
}

/// How much of one entry of a quota is used.
#[derive(Clone, Debug)]
pub struct Use<'a> {
    /// The quota.
    pub quota: Quota<'a>,
    /// The entry.
    pub hard: Hard<'a>,
    /// By all objects and all pods at rest, autoscalers at their lower end.
    pub at_rest: Quantity,
    /// The same while that workload is rolled out that needs most for it.
    pub rollout: Quantity,
    /// With every autoscaler at its upper end, every rollout at its peak, every
    /// Job running and every replaced pod still stopping.
    pub worst: Quantity,
    /// The workloads that it counts: by the index of their loads, each with what one
    /// pod uses of the entry.
    pub by: Vec<(usize, Quantity)>,
}

impl Serialize for Use<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'s> {
            quota: &'s str,
            entry: &'s str,
            hard: String,
            at_rest: String,
            rollout: String,
            worst: String,
        }
        let shown = Shown {
            quota: self.quota.resource.name(),
            entry: self.hard.name,
            hard: self.hard.amount.to_string(),
            at_rest: self.at_rest.to_string(),
            rollout: self.rollout.to_string(),
            worst: self.worst.to_string(),
        };
        shown.serialize(serializer)
    }
}

/// The loads of all workloads that a quota may count; empty where no quota is.
#[must_use]
pub fn loads<'a>(bundle: &Bundle<'a>, forecasts: &[Forecast<'a>]) -> Vec<Load<'a>> {
    let quotas = bundle.of_kind("", "ResourceQuota");
    let limited: FxHashSet<_> = quotas
        .map(|it| (bundle.set_of(it), it.namespace()))
        .collect();
    let is_limited = |it: &&Forecast<'_>| {
        !limited.is_empty()
            && limited.contains(&(bundle.set_of(&it.resource), it.resource.namespace()))
    };
    let loads = forecasts.iter().filter(is_limited);
    loads.filter_map(|it| Load::of(it, bundle)).collect()
}

/// How much of each entry of each quota the loads use.
#[must_use]
pub fn uses<'a>(bundle: &Bundle<'a>, loads: &[Load<'a>]) -> Vec<Use<'a>> {
    let quotas = bundle.of_kind("", "ResourceQuota").copied();
    let quotas: Vec<_> = quotas.filter(|it| !bundle.is_patch(it)).collect();
    let key = |it: &Resource<'a>| (bundle.set_of(it), it.namespace());
    let mut near: FxHashMap<_, Vec<(usize, &Load<'a>)>> = FxHashMap::default();
    for (index, load) in loads.iter().enumerate() {
        let near = near.entry(key(&load.workload.resource)).or_default();
        near.push((index, load));
    }
    let limited: FxHashSet<_> = quotas.iter().map(key).collect();
    let mut objects: FxHashMap<_, Vec<&Resource<'a>>> = FxHashMap::default();
    for resource in bundle.resources() {
        let key = key(resource);
        if limited.contains(&key) && !bundle.is_patch(resource) {
            objects.entry(key).or_default().push(resource);
        }
    }
    let mut known: FxHashMap<_, usize> = FxHashMap::default();
    let mut uses = Vec::new();
    for quota in quotas.into_iter().filter_map(Quota::new) {
        let key = key(&quota.resource);
        let count = known.entry(key).or_default();
        *count += 1;
        if *count > Quota::MOST {
            continue;
        }
        let loads = near.get(&key).into_iter().flatten().copied();
        let loads: Vec<_> = loads.filter(|(_, it)| quota.counts(&it.needs)).collect();
        let objects = objects.get(&key).map_or(&[][..], Vec::as_slice);
        for hard in &quota.hard {
            uses.push(of_entry(&quota, *hard, &loads, objects));
        }
    }
    uses
}

fn of_entry<'a>(
    quota: &Quota<'a>,
    hard: Hard<'a>,
    loads: &[(usize, &Load<'a>)],
    objects: &[&Resource<'a>],
) -> Use<'a> {
    let objects = objects.iter().map(|it| object_usage(hard.name, it));
    let objects: Quantity = objects.sum();
    let (mut at_rest, mut worst) = (objects, objects);
    let mut most_extra = Quantity::ZERO;
    let mut by = Vec::new();
    for (index, load) in loads {
        let Some(each) = pod_usage(hard.name, &load.each) else {
            continue;
        };
        at_rest += each * load.least();
        most_extra = most_extra.max(each * load.surge());
        let stopping = (load.pods.max_with_terminating - load.pods.desired).max(load.surge());
        worst += each * load.most().saturating_add(stopping);
        by.push((*index, each));
    }
    Use {
        quota: quota.clone(),
        hard,
        at_rest,
        rollout: at_rest + most_extra,
        worst,
        by,
    }
}

/// Groups uses by the workload they are of, for whoever shows them one by one.
#[must_use]
pub fn by_load<'u, 'a>(uses: &'u [Use<'a>]) -> FxHashMap<usize, Vec<&'u Use<'a>>> {
    let mut found: FxHashMap<usize, Vec<&'u Use<'a>>> = FxHashMap::default();
    for one in uses {
        for (index, _) in &one.by {
            found.entry(*index).or_default().push(one);
        }
    }
    found
}
