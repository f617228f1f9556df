//! Environment variables of a container.

use super::at::At;
use super::projected;
use super::report::{Api, NameCheck};
use super::security::no_backsteps;
use crate::kube::names;

/// From this minor on variables come from files, too.
const FROM_FILES: u8 = 35;

/// Where the value of a variable may come from.
const SOURCES: [&str; 5] = [
    "fieldRef",
    "resourceFieldRef",
    "configMapKeyRef",
    "secretKeyRef",
    "fileKeyRef",
];

fn name_check(api: &Api<'_, '_>, name: At<'_>) -> NameCheck {
    // Of a name that every release takes none is asked.
    if names::env_var_name(name.str()).is_err() && api.since(32) {
        names::env_var_name_relaxed
    } else {
        names::env_var_name
    }
}

pub(super) fn check<'a>(api: &mut Api<'a, '_>, container: At<'a>) {
    for variable in container.items_of("env") {
        let name = variable.get("name");
        api.required_name(name, name_check(api, name));
        if variable.has("valueFrom") {
            value_from(api, variable);
        }
    }
    let all = container.get("envFrom");
    for source in all.items() {
        let prefix = source.get("prefix");
        api.named_if_set(prefix, name_check(api, prefix));
        let mut count = 0;
        for (_, one) in source.set(["configMapRef", "secretRef"]) {
            count += 1;
            let name = one.get("name");
            if api.required_text(name) {
                let masked = names::generate_name_masked(name.str());
                api.faults(name, name.str(), names::dns_subdomain(&masked));
            }
        }
        let detail = match count {
            0 => "must specify one of: `configMapRef` or `secretRef`",
            1 => continue,
            _ => "may not have more than one field specified at a time",
        };
        api.invalid_text(all, "", detail);
    }
}

fn value_from<'a>(api: &mut Api<'a, '_>, variable: At<'a>) {
    let at = variable.get("valueFrom");
    let mut count = 0;
    for (key, one) in at.set(SOURCES) {
        // The release before reads the key of a file, and drops it.
        if key == "fileKeyRef" && !api.since(FROM_FILES) {
            continue;
        }
        count += 1;
        match key {
            "fieldRef" => projected::env_field(api, one),
            "resourceFieldRef" => projected::resource_ref(api, one, false),
            "fileKeyRef" => file_key(api, one),
            _ => {
                api.named(one.get("name"), names::dns_subdomain);
                api.required_name(one.get("key"), names::config_map_key);
            }
        }
    }
    let detail = if count == 0 {
        if api.since(FROM_FILES) {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        } else {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        }
    } else if !variable.str_of("value").is_empty() {
        "may not be specified when `value` is not empty"
    } else if count > 1 {
        "may not have more than one field specified at a time"
    } else {
        return;
    };
    api.invalid_text(at, "", detail);
}

fn file_key<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.required_name(at.get("key"), names::env_var_name_relaxed);
    api.required_name(at.get("volumeName"), names::dns_label);
    let path = at.get("path");
    if api.required_text(path) {
        no_backsteps(api, path, path.str());
    }
}

/// Variables that come from files need a volume that a container can write.
pub(super) fn file_volumes<'a>(api: &mut Api<'a, '_>, spec: At<'a>, containers: &[At<'a>]) {
    for container in containers {
        for variable in container.items_of("env") {
            let file = variable.at(["valueFrom", "fileKeyRef"]);
            if !file.is_set() || !api.since(FROM_FILES) {
                continue;
            }
            let at = file.get("volumeName");
            let mut volumes = spec.items_of("volumes");
            match volumes.find(|it| it.str_of("name") == at.str()) {
                None => api.not_found(at, at.str(), ""),
                Some(volume) if is_empty_dir(volume) => {}
                Some(_) => {
                    let detail = "referenced volume must be of type emptyDir";
                    api.invalid_text(at, at.str(), detail);
                }
            }
        }
    }
}

/// A volume without any source is defaulted to an empty directory.
fn is_empty_dir(volume: At<'_>) -> bool {
    volume.has("emptyDir") || volume.len() <= 1
}
