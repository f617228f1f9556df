//! The nodes of a cluster, as `kubectl get nodes -o yaml` writes them, and which
//! of them a pod may be on.

use crate::kube::node_affinity::{Term, any_term_matches};
use crate::kube::selector::{Operator, Requirement};
use crate::parse::Node;
use crate::resolve::view::Pod;
use crate::resolve::{Bundle, Resource};

/// The taint of a node that is cordoned.
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// One machine of a cluster.
#[derive(Clone, Copy, Debug)]
pub struct ClusterNode<'a> {
    /// Its object.
    pub resource: Resource<'a>,
}

/// All nodes among the objects of a run, by name; the last of a name counts.
#[must_use]
pub fn inventory<'a>(bundle: &Bundle<'a>) -> Vec<ClusterNode<'a>> {
    let nodes = bundle.of_kind("", "Node").copied();
    let nodes = nodes.filter(|it| !it.name().is_empty() && !bundle.is_patch(it));
    let mut nodes: Vec<_> = nodes.map(|resource| ClusterNode { resource }).collect();
    nodes.reverse();
    nodes.sort_by_key(ClusterNode::name);
    nodes.dedup_by_key(|it| it.name());
    nodes
}

impl<'a> ClusterNode<'a> {
    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.resource.name()
    }

    /// The value of one of its labels.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&'a str> {
        let labels = self.resource.metadata()?.get("labels")?;
        labels.get(key)?.as_str()
    }

    /// Its taints; a cordoned node has one for that.
    #[must_use]
    pub fn taints(&self) -> Vec<Taint<'a>> {
        let spec = self.resource.spec();
        let written = spec.and_then(|spec| spec.get("taints"));
        let written = written.into_iter().flat_map(Node::items);
        let mut taints: Vec<Taint<'a>> = written.map(Taint::read).collect();
        let is_cordoned = spec.and_then(|spec| spec.get("unschedulable")?.as_bool());
        if is_cordoned == Some(true) && !taints.iter().any(|it| it.key == UNSCHEDULABLE) {
            taints.push(Taint {
                key: UNSCHEDULABLE,
                value: "",
                effect: "NoSchedule",
            });
        }
        taints
    }
}

/// What keeps pods off a node unless they tolerate it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taint<'a> {
    /// Its name.
    pub key: &'a str,
    /// Its value, or nothing.
    pub value: &'a str,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: &'a str,
}

impl<'a> Taint<'a> {
    fn read(node: Node<'a>) -> Self {
        Self {
            key: text(node, "key"),
            value: text(node, "value"),
            effect: text(node, "effect"),
        }
    }

    /// Whether it keeps pods from being put there.
    #[must_use]
    pub fn bars_scheduling(&self) -> bool {
        matches!(self.effect, "NoSchedule" | "NoExecute")
    }
}

/// Which taints a pod puts up with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Toleration<'a> {
    /// The taint's key; empty for all.
    pub key: &'a str,
    /// `Equal` (also when empty) or `Exists`.
    pub operator: &'a str,
    /// The taint's value, unless it may be any.
    pub value: &'a str,
    /// The taint's effect; empty for all.
    pub effect: &'a str,
}

impl<'a> Toleration<'a> {
    /// Those of a pod.
    #[must_use]
    pub fn of(pod: &Pod<'a>) -> Vec<Self> {
        let list = pod.spec().and_then(|spec| spec.get("tolerations"));
        let items = list.into_iter().flat_map(Node::items);
        let read = |node: Node<'a>| Self {
            key: text(node, "key"),
            operator: text(node, "operator"),
            value: text(node, "value"),
            effect: text(node, "effect"),
        };
        items.map(read).collect()
    }

    /// Whether it tolerates that taint. `Gt` and `Lt` are alpha and off.
    #[must_use]
    pub fn covers(&self, taint: &Taint<'_>) -> bool {
        let effect = self.effect.is_empty() || self.effect == taint.effect;
        let key = self.key.is_empty() || self.key == taint.key;
        effect
            && key
            && match self.operator {
                "Exists" => true,
                "" | "Equal" => self.value == taint.value,
                _ => false,
            }
    }
}

/// Whether a pod may be on that node as far as its node selector and its required
/// node affinity go. A selector that the scheduler cannot read selects none.
#[must_use]
pub fn is_chosen(pod: &Pod<'_>, node: &ClusterNode<'_>) -> bool {
    let Some(spec) = pod.spec() else { return false };
    let mut pairs = spec.get("nodeSelector").into_iter().flat_map(Node::entries);
    if !pairs
        .all(|pair| pair.value.as_str().is_some() && pair.value.as_str() == node.label(pair.name()))
    {
        return false;
    }
    let required = spec.at(&[
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ]);
    let Some(required) = required.filter(|it| !it.is_null()) else {
        return true;
    };
    let terms = required.get("nodeSelectorTerms");
    let terms = terms.into_iter().flat_map(Node::items);
    let terms = terms.filter_map(|term| {
        Some(Term {
            expressions: requirements(term.get("matchExpressions"))?,
            fields: requirements(term.get("matchFields"))?,
        })
    });
    any_term_matches(terms, node.name(), |key| node.label(key)).unwrap_or(false)
}

fn requirements(list: Option<Node<'_>>) -> Option<Vec<Requirement<'_, Vec<&str>>>> {
    let items = list.into_iter().flat_map(Node::items);
    items.map(requirement).collect()
}

fn requirement(node: Node<'_>) -> Option<Requirement<'_, Vec<&str>>> {
    let values = node.get("values").into_iter().flat_map(Node::items);
    Some(Requirement {
        key: node.get("key")?.as_str()?,
        operator: Operator::of_nodes(node.get("operator")?.as_str()?)?,
        values: values.map(Node::as_str).collect::<Option<_>>()?,
    })
}

fn text<'a>(node: Node<'a>, key: &str) -> &'a str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}
