//! Pods and pod templates.

use super::admission;
use super::annotations;
use super::at::At;
use super::container;
use super::env;
use super::ephemeral;
use super::meta::{self, Identity};
use super::pod_resources;
use super::report::Api;
use super::resources;
use super::scheduling;
use super::security;
use super::shape;
use super::volume::{self, Volumes};
use crate::kube::go::Quoted;
use crate::kube::names;
use crate::seen::Seen;
use std::cell::Cell;

const DEFAULT_GRACE: i64 = 30;
const DNS_POLICIES: [&str; 4] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/// What the checks of containers need to know of their pod.
pub(super) struct PodContext<'a, 'v> {
    pub(super) spec: At<'a>,
    /// A Pod gets defaults that templates do not get.
    pub(super) is_pod: bool,
    pub(super) host_network: bool,
    pub(super) host_users: bool,
    /// `restartPolicy` with its default.
    pub(super) restart: &'a str,
    /// `terminationGracePeriodSeconds` with its default.
    pub(super) grace: i64,
    pub(super) volumes: &'v Volumes<'a>,
    /// Set when a host port differs from its container port on the host's network.
    pub(super) mismatched_ports: Cell<bool>,
}

/// Checks a Pod.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let (metadata, spec) = (top.get("metadata"), top.get("spec"));
    let identity = Identity {
        name: names::dns_subdomain,
        namespaced: true,
    };
    meta::check(api, metadata, identity);
    annotations::check(api, metadata, spec, true);
    let name = meta::name(metadata);
    pod_spec(api, spec, Some(&name), (&Seen::new(), &[]));
    // The ServiceAccount plugin names an account before the rest is looked at, so that
    // what needs one has it; these say what they refuse after that.
    admission::check(api, metadata, spec);
    for key in ["containers", "initContainers"] {
        for one in spec.items_of(key) {
            ephemeral::outer_blanks(api, one);
        }
    }
    if !spec.get("ephemeralContainers").is_empty() {
        api.forbidden(spec.get("ephemeralContainers"), "cannot be set on create");
    }
    if !spec.str_of("nodeName").is_empty() && !spec.get("schedulingGates").is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        api.forbidden(spec.get("nodeName"), detail);
    }
    annotations::match_fields(api, metadata, spec);
}

/// Checks a pod template.
pub(super) fn template<'a>(api: &mut Api<'a, '_>, template: At<'a>) {
    stateful_template(api, template, &Seen::new(), &[]);
}

/// Checks a pod template whose volumes stand aside for claims of the same name;
/// mounts can name the claims that are `good`.
pub(super) fn stateful_template<'a>(
    api: &mut Api<'a, '_>,
    template: At<'a>,
    claims: &Seen<&'a str>,
    good: &[&'a str],
) {
    let (metadata, spec) = (template.get("metadata"), template.get("spec"));
    // The server reports these beside `metadata`, not in it.
    meta::labels(api, template.get("labels").showing(metadata.get("labels")));
    let notes = template
        .get("annotations")
        .showing(metadata.get("annotations"));
    meta::annotations(api, notes);
    annotations::check(api, template, spec, false);
    pod_spec(api, spec, None, (claims, good));
    annotations::match_fields(api, metadata, spec);
    if !spec.get("ephemeralContainers").is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        api.forbidden(spec.get("ephemeralContainers"), detail);
    }
}

fn service_account<'a>(spec: At<'a>) -> &'a str {
    let name = spec.str_of("serviceAccountName");
    if name.is_empty() {
        spec.str_of("serviceAccount")
    } else {
        name
    }
}

/// All containers, in the order in which the server visits them.
pub(super) fn containers(spec: At<'_>) -> Vec<At<'_>> {
    ["initContainers", "containers", "ephemeralContainers"]
        .into_iter()
        .flat_map(|key| spec.items_of(key))
        .collect()
}

/// `restartPolicy` with its default.
pub(super) fn restart_policy<'a>(spec: At<'a>) -> &'a str {
    let written = spec.str_of("restartPolicy");
    if written.is_empty() {
        "Always"
    } else {
        written
    }
}

fn pod_spec<'a>(
    api: &mut Api<'a, '_>,
    spec: At<'a>,
    pod: Option<&str>,
    (claims, good): (&Seen<&'a str>, &[&'a str]),
) {
    let grace = spec.int_of("terminationGracePeriodSeconds");
    let volumes = volume::check(api, spec.get("volumes"), pod.unwrap_or_default(), claims);
    let volumes = volume::with_claims(volumes, good);
    let scope = PodContext {
        spec,
        is_pod: pod.is_some(),
        host_network: spec.is_on("hostNetwork"),
        host_users: spec.get("hostUsers").bool() != Some(false),
        restart: restart_policy(spec),
        grace: match grace {
            Some(seconds) if seconds < 0 && pod.is_some() => 1,
            other => other.unwrap_or(DEFAULT_GRACE),
        },
        volumes: &volumes,
        mismatched_ports: Cell::new(false),
    };
    resource_claims(api, spec.get("resourceClaims"));
    container::apps(api, &scope);
    container::inits(api, &scope);
    ephemeral::check(api, &scope);
    api.from(34, |api| pod_resources::check(api, &scope));
    if scope.mismatched_ports.get() {
        container::network_ports(api, &scope);
    }
    let policies = ["Always", "OnFailure", "Never"];
    api.one_of(spec.get("restartPolicy"), "Always", &policies);
    api.one_of(spec.get("dnsPolicy"), "ClusterFirst", &DNS_POLICIES);
    meta::labels(api, spec.get("nodeSelector"));
    security::pod(api, spec);
    let shared = spec.get("shareProcessNamespace");
    if shared.is_true() && spec.is_on("hostPID") {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        let older = spec.at(["securityContext", "shareProcessNamespace"]);
        let at = if api.since(37) {
            shared
        } else {
            older.showing(shared)
        };
        api.invalid(at, true, detail);
    }
    scheduling::affinity(api, spec.get("affinity"));
    dns(api, spec);
    gates(api, spec);
    scheduling::spread(api, spec.get("topologySpreadConstraints"));
    let all = containers(spec);
    security::host_process(api, spec, &all);
    host_users(api, spec, &all);
    identity(api, spec);
    scheduling::tolerations(api, spec.get("tolerations"));
    host_aliases(api, spec.get("hostAliases"));
    classes(api, spec);
    security::operating_system(api, spec, &all);
    env::file_volumes(api, spec, &all);
}

fn resource_claims<'a>(api: &mut Api<'a, '_>, claims: At<'a>) {
    let mut seen: Seen<&str> = Seen::new();
    for claim in claims.items() {
        let name = claim.get("name");
        if name.str().is_empty() {
            api.required(name, "");
        } else if seen.contains(&name.str()) {
            api.duplicate(name, Quoted(name.str()));
        } else {
            api.named(name, names::dns_label);
            seen.push(name.str());
        }
        let (own, template) = (
            claim.get("resourceClaimName"),
            claim.get("resourceClaimTemplateName"),
        );
        if own.is_set() && template.is_set() {
            let detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified";
            api.invalid_object(claim, &shape::POD_CLAIM, detail);
        } else if !own.is_set() && !template.is_set() {
            let detail = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`";
            api.invalid_object(claim, &shape::POD_CLAIM, detail);
        }
        for at in [own, template] {
            if at.is_set() {
                api.named(at, names::dns_subdomain);
            }
        }
    }
}

fn dns<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let config = spec.get("dnsConfig");
    let servers = config.get("nameservers");
    if spec.str_of("dnsPolicy") == "None" {
        if !config.is_set() {
            let detail = "must provide `dnsConfig` when `dnsPolicy` is None";
            return api.required(config, detail);
        }
        if servers.is_empty() {
            let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            return api.required(servers, detail);
        }
    }
    if servers.len() > 3 {
        api.invalid_node(servers, "must not have more than 3 nameservers");
    }
    for server in servers.items() {
        api.ip(server, server.str());
    }
    let searches = config.get("searches");
    if searches.len() > 32 {
        api.invalid_node(searches, "must not have more than 32 search paths");
    }
    if searches.items().map(|it| it.str().len() + 1).sum::<usize>() > 2049 {
        let detail =
            "must not have more than 2048 characters (including spaces) in the search list";
        api.invalid_node(searches, detail);
    }
    for search in searches.items() {
        let name = search.str().strip_suffix('.').unwrap_or(search.str());
        if search.str() != "." && !is_search_path(name) {
            let detail = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')";
            api.invalid_text(search, name, detail);
        }
    }
    for option in config.items_of("options") {
        if option.get("name").text() == Some("") {
            api.required(option, "must not be empty");
        }
    }
}

/// A DNS subdomain that may have underscores.
fn is_search_path(name: &str) -> bool {
    let edge = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.len() <= names::SUBDOMAIN_MAX
        && name.split('.').all(|label| {
            let bytes = label.strip_prefix('_').unwrap_or(label).as_bytes();
            bytes.first().is_some_and(edge)
                && bytes.last().is_some_and(edge)
                && bytes.iter().all(|b| edge(b) || matches!(b, b'-' | b'_'))
        })
}

fn gates<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    for gate in spec.items_of("readinessGates") {
        api.named(gate.get("conditionType"), names::label_key);
    }
    let mut seen: Seen<&str> = Seen::new();
    for gate in spec.items_of("schedulingGates") {
        let name = gate.str_of("name");
        api.faults(gate, name, names::label_key(name));
        if seen.contains(&name) {
            api.duplicate(gate, Quoted(name));
        }
        seen.push(name);
    }
}

fn host_users<'a>(api: &mut Api<'a, '_>, spec: At<'a>, containers: &[At<'a>]) {
    const WHEN: &str = "when `hostUsers` is false";
    if spec.get("hostUsers").bool() != Some(false) {
        return;
    }
    for (key, said) in [
        ("hostNetwork", "hostNetwork"),
        ("hostPID", "HostPID"),
        ("hostIPC", "HostIPC"),
    ] {
        if spec.is_on(key) {
            let at = spec.get(key);
            let at = if key == said {
                at
            } else {
                spec.get(said).showing(at)
            };
            api.forbidden(at, WHEN);
        }
    }
    for container in containers {
        let devices = container.get("volumeDevices");
        if !devices.is_empty() {
            api.forbidden(devices, WHEN);
        }
    }
}

/// Host names, accounts, the node and the deadline.
fn identity<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let custom = spec.get("hostnameOverride");
    if api.since(35) && custom.is_set() {
        if spec.is_on("setHostnameAsFQDN") {
            api.forbidden(
                custom,
                "may not be specified when setHostnameAsFQDN is true",
            );
        }
        if spec.is_on("hostNetwork") {
            api.forbidden(custom, "may not be specified when hostNetwork is true");
        }
        if custom.str().len() > 64 {
            api.too_long(custom, 64);
        }
        api.named(custom, names::dns_subdomain);
    }
    let account = service_account(spec);
    if !account.is_empty() {
        api.faults(
            spec.get("serviceAccountName"),
            account,
            names::dns_subdomain(account),
        );
    }
    api.named_if_set(spec.get("nodeName"), names::dns_subdomain);
    api.within(spec.get("activeDeadlineSeconds"), 1, 2_147_483_647);
    api.named_if_set(spec.get("hostname"), names::dns_label);
    api.named_if_set(spec.get("subdomain"), names::dns_label);
}

fn host_aliases<'a>(api: &mut Api<'a, '_>, aliases: At<'a>) {
    for alias in aliases.items() {
        if let Some(ip) = alias.get("ip").text() {
            api.ip(alias.get("ip"), ip);
        }
        for name in alias.items_of("hostnames") {
            api.named(name, names::dns_subdomain);
        }
    }
}

fn classes<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    api.named_if_set(spec.get("priorityClassName"), names::dns_subdomain);
    if spec.has("runtimeClassName") {
        api.named(spec.get("runtimeClassName"), names::dns_subdomain);
    }
    preemption(api, spec.get("preemptionPolicy"));
    resources::overhead(api, spec.get("overhead"), spec.get("overhead"));
}

/// `preemptionPolicy` of a pod or PriorityClass.
pub(super) fn preemption<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    if at.written() == Some("") {
        return api.required(at, "");
    }
    api.one_of_if_set(at, &["PreemptLowerPriority", "Never"]);
}
