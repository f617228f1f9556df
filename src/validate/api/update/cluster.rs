//! Kinds that the components of a cluster write: what they were once told stays.

use super::super::at::At;
use super::super::report::Api;
use super::{Update, fixed};

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
            // What a capacity may be like is not asked again.
            let (was, is) = update.both(["spec", "devices"]);
            for (index, (old, new)) in was.items().zip(is.items()).enumerate() {
                let is_same = old.get("name").str() == new.get("name").str();
                if is_same && !update.changed(&format!("spec.devices[{index}].capacity")) {
                    api.withdraw_below(0, new.get("capacity"));
                }
            }
        }
        // Of a claim that may not change no more is said.
        ("resource.k8s.io", "ResourceClaim") if update.changed("spec") && api.since(35) => {
            api.withdraw_below(0, update.new.get("spec"));
        }
        ("storage.k8s.io", "VolumeAttachment") if !api.since(36) => {
            let spec = update.new.get("spec");
            let attacher = spec.get("attacher");
            api.withdraw(0, attacher);
            api.required_text(attacher);
            let name = spec.at(["source", "persistentVolumeName"]);
            if !name.str().is_empty() {
                api.withdraw(0, name);
            }
        }
        ("apps", "ControllerRevision") => api.withdraw(0, update.new.get("data")),
        ("networking.k8s.io", "ServiceCIDR") if !is_widened(update) => {
            api.withdraw_below(0, update.new.at(["spec", "cidrs"]));
        }
        _ => {}
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
        return fixed(api, is);
    }
    for (old, new) in was.items().zip(is.items()) {
        if old.str() != new.str() {
            fixed(api, new);
        }
    }
}

/// A driver may not be described otherwise; it may come and go.
pub(super) fn csi_node<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "drivers"]);
    let texts = |at: At<'a>| at.strings().collect::<Vec<_>>();
    for old in was.items() {
        let name = old.get("name").str();
        for new in is.items().filter(|it| it.get("name").str() == name) {
            let is_same = old.get("nodeID").str() == new.get("nodeID").str()
                && texts(old.get("topologyKeys")) == texts(new.get("topologyKeys"));
            let count = |it: At<'a>| it.at(["allocatable", "count"]).int();
            let counts_alike = count(old) == count(new);
            if !is_same || !counts_alike && !api.since(COUNTS_AGAIN) {
                fixed(api, is.showing(new));
            }
        }
    }
}

pub(super) fn node<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = (update.old.get("spec"), update.new.get("spec"));
    let before = ranges(was);
    if !before.is_empty() && before != ranges(is) {
        let detail = "node updates may not change podCIDR except from \"\" to valid";
        api.forbidden(is.get("podCIDRs"), detail);
    }
    let (old, new) = (was.get("providerID").str(), is.get("providerID"));
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
fn ranges(spec: At<'_>) -> Vec<&str> {
    let single = spec.get("podCIDR").str();
    let list: Vec<&str> = spec.get("podCIDRs").strings().collect();
    if !single.is_empty() && list.first() != Some(&single) {
        return vec![single];
    }
    list
}

/// All but its series: the field, and how the server names it.
pub(super) fn event<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    for (key, named) in [
        ("regarding", "involvedObject"),
        ("reason", "reason"),
        ("note", "message"),
        ("deprecatedSource", "source"),
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
        ("type", "type"),
        ("eventTime", "eventTime"),
        ("action", "action"),
        ("related", "related"),
        ("reportingController", "reportingController"),
        ("reportingInstance", "reportingInstance"),
    ] {
        if update.changed(key) {
            fixed(api, update.new.get(named).showing(update.new.get(key)));
        }
    }
}
