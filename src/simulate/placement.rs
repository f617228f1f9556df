//! Where all pods of a cluster can go together.
//!
//! What the sums of all requests rule out is certain. The placement itself is one
//! that Kubernetes could choose: those of higher priority first, as they push others
//! off, then the largest, each on the first node in the order of names that takes it.

use super::footprint::Amounts;
use super::nodes::is_chosen;
use super::scheduling::{Machine, Refusal, Refusals, Spread, Wanted};
use crate::kube::quantity::Quantity;
use std::collections::BTreeMap;

/// Where pods went.
#[derive(Clone, Debug)]
pub struct Placed {
    /// How many of the pods went to each node, in the order of the nodes.
    pub on: Vec<i64>,
    /// How many found none, and why the first of them did not.
    pub pending: Option<(i64, Refusals)>,
}

/// Pods of one template that are placed one by one; of more than these nothing is said.
const MOST_PODS: i64 = 10_000;

/// Places all pods, in the order of `wanted` in the result.
#[must_use]
pub fn place<'a>(wanted: &[Wanted<'a>], nodes: &[Machine<'a>]) -> Vec<Placed> {
    let mut cluster = Cluster {
        nodes: nodes.to_vec(),
        wanted,
        on: vec![vec![0; nodes.len()]; wanted.len()],
    };
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_cached_key(|at| {
        let one = &wanted[*at];
        let goes_again = !one.needs.pod.workload.is_long_running();
        (-one.priority, goes_again, -one.share(nodes), *at)
    });
    let keepers: Vec<usize> = (0..wanted.len())
        .filter(|at| !wanted[*at].apart.is_empty())
        .collect();
    let mut pending: Vec<Option<(i64, Refusals)>> = vec![None; wanted.len()];
    for &at in &order {
        let placing = Placing::new(at, wanted, &keepers);
        pending[at] = cluster.place_all(&placing, wanted[at].count);
    }
    // Those that go to other pods find them now; each round places one or is the last.
    order.retain(|at| !wanted[*at].together.is_empty());
    let mut moves = !order.is_empty();
    while std::mem::take(&mut moves) {
        for &at in &order {
            let Some(left) = pending[at].as_ref().map(|(left, _)| *left) else {
                continue;
            };
            let placing = Placing::new(at, wanted, &keepers);
            pending[at] = cluster.place_all(&placing, left);
            moves |= pending[at].as_ref().is_none_or(|(still, _)| *still < left);
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

/// What the pods of one template have to do with those of others.
struct Placing<'a> {
    at: usize,
    /// The templates that it must not run beside, or that must not run beside it, each with
    /// the label whose value they must not share.
    apart: Vec<(usize, &'a str)>,
    /// The templates one of whose pods has to be near, and whether it is one of them.
    together: Vec<usize>,
    is_own: bool,
    /// The templates whose pods each of its spread constraints counts.
    counted: Vec<Vec<usize>>,
}

impl<'a> Placing<'a> {
    fn new(at: usize, wanted: &[Wanted<'a>], keepers: &[usize]) -> Self {
        let own = &wanted[at];
        let namespace = own.needs.pod.resource.namespace();
        let near = |other: &usize| wanted[*other].needs.pod.resource.namespace() == namespace;
        let mut apart = Vec::new();
        // Most pods have nothing to do with others.
        let is_free = own.apart.is_empty() && own.together.is_empty() && own.spread.is_empty();
        let all: Vec<usize> = match is_free {
            true => Vec::new(),
            false => (0..wanted.len()).filter(near).collect(),
        };
        if !own.apart.is_empty() {
            for other in &all {
                let against = own.apart.iter();
                let against = against.filter(|it| it.chooses(&wanted[*other].needs.pod));
                apart.extend(against.map(|it| (*other, it.topology_key)));
            }
        }
        for other in keepers.iter().filter(|it| near(it)) {
            let theirs = wanted[*other].apart.iter();
            let theirs = theirs.filter(|it| it.chooses(&own.needs.pod));
            apart.extend(theirs.map(|it| (*other, it.topology_key)));
        }
        // A pod that all terms match.
        let chosen = |other: &usize| {
            let pod = &wanted[*other].needs.pod;
            own.together.iter().all(|it| it.chooses(pod))
        };
        let together: Vec<usize> = match own.together.is_empty() {
            true => Vec::new(),
            false => all.iter().copied().filter(chosen).collect(),
        };
        let counted = own.spread.iter().map(|spread| {
            let chosen = |other: &&usize| {
                let selector = spread.selector.as_ref();
                selector.is_some_and(|it| wanted[**other].needs.pod.is_chosen_by(it))
            };
            all.iter().filter(chosen).copied().collect()
        });
        Self {
            at,
            apart,
            is_own: together.contains(&at),
            together,
            counted: counted.collect(),
        }
    }
}

impl<'a> Cluster<'_, 'a> {
    /// Places all pods of a template; says how many are left, and why.
    fn place_all(&mut self, placing: &Placing<'a>, count: i64) -> Option<(i64, Refusals)> {
        let wanted = &self.wanted[placing.at];
        // Pods only ever come, so that a node which refused one refuses the next:
        // but for the spread, which other nodes may make even again.
        let mut open: Vec<usize> = (0..self.nodes.len()).collect();
        let mut refused = Refusals::default();
        for number in 0..count.min(MOST_PODS) {
            let mut uneven = 0;
            let mut taken = None;
            open.retain(|node| {
                if taken.is_some() {
                    return true;
                }
                let refusal = self.nodes[*node].refuses(wanted).or_else(|| {
                    let apart = self.is_kept_apart(placing, *node);
                    let lonely = || !self.is_together(placing, *node);
                    let lonely = || lonely().then_some(Refusal::PodAffinity);
                    apart.then_some(Refusal::PodAntiAffinity).or_else(lonely)
                });
                let stays = refusal.is_none();
                match refusal {
                    Some(refusal) => refused.add(refusal),
                    None if self.is_uneven(placing, *node) => uneven += 1,
                    None => taken = Some(*node),
                }
                stays
            });
            let Some(node) = taken else {
                for _ in 0..uneven {
                    refused.add(Refusal::Spread);
                }
                return Some((count - number, refused));
            };
            self.nodes[node].take(wanted);
            self.on[placing.at][node] += 1;
        }
        None
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
    fn is_kept_apart(&self, placing: &Placing<'a>, node: usize) -> bool {
        let mut apart = placing.apart.iter();
        apart.any(|(other, key)| self.in_domain(*other, key, node) > 0)
    }

    /// Whether in each domain of the node that counts there is a pod to go to; where
    /// there is none anywhere, the first of those that go to each other may be anywhere.
    fn is_together(&self, placing: &Placing<'a>, node: usize) -> bool {
        let terms = &self.wanted[placing.at].together;
        let near = |key: &str| {
            let mut others = placing.together.iter();
            others.any(|other| self.in_domain(*other, key, node) > 0)
        };
        let has = |key: &str| self.nodes[node].domain(key).is_some();
        if terms.iter().all(|it| near(it.topology_key)) {
            return true;
        }
        let mut others = placing.together.iter();
        let none = !others.any(|other| self.on[*other].iter().any(|it| *it > 0));
        none && placing.is_own && terms.iter().all(|it| has(it.topology_key))
    }

    fn is_uneven(&self, placing: &Placing<'a>, node: usize) -> bool {
        let wanted = &self.wanted[placing.at];
        let mut spreads = wanted.spread.iter().zip(&placing.counted);
        spreads.any(|(spread, counted)| {
            let Some(domain) = self.nodes[node].domain(spread.topology_key) else {
                return true;
            };
            let counts = self.counts(wanted, spread, counted);
            let few = i64::try_from(counts.len()).unwrap_or(0) < spread.min_domains;
            let least = counts.values().copied().min().unwrap_or(0);
            let least = if few { 0 } else { least };
            let own = i64::from(counted.contains(&placing.at));
            counts.get(domain).copied().unwrap_or(0) + own - least > spread.max_skew
        })
    }

    /// Pods of the `counted` templates that a spread constraint counts, by domain.
    fn counts(
        &self,
        wanted: &Wanted<'a>,
        spread: &Spread<'a>,
        counted: &[usize],
    ) -> BTreeMap<&'a str, i64> {
        let pod = &wanted.needs.pod;
        let mut counts = BTreeMap::new();
        for (index, machine) in self.nodes.iter().enumerate() {
            let all = |it: &Spread<'_>| machine.domain(it.topology_key).is_some();
            let chosen = spread.ignores_affinity || is_chosen(pod, &machine.node);
            let tolerated = || machine.untolerated(&wanted.tolerations).is_none();
            let counts_here = wanted.spread.iter().all(all) && chosen;
            if !counts_here || (spread.honors_taints && !tolerated()) {
                continue;
            }
            let Some(domain) = machine.domain(spread.topology_key) else {
                continue;
            };
            let here: i64 = counted.iter().map(|other| self.on[*other][index]).sum();
            *counts.entry(domain).or_insert(0) += here;
        }
        counts
    }
}

/// What all pods together request more of than all nodes have: the resource, how
/// much is wanted and how much there is. Nothing if a node has no status.
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
