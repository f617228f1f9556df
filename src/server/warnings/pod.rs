//! What the API server warns of in pods and in the templates of pods.

use super::{address, claim, old_label, paths};
use crate::kube::go::Quoted;
use crate::kube::names;
use crate::kube::quantity::Quantity;
use crate::seen::Seen;
use crate::server::at::At;
use crate::server::pod::containers;
use crate::server::report::Api;
use std::collections::HashMap;

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_GONE: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
const APP_ARMOR_OLD: &str = "deprecated since v1.30; use the \"appArmorProfile\" field instead";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const NO_SELECTOR: &str = "a null labelSelector results in matching no pod";
const OLD_NOTES: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];
/// Volumes without a plugin: the field, how the server spells it, the minor that
/// first warned of it, and its words.
const OLD_VOLUMES: [(&str, &str, u8, &str); 8] = [
    (
        "photonPersistentDisk",
        "photonPersistentDisk",
        22,
        "deprecated in v1.11, non-functional in v1.16+",
    ),
    (
        "scaleIO",
        "scaleIO",
        22,
        "deprecated in v1.16, non-functional in v1.22+",
    ),
    (
        "flocker",
        "flocker",
        22,
        "deprecated in v1.22, non-functional in v1.25+",
    ),
    (
        "storageos",
        "storageOS",
        22,
        "deprecated in v1.22, non-functional in v1.25+",
    ),
    (
        "quobyte",
        "quobyte",
        22,
        "deprecated in v1.22, non-functional in v1.25+",
    ),
    (
        "glusterfs",
        "glusterfs",
        25,
        "deprecated in v1.25, non-functional in v1.26+",
    ),
    (
        "cephfs",
        "cephfs",
        28,
        "deprecated in v1.28, non-functional in v1.31+",
    ),
    (
        "rbd",
        "rbd",
        28,
        "deprecated in v1.28, non-functional in v1.31+",
    ),
];

/// A pod or its template.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, spec: At<'a>, is_pod: bool) {
    let notes = metadata.get("annotations");
    labels_of_nodes(api, spec);
    if notes.is_set() {
        for (key, said) in OLD_NOTES {
            api.warn_if_set(notes.keyed(key), said);
        }
    }
    for volume in spec.items_of("volumes") {
        self::volume(api, volume);
    }
    api.from(32, |api| paths::check(api, spec.get("volumes")));
    lists(api, spec);
    let overhead = spec.get("overhead");
    for name in ["memory", "ephemeral-storage"] {
        fraction(api, overhead.keyed(name));
    }
    if !notes.is_empty() {
        profiles(api, notes, spec, is_pod);
    }
    for container in containers(spec) {
        amounts(api, container.get("resources"), is_pod);
        hidden(api, container.get("env"));
    }
    api.from(28, |api| ports(api, spec, is_pod));
    let grace = spec.get("terminationGracePeriodSeconds");
    if grace.int().is_some_and(|it| it < 0) && api.since(27) {
        let said = "must be >= 0; negative values are invalid and will be treated as 1";
        api.warn(grace, said);
    }
    for server in spec.at(["dnsConfig", "nameservers"]).items() {
        address(api, server);
    }
    for alias in spec.items_of("hostAliases") {
        address(api, alias.get("ip"));
    }
}

fn labels_of_nodes<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    for (key, value) in spec.get("nodeSelector").entries() {
        if let Some(said) = old_label(key) {
            api.warn(value, said);
        }
    }
    let affinity = spec.get("affinity");
    if let Some(nodes) = affinity.find("nodeAffinity") {
        for term in nodes.at([REQUIRED, "nodeSelectorTerms"]).items() {
            node_term(api, term, false);
        }
        for term in nodes.items_of(PREFERRED) {
            node_term(api, term.get("preference"), true);
        }
    }
    for one in spec.items_of("topologySpreadConstraints") {
        let key = one.get("topologyKey");
        if let Some(said) = old_label(key.str()) {
            api.warn(key, &format!("{} is {said}", key.str()));
        }
        selector_is_there(api, one);
    }
    for (_, pods) in affinity.set(["podAffinity", "podAntiAffinity"]) {
        for term in pods.items_of(REQUIRED) {
            selector_is_there(api, term);
        }
        for term in pods.items_of(PREFERRED) {
            selector_is_there(api, term.get("podAffinityTerm"));
        }
    }
}

fn selector_is_there<'a>(api: &mut Api<'a, '_>, term: At<'a>) {
    let selector = term.get("labelSelector");
    if !selector.is_set() && api.since(28) {
        api.warn(selector, NO_SELECTOR);
    }
}

/// A term of a node selector; the values of preferred ones are not validated.
pub(super) fn node_term<'a>(api: &mut Api<'a, '_>, term: At<'a>, preferred: bool) {
    for one in term.items_of("matchExpressions") {
        let key = one.get("key");
        if let Some(said) = old_label(key.str()) {
            api.warn(key, &format!("{} is {said}", key.str()));
        }
        if !preferred || !api.since(33) {
            continue;
        }
        for value in one.items_of("values") {
            let Err(faults) = names::label_value(value.str()) else {
                continue;
            };
            for fault in faults.iter() {
                api.warn(value, &format!("{} is invalid, {fault}", value.str()));
            }
        }
    }
}

fn volume<'a>(api: &mut Api<'a, '_>, volume: At<'a>) {
    if volume.has("image") && !api.since(35) {
        return;
    }
    for (key, named, since, said) in OLD_VOLUMES {
        let Some(at) = volume.find(key) else { continue };
        if api.since(since) {
            api.warn(
                if key == named {
                    at
                } else {
                    volume.get(named).showing(at)
                },
                said,
            );
        }
    }
    let repository = volume.get("gitRepo");
    let said = if repository.is_set() && api.since(33) {
        "deprecated in v1.11, and disabled by default in v1.33+"
    } else {
        "deprecated in v1.11"
    };
    api.warn_if_set(repository, said);
    claim(api, volume.at(["ephemeral", "volumeClaimTemplate", "spec"]));
}

/// Lists whose items hide one another.
fn lists<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    for (list, key) in [("hostAliases", "ip"), ("imagePullSecrets", "name")] {
        let mut seen: Seen<&str> = Seen::new();
        for item in spec.items_of(list) {
            let at = item.get(key);
            if seen.contains(&at.str()) {
                api.warn(at, &format!("duplicate {key} {}", Quoted(at.str())));
            }
            seen.push(at.str());
        }
    }
    for secret in spec.items_of("imagePullSecrets") {
        if secret.str_of("name").is_empty() {
            api.warn(secret.get("name"), "invalid empty name \"\"");
        }
    }
}

/// Seccomp and AppArmor in annotations.
fn profiles<'a>(api: &mut Api<'a, '_>, notes: At<'a>, spec: At<'a>, is_pod: bool) {
    let find = |start: &str, name: &str| {
        let mut all = notes.entries();
        let found = all.find(|(key, _)| key.strip_prefix(start) == Some(name));
        found.map(|(_, note)| note)
    };
    let own = spec.get("securityContext");
    if !own.has("seccompProfile") && api.since(27) {
        api.warn_if_set(notes.keyed(SECCOMP_POD), SECCOMP_GONE);
    }
    let windows = spec.at(["os", "name"]).str() == "windows";
    for container in containers(spec) {
        let name = container.str_of("name");
        let context = container.get("securityContext");
        if !context.has("seccompProfile")
            && api.since(27)
            && let Some(note) = find(SECCOMP, name)
        {
            api.warn(note, SECCOMP_GONE);
        }
        if context.has("appArmorProfile") || is_pod && windows {
            continue;
        }
        if let Some(note) = find(APP_ARMOR, name)
            && api.since(30)
            && !is_profile(own.get("appArmorProfile"), note.str())
        {
            api.warn(note, APP_ARMOR_OLD);
        }
    }
}

/// Whether the field says what the annotation says.
fn is_profile(field: At<'_>, note: &str) -> bool {
    let local = field.get("localhostProfile");
    match field.str_of("type") {
        "Unconfined" => note == "unconfined" && !local.is_set(),
        "RuntimeDefault" => note == "runtime/default" && !local.is_set(),
        "Localhost" => note.strip_prefix("localhost/") == local.written(),
        _ => false,
    }
}

/// Amounts of bytes in parts of a byte.
fn amounts<'a>(api: &mut Api<'a, '_>, resources: At<'a>, is_pod: bool) {
    if !resources.is_set() {
        return;
    }
    let (limits, requests) = (resources.get("limits"), resources.get("requests"));
    for name in ["memory", "ephemeral-storage"] {
        fraction(api, limits.keyed(name));
        let request = requests.keyed(name);
        // In a Pod, what is limited is also requested.
        if request.is_set() || !is_pod {
            fraction(api, request);
        } else {
            fraction(api, request.showing(limits.keyed(name)));
        }
    }
}

/// An amount that is not a whole number.
pub(super) fn fraction<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    let Some(amount) = at.quantity() else { return };
    // The server rounds up to thousandths; the largest amount has none.
    let milli = amount.milli_value();
    if milli % 1000 != 0 && milli != i64::MAX {
        let text = Quantity::from_milli(milli).to_string();
        let said = format!(
            "fractional byte value {} is invalid, must be an integer",
            Quoted(&text)
        );
        api.warn(at, &said);
    }
}

/// Variables that hide others of the same name.
fn hidden<'a>(api: &mut Api<'a, '_>, env: At<'a>) {
    let mut seen: Seen<&str> = Seen::new();
    for item in env.items() {
        let (name, value) = (item.str_of("name"), item.str_of("value"));
        if !seen.contains(&name) {
            seen.push(name);
            continue;
        }
        let reference = format!("$({name})");
        let builds_on = value != reference && value.contains(&reference);
        if item.has("valueFrom") || !builds_on {
            hides(api, item, name);
        }
    }
}

fn hides<'a>(api: &mut Api<'a, '_>, item: At<'a>, name: &str) {
    let name = Quoted(name);
    if !api.since(28) {
        return api.warn(item.get("name"), &format!("duplicate name {name}"));
    }
    let more = if api.since(30) {
        ", which may be dropped when using apply"
    } else {
        ""
    };
    api.warn(item, &format!("hides previous definition of {name}{more}"));
}

/// A port as the server sees it.
struct Port<'a> {
    at: At<'a>,
    number: i64,
    protocol: &'a str,
    host: i64,
    ip: &'a str,
    name: &'a str,
}

/// The ports of a pod so far, by what may clash.
#[derive(Default)]
struct Ports<'a> {
    all: Vec<Port<'a>>,
    by_number: HashMap<(i64, &'a str), Vec<usize>>,
    /// The first of each name.
    by_name: HashMap<&'a str, usize>,
}

impl<'a> Ports<'a> {
    fn push(&mut self, port: Port<'a>) {
        let index = self.all.len();
        let same = self.by_number.entry((port.number, port.protocol));
        same.or_default().push(index);
        if !port.name.is_empty() {
            self.by_name.entry(port.name).or_insert(index);
        }
        self.all.push(port);
    }
}

fn ports<'a>(api: &mut Api<'a, '_>, spec: At<'a>, is_pod: bool) {
    let on_host = is_pod && spec.is_on("hostNetwork");
    let mut seen = Ports::default();
    for container in containers(spec) {
        for at in container.items_of("ports") {
            let number = at.int_of("containerPort").unwrap_or(0);
            let host = at.int_of("hostPort").unwrap_or(0);
            let protocol = match at.str_of("protocol") {
                "" => "TCP",
                text => text,
            };
            let port = Port {
                at,
                number,
                protocol,
                host: if host == 0 && on_host { number } else { host },
                ip: at.str_of("hostIP"),
                name: at.str_of("name"),
            };
            one_port(api, &port, &seen);
            seen.push(port);
        }
    }
}

fn one_port<'a>(api: &mut Api<'a, '_>, port: &Port<'a>, others: &Ports<'a>) {
    let top = api.resource.node;
    if !port.ip.is_empty() && port.host == 0 {
        let said = format!(
            "hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{} HostIP:{}}}",
            port.name, port.number, port.protocol, port.ip
        );
        api.warn(port.at, &said);
    }
    let same = others.by_number.get(&(port.number, port.protocol));
    for other in same.into_iter().flatten().map(|it| &others.all[*it]) {
        if api.is_full() {
            break;
        }
        let one_is_open = port.ip.is_empty() != other.ip.is_empty();
        let what = if port.ip == other.ip && port.host == other.host {
            "duplicate"
        } else if port.host == 0 || other.host == 0 {
            "overlapping"
        } else if port.host == other.host && one_is_open {
            "dangerously ambiguous"
        } else {
            continue;
        };
        let path = other.at.path(top);
        api.warn(port.at, &format!("{what} port definition with {path}"));
    }
    if let Some(first) = others.by_name.get(port.name).map(|it| &others.all[*it])
        && api.since(33)
    {
        let (name, path) = (Quoted(port.name), first.at.path(top));
        let said = format!(
            "duplicate port name {name} with {path}, services and probes that select ports by name will use {path}"
        );
        api.warn(port.at, &said);
    }
}
