//! Which pods a node takes: the scheduler's filters over the nodes of the input,
//! as far as they look at one node. What pods on other nodes decide is in
//! [`super::placement`].

use super::footprint::{Amounts, PodNeeds};
use super::nodes::{ClusterNode, Taint, Toleration, is_chosen};
use crate::kube::quantity::Quantity;
use crate::kube::selector::Selector;
use crate::parse::{Node, Value};
use crate::resolve::view::{Pod, label_selector};
use crate::resolve::{Bundle, Resource};
use std::collections::BTreeMap;
use std::fmt;

/// Why a pod may not run on a node; displayed in the scheduler's words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Refusal {
    /// `spec.nodeName` is another node.
    Name,
    /// The node is cordoned.
    Unschedulable,
    /// `nodeSelector` or a required node affinity.
    Affinity,
    /// A taint that is not tolerated: key and value.
    Taint(String, String),
    /// It does not have that much of the resource.
    Insufficient(String),
    /// It has as many pods as it takes.
    TooManyPods,
    /// Another pod has the host port.
    Ports,
    /// Required pod affinity.
    PodAffinity,
    /// Required pod anti-affinity.
    PodAntiAffinity,
    /// A hard topology spread constraint.
    Spread,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Taint(key, value) => {
                return write!(f, "node(s) had untolerated taint {{{key}: {value}}}");
            }
            Self::Insufficient(name) => return write!(f, "Insufficient {name}"),
            Self::Name => "node(s) didn't match the requested node name",
            Self::Unschedulable => "node(s) were unschedulable",
            Self::Affinity => "node(s) didn't match Pod's node affinity/selector",
            Self::TooManyPods => "Too many pods",
            Self::Ports => "node(s) didn't have free ports for the requested pod ports",
            Self::PodAffinity => "node(s) didn't match pod affinity rules",
            Self::PodAntiAffinity => "node(s) didn't match pod anti-affinity rules",
            Self::Spread => "node(s) didn't match pod topology spread constraints",
        })
    }
}

/// How many nodes refuse a pod, by the reason.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Refusals(BTreeMap<Refusal, usize>);

impl Refusals {
    pub(super) fn add(&mut self, refusal: Refusal) {
        *self.0.entry(refusal).or_default() += 1;
    }
}

/// `2 Insufficient cpu, 1 node(s) were unschedulable`
impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<String> = self.0.iter().map(|(it, n)| format!("{n} {it}")).collect();
        lines.sort();
        f.write_str(&lines.join(", "))
    }
}

/// A port that a pod takes of its node.
#[derive(Clone, Copy, Debug)]
pub struct HostPort<'a> {
    /// The port's mapping in the pod.
    pub node: Node<'a>,
    /// `protocol`, `TCP` by default.
    pub protocol: &'a str,
    /// `hostIP`; empty and `0.0.0.0` stand for all addresses.
    pub address: &'a str,
    /// `hostPort`, or the container port where the pod uses the node's network.
    pub number: i64,
}

impl<'a> HostPort<'a> {
    /// The ports that a pod takes of its node.
    #[must_use]
    pub fn of(pod: &Pod<'a>) -> Vec<Self> {
        let host_network = pod.host_network().value;
        let running = pod.containers().filter(|it| it.role.runs_beside());
        running
            .flat_map(|container| container.ports().collect::<Vec<_>>())
            .filter_map(|port| {
                let int = |key: &str| match port.node.get(key).map(Node::value) {
                    Some(Value::Int(number)) if number > 0 => Some(number),
                    _ => None,
                };
                let own = host_network.then(|| int("containerPort")).flatten();
                let address = port.node.get("hostIP").and_then(Node::as_str);
                Some(Self {
                    node: port.node,
                    protocol: port.protocol().value,
                    address: address.unwrap_or_default(),
                    number: int("hostPort").or(own)?,
                })
            })
            .collect()
    }

    /// Whether two pods with these ports cannot be on one node.
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> bool {
        let any = |address: &str| matches!(address, "" | "0.0.0.0");
        self.number == other.number
            && self.protocol == other.protocol
            && (any(self.address) || any(other.address) || self.address == other.address)
    }
}

/// Whether a pod goes to the pods of a term, or away from them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pull {
    /// `podAffinity`
    Together,
    /// `podAntiAffinity`
    Apart,
}

/// A required term of pod affinity or anti-affinity, as far as it is about the pods
/// of one namespace.
#[derive(Clone, Debug)]
pub struct PodAffinityTerm<'a> {
    /// The term.
    pub node: Node<'a>,
    /// The label whose value makes nodes one domain.
    pub topology_key: &'a str,
    selector: Selector<'a>,
}

impl<'a> PodAffinityTerm<'a> {
    /// The required terms of a pod that concern its own namespace.
    #[must_use]
    pub fn required(pod: &Pod<'a>, pull: Pull) -> Vec<Self> {
        let own = pod.resource.namespace();
        let key = match pull {
            Pull::Together => "podAffinity",
            Pull::Apart => "podAntiAffinity",
        };
        let terms = pod.spec().and_then(|spec| {
            let affinity = spec.at(&["affinity", key])?;
            affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
        });
        let terms = terms.into_iter().flat_map(Node::items);
        terms
            .filter(|term| {
                let mut names = term.get("namespaces").into_iter().flat_map(Node::items);
                let listed = names.any(|it| it.as_str() == Some(own));
                let all = term.get("namespaceSelector").is_some();
                let none = term.get("namespaces").and_then(|it| it.items().next());
                listed || all || none.is_none()
            })
            .filter_map(|term| {
                Some(Self {
                    node: term,
                    topology_key: term.get("topologyKey")?.as_str()?,
                    selector: label_selector(term.get("labelSelector")?)?,
                })
            })
            .collect()
    }

    /// Whether it is about pods of that template.
    #[must_use]
    pub fn chooses(&self, pod: &Pod<'_>) -> bool {
        pod.is_chosen_by(&self.selector)
    }
}

/// A hard topology spread constraint of a pod.
#[derive(Clone, Debug)]
pub(super) struct Spread<'a> {
    pub(super) topology_key: &'a str,
    pub(super) max_skew: i64,
    pub(super) min_domains: i64,
    pub(super) honors_taints: bool,
    pub(super) ignores_affinity: bool,
    pub(super) selector: Option<Selector<'a>>,
}

impl<'a> Spread<'a> {
    fn of(pod: &Pod<'a>) -> Vec<Self> {
        let list = pod
            .spec()
            .and_then(|it| it.get("topologySpreadConstraints"));
        let items = list.into_iter().flat_map(Node::items);
        let text = |it: Node<'a>, key: &str| it.get(key).and_then(Node::as_str);
        let hard = items.filter(|it| text(*it, "whenUnsatisfiable") != Some("ScheduleAnyway"));
        hard.filter_map(|it| {
            Some(Self {
                topology_key: text(it, "topologyKey")?,
                max_skew: it.get("maxSkew")?.as_i64()?,
                min_domains: it.get("minDomains").and_then(Node::as_i64).unwrap_or(1),
                honors_taints: text(it, "nodeTaintsPolicy") == Some("Honor"),
                ignores_affinity: text(it, "nodeAffinityPolicy") == Some("Ignore"),
                selector: it.get("labelSelector").and_then(label_selector),
            })
        })
        .collect()
    }
}

/// A node with what is still free of it.
#[derive(Clone, Debug)]
pub struct Machine<'a> {
    /// The node.
    pub node: ClusterNode<'a>,
    pub(super) allocatable: Amounts<'a>,
    taints: Vec<Taint<'a>>,
    is_cordoned: bool,
    used: Amounts<'a>,
    pods: i64,
    ports: Vec<HostPort<'a>>,
}

impl<'a> Machine<'a> {
    /// An empty node.
    #[must_use]
    pub fn new(node: ClusterNode<'a>) -> Self {
        let status = node.resource.node.get("status");
        let amounts = |key| status.and_then(|it| it.get(key));
        let spec = node.resource.spec();
        let cordon = spec.and_then(|spec| spec.get("unschedulable")?.as_bool());
        Self {
            node,
            allocatable: Amounts::read(amounts("allocatable").or_else(|| amounts("capacity"))),
            taints: node.taints(),
            is_cordoned: cordon == Some(true),
            used: Amounts::default(),
            pods: 0,
            ports: Vec::new(),
        }
    }

    /// The domain that it is in; its name stands for the host where no label does.
    pub(super) fn domain(&self, key: &str) -> Option<&'a str> {
        let host = || (key == "kubernetes.io/hostname").then(|| self.node.name());
        self.node.label(key).or_else(host)
    }

    /// Why it does not take the pod now, by what the node alone decides.
    #[must_use]
    pub fn refuses(&self, wanted: &Wanted<'a>) -> Option<Refusal> {
        let pod = &wanted.needs.pod;
        let taint = self.untolerated(&wanted.tolerations);
        if self.is_cordoned && taint.is_some_and(|it| it.key.ends_with("/unschedulable")) {
            return Some(Refusal::Unschedulable);
        }
        let name = pod.spec().and_then(|spec| spec.get("nodeName"));
        let name = name.and_then(Node::as_str).filter(|it| !it.is_empty());
        if name.is_some_and(|it| it != self.node.name()) {
            return Some(Refusal::Name);
        }
        if let Some(taint) = taint {
            return Some(Refusal::Taint(taint.key.to_owned(), taint.value.to_owned()));
        }
        if !is_chosen(pod, &self.node) {
            return Some(Refusal::Affinity);
        }
        let taken = |port: &HostPort<'_>| self.ports.iter().any(|it| it.conflicts(port));
        if wanted.ports.iter().any(taken) {
            return Some(Refusal::Ports);
        }
        self.lacks(&wanted.requests)
    }

    pub(super) fn untolerated(&self, tolerations: &[Toleration<'_>]) -> Option<Taint<'a>> {
        let bars =
            |it: &&Taint<'_>| it.bars_scheduling() && !tolerations.iter().any(|own| own.covers(it));
        let cordon_last = |it: &&Taint<'_>| it.key.ends_with("/unschedulable");
        let mut barring: Vec<_> = self.taints.iter().filter(bars).collect();
        barring.sort_by_key(|it| !cordon_last(it));
        barring.first().copied().copied()
    }

    /// What it does not have enough of; a node without a status takes everything.
    fn lacks(&self, requests: &Amounts<'_>) -> Option<Refusal> {
        if self.allocatable.is_empty() {
            return None;
        }
        let room = self.allocatable.get("pods");
        if room.is_some_and(|room| self.pods >= room.value()) {
            return Some(Refusal::TooManyPods);
        }
        let mut wanted = requests.iter().filter(|(_, amount)| !amount.is_zero());
        let short = wanted.find(|(name, amount)| {
            let free = self.allocatable.amount(name) - self.used.amount(name);
            *amount > free
        });
        short.map(|(name, _)| Refusal::Insufficient(name.to_owned()))
    }

    pub(super) fn take(&mut self, wanted: &Wanted<'a>) {
        self.used.add(&wanted.requests, 1);
        self.pods += 1;
        self.ports.extend(wanted.ports.iter().copied());
    }
}

/// Pods of one template that are to be placed.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// What each of them needs.
    pub needs: PodNeeds<'a>,
    /// How many there are.
    pub count: i64,
    pub(super) requests: Amounts<'a>,
    pub(super) tolerations: Vec<Toleration<'a>>,
    ports: Vec<HostPort<'a>>,
    /// Higher ones go first, and push lower ones off their nodes.
    pub(super) priority: i64,
    pub(super) together: Vec<PodAffinityTerm<'a>>,
    pub(super) apart: Vec<PodAffinityTerm<'a>>,
    pub(super) spread: Vec<Spread<'a>>,
}

impl<'a> Wanted<'a> {
    /// `count` pods with these needs.
    #[must_use]
    pub fn new(needs: PodNeeds<'a>, count: i64) -> Self {
        let pod = needs.pod;
        Self {
            requests: needs.total().requests,
            tolerations: Toleration::of(&pod),
            ports: HostPort::of(&pod),
            priority: 0,
            together: PodAffinityTerm::required(&pod, Pull::Together),
            apart: PodAffinityTerm::required(&pod, Pull::Apart),
            spread: Spread::of(&pod),
            needs,
            count,
        }
    }

    /// The same with the priority of its class among those of `bundle`.
    #[must_use]
    pub fn ranked(self, bundle: &Bundle<'_>) -> Self {
        let spec = self.needs.pod.spec();
        let get = |key: &str| spec.and_then(|it| it.get(key));
        let class = get("priorityClassName").and_then(Node::as_str);
        let classes = || bundle.of_kind("scheduling.k8s.io", "PriorityClass");
        let value = |it: &Resource<'_>| it.node.get("value")?.as_i64();
        let is_default = |it: &&Resource<'_>| {
            let flag = it.node.get("globalDefault");
            flag.and_then(Node::as_bool) == Some(true)
        };
        let by_class = match class {
            Some("system-cluster-critical") => Some(2_000_000_000),
            Some("system-node-critical") => Some(2_000_001_000),
            Some(name) => {
                let mut named = bundle.named_anywhere("scheduling.k8s.io", "PriorityClass", name);
                named.next().and_then(value)
            }
            None => classes().find(is_default).and_then(value),
        };
        Self {
            priority: get("priority")
                .and_then(Node::as_i64)
                .or(by_class)
                .unwrap_or(0),
            ..self
        }
    }

    /// Whether the default scheduler puts it onto a node: it is not gated, and no
    /// other scheduler is asked for.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        let spec = self.needs.pod.spec();
        let text = |key: &str| spec.and_then(|it| it.get(key)).and_then(Node::as_str);
        let gates = spec.and_then(|it| it.get("schedulingGates"));
        let gated = gates.is_some_and(|it| it.items().next().is_some());
        !gated && matches!(text("schedulerName"), None | Some("" | "default-scheduler"))
    }

    /// The reasons for which every node refuses the pod although nothing else
    /// runs; `None` where one takes it.
    #[must_use]
    pub fn fits_nowhere(&self, nodes: &[Machine<'a>]) -> Option<Refusals> {
        let mut refusals = Refusals::default();
        for node in nodes {
            refusals.add(node.refuses(self)?);
        }
        (!nodes.is_empty()).then_some(refusals)
    }

    /// How much of what the cluster has one pod takes, of the scarcest resource,
    /// in millionths.
    pub(super) fn share(&self, nodes: &[Machine<'a>]) -> i128 {
        let total = |name: &str| nodes.iter().map(|it| it.allocatable.amount(name)).sum();
        let of = |(name, amount): (&str, Quantity)| {
            let total: Quantity = total(name);
            (amount.nano().saturating_mul(1_000_000)) / total.nano().max(1)
        };
        self.requests.iter().map(of).max().unwrap_or(0)
    }
}
