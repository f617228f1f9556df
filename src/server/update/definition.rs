//! CustomResourceDefinitions: what is stored under them stays reachable.

use super::super::at::At;
use super::super::report::Api;
use super::{Shown, Update};
use crate::kube::go::Quoted;

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
        let gone = update.is_gone(["spec", "names", key]);
        if !was.has(key) && !is.has(key) && !gone {
            api.withdraw(0, is.get(key));
        }
    }
}

/// Whether its scope and kind may still change depends on what the server has
/// made of it; its group and the plural of its name never change.
pub(super) fn transitions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    update.immutable(api, ["spec", "group"], &Shown::Text(""));
    update.immutable(api, ["spec", "names", "plural"], &Shown::Text(""));
    stored(update, api);
}

/// The version that was stored, and the first that is to be, are noted.
fn stored<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = update.both(["spec", "versions"]);
    let chosen = |at: At<'a>| {
        let mut versions = at.items();
        versions.find(|it| it.is_on("storage"))
    };
    let Some(old) = chosen(was) else { return };
    let mut noted: Vec<&str> = vec![old.str_of("name")];
    if let Some(new) = chosen(is)
        && !noted.contains(&new.str_of("name"))
    {
        noted.push(new.str_of("name"));
    }
    let list = update.new.at(["status", "storedVersions"]);
    let mut missing = noted.clone();
    for version in is.items() {
        let name = version.str_of("name");
        let before = missing.len();
        missing.retain(|it| *it != name);
        if version.is_on("storage") && missing.len() == before {
            let names: Vec<String> = noted.iter().map(|it| Quoted(it).to_string()).collect();
            let detail = format!("must have the storage version {name}");
            let shown = format!("[{}]", names.join(","));
            api.invalid(list.showing(version), shown, &detail);
        }
    }
    for (key, name) in ["0", "1"].into_iter().zip(noted) {
        if missing.contains(&name) {
            let detail = format!(
                "missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions"
            );
            api.invalid_text(list.keyed(key).showing(is), name, &detail);
        }
    }
}
