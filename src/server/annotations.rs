//! Annotations of pods that the server reads: mirror pods, deletion cost, and
//! the seccomp and AppArmor profiles of old.

use super::at::At;
use super::pod;
use super::report::Api;

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const MIRROR: &str = "kubernetes.io/config.mirror";

/// Annotations of a Pod (`holder` is its metadata) or of a template, whose
/// annotations the server reports beside its metadata.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, holder: At<'a>, spec: At<'a>, is_pod: bool) {
    let notes = if is_pod {
        holder.get("annotations")
    } else {
        let written = holder.at(["metadata", "annotations"]);
        holder.get("annotations").showing(written)
    };
    for (key, note) in notes.entries() {
        let value = note.str();
        if key == MIRROR && spec.str_of("nodeName").is_empty() {
            let detail = "must set spec.nodeName if mirror pod annotation is set";
            api.invalid_text(note, value, detail);
        }
        if key == DELETION_COST && !is_deletion_cost(value) {
            api.invalid_text(note, value, "must be a 32bit integer");
        }
        if key == SECCOMP_POD || key.starts_with(SECCOMP) {
            // The server writes this key as if it were a field.
            seccomp(api, notes.named(key).showing(note), value);
        }
        if let Some(container) = key.strip_prefix(APP_ARMOR) {
            if !pod::containers(spec)
                .iter()
                .any(|it| it.str_of("name") == container)
            {
                api.invalid_text(note, container, "container not found");
            }
            let known = matches!(value, "" | "runtime/default" | "unconfined");
            if !known && !value.starts_with("localhost/") {
                let detail = format!("invalid AppArmor profile name: {value:?}");
                api.invalid_text(note, value, &detail);
            }
        }
    }
}

/// A 32-bit integer as the server writes it: no plus sign, no leading zero.
fn is_deletion_cost(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let plain =
        digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    plain && value.parse::<i32>().is_ok()
}

fn seccomp<'a>(api: &mut Api<'a, '_>, at: At<'a>, value: &str) {
    if matches!(value, "runtime/default" | "docker/default" | "unconfined") {
        return;
    }
    match value.strip_prefix("localhost/") {
        None => api.invalid_text(at, value, "must be a valid seccomp profile"),
        Some(path) if path.starts_with('/') => {
            api.invalid_text(at, path, "must be a relative path");
        }
        Some(path) if path.split('/').any(|part| part == "..") => {
            api.invalid_text(at, path, "must not contain '..'");
        }
        Some(_) => {}
    }
}

/// An annotation and the field that replaced it must say the same.
pub(super) fn match_fields<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, spec: At<'a>) {
    let notes = metadata.get("annotations");
    if notes.is_empty() {
        return;
    }
    let find = |start: &str, name: &str| {
        let mut all = notes.entries();
        let found = all.find(|(key, _)| key.strip_prefix(start) == Some(name));
        found.map(|(_, note)| note.str())
    };
    let pod = spec.get("securityContext");
    if let Some(note) = find(SECCOMP_POD, "") {
        one(api, pod.get("seccompProfile"), None, note, "seccomp");
    }
    for container in pod::containers(spec) {
        let name = container.str_of("name");
        let own = container.get("securityContext");
        if let Some(note) = find(SECCOMP, name) {
            one(api, own.get("seccompProfile"), None, note, "seccomp");
        }
        if spec.at(["os", "name"]).str() == "windows" {
            continue;
        }
        if let Some(note) = find(APP_ARMOR, name) {
            let field = own.get("appArmorProfile");
            let inherited = Some(pod.get("appArmorProfile")).filter(|_| !field.is_set());
            one(api, field, inherited, note, "apparmor");
        }
    }
}

fn one<'a>(api: &mut Api<'a, '_>, at: At<'a>, inherited: Option<At<'a>>, note: &str, what: &str) {
    let profile = inherited.unwrap_or(at);
    if !profile.is_set() {
        return;
    }
    let wrong_type = match profile.str_of("type") {
        "Unconfined" => note != "unconfined",
        "RuntimeDefault" => {
            note != "runtime/default" && !(what == "seccomp" && note == "docker/default")
        }
        "Localhost" => match note.strip_prefix("localhost/") {
            None => true,
            Some(path) => {
                let said = profile.get("localhostProfile");
                if said.written() != Some(path) {
                    let detail = format!("{what} profile in annotation and field must match");
                    api.forbidden(at.get("localhostProfile"), &detail);
                }
                false
            }
        },
        _ => false,
    };
    if wrong_type {
        let detail = format!("{what} type in annotation and field must match");
        api.forbidden(at.get("type"), &detail);
    }
}
