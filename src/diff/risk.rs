//! Data that is lost, and selectors that lose their pods.

use super::{Entry, Outcome};
use crate::kube::selector::Selector;
use crate::parse::Node;
use crate::resolve::view::{
    Autoscaler, DisruptionBudget, Pod, Service, Workload, equality_selector, label_selector,
};
use crate::resolve::{Bundle, Resource};
use crate::same::{self, Change};

/// What a risk is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RiskKind {
    /// Data may be lost.
    Data,
    /// A selector no longer matches the pods that it matched.
    Detached,
}

impl RiskKind {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Detached => "detached",
        }
    }
}

/// Something that is lost or no longer selected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Risk {
    /// What it is about.
    pub kind: RiskKind,
    /// What happens, lower case and without a full stop.
    pub message: String,
}

fn data(message: impl Into<String>) -> Risk {
    Risk {
        kind: RiskKind::Data,
        message: message.into(),
    }
}

/// What removing an object puts at risk.
pub(super) fn removal(resource: &Resource<'_>) -> Vec<Risk> {
    let message = match (resource.group(), resource.kind) {
        ("", "Namespace") => "everything in the namespace is deleted with it".to_owned(),
        ("", "PersistentVolumeClaim") => {
            "its volume and the data on it are deleted, unless its reclaim policy is Retain"
                .to_owned()
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            let kind = resource.spec().and_then(|it| it.at(&["names", "kind"]));
            let kind = kind.and_then(Node::as_str).unwrap_or("this kind");
            format!("all objects of {kind} in the cluster are deleted with it")
        }
        ("apps", "StatefulSet") => match claims(resource).as_slice() {
            [] => return Vec::new(),
            names if policy(resource, "whenDeleted") == "Delete" => format!(
                "its claims ({}) and the data on them are deleted as well",
                names.join(", ")
            ),
            names => format!(
                "its claims ({}) remain, but no pod uses their data any more",
                names.join(", ")
            ),
        },
        _ => return Vec::new(),
    };
    vec![data(message)]
}

fn claims<'a>(resource: &Resource<'a>) -> Vec<&'a str> {
    let templates = resource
        .spec()
        .and_then(|it| it.get("volumeClaimTemplates"));
    let names = templates.into_iter().flat_map(Node::items);
    names
        .filter_map(|it| it.at(&["metadata", "name"])?.as_str())
        .collect()
}

fn policy<'a>(resource: &Resource<'a>, when: &str) -> &'a str {
    let policy = resource
        .spec()
        .and_then(|it| it.at(&["persistentVolumeClaimRetentionPolicy", when]));
    policy.and_then(Node::as_str).unwrap_or("Retain")
}

/// What changing an object puts at risk.
pub(super) fn update(old: &Resource<'_>, new: &Resource<'_>, changes: &[Change<'_>]) -> Vec<Risk> {
    let mut risks = Vec::new();
    let replicas = |it: &Resource<'_>| {
        let count = it.spec().and_then(|it| it.get("replicas"));
        count.and_then(Node::as_i64).unwrap_or(1)
    };
    let (was, is) = (replicas(old), replicas(new));
    if new.is("apps", "StatefulSet")
        && is < was
        && policy(new, "whenScaled") == "Delete"
        && !claims(new).is_empty()
    {
        let names = claims(new).join(", ");
        risks.push(data(format!(
            "the claims ({names}) of {} pods and the data on them are deleted",
            was - is
        )));
    }
    if new.is("", "PersistentVolume")
        && same::is_changed(changes, "spec.persistentVolumeReclaimPolicy")
    {
        let policy = |it: &Resource<'_>| {
            let spec = it.spec()?;
            spec.get("persistentVolumeReclaimPolicy")?
                .as_str()
                .map(str::to_owned)
        };
        if policy(new).as_deref() == Some("Delete") {
            risks.push(data(
                "the data is deleted together with the claim of the volume",
            ));
        }
    }
    risks
}

fn cut_off(message: String) -> Risk {
    Risk {
        kind: RiskKind::Detached,
        message,
    }
}

/// Finds what no longer selects pods that still exist: Services, budgets and network
/// policies that match none of them any more, controllers that orphan them, and
/// autoscalers whose target is removed.
pub(super) fn detached<'a>(old: &'a Bundle<'a>, new: &'a Bundle<'a>, entries: &mut [Entry<'a>]) {
    for entry in entries {
        let (Some(was), Some(is)) = (entry.old, entry.new) else {
            continue;
        };
        if entry.outcome == Outcome::Refused {
            continue;
        }
        let found = unselected(old, new, &was, &is)
            .or_else(|| orphaned(&was, &is))
            .or_else(|| without_target(old, new, &is));
        entry.risks.extend(found.map(cut_off));
    }
}

/// The object selected pods that stay, and selects none now.
fn unselected<'a>(
    old: &Bundle<'a>,
    new: &Bundle<'a>,
    was: &Resource<'a>,
    is: &Resource<'a>,
) -> Option<String> {
    let (before, after) = (selector_of(*was)?, selector_of(*is)?);
    let namespace = is.namespace();
    let chosen = old.pods_chosen(was.namespace(), &before);
    if chosen.is_empty()
        || !new.pods_chosen(namespace, &after).is_empty()
        || new.has_too_many_pods(namespace, &after)
    {
        return None;
    }
    let stays = |pod: &&Pod<'_>| {
        let kind = pod.resource.kind;
        let mut same = new.workloads_named(kind, namespace, pod.resource.name());
        same.next().is_some()
    };
    let lost: Vec<String> = chosen.iter().filter(stays).map(name_of).collect();
    (!lost.is_empty()).then(|| {
        let lost = lost.join(", ");
        format!("its selector no longer matches any pod; it matched those of {lost}")
    })
}

/// A ReplicationController is the only controller whose selector can change.
fn orphaned(was: &Resource<'_>, is: &Resource<'_>) -> Option<String> {
    if !is.is("", "ReplicationController") {
        return None;
    }
    let (was, is) = (Workload::new(*was)?, Workload::new(*is)?);
    let selector = equality_selector(Some(is.selector()?))?;
    let running = was.pod()?;
    (was.replicas().value > 0 && !running.is_chosen_by(&selector)).then(|| {
        "it orphans its pods: they keep running beside the new ones, and nothing replaces them"
            .to_owned()
    })
}

/// The target existed before and is removed.
fn without_target(old: &Bundle<'_>, new: &Bundle<'_>, is: &Resource<'_>) -> Option<String> {
    let target = Autoscaler::new(*is)?.target()?;
    let (kind, name) = (target.kind, target.name.value);
    let has = |bundle: &Bundle<'_>| {
        let mut found = bundle.workloads_named(kind, is.namespace(), name);
        found.next().is_some()
    };
    (has(old) && !has(new)).then(|| format!("its target {kind}/{name} is removed"))
}

fn name_of(pod: &Pod<'_>) -> String {
    format!("{}/{}", pod.resource.kind, pod.resource.name())
}

fn selector_of(resource: Resource<'_>) -> Option<Selector<'_>> {
    if let Some(service) = Service::new(resource) {
        return service.selector();
    }
    if resource.is("networking.k8s.io", "NetworkPolicy") {
        return label_selector(resource.spec()?.get("podSelector")?);
    }
    if Workload::new(resource).is_some() {
        return None;
    }
    DisruptionBudget::new(resource)?.selector()
}
