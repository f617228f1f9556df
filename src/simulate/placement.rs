//! Where all pods of a cluster can go together.
//!
//! What the sums of all requests rule out is certain. The placement itself is one
//! that Kubernetes could choose: the largest pods first, each on the first node in
//! the order of names that takes it.

use super::footprint::Amounts;
use super::nodes::is_chosen;
use super::scheduling::{Machine, Refusal, Refusals, Spread, Wanted};
use crate::kube::quantity::Quantity;
use crate::kube::selector::Selector;
use std::collections::BTreeMap;

/// Where pods went.
#[derive(Clone, Debug)]
pub struct Placed {
    /// How many of the pods went to each node, in the order of the nodes.
    pub on: Vec<i64>,
    /// How many found none, and why the first of them did not.
    pub pending: Option<(i64, Refusals)>,
}

/// A limit for pods of one template, beyond which placing them one by one is not tried.
const MOST_PODS: i64 = 5_000;

/// Places all pods, in the order of `wanted` in the result.
#[must_use]
pub fn place<'a>(wanted: &[Wanted<'a>], nodes: &[Machine<'a>]) -> Vec<Placed> {
    let mut cluster = Cluster {
        nodes: nodes.to_vec(),
        wanted,
        on: vec![vec![0; nodes.len()]; wanted.len()],
    };
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_cached_key(|at| (-wanted[*at].share(nodes), *at));
    let mut pending: Vec<Option<(i64, Refusals)>> = vec![None; wanted.len()];
    for at in order {
        let count = wanted[at].count.min(MOST_PODS);
        for number in 0..count {
            if let Err(why) = cluster.place_one(at) {
                pending[at] = Some((wanted[at].count - number, why));
                break;
            }
        }
    }
    cluster
        .on
        .into_iter()
        .zip(pending)
        .map(|(on, pending)| Placed { on, pending })
        .collect()
}

struct Cluster<'w, 'a> {
    nodes: Vec<Machine<'a>>,
    wanted: &'w [Wanted<'a>],
    /// How many pods of each template are on each node.
    on: Vec<Vec<i64>>,
}

impl<'a> Cluster<'_, 'a> {
    fn place_one(&mut self, at: usize) -> Result<(), Refusals> {
        let mut refusals = Refusals::default();
        for node in 0..self.nodes.len() {
            match self.refuses(at, node) {
                Some(refusal) => refusals.add(refusal),
                None => {
                    self.nodes[node].take(&self.wanted[at]);
                    self.on[at][node] += 1;
                    return Ok(());
                }
            }
        }
        Err(refusals)
    }

    fn refuses(&self, at: usize, node: usize) -> Option<Refusal> {
        let wanted = &self.wanted[at];
        let by_itself = self.nodes[node].refuses(wanted);
        by_itself
            .or_else(|| {
                self.is_kept_apart(at, node)
                    .then_some(Refusal::PodAntiAffinity)
            })
            .or_else(|| self.is_uneven(wanted, node).then_some(Refusal::Spread))
    }

    /// Pods of a template in the domain of a node.
    fn in_domain(&self, at: usize, key: &str, node: usize) -> i64 {
        let Some(domain) = self.nodes[node].domain(key) else {
            return 0;
        };
        let same = |other: &usize| self.nodes[*other].domain(key) == Some(domain);
        let others = (0..self.nodes.len()).filter(same);
        others.map(|other| self.on[at][other]).sum()
    }

    /// Whether anti-affinity, the pod's own or that of those that are there,
    /// keeps it from the node.
    fn is_kept_apart(&self, at: usize, node: usize) -> bool {
        let own = &self.wanted[at];
        (0..self.wanted.len()).any(|other| {
            let pod = &self.wanted[other].needs.pod;
            if pod.resource.namespace() != own.needs.pod.resource.namespace() {
                return false;
            }
            let by_own = own.apart.iter().filter(|it| it.is_against(pod));
            let theirs = self.wanted[other].apart.iter();
            let by_theirs = theirs.filter(|it| it.is_against(&own.needs.pod));
            let mut keys = by_own.chain(by_theirs).map(|it| it.topology_key);
            keys.any(|key| self.in_domain(other, key, node) > 0)
        })
    }

    fn is_uneven(&self, wanted: &Wanted<'a>, node: usize) -> bool {
        let pod = &wanted.needs.pod;
        wanted.spread.iter().any(|spread| {
            let Some(domain) = self.nodes[node].domain(spread.topology_key) else {
                return true;
            };
            let counts = self.counts(wanted, spread);
            let few = i64::try_from(counts.len()).unwrap_or(0) < spread.min_domains;
            let least = counts.values().copied().min().unwrap_or(0);
            let least = if few { 0 } else { least };
            let selected = |selector: &Selector<'_>| pod.is_chosen_by(selector);
            let own = i64::from(spread.selector.as_ref().is_some_and(selected));
            counts.get(domain).copied().unwrap_or(0) + own - least > spread.max_skew
        })
    }

    /// Pods that a spread constraint counts, by domain.
    fn counts(&self, wanted: &Wanted<'a>, spread: &Spread<'a>) -> BTreeMap<&'a str, i64> {
        let pod = &wanted.needs.pod;
        let namespace = pod.resource.namespace();
        let mut counts = BTreeMap::new();
        for (index, machine) in self.nodes.iter().enumerate() {
            let all = |it: &Spread<'_>| machine.domain(it.topology_key).is_some();
            let chosen = spread.ignores_affinity || is_chosen(pod, &machine.node);
            let tolerated = || machine.untolerated(&wanted.tolerations).is_none();
            let counted = wanted.spread.iter().all(all) && chosen;
            if !counted || (spread.honors_taints && !tolerated()) {
                continue;
            }
            let Some(domain) = machine.domain(spread.topology_key) else {
                continue;
            };
            let count = counts.entry(domain).or_insert(0);
            let Some(selector) = &spread.selector else {
                continue;
            };
            for (other, on) in self.wanted.iter().zip(&self.on) {
                let pod = &other.needs.pod;
                if pod.resource.namespace() == namespace && pod.is_chosen_by(selector) {
                    *count += on[index];
                }
            }
        }
        counts
    }
}

/// What all pods together request more of than all nodes have: the resource, how
/// much is wanted and how much there is. Nothing where a node says nothing of itself.
#[must_use]
pub fn overload<'a>(
    wanted: &[Wanted<'a>],
    nodes: &[Machine<'a>],
) -> Option<(&'a str, Quantity, Quantity)> {
    if nodes.is_empty() || nodes.iter().any(|it| it.allocatable.is_empty()) {
        return None;
    }
    let mut total = Amounts::default();
    for it in wanted {
        total.add(&it.requests, it.count);
    }
    total.iter().find_map(|(name, amount)| {
        let there: Quantity = nodes.iter().map(|it| it.allocatable.amount(name)).sum();
        (amount > there).then_some((name, amount, there))
    })
}
