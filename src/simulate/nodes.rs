//! The nodes of a cluster, as `kubectl get nodes -o yaml` prints them, and which
//! pods may run on one of them as far as the node alone decides.
//!
//! These are the scheduler's filters for name, cordon, selector and affinity,
//! taints, resources and ports; what other pods decide is for whoever places them.

use super::footprint::Amounts;
use crate::kube::node_affinity::{Term, any_term_matches};
use crate::kube::selector::{Operator, Requirement};
use crate::parse::{Node, Value};
use crate::resolve::view::Pod;
use crate::resolve::{Bundle, Resource};
use std::fmt;

/// A node of the cluster.
#[derive(Clone, Debug)]
pub struct ClusterNode<'a> {
    /// The object.
    pub resource: Resource<'a>,
    /// What pods can use of it; empty where it does not say, and then everything fits.
    pub allocatable: Amounts<'a>,
    /// `spec.unschedulable`: it is cordoned.
    pub unschedulable: bool,
    /// What keeps pods away that do not tolerate it.
    pub taints: Vec<Taint<'a>>,
}

/// A taint of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taint<'a> {
    /// `key`.
    pub key: &'a str,
    /// `value`, empty by default.
    pub value: &'a str,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: &'a str,
}

/// The taint that a cordoned node is treated as having.
const CORDON: Taint<'static> = Taint {
    key: "node.kubernetes.io/unschedulable",
    value: "",
    effect: "NoSchedule",
};

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
    /// It has not that much of the resource.
    Insufficient(String),
    /// It has as many pods as it takes.
    TooManyPods,
    /// Another pod has the host port.
    Ports,
    /// Required pod affinity.
    PodAffinity,
    /// Required pod anti-affinity, of this or another pod.
    PodAntiAffinity,
    /// A hard topology spread constraint.
    Spread,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("node(s) didn't match the requested node name"),
            Self::Unschedulable => f.write_str("node(s) were unschedulable"),
            Self::Affinity => f.write_str("node(s) didn't match Pod's node affinity/selector"),
            Self::Taint(key, value) => {
                write!(f, "node(s) had untolerated taint {{{key}: {value}}}")
            }
            Self::Insufficient(name) => write!(f, "Insufficient {name}"),
            Self::TooManyPods => f.write_str("Too many pods"),
            Self::Ports => {
                f.write_str("node(s) didn't have free ports for the requested pod ports")
            }
            Self::PodAffinity => f.write_str("node(s) didn't match pod affinity rules"),
            Self::PodAntiAffinity => f.write_str("node(s) didn't match pod anti-affinity rules"),
            Self::Spread => f.write_str("node(s) didn't match pod topology spread constraints"),
        }
    }
}

impl<'a> ClusterNode<'a> {
    /// `resource` as a node, when it is one.
    #[must_use]
    pub fn new(resource: Resource<'a>) -> Option<Self> {
        if !resource.is("", "Node") {
            return None;
        }
        let spec = resource.spec();
        let status = resource.node.get("status");
        let amounts = |key| status.and_then(|it| it.get(key));
        let taints = spec.and_then(|it| it.get("taints"));
        Some(Self {
            resource,
            allocatable: Amounts::read(amounts("allocatable").or_else(|| amounts("capacity"))),
            unschedulable: spec.and_then(|it| it.get("unschedulable")?.as_bool()) == Some(true),
            taints: taints
                .into_iter()
                .flat_map(Node::items)
                .filter_map(Taint::read)
                .collect(),
        })
    }

    /// The nodes among the objects of a run, by name.
    #[must_use]
    pub fn all(bundle: &Bundle<'a>) -> Vec<Self> {
        let nodes = bundle.of_kind("", "Node").copied();
        let nodes = nodes.filter(|it| !bundle.is_patch(it));
        let mut nodes: Vec<_> = nodes.filter_map(Self::new).collect();
        nodes.sort_by_key(Self::name);
        nodes.dedup_by_key(|it| it.name());
        nodes
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.resource.name()
    }

    /// The value of one of its labels.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&'a str> {
        let labels = self.resource.metadata()?.get("labels");
        match labels.and_then(|labels| labels.get(key)) {
            Some(value) => value.as_str(),
            // Every kubelet sets it; a hand-written inventory may lack it.
            None if key == "kubernetes.io/hostname" => Some(self.name()),
            None => None,
        }
    }

    /// Whether `spec.nodeName`, the node selector and the required node affinity
    /// of the pod allow the node. An affinity that the scheduler cannot read
    /// allows none.
    #[must_use]
    pub fn is_chosen_by(&self, pod: &Pod<'_>) -> bool {
        self.has_name_for(pod) && self.has_labels_for(pod)
    }

    fn has_name_for(&self, pod: &Pod<'_>) -> bool {
        let name = pod.spec().and_then(|spec| spec.get("nodeName"));
        let name = name.and_then(Node::as_str).filter(|it| !it.is_empty());
        name.is_none_or(|name| name == self.name())
    }

    fn has_labels_for(&self, pod: &Pod<'_>) -> bool {
        let spec = pod.spec();
        let selector = spec.and_then(|spec| spec.get("nodeSelector"));
        let mut pairs = selector.into_iter().flat_map(Node::entries);
        if !pairs
            .all(|it| it.value.as_str().is_some() && self.label(it.name()) == it.value.as_str())
        {
            return false;
        }
        let required = spec.and_then(|spec| {
            let node = spec.at(&["affinity", "nodeAffinity"])?;
            node.get("requiredDuringSchedulingIgnoredDuringExecution")
        });
        required.is_none_or(|it| self.is_chosen_by_terms(it.get("nodeSelectorTerms")))
    }

    fn is_chosen_by_terms(&self, terms: Option<Node<'_>>) -> bool {
        let terms = terms.into_iter().flat_map(Node::items).map(|term| Term {
            expressions: requirements(term.get("matchExpressions")),
            fields: requirements(term.get("matchFields")),
        });
        any_term_matches(terms, self.name(), |key| self.label(key)) == Ok(true)
    }

    /// The first taint with one of these effects that the tolerations do not cover.
    #[must_use]
    pub fn untolerated(
        &self,
        tolerations: &[Toleration<'_>],
        effects: &[&str],
    ) -> Option<Taint<'a>> {
        let tolerated = |taint: &&Taint<'_>| tolerations.iter().any(|it| it.covers(taint));
        let mut taints = self.taints.iter().filter(|it| effects.contains(&it.effect));
        taints.find(|taint| !tolerated(taint)).copied()
    }

    /// Why a pod may not run on the node, whatever else runs there; the first
    /// reason in the scheduler's order. `requests` are those of the whole pod.
    #[must_use]
    pub fn refuses(&self, pod: &Pod<'_>, requests: &Amounts<'_>) -> Option<Refusal> {
        let tolerations = Toleration::of(pod);
        if self.unschedulable && !tolerations.iter().any(|it| it.covers(&CORDON)) {
            return Some(Refusal::Unschedulable);
        }
        if !self.has_name_for(pod) {
            return Some(Refusal::Name);
        }
        if let Some(taint) = self.untolerated(&tolerations, &["NoSchedule", "NoExecute"]) {
            return Some(Refusal::Taint(taint.key.to_owned(), taint.value.to_owned()));
        }
        if !self.has_labels_for(pod) {
            return Some(Refusal::Affinity);
        }
        self.lacks(requests, &Amounts::default(), 0)
    }

    /// What the node has not enough of for a pod with these requests, when `pods`
    /// others with `used` requests run there.
    #[must_use]
    pub fn lacks(&self, requests: &Amounts<'_>, used: &Amounts<'_>, pods: i64) -> Option<Refusal> {
        if self.allocatable.is_empty() {
            return None;
        }
        let room = self.allocatable.get("pods");
        if room.is_some_and(|room| pods + 1 > room.value()) {
            return Some(Refusal::TooManyPods);
        }
        let mut wanted = requests.iter().filter(|(_, amount)| !amount.is_zero());
        let short = wanted.find(|(name, amount)| {
            let free = self.allocatable.amount(name) - used.amount(name);
            *amount > free
        });
        short.map(|(name, _)| Refusal::Insufficient(name.to_owned()))
    }
}

impl<'a> Taint<'a> {
    fn read(node: Node<'a>) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        Some(Self {
            key: text("key")?,
            value: text("value").unwrap_or_default(),
            effect: text("effect")?,
        })
    }
}

/// A toleration of a pod.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Toleration<'a> {
    /// `key`, empty for all.
    pub key: &'a str,
    /// `operator` is `Exists`, so that any value will do.
    pub exists: bool,
    /// `value`.
    pub value: &'a str,
    /// `effect`, empty for all.
    pub effect: &'a str,
}

impl<'a> Toleration<'a> {
    /// The tolerations that a pod has.
    #[must_use]
    pub fn of(pod: &Pod<'a>) -> Vec<Self> {
        let list = pod.spec().and_then(|spec| spec.get("tolerations"));
        let items = list.into_iter().flat_map(Node::items);
        let text = |node: Node<'a>, key: &str| node.get(key).and_then(Node::as_str);
        items
            .map(|node| Self {
                key: text(node, "key").unwrap_or_default(),
                exists: text(node, "operator") == Some("Exists"),
                value: text(node, "value").unwrap_or_default(),
                effect: text(node, "effect").unwrap_or_default(),
            })
            .collect()
    }

    /// Whether it makes the taint harmless.
    #[must_use]
    pub fn covers(&self, taint: &Taint<'_>) -> bool {
        (self.effect.is_empty() || self.effect == taint.effect)
            && (self.key.is_empty() || self.key == taint.key)
            && (self.exists || self.value == taint.value)
    }
}

/// The requirements of a node selector term; one that cannot be read chooses no node.
fn requirements(list: Option<Node<'_>>) -> Vec<Requirement<'_, Vec<&str>>> {
    let items = list.into_iter().flat_map(Node::items);
    items
        .map(|node| {
            let values = node.get("values").into_iter().flat_map(Node::items);
            let operator = node.get("operator").and_then(Node::as_str);
            Requirement {
                key: node.get("key").and_then(Node::as_str).unwrap_or_default(),
                operator: operator
                    .and_then(Operator::of_nodes)
                    .unwrap_or(Operator::Exists),
                values: values.filter_map(Node::as_str).collect(),
            }
        })
        .collect()
}

/// A port that a pod takes of its node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HostPort<'a> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const CONTROL_PLANE: Taint<'static> = Taint {
        key: "node-role.kubernetes.io/control-plane",
        value: "",
        effect: "NoSchedule",
    };

    #[test]
    fn tolerations_cover_by_key_value_and_effect() {
        let toleration = Toleration {
            key: CONTROL_PLANE.key,
            exists: false,
            value: "",
            effect: "",
        };
        assert!(toleration.covers(&CONTROL_PLANE));
        let other_value = Toleration {
            value: "true",
            ..toleration
        };
        assert!(!other_value.covers(&CONTROL_PLANE));
        let all = Toleration {
            key: "",
            exists: true,
            value: "",
            effect: "NoExecute",
        };
        assert!(!all.covers(&CONTROL_PLANE));
        assert!(Toleration { effect: "", ..all }.covers(&CONTROL_PLANE));
    }

    #[test]
    fn host_ports_conflict_by_number_protocol_and_address() {
        let port = |address, number| HostPort {
            protocol: "TCP",
            address,
            number,
        };
        assert!(port("", 80).conflicts(&port("10.0.0.1", 80)));
        assert!(port("0.0.0.0", 80).conflicts(&port("", 80)));
        assert!(!port("10.0.0.2", 80).conflicts(&port("10.0.0.1", 80)));
        assert!(!port("", 80).conflicts(&port("", 81)));
    }
}
