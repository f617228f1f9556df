//! Volumes and claims.

use super::super::at::At;
use super::super::report::Api;
use super::{Update, shapes, source};
use crate::kube::quantity::Quantity;
use crate::parse::Node;
use crate::same::{self, Change};

/// From this minor on a claim may be made smaller again, as long as it is larger
/// than what it has got.
const RECOVERS: u8 = 32;
const CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// A claim counts as bound, with the capacity that it asked for.
pub(super) fn claim<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["metadata", "annotations"]);
    let (old_note, new_note) = (was.keyed(CLASS), is.keyed(CLASS));
    let (old_class, new_class) = update.both(["spec", "storageClassName"]);
    let named = !old_class.is_set() && new_class.is_set();
    let from_note = named && old_note.is_set() && new_class.str() == old_note.str();
    let upgraded = from_note && (!new_note.is_set() || new_note.str() == old_note.str());
    if !upgraded && old_note.str() != new_note.str() {
        let at = is.get(CLASS).showing(new_note);
        api.invalid_text(at, new_note.str(), "field is immutable");
    }
    let class_may = upgraded || named && (!old_note.is_set() || from_note);
    let volume_may = update.old.at(["spec", "volumeName"]).str().is_empty();
    let is_moved = source::is_moved(update);
    let mut fixed = update.changes.iter().filter(|it| {
        let Some(path) = it.path.strip_prefix("spec.") else {
            return false;
        };
        match path {
            _ if path.starts_with("dataSource") => is_moved,
            "resources.requests[storage]" => {
                !update.new.at(["spec", "resources", "requests"]).is_set()
            }
            "volumeName" => !volume_may,
            "storageClassName" => !class_may,
            "volumeAttributesClassName" => false,
            _ => true,
        }
    });
    let first = fixed.next();
    if is_moved || first.is_some() {
        let detail = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
        api.forbidden(update.pointing(update.new.get("spec"), first), detail);
    }
    size(update, api);
    volume_mode(update, api);
    source::check(update, api);
}

fn size<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    const KEYS: [&str; 4] = ["spec", "resources", "requests", "storage"];
    let (was, is) = update.both(KEYS);
    let amount = |at: At<'a>| at.quantity().or_else(|| Quantity::parse_field("0").ok());
    if amount(is) >= amount(was) {
        return;
    }
    let detail = if api.since(RECOVERS) {
        "field can not be less than status.capacity"
    } else {
        "field can not be less than previous value"
    };
    api.forbidden(is, detail);
}

/// The server leaves `spec` out of the path.
fn volume_mode<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    if update.changed("spec.volumeMode") {
        let at = update.new.at(["spec", "volumeMode"]);
        let text = if at.is_set() { at.str() } else { "Filesystem" };
        let at = update.new.get("volumeMode").showing(at);
        api.invalid_text(at, text, "field is immutable");
    }
}

/// Whether a label is asked for by its new name. One that has none may go.
fn is_renamed_label<'a>(change: &Change<'a>) -> bool {
    let text = |node: Option<Node<'a>>| node.and_then(Node::as_str).unwrap_or_default();
    let new = match text(change.old) {
        "beta.kubernetes.io/arch" => "kubernetes.io/arch",
        "beta.kubernetes.io/os" => "kubernetes.io/os",
        "beta.kubernetes.io/instance-type" => "node.kubernetes.io/instance-type",
        "failure-domain.beta.kubernetes.io/region" => "topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone" => "topology.kubernetes.io/zone",
        _ => "",
    };
    change.path.ends_with("].key") && text(change.new) == new
}

/// Fields of a volume's spec that are not sources.
const NO_SOURCES: [&str; 9] = [
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
];

pub(super) fn volume<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    const SECRET: &str = "csi.controllerExpandSecretRef";
    let mut fixed = update.changes.iter().filter(|it| {
        let Some(path) = it.path.strip_prefix("spec.") else {
            return false;
        };
        let field = path.split(['.', '[']).next().unwrap_or_default();
        let added = path == SECRET && it.old.is_none();
        !NO_SOURCES.contains(&field) && !added
    });
    if let Some(first) = fixed.next() {
        let spec = update.new.get("spec");
        let at = update.pointing(spec, [first]);
        let at = spec.get("persistentvolumesource").showing(at);
        api.forbidden(
            at,
            "spec.persistentvolumesource is immutable after creation",
        );
    }
    volume_mode(update, api);
    let (was, is) = update.both(["spec", "nodeAffinity"]);
    let changes = same::at(update.changes, "spec.nodeAffinity");
    if was.is_set() && !changes.into_iter().all(is_renamed_label) {
        let at = update.new.get("nodeAffinity").showing(is);
        let detail = "field is immutable, except for updating from beta label to GA";
        api.invalid_object(at, &shapes::AFFINITY, detail);
    }
    let (was, is) = update.both(["spec", "volumeAttributesClassName"]);
    if was.is_set() && !is.is_set() {
        api.forbidden(is, "update from non-nil value to nil is forbidden");
    }
}
