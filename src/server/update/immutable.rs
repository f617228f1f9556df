//! Kinds of which certain fields stay as they are, and nothing more is to be said.

use super::super::at::At;
use super::super::report::Api;
use super::super::shape;
use super::{Shown, Update, shapes};

/// From this minor on the fields of a StatefulSet are refused one by one.
const STATEFUL_SET_BY_FIELD: u8 = 37;
/// From this minor on a StatefulSet may keep another number of revisions.
const STATEFUL_SET_REVISIONS: u8 = 33;

pub(super) fn transitions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>, kind: (&str, &str)) {
    // There it says so of each part.
    let apart = kind.0 == "storagemigration.k8s.io" && api.resource.version() == "v1alpha1";
    for (path, form) in fixed(kind) {
        if !update.changed(path) || apart {
            continue;
        }
        // Releases before 1.36 forbid it.
        let forbids = kind.1 == "StorageClass" && *path != "volumeBindingMode";
        if forbids && !api.since(36) {
            let detail = format!("updates to {path} are forbidden.");
            api.forbidden(update.new.get(path), &detail);
        } else {
            super::fixed(api, update.new.way(path), form);
        }
    }
    match kind {
        ("apps", "StatefulSet") => stateful_set(update, api),
        ("", "ConfigMap" | "Secret") => data(update, api, kind.1),
        ("", "ReplicationController") => kept_selector(update, api),
        ("", "ResourceQuota") => scopes(update, api),
        ("scheduling.k8s.io", "PriorityClass") => {
            if update.changed("value") {
                let at = update.new.get("value");
                api.forbidden(at, "may not be changed in an update.");
            }
        }
        ("storage.k8s.io", "CSIDriver") => {
            if update.changed("spec.attachRequired") {
                // The server names it otherwise.
                let at = update.new.at(["spec", "attachRequired"]);
                let at = update.new.at(["spec", "attachedRequired"]).showing(at);
                super::fixed(api, at, &PLAIN);
            }
        }
        ("storagemigration.k8s.io", _) if apart => {
            for key in ["group", "version", "resource"] {
                if update.changed(&format!("spec.resource.{key}")) {
                    let at = update.new.at(["spec", "resource", key]);
                    super::fixed(api, update.new.get(key).showing(at), &TEXT);
                }
            }
        }
        ("storage.k8s.io", "VolumeAttributesClass") => {
            for key in ["driverName", "parameters"] {
                if update.changed(key) {
                    let detail = format!("updates to {key} are forbidden.");
                    api.forbidden(update.new.get(key), &detail);
                }
            }
        }
        _ => {}
    }
}

const PLAIN: Shown = Shown::PLAIN;
const TEXT: Shown = Shown::Text("");
const SELECTOR: Shown = Shown::Of(&shape::SELECTOR);

/// The fields of which no more is to be said.
fn fixed((group, kind): (&str, &str)) -> &'static [(&'static str, Shown)] {
    match (group, kind) {
        ("apps", "Deployment" | "ReplicaSet" | "DaemonSet") => &[("spec.selector", SELECTOR)],
        ("apps", "ControllerRevision") => &[("data", PLAIN)],
        ("certificates.k8s.io", "ClusterTrustBundle") => &[("spec.signerName", TEXT)],
        ("coordination.k8s.io", "LeaseCandidate") => &[("spec.leaseName", TEXT)],
        ("discovery.k8s.io", "EndpointSlice") => &[("addressType", Shown::BySchema(&TEXT))],
        ("networking.k8s.io", "IngressClass") => &[("spec.controller", TEXT)],
        ("networking.k8s.io", "IPAddress") => &[(
            "spec.parentRef",
            Shown::BySchema(&Shown::Of(&shapes::PARENT)),
        )],
        ("node.k8s.io", "RuntimeClass") => &[("handler", Shown::BySchema(&TEXT))],
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
            &[("roleRef", Shown::Whole(&shapes::ROLE))]
        }
        ("resource.k8s.io", "ResourceClaim") => {
            &[("spec", Shown::BySchema(&Shown::Whole(&shapes::CLAIM)))]
        }
        ("resource.k8s.io", "ResourceClaimTemplate") => {
            &[("spec", Shown::Whole(&shapes::CLAIM_TEMPLATE))]
        }
        ("resource.k8s.io", "ResourceSlice") => &[
            ("spec.pool.name", TEXT),
            ("spec.driver", TEXT),
            ("spec.nodeName", PLAIN),
        ],
        ("scheduling.k8s.io", "PriorityClass") => {
            &[("preemptionPolicy", Shown::TextOr("PreemptLowerPriority"))]
        }
        ("storage.k8s.io", "StorageClass") => &[
            ("parameters", Shown::BySchema(&PLAIN)),
            ("provisioner", Shown::BySchema(&TEXT)),
            ("reclaimPolicy", Shown::BySchema(&Shown::TextOr("Delete"))),
            (
                "volumeBindingMode",
                Shown::BySchema(&Shown::TextOr("Immediate")),
            ),
        ],
        ("storage.k8s.io", "CSIDriver") => &[("spec.volumeLifecycleModes", PLAIN)],
        ("storage.k8s.io", "CSIStorageCapacity") => {
            &[("nodeTopology", SELECTOR), ("storageClassName", TEXT)]
        }
        ("storage.k8s.io", "VolumeAttachment") => {
            &[("spec", Shown::BySchema(&Shown::Whole(&shapes::ATTACHMENT)))]
        }
        ("lifecycle.k8s.io", "EvictionRequest") => &[
            ("spec.target", Shown::Hidden),
            ("spec.requester", Shown::Hidden),
        ],
        ("resource.k8s.io", "ResourcePoolStatusRequest") => &[("spec", Shown::Hidden)],
        ("storagemigration.k8s.io", _) => &[("spec", Shown::Whole(&shapes::MIGRATION))],
        _ => &[],
    }
}

fn stateful_set<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    if api.since(STATEFUL_SET_BY_FIELD) {
        for (key, form) in [
            ("selector", SELECTOR),
            ("volumeClaimTemplates", PLAIN),
            ("serviceName", TEXT),
            ("podManagementPolicy", Shown::Text("OrderedReady")),
        ] {
            update.immutable(api, ["spec", key], &form);
        }
        return;
    }
    let revisions = api.since(STATEFUL_SET_REVISIONS);
    let mut fixed = update.changes.iter().filter(|it| {
        let field = it.path.strip_prefix("spec.").unwrap_or_default();
        let field = field.split(['.', '[']).next().unwrap_or_default();
        match field {
            ""
            | "replicas"
            | "ordinals"
            | "template"
            | "updateStrategy"
            | "persistentVolumeClaimRetentionPolicy"
            | "minReadySeconds" => false,
            "revisionHistoryLimit" => !revisions,
            _ => true,
        }
    });
    if let Some(first) = fixed.next() {
        let at = update.pointing(update.new.get("spec"), [first]);
        let more = if revisions {
            "'revisionHistoryLimit', "
        } else {
            ""
        };
        let detail = format!(
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', {more}'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
        );
        api.forbidden(at, &detail);
    }
}

fn data<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>, kind: &str) {
    const FIXED: &str = "field is immutable when `immutable` is set";
    if kind == "Secret" {
        update.immutable(api, ["type"], &Shown::Text("Opaque"));
    }
    let (was, is) = update.both(["immutable"]);
    if !was.is_true() {
        return;
    }
    if !is.is_true() {
        api.forbidden(is, FIXED);
    }
    let keys: &[&str] = match kind {
        "Secret" => &["data", "stringData"],
        _ => &["data", "binaryData"],
    };
    for key in keys {
        if update.changed(key) {
            let at = update.new.get(key);
            // What is written as text is kept as data.
            let at = match *key {
                "stringData" => update.new.get("data").showing(at),
                _ => at,
            };
            api.forbidden(at, FIXED);
        }
    }
}

fn scopes<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "scopes"]);
    let texts = |at: At<'a>| {
        let mut all: Vec<&str> = at.strings().collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    if texts(was) != texts(is) {
        super::fixed(api, is, &PLAIN);
    }
}

/// A ReplicationController without a selector keeps the one that the server made of
/// the labels of its first template.
fn kept_selector<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "selector"]);
    if !was.is_empty() || update.is_gone(["spec", "selector"]) {
        return;
    }
    let (old, new) = update.both(["spec", "template", "metadata", "labels"]);
    let kept = || old.entries().filter(|(key, _)| !is.keyed(key).is_set());
    if kept().next().is_some() {
        api.withdraw(0, is);
    }
    if kept().any(|(key, value)| new.keyed(key).str() != value.str()) {
        api.invalid_node(new, "`selector` does not match template `labels`");
    }
}
