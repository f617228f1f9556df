//! Containers of all sorts: ports, mounts, devices and restart rules.

use super::at::At;
use super::env;
use super::pod::PodContext;
use super::probe;
use super::report::Api;
use super::resources::{self, Owner};
use super::security::{self, descending_path};
use super::volume::Volumes;
use crate::kube::go::Quoted;
use crate::kube::names;
use crate::seen::Seen;

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];
/// This release alone reads restart policies of containers and drops them.
const RULES_DROPPED: u8 = 34;
const FOR_SIDECARS: &str = "may not be set for init containers without restartPolicy=Always";

/// `spec.containers`.
pub(super) fn apps<'a>(api: &mut Api<'a, '_>, scope: &PodContext<'a, '_>) {
    let all = scope.spec.get("containers");
    if all.is_empty() {
        return api.required(all, "");
    }
    let mut seen: Seen<&str> = Seen::new();
    let mut ports = Seen::new();
    for container in all.items() {
        common(api, container, scope);
        unique_name(api, container, &mut seen, true);
        probe::check(api, container, scope.grace, &scope.spec.get("os"));
        let policy = container.get("restartPolicy");
        if !policy.is_set() {
            api.from(35, |api| restart_policy(api, container));
        } else if api.since(35) {
            restart_policy(api, container);
        } else if !api.since(RULES_DROPPED) {
            api.forbidden(policy, "may not be set for non-init containers");
        }
    }
    for container in all.items() {
        host_ports(api, container, scope, &mut ports);
    }
}

/// `spec.initContainers`, sidecars among them.
pub(super) fn inits<'a>(api: &mut Api<'a, '_>, scope: &PodContext<'a, '_>) {
    if !scope.spec.has("initContainers") {
        return;
    }
    let apps = scope.spec.items_of("containers");
    let mut seen: Seen<&str> = apps.map(|it| it.str_of("name")).collect();
    for (index, container) in scope.spec.items_of("initContainers").enumerate() {
        common(api, container, scope);
        init_policy(api, container);
        unique_name(api, container, &mut seen, false);
        // The server looks at each init container alone, and calls it the first.
        let before = api.count();
        host_ports(api, container, scope, &mut Seen::new());
        if api.count() > before {
            let own = format!("initContainers[{index}]");
            api.rename(before, &own, "initContainers[0]");
        }
        if container.str_of("restartPolicy") == "Always" {
            probe::check(api, container, scope.grace, &scope.spec.get("os"));
            continue;
        }
        for key in [
            "lifecycle",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
        ] {
            let at = container.get(key);
            if at.is_set() && !(key == "lifecycle" && probe::is_signal_only(at)) {
                api.forbidden(at, FOR_SIDECARS);
            }
        }
        for resize in container.items_of("resizePolicy") {
            let at = resize.get("restartPolicy");
            if at.str() == "RestartContainer" {
                let detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
                api.invalid_text(at, at.str(), detail);
            }
        }
    }
}

/// Names are unique; the server minds two app containers without a name, but not
/// two init containers.
fn unique_name<'a>(
    api: &mut Api<'a, '_>,
    container: At<'a>,
    seen: &mut Seen<&'a str>,
    minds_empty: bool,
) {
    let at = container.get("name");
    if seen.contains(&at.str()) {
        api.duplicate(at, Quoted(at.str()));
    } else if minds_empty || !at.str().is_empty() {
        seen.push(at.str());
    }
}

/// What holds for every container.
pub(super) fn common<'a>(api: &mut Api<'a, '_>, container: At<'a>, scope: &PodContext<'a, '_>) {
    api.required_name(container.get("name"), names::dns_label);
    api.required_text(container.get("image"));
    let policies = ["File", "FallbackToLogsOnError"];
    api.one_of(container.get("terminationMessagePolicy"), "File", &policies);
    ports(api, container.get("ports"), scope);
    env::check(api, container);
    mounts(api, container, scope.volumes);
    devices(api, container, scope.volumes);
    let policies = ["Always", "IfNotPresent", "Never"];
    api.one_of(container.get("imagePullPolicy"), "Always", &policies);
    let defaulted = scope.is_pod;
    let at = container.get("resources");
    let claims = scope.spec.get("resourceClaims");
    resources::check(api, at, Owner::Container, defaulted, claims);
    resize(api, container.get("resizePolicy"), scope.restart);
    security::container(api, container.get("securityContext"), scope.host_users);
}

/// The host port as defaulted in a Pod on the host's network.
fn host_port(port: At<'_>, scope: &PodContext<'_, '_>) -> i64 {
    let written = port.int_of("hostPort").unwrap_or(0);
    if written == 0 && scope.is_pod && scope.host_network {
        return port.int_of("containerPort").unwrap_or(0);
    }
    written
}

fn ports<'a>(api: &mut Api<'a, '_>, ports: At<'a>, scope: &PodContext<'a, '_>) {
    let mut seen: Seen<&str> = Seen::new();
    for port in ports.items() {
        let at = port.get("name");
        let name = at.str();
        if !name.is_empty() {
            let result = names::port_name(name);
            if result.is_err() {
                api.faults(at, name, result);
            } else if seen.contains(&name) {
                api.duplicate(at, Quoted(name));
            } else {
                seen.push(name);
            }
        }
        let number = port.get("containerPort");
        match number.int() {
            Some(0) => api.required(number, ""),
            Some(value) => api.port_number(number, value),
            None if !number.is_set() => api.required(number, ""),
            None => {}
        }
        let host = host_port(port, scope);
        if host != 0 {
            api.port_number(port.get("hostPort"), host);
        }
        api.one_of(port.get("protocol"), "TCP", &PROTOCOLS);
        if scope.host_network && host != 0 && host != number.int().unwrap_or(0) {
            scope.mismatched_ports.set(true);
        }
    }
}

/// On the host's network a host port is the container port.
pub(super) fn network_ports<'a>(api: &mut Api<'a, '_>, scope: &PodContext<'a, '_>) {
    for container in scope.spec.items_of("containers") {
        for port in container.items_of("ports") {
            let host = host_port(port, scope);
            if host != 0 && host != port.int_of("containerPort").unwrap_or(0) {
                let detail = "must match `containerPort` when `hostNetwork` is true";
                api.invalid(port.get("hostPort"), host, detail);
            }
        }
    }
}

type HostPort<'a> = (&'a str, &'a str, i64);

fn host_ports<'a>(
    api: &mut Api<'a, '_>,
    container: At<'a>,
    scope: &PodContext<'a, '_>,
    taken: &mut Seen<HostPort<'a>>,
) {
    for port in container.items_of("ports") {
        let host = host_port(port, scope);
        if host == 0 {
            continue;
        }
        let protocol = port.get("protocol").written().filter(|it| !it.is_empty());
        let key = (protocol.unwrap_or("TCP"), port.str_of("hostIP"), host);
        if taken.contains(&key) {
            let shown = format!("{}/{}/{host}", key.0, key.1);
            api.duplicate(port.get("hostPort"), Quoted(&shown));
        } else {
            taken.push(key);
        }
    }
}

fn mounts<'a>(api: &mut Api<'a, '_>, container: At<'a>, volumes: &Volumes<'a>) {
    let all = container.get("volumeMounts");
    let devices = container.get("volumeDevices");
    let device_names: Seen<&str> = devices.items().map(|it| it.str_of("name")).collect();
    let device_paths: Seen<&str> = devices.items().map(|it| it.str_of("devicePath")).collect();
    let mut paths: Seen<&str> = Seen::new();
    for mount in all.items() {
        let (name, path) = (mount.get("name"), mount.get("mountPath"));
        api.required_text(name);
        if name.text().is_some() && !volumes.contains_key(name.str()) {
            api.not_found(name, name.str(), "");
        }
        api.required_text(path);
        if paths.contains(&path.str()) {
            api.invalid_text(path, path.str(), "must be unique");
        }
        paths.push(path.str());
        if device_names.contains(&name.str()) {
            api.invalid_text(name, name.str(), "must not already exist in volumeDevices");
        }
        if device_paths.contains(&path.str()) {
            let detail = "must not already exist as a path in volumeDevices";
            api.invalid_text(path, path.str(), detail);
        }
        let (sub, expression) = (mount.get("subPath"), mount.get("subPathExpr"));
        // The server leaves the index out of these paths.
        if !sub.str().is_empty() {
            descending_path(api, all.get("subPath").showing(sub));
        }
        if !expression.str().is_empty() {
            if !sub.str().is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                api.invalid_text(expression, expression.str(), detail);
            }
            descending_path(api, all.get("subPathExpr").showing(expression));
        }
        propagation(api, container, all, mount);
    }
}

fn propagation<'a>(api: &mut Api<'a, '_>, container: At<'a>, all: At<'a>, mount: At<'a>) {
    let own = mount.get("mountPropagation");
    let at = all.get("mountPropagation").showing(own);
    api.one_of_if_set(at, &["Bidirectional", "HostToContainer", "None"]);
    let privileged = container.at(["securityContext", "privileged"]).is_true();
    if own.str() == "Bidirectional" && !privileged {
        let detail = "Bidirectional mount propagation is available only to privileged containers";
        api.forbidden(at, detail);
    }
    let recursive = mount.get("recursiveReadOnly");
    let at = all.get("recursiveReadOnly").showing(recursive);
    api.one_of_if_set(at, &["Disabled", "Enabled", "IfPossible"]);
    if matches!(recursive.str(), "Enabled" | "IfPossible") {
        if !mount.is_on("readOnly") {
            api.forbidden(at, "may only be specified when readOnly is true");
        }
        if own.is_set() && own.str() != "None" {
            let detail = "may only be specified when mountPropagation is None or not specified";
            api.forbidden(at, detail);
        }
    }
}

fn devices<'a>(api: &mut Api<'a, '_>, container: At<'a>, volumes: &Volumes<'a>) {
    let mounts = || container.items_of("volumeMounts");
    let mount_names: Seen<&str> = mounts().map(|it| it.str_of("name")).collect();
    let mount_paths: Seen<&str> = mounts().map(|it| it.str_of("mountPath")).collect();
    let (mut seen, mut paths): (Seen<&str>, Seen<&str>) = (Seen::new(), Seen::new());
    for device in container.items_of("volumeDevices") {
        let (name, path) = (device.get("name"), device.get("devicePath"));
        api.required_text(name);
        if seen.contains(&name.str()) {
            api.invalid_text(name, name.str(), "must be unique");
        }
        match volumes.get(name.str()) {
            None => api.not_found(name, name.str(), ""),
            Some(volume) if volume.is_claim() => {}
            Some(_) => api.invalid_text(
                name,
                name.str(),
                "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
            ),
        }
        api.required_text(path);
        if paths.contains(&path.str()) {
            api.invalid_text(path, path.str(), "must be unique");
        }
        if path.str().split('/').any(|part| part == "..") {
            api.invalid_text(path, path.str(), "can not contain backsteps ('..')");
        } else {
            paths.push(path.str());
        }
        if mount_names.contains(&name.str()) {
            api.invalid_text(name, name.str(), "must not already exist in volumeMounts");
        }
        if mount_paths.contains(&path.str()) {
            let detail = "must not already exist as a path in volumeMounts";
            api.invalid_text(path, path.str(), detail);
        }
        if !name.str().is_empty() {
            seen.push(name.str());
        }
    }
}

fn resize<'a>(api: &mut Api<'a, '_>, all: At<'a>, restart: &str) {
    let mut seen: Seen<&str> = Seen::new();
    for policy in all.items() {
        let resource = policy.str_of("resourceName");
        if seen.contains(&resource) {
            api.duplicate(policy, Quoted(resource));
        }
        seen.push(resource);
        match resource {
            "cpu" | "memory" => {}
            "" => api.required(all, ""),
            other => api.unsupported(all, other, &["cpu", "memory"]),
        }
        let wanted = policy.str_of("restartPolicy");
        match wanted {
            "NotRequired" | "RestartContainer" => {}
            "" => api.required(all, ""),
            other => api.unsupported(all, other, &["NotRequired", "RestartContainer"]),
        }
        if restart == "Never" && wanted != "NotRequired" {
            let detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            api.invalid_text(all, wanted, detail);
        }
    }
}

fn init_policy<'a>(api: &mut Api<'a, '_>, container: At<'a>) {
    let policy = container.get("restartPolicy");
    let plain = !policy.is_set() || policy.str() == "Always";
    if plain && container.get("restartPolicyRules").is_empty() {
        return;
    }
    if api.since(35) {
        if policy.is_set() {
            restart_policy(api, container);
        } else {
            let detail = "must specify restartPolicy when restart rules are used";
            api.required(policy, detail);
        }
    } else if !api.since(RULES_DROPPED) {
        api.one_of_if_set(policy, &["Always"]);
    }
}

fn restart_policy<'a>(api: &mut Api<'a, '_>, container: At<'a>) {
    let (policy, rules) = (
        container.get("restartPolicy"),
        container.get("restartPolicyRules"),
    );
    if policy.is_set() {
        api.one_of_if_set(policy, &["Always", "Never", "OnFailure"]);
    } else if !rules.is_empty() {
        api.required(
            policy,
            "must specify restartPolicy when restart rules are used",
        );
    }
    if rules.len() > 20 {
        api.too_many(rules, rules.len(), 20);
    }
    let actions: &[&str] = if !rules.is_empty() && api.since(36) {
        &["Restart", "RestartAllContainers"]
    } else {
        &["Restart"]
    };
    for rule in rules.items() {
        api.one_of(rule.get("action"), "", actions);
        let codes = rule.get("exitCodes");
        if codes.is_set() {
            api.one_of(codes.get("operator"), "", &["In", "NotIn"]);
            if codes.get("values").len() > 255 {
                api.too_many(codes.get("values"), codes.get("values").len(), 255);
            }
        } else {
            api.required(codes, "must be specified");
        }
    }
}
