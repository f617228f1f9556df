//! What to do if the API server does not let a field change, and what to know if it
//! does.

use super::{Context, Entry};
use crate::resolve::Resource;
use crate::resolve::view::{Workload, label_selector};
use crate::same;
use crate::validate;

const ORPHAN: &str = "delete it with `kubectl delete --cascade=orphan` and recreate it: its pods keep running, and the new one adopts them, because its selector matches their labels";
const RECREATE: &str = "create it under a new name and delete the old one once the new pods are ready; deleting it first means an outage: the new selector does not match the labels of the old pods, so it would not adopt orphans";
const RENAME: &str = "give it a new name, and use that in all references";

/// What to do about the refusal of an update; `None` if the new object would also be
/// refused on creation.
pub(super) fn on_refusal(context: Context<'_>, entry: &Entry<'_>) -> Option<&'static str> {
    let new = entry.new?;
    let mut anyway = Vec::new();
    validate::check(context.catalog, context.minor, &new, &mut anyway);
    let is_known = |rule: &str, field: Option<&str>| {
        anyway
            .iter()
            .any(|it| it.rule == rule && it.field.as_deref() == field)
    };
    let mut refusals = entry.refusals.iter();
    if refusals.all(|it| is_known(it.rule, it.field.as_deref())) {
        return None;
    }
    Some(match (new.group(), new.kind) {
        ("apps", "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet") => {
            match entry.old.is_some_and(|old| adopts(&new, &old)) {
                true => ORPHAN,
                false => RECREATE,
            }
        }
        ("batch", "Job") => {
            "give it a new name, or delete it first: the template of a Job is immutable"
        }
        ("", "Pod") => "delete and recreate it, or let a Deployment create it",
        ("", "ConfigMap" | "Secret") => {
            let fixed = entry.old.and_then(|it| it.node.get("immutable")?.as_bool());
            match fixed {
                Some(true) => RENAME,
                _ => "delete and recreate it",
            }
        }
        ("", "Service") => {
            "remove the field to keep its current value; to change it, delete and recreate the Service"
        }
        ("", "PersistentVolumeClaim") => {
            "create a new claim and copy the data; of a bound claim only the requested size can grow"
        }
        ("", "PersistentVolume") => "create a new volume: the source of a volume is immutable",
        ("storage.k8s.io", "StorageClass") => {
            "give it a new name, or delete and recreate it: existing volumes do not change"
        }
        ("rbac.authorization.k8s.io", _) => {
            "delete and recreate it, or add a second binding first: without a binding nobody has the role"
        }
        ("scheduling.k8s.io", "PriorityClass") => {
            "give it a new name: pods keep the priority that they were created with"
        }
        _ => "delete and recreate it",
    })
}

/// Whether a recreated controller adopts the pods of the one before it: a pod that
/// its selector does not match stays without a controller.
fn adopts(new: &Resource<'_>, old: &Resource<'_>) -> bool {
    let selector = || label_selector(Workload::new(*new)?.selector()?);
    let pod = || Workload::new(*old)?.pod();
    matches!((pod(), selector()), (Some(pod), Some(selector)) if pod.is_chosen_by(&selector))
}

/// What to know about an update that replaces no pod.
pub(super) fn on_update(entry: &Entry<'_>) -> Option<String> {
    let new = entry.new?;
    let data = ["data", "stringData", "binaryData"];
    let changed = || data.iter().any(|it| same::is_changed(&entry.changes, it));
    match (new.group(), new.kind) {
        ("", "ConfigMap" | "Secret") if changed() => Some(
            "no pod is restarted: variables keep their values, mounted files are updated within about a minute"
                .to_owned(),
        ),
        ("", "LimitRange") => Some("it applies to pods that are created from now on".to_owned()),
        _ => None,
    }
}
