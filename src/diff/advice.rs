//! What to do where the API server does not let a field change, and what to know
//! where it does.

use super::{Context, Entry};
use crate::resolve::Resource;
use crate::resolve::view::{Workload, label_selector};
use crate::same;
use crate::validate;

const ORPHAN: &str = "delete it with `kubectl delete --cascade=orphan` and recreate it: its pods keep running, and the new one adopts them, as its selector matches their labels";
const RECREATE: &str = "create it under a new name and delete the old one once the new pods are ready; deleting it first means an outage: the new selector does not match the labels of the old pods, so it would not adopt orphans";
const RENAME: &str = "give it a new name, and refer to that";

/// What to do about the refusal of an update; `None` where the new object would not
/// be accepted either if it were the first.
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
            "give it a new name: what a Job runs is fixed when it is created; or delete it first"
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
            "leave the field out, and the server keeps what it has; a change requires the Service to be deleted and recreated"
        }
        ("", "PersistentVolumeClaim") => {
            "make a new claim and copy the data; of a bound claim only the requested size may grow"
        }
        ("", "PersistentVolume") => "make a new volume: the source of a volume is fixed",
        ("storage.k8s.io", "StorageClass") => {
            "give it a new name, or delete and recreate it: volumes that exist stay as they are"
        }
        ("rbac.authorization.k8s.io", _) => {
            "delete and recreate it: until then nobody has the role; or add a second binding first"
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

/// What to know of an update that replaces no pod.
pub(super) fn on_update(entry: &Entry<'_>) -> Option<String> {
    let new = entry.new?;
    let data = ["data", "stringData", "binaryData"];
    let changed = || data.iter().any(|it| same::is_changed(&entry.changes, it));
    match (new.group(), new.kind) {
        ("", "ConfigMap" | "Secret") if changed() => Some(
            "no pod is restarted: variables keep their values, mounted files follow within about a minute"
                .to_owned(),
        ),
        ("", "LimitRange") => Some("it holds for pods that are created from now on".to_owned()),
        _ => None,
    }
}
