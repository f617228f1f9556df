//! Pods: nearly everything stays as it is.

use super::super::at::At;
use super::super::report::Api;
use super::{Update, shapes};
use crate::same::Change;

const DETAIL: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const MIRROR: &str = "kubernetes.io/config.mirror";
/// `activeDeadlineSeconds` fits into an `int32`.
const LONGEST: i64 = 2_147_483_647;

/// Takes back what the server says of a Pod on creation only.
pub(super) fn forgive<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let spec = update.new.get("spec");
    api.withdraw(0, spec.get("ephemeralContainers"));
}

pub(super) fn transitions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    annotations(update, api);
    for key in ["containers", "initContainers"] {
        let (was, is) = update.both(["spec", key]);
        if was.len() != is.len() {
            return api.forbidden(is, "pod updates may not add or remove containers");
        }
        for container in is.items() {
            let image = container.get("image");
            if image.text() == Some("") {
                api.required(image, "");
            } else if image.str().trim() != image.str() {
                let detail = "must not have leading or trailing whitespace";
                api.invalid_text(image, image.str(), detail);
            }
        }
    }
    if !deadline(update, api) {
        return;
    }
    tolerations(update, api);
    gates(update, api);
    let gated = !update.old.at(["spec", "schedulingGates"]).is_empty();
    if gated {
        placement(update, api);
    }
    let fixed = update.changes.iter().filter(|it| {
        let path = it.path.strip_prefix("spec.").unwrap_or_default();
        let placed = gated && path == "affinity" && is_node_affinity(it);
        !path.is_empty() && !placed && !may_change(path, gated)
    });
    // A Pod without resources of its own keeps those that it has.
    let mut fixed = fixed.filter(|it| it.path != "spec.resources" || it.new.is_some());
    if let Some(first) = fixed.next() {
        api.forbidden(update.pointing(update.new.get("spec"), [first]), DETAIL);
    }
}

fn may_change(path: &str, gated: bool) -> bool {
    let field = path.split(['.', '[']).next().unwrap_or_default();
    match field {
        "activeDeadlineSeconds" | "tolerations" | "schedulingGates" => true,
        "containers" | "initContainers" => {
            let rest = path.split_once("].").map_or("", |it| it.1);
            rest == "image"
        }
        "nodeSelector" => gated,
        "affinity" => gated && path.starts_with("affinity.nodeAffinity"),
        _ => false,
    }
}

/// Whether the affinity that comes or goes is one to nodes alone.
fn is_node_affinity(change: &Change<'_>) -> bool {
    let has = |key: &str| {
        let mut sides = change.old.iter().chain(&change.new);
        sides.any(|it| it.get(key).is_some_and(|it| !it.is_null()))
    };
    has("nodeAffinity") && !has("podAffinity") && !has("podAntiAffinity")
}

fn annotations<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["metadata", "annotations"]);
    let what = |key: &str| match key {
        MIRROR => Some("mirror pod annotation"),
        _ if key.starts_with(APP_ARMOR) => Some("AppArmor annotations"),
        _ => None,
    };
    for (key, value) in was.entries() {
        let now = is.keyed(key);
        if let Some(what) = what(key)
            && (!now.is_set() || now.str() != value.str())
        {
            api.forbidden(now, &format!("may not remove or update {what}"));
        }
    }
    for (key, at) in is.entries() {
        if let Some(what) = what(key)
            && !was.keyed(key).is_set()
        {
            api.forbidden(at, &format!("may not add {what}"));
        }
    }
}

/// False where the server looks no further.
fn deadline<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) -> bool {
    let (was, is) = update.both(["spec", "activeDeadlineSeconds"]);
    match (was.int(), is.int()) {
        (_, Some(now)) if !(0..=LONGEST).contains(&now) => {
            let detail = format!("must be between 0 and {LONGEST}, inclusive");
            api.invalid(is, now, &detail);
            return false;
        }
        (Some(before), Some(now)) if before < now => {
            api.invalid(is, now, "must be less than or equal to previous value");
            return false;
        }
        (Some(_), None) => {
            let detail = "must not update from a positive integer to nil value";
            api.invalid(is, "null", detail);
        }
        _ => {}
    }
    true
}

fn tolerations<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "tolerations"]);
    let same = |one: At<'a>, other: At<'a>| {
        let fields = ["key", "operator", "value", "effect"];
        fields
            .iter()
            .all(|key| one.str_of(key) == other.str_of(key))
    };
    let kept = |old: At<'a>| is.items().any(|new| same(old, new));
    if !was.items().all(kept) {
        let detail = "existing toleration can not be modified except its tolerationSeconds";
        api.forbidden(is, detail);
    }
}

fn gates<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "schedulingGates"]);
    for gate in is.items() {
        let name = gate.str_of("name");
        if !was.items().any(|it| it.str_of("name") == name) {
            let detail =
                format!("only deletion is allowed, but found new scheduling gate '{name}'");
            api.forbidden(gate.get("name"), &detail);
        }
    }
}

/// Where a Pod that waits at a gate may go can only be narrowed.
fn placement<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "nodeSelector"]);
    let kept = |(key, value): (&'a str, At<'a>)| {
        let now = is.keyed(key);
        now.is_set() && now.str() == value.str()
    };
    if !was.entries().all(kept) {
        let detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        api.invalid_node(is, detail);
    }
    let (was, is) = update.both([
        "spec",
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    ]);
    if was.is_empty() || !update.changed("spec.affinity") {
        return;
    }
    if was.len() != is.len() {
        let detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        return api.invalid_object(is, &shapes::NODE_TERMS, detail);
    }
    for (old, new) in was.items().zip(is.items()) {
        let lists = ["matchExpressions", "matchFields"];
        let kept = lists.iter().all(|key| {
            let raw = |it: At<'a>| it.node().map(|it| it.raw());
            let mut pairs = old.items_of(key).zip(new.items_of(key));
            old.get(key).len() <= new.get(key).len() && pairs.all(|(a, b)| raw(a) == raw(b))
        });
        if !kept {
            let detail = "only additions are allowed (no mutations or deletions)";
            api.invalid_object(new, &shapes::NODE_TERM, detail);
        }
    }
}
