//! What will become of all objects of a run, for rules that weigh them together.
//!
//! Several rules ask the same of each workload: its forecast, what it takes of
//! quotas, the nodes it may run on. Each answer is worked out once, and only if
//! some rule asks.

use super::load::{self, Load, Use};
use super::nodes::{self, ClusterNode};
use super::{Assumptions, Forecast, forecast};
use crate::catalog::Minor;
use crate::resolve::view::Workload;
use crate::resolve::{Bundle, Resource, Set};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// The objects of a run with all forecasts for them.
#[derive(Debug)]
pub struct Outlook<'b, 'a> {
    bundle: &'b Bundle<'a>,
    kubernetes: Minor,
    forecasts: OnceLock<Vec<Forecast<'a>>>,
    loads: OnceLock<Vec<Load<'a>>>,
    uses: OnceLock<Vec<Use<'a>>>,
    nodes: OnceLock<Inventories<'a>>,
}

/// The nodes of a run, by what they are applied together with.
#[derive(Debug)]
struct Inventories<'a> {
    by_set: FxHashMap<Set, Vec<ClusterNode<'a>>>,
    /// The nodes of everything else.
    printed: Vec<ClusterNode<'a>>,
}

impl<'b, 'a> Outlook<'b, 'a> {
    /// The outlook of `bundle` under the controllers of that Kubernetes; bounds
    /// only, no traces.
    #[must_use]
    pub fn new(bundle: &'b Bundle<'a>, kubernetes: Minor) -> Self {
        Self {
            bundle,
            kubernetes,
            forecasts: OnceLock::new(),
            loads: OnceLock::new(),
            uses: OnceLock::new(),
            nodes: OnceLock::new(),
        }
    }

    /// The objects.
    #[must_use]
    pub fn bundle(&self) -> &'b Bundle<'a> {
        self.bundle
    }

    /// What becomes of each workload, in the order of [`Bundle::workloads`].
    #[must_use]
    pub fn forecasts(&self) -> &[Forecast<'a>] {
        let assumptions = Assumptions::bounds(self.kubernetes);
        self.forecasts
            .get_or_init(|| forecast(self.bundle, &assumptions))
    }

    /// What becomes of one of them.
    #[must_use]
    pub fn forecast_of(&self, workload: &Workload<'_>) -> Option<&Forecast<'a>> {
        let rank = workload.resource.rank();
        let all = self.forecasts();
        let found = all.binary_search_by_key(&rank, |it| it.resource.rank());
        all.get(found.ok()?)
    }

    /// The loads of all workloads that a quota may count; empty where no quota is.
    #[must_use]
    pub fn loads(&self) -> &[Load<'a>] {
        self.loads
            .get_or_init(|| load::loads(self.bundle, self.forecasts()))
    }

    /// How much of each entry of each quota they use.
    #[must_use]
    pub fn uses(&self) -> &[Use<'a>] {
        self.uses
            .get_or_init(|| load::uses(self.bundle, self.loads()))
    }

    /// The nodes that pods of `resource` may run on: those that are applied together
    /// with it or, if none is, those of a whole inventory. That is one file of nodes
    /// which all say what they have, as a cluster prints them; nodes that are
    /// alone elsewhere are examples of something else.
    #[must_use]
    pub fn nodes_for(&self, resource: &Resource<'_>) -> &[ClusterNode<'a>] {
        let nodes = self.nodes.get_or_init(|| Inventories::of(self.bundle));
        if nodes.by_set.is_empty() {
            return &[];
        }
        let near = nodes.by_set.get(&self.bundle.set_of(resource));
        near.unwrap_or(&nodes.printed)
    }
}

impl<'a> Inventories<'a> {
    fn of(bundle: &Bundle<'a>) -> Self {
        let all = nodes::inventory(bundle);
        let mut by_set: FxHashMap<Set, Vec<ClusterNode<'a>>> = FxHashMap::default();
        for node in &all {
            let set = bundle.set_of(&node.resource);
            by_set.entry(set).or_default().push(*node);
        }
        let first = all.first().map(|it| it.resource.source());
        let is_printed = |it: &ClusterNode<'_>| {
            let allocatable = it.resource.node.at(&["status", "allocatable"]);
            let says = |key| allocatable.is_some_and(|it| it.get(key).is_some());
            Some(it.resource.source()) == first && says("cpu") && says("memory")
        };
        let printed = if all.iter().all(is_printed) {
            all
        } else {
            Vec::new()
        };
        Self { by_set, printed }
    }
}
