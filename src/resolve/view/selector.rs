//! Selectors as they are in objects, and the pods that they match.

use super::{Pod, WorkloadKind};
use crate::kube::selector::{Operator, Requirement, Selector};
use crate::parse::Node;
use crate::resolve::resource::text_pairs;
use std::collections::HashMap;

/// The selector that a `LabelSelector` mapping stands for; `None` where it is
/// malformed, so that nobody can say what it matches.
#[must_use]
pub fn label_selector(node: Node<'_>) -> Option<Selector<'_>> {
    if !node.is_map() {
        return None;
    }
    let mut selector = equality_selector(node.get("matchLabels"))?;
    let expressions = node.get("matchExpressions");
    for expression in expressions.into_iter().flat_map(Node::items) {
        selector.requirements.push(requirement(expression)?);
    }
    selector.check().ok().map(|()| selector)
}

/// The selector that a plain mapping of labels stands for; empty where there is
/// none, `None` where it is malformed.
#[must_use]
pub fn equality_selector(node: Option<Node<'_>>) -> Option<Selector<'_>> {
    let pairs = node.into_iter().flat_map(Node::entries);
    let pairs: Option<Vec<_>> = pairs
        .map(|entry| Some((entry.name(), entry.value.as_str()?)))
        .collect();
    pairs.map(Selector::of_pairs)
}

/// One item of `matchExpressions`, with an operator of labels.
#[must_use]
pub fn requirement(node: Node<'_>) -> Option<Requirement<'_, Vec<&str>>> {
    let key = node.get("key")?.as_str()?;
    let operator = Operator::of_labels(node.get("operator")?.as_str()?)?;
    let values = node.get("values").into_iter().flat_map(Node::items);
    let values: Option<Vec<&str>> = values.map(Node::as_str).collect();
    Some(Requirement {
        key,
        operator,
        values: values?,
    })
}

/// How many labels of a selector are searched for one by one.
const FEW: usize = 16;

/// Labels that controllers put on the pods that they make, and the kinds that do.
const GIVEN: &[(&str, &[WorkloadKind])] = &[
    (
        "statefulset.kubernetes.io/pod-name",
        &[WorkloadKind::StatefulSet],
    ),
    ("apps.kubernetes.io/pod-index", &[WorkloadKind::StatefulSet]),
    (
        "controller-revision-hash",
        &[WorkloadKind::StatefulSet, WorkloadKind::DaemonSet],
    ),
    (
        "pod-template-hash",
        &[WorkloadKind::Deployment, WorkloadKind::ReplicaSet],
    ),
    ("pod-template-generation", &[WorkloadKind::DaemonSet]),
    ("job-name", JOBS),
    ("controller-uid", JOBS),
    ("batch.kubernetes.io/job-name", JOBS),
    ("batch.kubernetes.io/controller-uid", JOBS),
    ("batch.kubernetes.io/job-completion-index", JOBS),
];

const JOBS: &[WorkloadKind] = &[WorkloadKind::Job, WorkloadKind::CronJob];

impl<'a> Pod<'a> {
    /// Whether `selector` matches the pods of this template. Labels that the
    /// controller gives count as fitting: their values are not known before.
    #[must_use]
    pub fn is_chosen_by(&self, selector: &Selector<'_>) -> bool {
        if selector.equal.len() + selector.requirements.len() <= FEW {
            return self.fits(selector, |key| self.label(key));
        }
        // Many labels on both sides: to search for each would take their product.
        let labels: HashMap<&str, &str> = self.labels().collect();
        self.fits(selector, |key| labels.get(key).copied())
    }

    fn fits<'l>(&self, selector: &Selector<'_>, label: impl Fn(&str) -> Option<&'l str>) -> bool {
        let fits = |&(key, value): &(&str, &str)| label(key) == Some(value) || self.is_given(key);
        selector.equal.iter().all(fits)
            && selector
                .requirements
                .iter()
                .all(|requirement| self.is_given(requirement.key) || requirement.matches(&label))
    }

    /// Whether some controller puts a label of that key on its pods.
    #[must_use]
    pub fn may_be_given(key: &str) -> bool {
        GIVEN.iter().any(|(given, _)| *given == key)
    }

    /// Whether its controller will put a label of that key on the pods.
    #[must_use]
    pub fn is_given(&self, key: &str) -> bool {
        GIVEN
            .iter()
            .any(|(given, kinds)| *given == key && kinds.contains(&self.workload))
    }

    /// The labels as `kubectl` prints them: `app=web,tier=front`.
    #[must_use]
    pub fn labels_text(&self) -> String {
        let pairs = text_pairs(self.labels_node());
        let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
        pairs.join(",")
    }
}
