//! Kinds of which certain fields stay as they are, and nothing more is to be said.

use super::super::at::At;
use super::super::report::Api;
use super::Update;

/// From this minor on the fields of a StatefulSet are refused one by one.
const STATEFUL_SET_BY_FIELD: u8 = 37;
/// From this minor on a StatefulSet may keep another number of revisions.
const STATEFUL_SET_REVISIONS: u8 = 33;

pub(super) fn transitions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>, kind: (&str, &str)) {
    for path in fixed(kind) {
        if !update.changed(path) {
            continue;
        }
        // Releases before 1.36 forbid it.
        let forbids = kind.1 == "StorageClass" && *path != "volumeBindingMode";
        if forbids && !api.since(36) {
            let detail = format!("updates to {path} are forbidden.");
            api.forbidden(update.new.get(path), &detail);
        } else {
            super::fixed(api, update.new.way(path));
        }
    }
    match kind {
        ("apps", "StatefulSet") => stateful_set(update, api),
        ("", "ConfigMap" | "Secret") => data(update, api, kind.1),
        ("", "ReplicationController") => kept_selector(update, api),
        ("", "LimitRange") => limits(update, api),
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
                super::fixed(api, at);
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

/// The fields of which no more is to be said.
fn fixed((group, kind): (&str, &str)) -> &'static [&'static str] {
    match (group, kind) {
        ("apps", "Deployment" | "ReplicaSet" | "DaemonSet") => &["spec.selector"],
        ("apps", "ControllerRevision") => &["data"],
        ("certificates.k8s.io", "ClusterTrustBundle") => &["spec.signerName"],
        ("coordination.k8s.io", "LeaseCandidate") => &["spec.leaseName"],
        ("discovery.k8s.io", "EndpointSlice") => &["addressType"],
        ("networking.k8s.io", "IngressClass") => &["spec.controller"],
        ("networking.k8s.io", "IPAddress") => &["spec.parentRef"],
        ("node.k8s.io", "RuntimeClass") => &["handler"],
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => &["roleRef"],
        ("resource.k8s.io", "ResourceClaim" | "ResourceClaimTemplate") => &["spec"],
        ("resource.k8s.io", "ResourceSlice") => &["spec.pool.name", "spec.driver", "spec.nodeName"],
        ("scheduling.k8s.io", "PriorityClass") => &["preemptionPolicy"],
        ("storage.k8s.io", "StorageClass") => &[
            "parameters",
            "provisioner",
            "reclaimPolicy",
            "volumeBindingMode",
        ],
        ("storage.k8s.io", "CSIDriver") => &["spec.volumeLifecycleModes"],
        ("storage.k8s.io", "CSIStorageCapacity") => &["nodeTopology", "storageClassName"],
        ("storage.k8s.io", "VolumeAttachment") | ("storagemigration.k8s.io", _) => &["spec"],
        _ => &[],
    }
}

fn stateful_set<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    if api.since(STATEFUL_SET_BY_FIELD) {
        for key in [
            "selector",
            "volumeClaimTemplates",
            "serviceName",
            "podManagementPolicy",
        ] {
            update.immutable(api, ["spec", key]);
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
        update.immutable(api, ["type"]);
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
        super::fixed(api, is);
    }
}

/// A ReplicationController without a selector keeps the one that the server made of
/// the labels of its first template.
fn kept_selector<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (old_selector, new_selector) = update.both(["spec", "selector"]);
    if old_selector.is_set() || new_selector.is_set() {
        return;
    }
    let (was, is) = update.both(["spec", "template", "metadata", "labels"]);
    let mut wanted = was.entries();
    if !wanted.all(|(key, value)| is.keyed(key).str() == value.str()) {
        api.invalid_node(is, "`selector` does not match template `labels`");
    }
}

/// Defaults that the server took from the old maxima stay, and may exceed new ones.
fn limits<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "limits"]);
    if was.len() != is.len() {
        return;
    }
    for (old, new) in was.items().zip(is.items()) {
        let container = |it: At<'a>| it.get("type").str() == "Container";
        if !container(old) || !container(new) {
            continue;
        }
        for (key, max) in new.get("max").entries() {
            let kept = old.get("max").keyed(key);
            if kept.quantity() > max.quantity() && is_kept(old, new, "default", key) {
                exceeds(
                    api,
                    new.get("default").keyed(key),
                    (kept, "default"),
                    (max, "max"),
                );
                if is_kept(old, new, "defaultRequest", key) {
                    let at = new.get("defaultRequest").keyed(key);
                    exceeds(api, at, (kept, "default request"), (max, "max"));
                }
            }
        }
        for (key, limit) in new.get("default").entries() {
            let (was, max) = (old.get("default").keyed(key), old.get("max").keyed(key));
            let kept = if was.is_set() { was } else { max };
            let known = kept.is_set() && limit.quantity().is_some();
            if known
                && kept.quantity() > limit.quantity()
                && is_kept(old, new, "defaultRequest", key)
            {
                let at = new.get("defaultRequest").keyed(key);
                exceeds(api, at, (kept, "default request"), (limit, "default limit"));
            }
        }
    }
}

/// Whether neither item writes the default.
fn is_kept<'a>(old: At<'a>, new: At<'a>, field: &'a str, key: &'a str) -> bool {
    [old, new]
        .iter()
        .all(|it| !it.get(field).keyed(key).is_set())
}

fn exceeds<'a>(
    api: &mut Api<'a, '_>,
    at: At<'a>,
    (kept, what): (At<'a>, &str),
    (most, of): (At<'a>, &str),
) {
    let (value, bound) = (kept.printed_quantity(), most.printed_quantity());
    let detail = format!("{what} value {value} is greater than {of} value {bound}");
    api.invalid_text(at.showing(most), &value, &detail);
}
