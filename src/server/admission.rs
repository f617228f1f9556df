//! What admission plugins that are on by default refuse, as far as the object alone tells:
//! ServiceAccount, Priority and RuntimeClass of Pods. They do not look at templates.
//!
//! Their reasons name no field; here they are shown at the field that they are about.

use super::at::At;
use super::pod;
use super::report::Api;

/// The priorities of the classes that every cluster has.
pub(super) const SYSTEM: [(&str, i64); 2] = [
    ("system-cluster-critical", 2_000_000_000),
    ("system-node-critical", 2_000_001_000),
];

/// What those classes say of preemption, and what holds without one.
const PREEMPTION: &str = "PreemptLowerPriority";

/// The annotation of pods that mirror a static one.
const MIRROR: &str = "kubernetes.io/config.mirror";

/// How volumes name the Secret that they need, in the order in which the server asks.
const SECRETS: [[&str; 2]; 10] = [
    ["azureFile", "secretName"],
    ["cephfs", "secretRef"],
    ["cinder", "secretRef"],
    ["flexVolume", "secretRef"],
    ["rbd", "secretRef"],
    ["secret", "secretName"],
    ["scaleIO", "secretRef"],
    ["iscsi", "secretRef"],
    ["storageos", "secretRef"],
    ["csi", "nodePublishSecretRef"],
];

/// Checks a Pod. Each plugin says the first thing that it refuses.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, spec: At<'a>) {
    if metadata.get("annotations").has(MIRROR) {
        service_account(api, spec);
    }
    for (_, at, reason) in pod(spec) {
        api.forbidden(at, &reason);
    }
}

/// What is refused of a pod with this `spec`, be it mirror or not: the name of the field,
/// the field, and the plugin's reason.
pub(crate) fn pod(spec: At<'_>) -> Vec<(&'static str, At<'_>, String)> {
    let mut refused: Vec<_> = priority(spec).into_iter().collect();
    let overhead = spec.get("overhead");
    if overhead.is_set() && !spec.get("runtimeClassName").is_set() {
        let reason =
            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
        refused.push(("overhead", overhead, reason.to_owned()));
    }
    refused
}

/// A mirror pod may name nothing that the kubelet would have to ask the server for.
fn service_account<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let accounts = ["serviceAccountName", "serviceAccount"].map(|key| spec.get(key));
    if let Some(account) = accounts.into_iter().find(|it| !it.str().is_empty()) {
        return api.forbidden(account, "a mirror pod may not reference service accounts");
    }
    let tokens = projections(spec).map(|it| it.get("serviceAccountToken"));
    let tokens: Vec<_> = tokens.filter(At::is_set).collect();
    // Other pods always have an account when their volumes are looked at.
    for token in &tokens {
        api.forbidden(
            *token,
            "must not be specified when serviceAccountName is not set",
        );
    }
    if let Some(secret) = secret(spec) {
        return api.forbidden(secret, "a mirror pod may not reference secrets");
    }
    if let Some(token) = tokens.first() {
        let reason = "a mirror pod may not use ServiceAccountToken volume projections";
        api.forbidden(*token, reason);
    }
}

/// The first name of a Secret.
fn secret(spec: At<'_>) -> Option<At<'_>> {
    let pull = spec.items_of("imagePullSecrets").map(|it| it.get("name"));
    let containers = pod::containers(spec).into_iter().flat_map(|container| {
        let all = container.items_of("envFrom");
        let all = all.map(|it| it.at(["secretRef", "name"]));
        let each = container.items_of("env");
        all.chain(each.map(|it| it.at(["valueFrom", "secretKeyRef", "name"])))
    });
    let volumes = spec.items_of("volumes").flat_map(|volume| {
        SECRETS.map(|path| match volume.at(path) {
            at if path[1] == "secretName" => at,
            at => at.get("name"),
        })
    });
    let projected = projections(spec).map(|it| it.at(["secret", "name"]));
    pull.chain(containers)
        .chain(volumes)
        .chain(projected)
        .find(|it| !it.str().is_empty())
}

fn projections<'a>(spec: At<'a>) -> impl Iterator<Item = At<'a>> {
    let volumes = spec.items_of("volumes");
    volumes.flat_map(|it| it.get("projected").items_of("sources"))
}

/// What the class of a pod gives can be repeated, but not changed. Without a class the
/// priority is 0, unless the cluster has a default one; then objects that were read from
/// it name that class.
fn priority(spec: At<'_>) -> Option<(&'static str, At<'_>, String)> {
    let computed = match spec.str_of("priorityClassName") {
        "" => 0,
        name => SYSTEM.iter().find(|it| it.0 == name)?.1,
    };
    let priority = spec.get("priority");
    if let Some(value) = priority.int().filter(|it| *it != computed) {
        let reason = format!(
            "the integer value of priority ({value}) must not be provided in pod spec; priority admission controller computed {computed} from the given PriorityClass name"
        );
        return Some(("priority", priority, reason));
    }
    let preemption = spec.get("preemptionPolicy");
    let value = preemption.written().filter(|it| *it != PREEMPTION)?;
    let reason = format!(
        "the string value of PreemptionPolicy ({value}) must not be provided in pod spec; priority admission controller computed {PREEMPTION} from the given PriorityClass name"
    );
    Some(("preemptionPolicy", preemption, reason))
}
