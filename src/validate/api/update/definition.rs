//! CustomResourceDefinitions: what is stored under them stays reachable.

use super::super::report::Api;
use super::Update;

const APPROVAL: &str = "api-approved.kubernetes.io";

/// Takes back what the server says on creation only, or of what it has filled in.
pub(super) fn forgive<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    api.withdraw(0, update.new.at(["status", "storedVersions"]));
    let (was, is) = update.both(["metadata", "annotations"]);
    let approval = is.keyed(APPROVAL);
    if was.keyed(APPROVAL).str() == approval.str() {
        api.withdraw(0, approval);
    }
    let (was, is) = update.both(["spec", "names"]);
    for key in ["singular", "listKind"] {
        if !was.get(key).is_set() && !is.get(key).is_set() {
            api.withdraw(0, is.get(key));
        }
    }
}

/// Whether its scope and kind may still change depends on what the server has
/// made of it; its group and the plural of its name never change.
pub(super) fn transitions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    update.immutable(api, ["spec", "group"]);
    update.immutable(api, ["spec", "names", "plural"]);
    let (was, is) = update.both(["spec", "versions"]);
    let stored = was.items().find(|it| it.get("storage").is_true());
    let Some(stored) = stored else { return };
    let name = stored.get("name").str();
    if is.items().any(|it| it.get("name").str() == name) {
        return;
    }
    let at = update.new.at(["status", "storedVersions"]).keyed("0");
    let detail = format!(
        "missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions"
    );
    api.invalid_text(at.showing(is), name, &detail);
}
