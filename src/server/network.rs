//! NetworkPolicies, Endpoints and EndpointSlices.

use super::at::At;
use super::meta::{self, Identity};
use super::report::Api;
use super::selector;
use super::service::endpoint_ip;
use crate::kube::go::Quoted;
use crate::kube::int_or_percent::IntOrString;
use crate::kube::ip::{self, Strictness, parse_cidr};
use crate::kube::names;

const IDENTITY: Identity = Identity {
    name: names::dns_subdomain,
    namespaced: true,
};
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

pub(super) fn policy<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), IDENTITY);
    let spec = top.get("spec");
    selector::labels(api, spec.get("podSelector"));
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        for rule in spec.items_of(direction) {
            for port in rule.items_of("ports") {
                policy_port(api, port);
            }
            for peer in rule.items_of(peers) {
                policy_peer(api, peer);
            }
        }
    }
    let kinds = spec.get("policyTypes");
    if kinds.len() > 2 {
        return api.invalid_node(kinds, "may not specify more than two policyTypes");
    }
    for kind in kinds.items() {
        api.one_of(kind, "", &["Ingress", "Egress"]);
    }
}

fn policy_port<'a>(api: &mut Api<'a, '_>, at: At<'a>) {
    api.one_of_if_set(at.get("protocol"), &["TCP", "UDP", "SCTP"]);
    let (port, end) = (at.get("port"), at.get("endPort"));
    match port.int_or_string() {
        Some(IntOrString::Int(number)) => {
            api.port_number(port, i64::from(number));
            if let Some(last) = end.int() {
                if last < i64::from(number) {
                    let shown = if api.since(37) { last } else { number.into() };
                    api.invalid(end, shown, "must be greater than or equal to `port`");
                }
                api.port_number(end, last);
            }
        }
        Some(IntOrString::Str(name)) => {
            if let Some(last) = end.int() {
                api.invalid(end, last, "may not be specified when `port` is non-numeric");
            }
            api.faults(port, name, names::port_name(name));
        }
        None => {
            if let Some(last) = end.int()
                && !port.is_set()
            {
                api.invalid(
                    end,
                    last,
                    "may not be specified when `port` is not specified",
                );
            }
        }
    }
}

fn policy_peer<'a>(api: &mut Api<'a, '_>, peer: At<'a>) {
    let mut count = 0;
    for key in ["podSelector", "namespaceSelector"] {
        count += usize::from(peer.has(key));
        selector::labels(api, peer.get(key));
    }
    let block = peer.get("ipBlock");
    if block.is_set() {
        count += 1;
        ip_block(api, block);
        if count > 1 {
            api.forbidden(peer, "may not specify both ipBlock and another peer");
        }
    } else if count == 0 {
        api.required(peer, "must specify a peer");
    }
}

fn ip_block<'a>(api: &mut Api<'a, '_>, block: At<'a>) {
    let cidr = block.get("cidr");
    if cidr.str().is_empty() {
        return api.required(cidr, "");
    }
    api.cidr(cidr, cidr.str());
    let Ok(whole) = parse_cidr(cidr.str(), Strictness::Legacy) else {
        return;
    };
    for except in block.items_of("except") {
        api.cidr(except, except.str());
        if let Ok(part) = parse_cidr(except.str(), Strictness::Legacy)
            && (!whole.contains(part.network()) || whole.prefix >= part.prefix)
        {
            api.invalid_text(except, except.str(), "must be a strict subset of `cidr`");
        }
    }
}

pub(super) fn endpoints<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), IDENTITY);
    for subset in top.items_of("subsets") {
        let (ready, other) = (subset.get("addresses"), subset.get("notReadyAddresses"));
        if ready.is_empty() && other.is_empty() {
            api.required(subset, "must specify `addresses` or `notReadyAddresses`");
        }
        for address in ready.items().chain(other.items()) {
            let at = address.get("ip");
            if let Some(text) = at.text() {
                api.ip(at, text);
                endpoint_ip(api, at, text);
            }
            api.named_if_set(address.get("hostname"), names::dns_label);
            if address.has("nodeName") {
                api.named(address.get("nodeName"), names::dns_subdomain);
            }
        }
        let ports = subset.get("ports");
        let several = ports.len() > 1;
        for port in ports.items() {
            let name = port.get("name");
            if name.str().is_empty() {
                if several {
                    api.required(name, "");
                }
            } else {
                api.named(name, names::dns_label);
            }
            api.port_number(port.get("port"), port.int_of("port").unwrap_or(0));
            api.one_of(port.get("protocol"), "TCP", &PROTOCOLS);
            if port.has("appProtocol") {
                api.named(port.get("appProtocol"), names::label_key);
            }
        }
    }
}

pub(super) fn endpoint_slice<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    meta::check(api, top.get("metadata"), IDENTITY);
    let kind = top.get("addressType");
    if api.required_text(kind) {
        api.one_of_if_set(kind, &["FQDN", "IPv4", "IPv6"]);
    }
    let mut seen: Vec<&str> = Vec::new();
    for port in top.items_of("ports") {
        let name = port.get("name");
        api.named_if_set(name, names::dns_label);
        if seen.contains(&name.str()) {
            api.duplicate(name, Quoted(name.str()));
        } else {
            seen.push(name.str());
        }
        if port.has("protocol") {
            api.one_of_if_set(port.get("protocol"), &PROTOCOLS);
        }
        if port.has("appProtocol") {
            api.named(port.get("appProtocol"), names::label_key);
        }
    }
    for endpoint in top.items_of("endpoints") {
        slice_addresses(api, endpoint.get("addresses"), kind.str());
        if endpoint.has("nodeName") {
            api.named(endpoint.get("nodeName"), names::dns_subdomain);
        }
        if endpoint.has("hostname") {
            api.named(endpoint.get("hostname"), names::dns_label);
        }
        hints(api, endpoint.get("hints"));
    }
}

fn slice_addresses<'a>(api: &mut Api<'a, '_>, addresses: At<'a>, kind: &str) {
    if addresses.is_empty() {
        return api.required_by_schema(addresses, "must contain at least 1 address");
    }
    if addresses.len() > 100 {
        return api.too_many(addresses, addresses.len(), 100);
    }
    for address in addresses.items() {
        let text = address.str();
        match kind {
            "IPv4" => {
                if api.ip(address, text) {
                    if text.contains(':') {
                        api.invalid_text(addresses, text, "must be an IPv4 address");
                    }
                    endpoint_ip(api, address, text);
                }
            }
            "IPv6" => match ip::parse_ip(text, Strictness::Canonical) {
                Err(error) => api.invalid_text(address, text, &error.to_string()),
                Ok(_) => {
                    if !text.contains(':') {
                        api.invalid_text(addresses, text, "must be an IPv6 address");
                    }
                    endpoint_ip(api, address, text);
                }
            },
            "FQDN" => domain_name(api, address, text),
            _ => {}
        }
    }
}

fn domain_name<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.is_empty() {
        return api.required(at, "");
    }
    if let Err(faults) = names::dns_subdomain(text) {
        return api.faults(at, text, Err(faults));
    }
    if !text.contains('.') {
        let detail = "should be a domain with at least two segments separated by dots";
        return api.invalid_text(at, text, detail);
    }
    for label in text.split('.') {
        api.faults(at, text, names::dns_label(label));
    }
}

fn hints<'a>(api: &mut Api<'a, '_>, hints: At<'a>) {
    for (key, check) in [
        ("forZones", names::label_value as fn(&str) -> _),
        ("forNodes", names::dns_subdomain),
    ] {
        let all = hints.get(key);
        if all.len() > 8 {
            return api.too_many(all, all.len(), 8);
        }
        let mut seen: Vec<&str> = Vec::new();
        for hint in all.items() {
            let name = hint.get("name");
            if seen.contains(&name.str()) {
                api.duplicate(name, Quoted(name.str()));
            }
            seen.push(name.str());
            api.named(name, check);
        }
    }
}
