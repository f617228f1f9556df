//! Security contexts of pods and containers.

use super::at::At;
use super::report::Api;
use super::shape;
use crate::kube::go::Quoted;
use crate::kube::names;

const MAX_ID: i64 = 2_147_483_647;
const WINDOWS: &str = "cannot be set for a windows pod";

/// A user or group id.
fn ids<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.within(at, 0, MAX_ID);
}

/// `spec.securityContext`.
pub(super) fn pod<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let at = spec.get("securityContext");
    if !at.is_set() {
        return;
    }
    for key in ["fsGroup", "runAsUser", "runAsGroup"] {
        ids(api, at.get(key));
    }
    for group in at.items_of("supplementalGroups") {
        ids(api, group);
    }
    sysctls(api, spec, at.get("sysctls"));
    api.one_of_if_set(at.get("fsGroupChangePolicy"), &["Always", "OnRootMismatch"]);
    seccomp(api, at.get("seccompProfile"));
    windows_options(api, at.get("windowsOptions"));
    app_armor(api, at.get("appArmorProfile"));
    api.one_of_if_set(at.get("supplementalGroupsPolicy"), &["Merge", "Strict"]);
    let relabels = at.get("seLinuxChangePolicy");
    if relabels.is_set() {
        let all = ["Recursive", "MountOption"];
        if api.since(37) {
            api.one_of_if_set(relabels, &["MountOption", "Recursive"]);
        } else if api.since(33) {
            api.one_of_if_set(relabels, &all[..1]);
        }
    }
}

fn sysctls<'a>(api: &mut Api<'a, '_>, spec: At<'a>, sysctls: At<'a>) {
    let mut seen: Vec<&str> = Vec::new();
    for sysctl in sysctls.items() {
        let at = sysctl.get("name");
        let name = at.str();
        if name.is_empty() {
            api.required(at, "");
        } else if !is_sysctl(name) {
            api.invalid_text(at, name, "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
        } else if seen.contains(&name) {
            api.duplicate(at, Quoted(name));
        }
        seen.push(name);
        let plain = name.replace('/', ".");
        let of_ipc = plain.starts_with("kernel.shm")
            || plain.starts_with("kernel.msg")
            || plain == "kernel.sem"
            || plain.starts_with("fs.mqueue.");
        if spec.is_on("hostNetwork") && plain.starts_with("net.") {
            api.invalid_text(at, name, "may not be specified when 'hostNetwork' is true");
        } else if spec.is_on("hostIPC") && of_ipc {
            api.invalid_text(at, name, "may not be specified when 'hostIPC' is true");
        }
    }
}

fn is_sysctl(name: &str) -> bool {
    let edge = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.len() <= 253
        && name.split(['.', '/']).all(|part| {
            let bytes = part.as_bytes();
            bytes.first().is_some_and(|b| edge(*b))
                && bytes.last().is_some_and(|b| edge(*b))
                && bytes.iter().all(|b| edge(*b) || matches!(b, b'-' | b'_'))
        })
}

fn seccomp<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if !at.is_set() {
        return;
    }
    let kind = at.get("type");
    if kind.text() == Some("") {
        api.required(kind, "type is required when seccompProfile is set");
    } else {
        api.one_of_if_set(kind, &["Localhost", "RuntimeDefault", "Unconfined"]);
    }
    let profile = at.get("localhostProfile");
    if kind.str() != "Localhost" {
        if profile.is_set() {
            let detail = "can only be set when seccomp type is Localhost";
            api.invalid_shown(profile, at, &shape::PROFILE, detail);
        }
    } else if profile.is_set() {
        descending_path(api, profile);
    } else {
        api.required(profile, "must be set when seccomp type is Localhost");
    }
}

fn app_armor<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if !at.is_set() {
        return;
    }
    let (kind, profile) = (at.get("type"), at.get("localhostProfile"));
    match kind.text() {
        Some("Localhost") => {
            const NEEDED: &str = "must be set when AppArmor type is Localhost";
            let text = profile.str();
            if !profile.is_set() || text.is_empty() {
                api.required(profile, NEEDED);
            } else if text.trim() != text {
                api.invalid_text(profile, text, "must not be padded with whitespace");
            }
            if text.len() > 4095 {
                api.too_long(profile, 4095);
            }
        }
        Some("RuntimeDefault" | "Unconfined") => {
            if profile.is_set() {
                let detail = "can only be set when AppArmor type is Localhost";
                api.invalid_text(profile, profile.str(), detail);
            }
        }
        Some("") => api.required(kind, "type is required when appArmorProfile is set"),
        Some(_) => {
            api.one_of_if_set(kind, &["Localhost", "RuntimeDefault", "Unconfined"]);
        }
        None => {}
    }
}

/// `securityContext` of a container.
pub(super) fn container<'a>(api: &mut Api<'a, '_>, at: At<'a>, host_users: bool) {
    if !at.is_set() {
        return;
    }
    ids(api, at.get("runAsUser"));
    ids(api, at.get("runAsGroup"));
    let mount = at.get("procMount");
    api.one_of_if_set(mount, &["Default", "Unmasked"]);
    if host_users && mount.str() == "Unmasked" {
        api.invalid_text(
            mount,
            "Unmasked",
            "`hostUsers` must be false to use `Unmasked`",
        );
    }
    seccomp(api, at.get("seccompProfile"));
    if at.get("allowPrivilegeEscalation").bool() == Some(false) {
        if at.is_on("privileged") {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            api.invalid_object(at, &shape::SECURITY, detail);
        }
        let added = at.at(["capabilities", "add"]);
        if added.items().any(|it| it.str() == "CAP_SYS_ADMIN") {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            api.invalid_object(at, &shape::SECURITY, detail);
        }
    }
    windows_options(api, at.get("windowsOptions"));
    app_armor(api, at.get("appArmorProfile"));
}

fn windows_options<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let name = at.get("gmsaCredentialSpecName");
    if name.is_set() {
        api.named(name, names::dns_subdomain);
    }
    let spec = at.get("gmsaCredentialSpec");
    if spec.written() == Some("") {
        api.invalid_text(spec, "", "gmsaCredentialSpec cannot be an empty string");
    } else if spec.str().len() > 64 * 1024 {
        api.invalid_text(
            spec,
            spec.str(),
            "gmsaCredentialSpec size must be under 64 KiB",
        );
    }
    let user = at.get("runAsUserName");
    if let Some(text) = user.written() {
        windows_user(api, user, text);
    }
}

fn windows_user<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    if text.is_empty() {
        return api.invalid_text(at, text, "runAsUserName cannot be an empty string");
    }
    if text.bytes().any(|b| b.is_ascii_control()) {
        return api.invalid_text(at, text, "runAsUserName cannot contain control characters");
    }
    if text.matches('\\').count() > 1 {
        let detail = "runAsUserName cannot contain more than one backslash";
        return api.invalid_text(at, text, detail);
    }
    let (domain, user) = text
        .split_once('\\')
        .map_or((None, text), |(d, u)| (Some(d), u));
    if let Some(domain) = domain {
        if domain.len() >= 256 {
            let detail = "runAsUserName's Domain length must be under 256 characters";
            api.invalid_text(at, text, detail);
        }
        let odd = |c: char| "\\/:*?\"<>|".contains(c);
        let bios = !domain.is_empty()
            && domain.chars().count() <= 15
            && !domain.starts_with('.')
            && !domain.contains(odd);
        if !bios && names::dns_subdomain(&domain.to_ascii_lowercase()).is_err() {
            let detail = "runAsUserName's Domain doesn't match the NetBios nor the DNS format";
            api.invalid_text(at, text, detail);
        }
    }
    if user.is_empty() {
        api.invalid_text(at, text, "runAsUserName's User cannot be empty");
    } else if user.len() > 104 {
        let detail = "runAsUserName's User length must not be longer than 104 characters";
        api.invalid_text(at, text, detail);
    }
    if !user.is_empty() && user.chars().all(|c| matches!(c, '.' | ' ')) {
        let detail = "runAsUserName's User cannot contain only periods or spaces";
        api.invalid_text(at, text, detail);
    }
    if user.contains(|c| "\"/\\:;|=,+*?<>@[]".contains(c)) {
        let detail =
            "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]";
        api.invalid_text(at, text, detail);
    }
}

/// What `spec.os` forbids, and what the host namespaces do.
pub(super) fn operating_system<'a>(api: &mut Api<'a, '_>, spec: At<'a>, containers: &[At<'a>]) {
    let os = spec.get("os");
    if !os.is_set() {
        return;
    }
    match os.get("name").text() {
        Some("") => api.required(os.get("name"), ""),
        Some("linux") => {
            for holder in containers.iter().copied().chain([spec]) {
                let options = holder.at(["securityContext", "windowsOptions"]);
                if options.is_set() {
                    api.forbidden(options, "windows options cannot be set for a linux pod");
                }
            }
        }
        Some("windows") => windows(api, spec, containers),
        Some(name) => api.unsupported(os, name, &["linux", "windows"]),
        None => {}
    }
}

fn windows<'a>(api: &mut Api<'a, '_>, spec: At<'a>, containers: &[At<'a>]) {
    let context = spec.get("securityContext");
    for key in [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "fsGroup",
        "fsGroupChangePolicy",
        "sysctls",
        "runAsUser",
        "runAsGroup",
        "supplementalGroups",
        "supplementalGroupsPolicy",
        "seLinuxChangePolicy",
    ] {
        let at = context.get(key);
        if at.is_set() && (key != "sysctls" || !at.is_empty()) {
            api.forbidden(at, WINDOWS);
        }
    }
    for key in ["hostUsers", "shareProcessNamespace"] {
        if spec.has(key) {
            api.forbidden(spec.get(key), WINDOWS);
        }
    }
    for key in ["hostPID", "hostIPC"] {
        if spec.is_on(key) {
            api.forbidden(spec.get(key), WINDOWS);
        }
    }
    for container in containers {
        for key in [
            "appArmorProfile",
            "seLinuxOptions",
            "seccompProfile",
            "capabilities",
            "readOnlyRootFilesystem",
            "privileged",
            "allowPrivilegeEscalation",
            "procMount",
            "runAsUser",
            "runAsGroup",
        ] {
            let at = container.at(["securityContext", key]);
            if at.is_set() {
                api.forbidden(at, WINDOWS);
            }
        }
    }
}

/// HostProcess containers: all or none, and only on the host's network.
pub(super) fn host_process<'a>(api: &mut Api<'a, '_>, spec: At<'a>, containers: &[At<'a>]) {
    const PATH: [&str; 3] = ["securityContext", "windowsOptions", "hostProcess"];
    let pod = spec.at(PATH).bool();
    let mut count = 0;
    for container in containers {
        let own = container.at(PATH);
        if let (Some(pod), Some(value)) = (pod, own.bool())
            && pod != value
        {
            let detail =
                format!("pod hostProcess value must be identical if both are specified, was {pod}");
            api.invalid(own, value, &detail);
        }
        count += usize::from(own.bool().or(pod) == Some(true));
    }
    if count == 0 {
        return;
    }
    if count != containers.len() {
        let detail = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        api.invalid_text(spec, "", detail);
    }
    if !spec.is_on("hostNetwork") {
        let detail = "hostNetwork must be true if pod contains any hostProcess containers";
        api.invalid(spec.get("hostNetwork"), false, detail);
    }
}

/// A path that must stay below where it starts.
pub(super) fn descending_path<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if at.str().starts_with('/') {
        api.invalid_text(at, at.str(), "must be a relative path");
    }
    no_backsteps(api, at, at.str());
}

/// A path without `..`.
pub(super) fn no_backsteps<'a>(api: &mut Api<'a, '_>, at: At<'a>, path: &str) {
    if path.split('/').any(|part| part == "..") {
        api.invalid_text(at, path, "must not contain '..'");
    }
}

/// [`descending_path`] of a name that the kubelet does not keep for itself.
pub(super) fn free_path<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    descending_path(api, at);
    if at.str().starts_with("..") && !at.str().starts_with("../") {
        api.invalid_text(at, at.str(), "must not start with '..'");
    }
}
