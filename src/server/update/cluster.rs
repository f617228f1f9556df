//! Kinds that the components of a cluster write: what they were once told stays.

use super::super::at::At;
use super::super::report::Api;
use super::super::volume;
use super::{Shown, Update, fixed, shapes};

/// From this minor on a node may report another number of volumes.
const COUNTS_AGAIN: u8 = 35;
/// From this minor on it is the schema that holds a node to its provider.
const PROVIDER_BY_SCHEMA: u8 = 37;

/// Takes back what the server does not look at, because it keeps what was there.
pub(super) fn forgive<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let resource = api.resource;
    match (resource.group(), resource.kind) {
        ("certificates.k8s.io", "CertificateSigningRequest") => {
            api.withdraw_below(0, update.new.get("spec"));
        }
        ("resource.k8s.io", "ResourceSlice") => {
            keep_capacities(update, api);
        }
        ("resource.k8s.io", "ResourceClaim") => {
            // Of a claim that may not change no more is said.
            if update.changed("spec") && api.since(35) {
                api.withdraw_below(0, update.new.get("spec"));
            }
        }
        ("storage.k8s.io", "VolumeAttachment") => attachment(update, api),
        ("events.k8s.io", "Event") => {
            // What is said of a new one is left to what may not change.
            const KEYS: [&str; 6] = [
                "eventTime",
                "type",
                "firstTimestamp",
                "lastTimestamp",
                "count",
                "source",
            ];
            for key in KEYS {
                api.withdraw(0, update.new.get(key));
            }
        }
        ("resource.k8s.io", "ResourcePoolStatusRequest") => {
            api.withdraw_below(0, update.new.get("spec"));
        }
        ("lifecycle.k8s.io", "EvictionRequest") => {
            api.withdraw_below(0, update.new.at(["spec", "target"]));
            let requester = update.new.at(["spec", "requester"]);
            if !requester.str().is_empty() {
                api.withdraw(0, requester);
            }
        }
        ("apps", "ControllerRevision") => api.withdraw(0, update.new.get("data")),
        ("networking.k8s.io", "ServiceCIDR") if !is_widened(update) => {
            api.withdraw_below(0, update.new.at(["spec", "cidrs"]));
        }
        _ => {}
    }
}

/// What a capacity may be like is not asked again.
fn keep_capacities<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "devices"]);
    for (index, (old, new)) in was.items().zip(is.items()).enumerate() {
        let is_same = old.str_of("name") == new.str_of("name");
        if is_same && !update.changed(&format!("spec.devices[{index}].capacity")) {
            api.withdraw_below(0, new.get("capacity"));
        }
    }
}

/// What attaches, and what is attached: of a new one the schema asks more.
fn attachment<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let spec = update.new.get("spec");
    let (attacher, source) = (spec.get("attacher"), spec.get("source"));
    api.withdraw(0, attacher);
    if api.since(36) {
        return volume::csi_driver(api, attacher);
    }
    api.required_text(attacher);
    let name = source.get("persistentVolumeName");
    api.withdraw(0, name);
    let is_alone = name.is_set() && !source.has("inlineVolumeSpec");
    if is_alone && name.str().is_empty() {
        api.required(name, "must specify non empty persistentVolumeName");
    }
}

/// A range of one family may be given a second one of the other.
fn is_widened(update: &Update<'_, '_>) -> bool {
    let (was, is) = update.both(["spec", "cidrs"]);
    was.len() == 1 && is.len() == 2
}

pub(super) fn service_cidr<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "cidrs"]);
    if was.len() != is.len() && !is_widened(update) {
        return fixed(api, is, &Shown::PLAIN);
    }
    for (old, new) in was.items().zip(is.items()) {
        if old.str() != new.str() {
            fixed(api, new, &Shown::PLAIN);
        }
    }
}

/// A driver may not be described otherwise; it may come and go.
pub(super) fn csi_node<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "drivers"]);
    let texts = |at: At<'a>| at.strings().collect::<Vec<_>>();
    for old in was.items() {
        let name = old.str_of("name");
        for new in is.items().filter(|it| it.str_of("name") == name) {
            let is_same = old.str_of("nodeID") == new.str_of("nodeID")
                && texts(old.get("topologyKeys")) == texts(new.get("topologyKeys"));
            let counts = |it: At<'a>| it.has("allocatable");
            let count = |it: At<'a>| it.at(["allocatable", "count"]).int();
            let counts_alike = count(old) == count(new) && counts(old) == counts(new);
            if !is_same || !counts_alike && !api.since(COUNTS_AGAIN) {
                let form = match api.since(COUNTS_AGAIN) {
                    true => Shown::Of(&shapes::DRIVER_WITHOUT_COUNT),
                    false => Shown::Of(&shapes::DRIVER),
                };
                fixed(api, is.showing(new), &form);
            }
        }
    }
}

pub(super) fn node<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = (update.old.get("spec"), update.new.get("spec"));
    let before = ranges(was, None);
    // The server fills in the single range, which stays.
    let kept = before.first().copied();
    let kept = kept.filter(|_| !was.has("podCIDR") && !update.is_gone(["spec"]));
    if !before.is_empty() && before != ranges(is, kept) {
        let detail = "node updates may not change podCIDR except from \"\" to valid";
        api.forbidden(is.get("podCIDRs"), detail);
    }
    let (old, new) = (was.str_of("providerID"), is.get("providerID"));
    if old.is_empty() || new.str() == old {
    } else if !api.since(PROVIDER_BY_SCHEMA) {
        let detail = "node updates may not change providerID except from \"\" to valid";
        api.forbidden(new, detail);
    } else if new.str().is_empty() {
        api.invalid(new, "null", "field cannot be cleared once set");
    } else {
        api.invalid(new, "null", "field cannot be modified once set");
    }
    if update.changed("spec.externalID") {
        api.forbidden(is.get("externalID"), "may not be updated");
    }
}

/// The ranges of a node: one that is not the first of the list stands for all.
fn ranges<'a>(spec: At<'a>, kept: Option<&'a str>) -> Vec<&'a str> {
    let single = spec.get("podCIDR").written().or(kept).unwrap_or_default();
    let list: Vec<&str> = spec.get("podCIDRs").strings().collect();
    if !single.is_empty() && list.first() != Some(&single) {
        return vec![single];
    }
    list
}

/// All but its series: the field, and how the server names it.
pub(super) fn event<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    const TEXT: Shown = Shown::Text("");
    const OBJECT: Shown = Shown::Of(&shapes::REFERENCE);
    const ABOUT: Shown = Shown::Whole(&shapes::REFERENCE);
    for (key, named, form) in [
        ("regarding", "involvedObject", ABOUT),
        ("reason", "reason", TEXT),
        ("note", "message", TEXT),
        ("deprecatedSource", "source", Shown::PLAIN),
        ("deprecatedFirstTimestamp", "firstTimestamp", Shown::PLAIN),
        ("deprecatedLastTimestamp", "lastTimestamp", Shown::PLAIN),
        ("deprecatedCount", "count", Shown::PLAIN),
        ("type", "type", TEXT),
        ("eventTime", "eventTime", Shown::PLAIN),
        ("action", "action", TEXT),
        ("related", "related", OBJECT),
        ("reportingController", "reportingController", TEXT),
        ("reportingInstance", "reportingInstance", TEXT),
    ] {
        if update.changed(key) {
            let at = update.new.get(named).showing(update.new.get(key));
            fixed(api, at, &form);
        }
    }
}
