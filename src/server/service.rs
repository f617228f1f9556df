//! Services.

use super::at::At;
use super::meta::{self, Identity};
use super::probe;
use super::report::Api;
use crate::kube::go::Quoted;
use crate::kube::int_or_percent::IntOrString;
use crate::kube::ip::{Strictness, parse_ip};
use crate::kube::names;
use std::net::IpAddr;

const BALANCER_ONLY: &str = "may only be used when `type` is 'LoadBalancer'";
const RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const MODE: &str = "service.kubernetes.io/topology-mode";
/// The range that clusters have unless they are told another.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

pub(super) fn check<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let spec = top.get("spec");
    let kind = kind_of(spec);
    // Addresses and node ports are allocated before the rest is looked at.
    cluster_ips(api, spec, kind);
    if api.count() == 0 && matches!(kind, "NodePort" | "LoadBalancer") {
        node_ports(api, spec);
    }
    if api.count() == 0 {
        rest(api, top);
    }
}

fn kind_of<'a>(spec: At<'a>) -> &'a str {
    match spec.str_of("type") {
        "" => "ClusterIP",
        written => written,
    }
}

/// All that the server looks at when addresses are allocated.
pub(super) fn rest<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let metadata = top.get("metadata");
    let identity = Identity {
        name: api.service_name(),
        namespaced: true,
    };
    let spec = top.get("spec");
    let kind = kind_of(spec);
    meta::check(api, metadata, identity);
    hints(api, metadata.get("annotations"));
    shape(api, spec, kind);
    ports(api, spec, kind);
    meta::labels(api, spec.get("selector"));
    affinity(api, spec);
    for ip in spec.items_of("externalIPs") {
        if api.ip(ip, ip.str()) {
            endpoint_ip(api, ip, ip.str());
        }
    }
    let kinds = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    api.one_of(spec.get("type"), "ClusterIP", &kinds);
    source_ranges(api, metadata, spec, kind);
    balancer(api, spec, kind);
    traffic(api, spec, kind);
}

/// A node port that is asked for must be within the range, and free. Ports of one
/// number, of several protocols, share theirs; others cannot.
fn node_ports<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let int = |of: At<'_>, key| of.int_of(key).unwrap_or(0);
    let mut shared: Vec<(i64, i64)> = Vec::new();
    let mut taken: Vec<i64> = Vec::new();
    for port in spec.items_of("ports") {
        let (number, node) = (int(port, "port"), int(port, "nodePort"));
        if node == 0 || shared.contains(&(number, node)) {
            continue;
        }
        let at = port.get("nodePort");
        if !NODE_PORTS.contains(&node) {
            let detail =
                "provided port is not in the valid range. The range of valid ports is 30000-32767";
            return api.invalid(at, node, detail);
        }
        if taken.contains(&node) {
            return api.invalid(at, node, "provided port is already allocated");
        }
        taken.push(node);
        if shared.iter().all(|it| it.0 != number) {
            shared.push((number, node));
        }
    }
}

fn hints<'a>(api: &mut Api<'a, '_>, notes: At<'a>) {
    let find = |key: &str| {
        notes
            .entries()
            .find(|(name, _)| *name == key)
            .map(|(_, it)| it)
    };
    if let (Some(hints), Some(mode)) = (find(HINTS), find(MODE))
        && hints.str() != mode.str()
    {
        let detail = format!("must match annotations[{HINTS}] when both are specified");
        api.invalid_text(mode, mode.str(), &detail);
    }
}

/// The cluster IPs as the server sees them: a lone `clusterIP` is copied.
fn ips<'a>(spec: At<'a>) -> Vec<&'a str> {
    let all: Vec<&str> = spec.get("clusterIPs").strings().collect();
    let one = spec.str_of("clusterIP");
    if all.is_empty() && !one.is_empty() {
        return vec![one];
    }
    all
}

fn is_headless(spec: At<'_>) -> bool {
    ips(spec) == ["None"]
}

fn shape<'a>(api: &mut Api<'a, '_>, spec: At<'a>, kind: &str) {
    let headless = is_headless(spec);
    if spec.get("ports").is_empty() && !headless && kind != "ExternalName" {
        api.required(spec.get("ports"), "");
    }
    match kind {
        "LoadBalancer" | "NodePort" if headless => {
            let at = spec.get("clusterIPs[0]").showing(spec.get("clusterIP"));
            let detail = format!("may not be set to 'None' for {kind} services");
            api.invalid_text(at, "None", &detail);
        }
        "ExternalName" => {
            if !ips(spec).is_empty() {
                let at = spec.get("clusterIPs");
                api.forbidden(at, "may not be set for ExternalName services");
            }
            for key in ["ipFamilies", "ipFamilyPolicy"] {
                let at = spec.get(key);
                if at.is_set() && (key == "ipFamilyPolicy" || !at.is_empty()) {
                    api.forbidden(at, "may not be set for ExternalName services");
                }
            }
            let name = spec.get("externalName");
            let text = name.str().strip_suffix('.').unwrap_or(name.str());
            if text.is_empty() {
                api.required(name, "");
            } else {
                api.faults(name, text, names::dns_subdomain(text));
            }
        }
        _ => {}
    }
}

fn protocol<'a>(port: At<'a>) -> &'a str {
    let written = port.str_of("protocol");
    if written.is_empty() { "TCP" } else { written }
}

fn ports<'a>(api: &mut Api<'a, '_>, spec: At<'a>, kind: &str) {
    let ports = spec.get("ports");
    let several = ports.items().count() > 1;
    let mut seen: Vec<&str> = Vec::new();
    let mut pairs: Vec<(&str, i64)> = Vec::new();
    let mut node_pairs: Vec<(&str, i64)> = Vec::new();
    for port in ports.items() {
        let name = port.get("name");
        if name.str().is_empty() {
            if several {
                api.required(name, "");
            }
        } else {
            api.named(name, names::dns_label);
            if seen.contains(&name.str()) {
                api.duplicate(name, Quoted(name.str()));
            }
            seen.push(name.str());
        }
        let number = port.int_of("port").unwrap_or(0);
        api.port_number(port.get("port"), number);
        api.one_of(port.get("protocol"), "TCP", &PROTOCOLS);
        target(api, port, number);
        if port.has("appProtocol") {
            api.named(port.get("appProtocol"), names::label_key);
        }
        let node = port.int_of("nodePort").unwrap_or(0);
        if node != 0 {
            if kind == "ClusterIP" {
                let detail = "may not be used when `type` is 'ClusterIP'";
                api.forbidden(port.get("nodePort"), detail);
            }
            if node_pairs.contains(&(protocol(port), node)) {
                api.duplicate(port.get("nodePort"), node);
            }
            node_pairs.push((protocol(port), node));
        }
        if pairs.contains(&(protocol(port), number)) {
            let protocol = match port.str_of("protocol") {
                "" => "TCP",
                text => text,
            };
            let number = port.int_of("port").unwrap_or(0);
            let shown = format!(
                "{{\"Name\":\"\",\"Protocol\":\"{protocol}\",\"AppProtocol\":null,\"Port\":{number},\"TargetPort\":0,\"NodePort\":0}}"
            );
            api.duplicate(port, shown);
        }
        pairs.push((protocol(port), number));
    }
}

fn target<'a>(api: &mut Api<'a, '_>, port: At<'a>, number: i64) {
    let at = port.get("targetPort");
    match at.int_or_string() {
        Some(IntOrString::Int(0)) | Some(IntOrString::Str("")) => api.port_number(at, number),
        None if !at.is_set() => api.port_number(at, number),
        _ => probe::port(api, at),
    }
}

fn affinity<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let at = spec.get("sessionAffinity");
    api.one_of(at, "None", &["ClientIP", "None"]);
    let timeout = spec.at(["sessionAffinityConfig", "clientIP", "timeoutSeconds"]);
    if at.str() == "ClientIP"
        && let Some(seconds) = timeout.int()
        && !(1..=86_400).contains(&seconds)
    {
        api.invalid(
            timeout,
            seconds,
            "must be greater than 0 and less than 86400",
        );
    }
}

fn cluster_ips<'a>(api: &mut Api<'a, '_>, spec: At<'a>, kind: &str) {
    if kind == "ExternalName" {
        return;
    }
    let (one, all) = (spec.get("clusterIP"), spec.get("clusterIPs"));
    let found = ips(spec);
    if !one.str().is_empty() {
        if found.first() != Some(&one.str()) {
            api.invalid_node(all, "first value must match `clusterIP`");
        }
    } else if !found.is_empty() {
        api.invalid_node(all, "must be empty when `clusterIP` is not specified");
    }
    families(api, spec);
    if ip_list(api, spec, &found) {
        return;
    }
    if found.is_empty() || is_headless(spec) {
        return;
    }
    for (index, (ip, family)) in found.iter().zip(spec.items_of("ipFamilies")).enumerate() {
        let is_six = ip.contains(':');
        let expected = match family.str() {
            "IPv4" if is_six => "IPv4",
            "IPv6" if !is_six => "IPv6",
            _ => continue,
        };
        let detail = format!("expected an {expected} value as indicated by `ipFamilies[{index}]`");
        let at = nth_ip(spec, index);
        api.invalid_text(at, ip, &detail);
    }
}

fn families<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let mut seen: Vec<&str> = Vec::new();
    for family in spec.items_of("ipFamilies") {
        api.one_of(family, "", &["IPv4", "IPv6"]);
        if seen.contains(&family.str()) {
            api.duplicate(family, Quoted(family.str()));
        }
        seen.push(family.str());
    }
    let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    api.one_of_if_set(spec.get("ipFamilyPolicy"), &policies);
}

/// The field of one of the cluster IPs, whether it is written in the list or alone.
fn nth_ip<'a>(spec: At<'a>, index: usize) -> At<'a> {
    let listed = spec.items_of("clusterIPs").nth(index);
    listed.unwrap_or_else(|| spec.get("clusterIPs[0]").showing(spec.get("clusterIP")))
}

/// Checks each of the addresses; true when one is none, which ends the checks.
fn ip_list<'a>(api: &mut Api<'a, '_>, spec: At<'a>, found: &[&str]) -> bool {
    let all = spec.get("clusterIPs");
    let before = api.count();
    for (index, ip) in found.iter().enumerate() {
        if index == 0 && *ip == "None" {
            if found.len() > 1 {
                let detail = "'None' must be the first and only value";
                api.invalid_node(all, detail);
            }
            continue;
        }
        api.ip(nth_ip(spec, index), ip);
    }
    if found.len() > 2 {
        api.invalid_node(all, "may only hold up to 2 values");
    }
    if api.count() > before {
        return true;
    }
    let is_six = |ip: &str| ip.contains(':');
    if let [first, second] = found
        && is_six(first) == is_six(second)
    {
        let detail = "may specify no more than one IP for each IP family";
        api.invalid_node(all, detail);
    }
    false
}

/// An address that traffic can be sent to.
pub(super) fn endpoint_ip<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    let Ok(ip) = parse_ip(text, Strictness::Legacy) else {
        return api.invalid_text(at, text, "must be a valid IP address");
    };
    let (loopback, local, multicast) = match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            (
                ip.is_loopback(),
                ip.is_link_local(),
                [a, b, c] == [224, 0, 0],
            )
        }
        IpAddr::V6(ip) => {
            let first = ip.segments()[0];
            (
                ip.is_loopback(),
                first & 0xffc0 == 0xfe80,
                first & 0xff0f == 0xff02,
            )
        }
    };
    if ip.is_unspecified() {
        api.invalid_text(at, text, &format!("may not be unspecified ({text})"));
    }
    if loopback {
        let detail = "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        api.invalid_text(at, text, detail);
    }
    if local {
        let detail = "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        api.invalid_text(at, text, detail);
    }
    if multicast {
        let detail = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
        api.invalid_text(at, text, detail);
    }
}

fn source_ranges<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, spec: At<'a>, kind: &str) {
    let ranges = spec.get("loadBalancerSourceRanges");
    if !ranges.is_empty() {
        let said = spec.get("LoadBalancerSourceRanges").showing(ranges);
        if kind != "LoadBalancer" {
            api.forbidden(said, BALANCER_ONLY);
        }
        for range in ranges.items() {
            let before = api.count();
            api.cidr(range, range.str().trim());
            api.rename(
                before,
                "loadBalancerSourceRanges",
                "LoadBalancerSourceRanges",
            );
        }
        return;
    }
    let mut notes = metadata.get("annotations").entries();
    let Some((_, note)) = notes.find(|(key, _)| *key == RANGES) else {
        return;
    };
    if kind != "LoadBalancer" {
        api.forbidden(note, BALANCER_ONLY);
    }
    let text = note.str().trim();
    if !text.is_empty() {
        for range in text.split(',') {
            api.cidr(note, range.trim());
        }
    }
}

fn balancer<'a>(api: &mut Api<'a, '_>, spec: At<'a>, kind: &str) {
    let allocate = spec.get("allocateLoadBalancerNodePorts");
    let class = spec.get("loadBalancerClass");
    if kind == "LoadBalancer" {
        if class.is_set() {
            api.named(class, names::label_key);
        }
        return;
    }
    for at in [allocate, class] {
        if at.is_set() {
            api.forbidden(at, BALANCER_ONLY);
        }
    }
}

fn traffic<'a>(api: &mut Api<'a, '_>, spec: At<'a>, kind: &str) {
    let external = spec.get("externalTrafficPolicy");
    let outside = matches!(kind, "LoadBalancer" | "NodePort")
        || (kind == "ClusterIP" && !spec.get("externalIPs").is_empty());
    if outside {
        api.one_of(external, "Cluster", &["Cluster", "Local"]);
    } else if !external.str().is_empty() {
        let detail = "may only be set for externally-accessible services";
        api.invalid_text(external, external.str(), detail);
    }
    let check = spec.get("healthCheckNodePort");
    let needed = kind == "LoadBalancer" && external.str() == "Local";
    let port = check.int().unwrap_or(0);
    if needed {
        if port != 0 {
            api.port_number(check, port);
        }
    } else if port != 0 {
        let detail =
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
        api.invalid(check, port, detail);
    }
    api.one_of_if_set(spec.get("internalTrafficPolicy"), &["Cluster", "Local"]);
    let traffic = spec.get("trafficDistribution");
    let known: &[&str] = if traffic.is_set() && api.since(34) {
        &["PreferClose", "PreferSameZone", "PreferSameNode"]
    } else {
        &["PreferClose"]
    };
    api.one_of_if_set(traffic, known);
}
