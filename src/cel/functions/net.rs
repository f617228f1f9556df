//! Addresses, blocks of addresses, and URLs.

use super::{Answer, fail};
use crate::cel::value::Val;
use crate::kube::go::Quoted;
use crate::kube::ip::{Cidr, Strictness, parse_cidr, parse_ip};
use crate::kube::url::{Url, unescape};
use std::net::IpAddr;

/// An address as these functions take it: neither padded with zeros, nor with a
/// zone, nor an IPv4 address within IPv6.
fn address(text: &str) -> Option<IpAddr> {
    parse_ip(text, Strictness::Strict).ok()
}

fn block(text: &str) -> Option<Cidr> {
    let (ip, _) = text.split_once('/')?;
    address(ip)?;
    parse_cidr(text, Strictness::Legacy).ok()
}

pub(super) fn global<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let [Val::Str(text)] = args else { return None };
    let quoted = Quoted(text);
    Some(match name {
        "isIP" => Ok(Val::Bool(address(text).is_some())),
        "ip" => address(text).map_or_else(|| fail(unread(text)), |it| Ok(Val::Ip(it))),
        "isCIDR" => Ok(Val::Bool(block(text).is_some())),
        "cidr" => match block(text) {
            Some(it) => Ok(Val::Cidr(it)),
            None => {
                let lead = "network address parse error during conversion from string";
                let why = if text.contains('/') {
                    "unable to parse IP"
                } else {
                    "no '/'"
                };
                fail(format!(
                    "{lead}: {lead}: netip.ParsePrefix({quoted}): {why}"
                ))
            }
        },
        "isURL" => Ok(Val::Bool(Url::parse_request(text).is_some())),
        "url" => match Url::parse_request(text) {
            Some(_) => Ok(Val::Url(text.as_ref().into())),
            None => {
                let why = if text.is_empty() {
                    "empty url"
                } else {
                    "invalid URI for request"
                };
                fail(format!(
                    "URL parse error during conversion from string: parse {quoted}: {why}"
                ))
            }
        },
        _ => return None,
    })
}

/// What the server says of a text that is not an address.
fn unread(text: &str) -> String {
    let quoted = Quoted(text);
    let lead = format!("IP Address {quoted} parse error during conversion from string");
    format!("{lead}: ParseAddr({quoted}): unable to parse IP")
}

/// `ip.isCanonical`
pub(super) fn is_canonical<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let ("isCanonical", [Val::Str(text)]) = (name, args) else {
        return None;
    };
    Some(match address(text) {
        Some(it) => Ok(Val::Bool(it.to_string() == text.as_ref())),
        None => fail(unread(text)),
    })
}

pub(super) fn member<'a>(name: &str, args: &[Val<'a>]) -> Answer<'a> {
    let (of, rest) = args.split_first()?;
    match of {
        Val::Ip(ip) => ip_member(name, *ip, rest),
        Val::Cidr(cidr) => cidr_member(name, *cidr, rest),
        Val::Url(text) => url_member(name, text, rest),
        _ => None,
    }
}

fn ip_member<'a>(name: &str, ip: IpAddr, rest: &[Val<'a>]) -> Answer<'a> {
    if !rest.is_empty() {
        return None;
    }
    let local_unicast = match ip {
        IpAddr::V4(it) => it.is_link_local(),
        IpAddr::V6(it) => it.is_unicast_link_local(),
    };
    let local_multicast = match ip {
        IpAddr::V4(it) => it.octets()[..3] == [224, 0, 0],
        IpAddr::V6(it) => it.segments()[0] & 0xff0f == 0xff02,
    };
    let broadcast = matches!(ip, IpAddr::V4(it) if it.is_broadcast());
    let plain = !(ip.is_unspecified()
        || ip.is_loopback()
        || ip.is_multicast()
        || broadcast
        || local_unicast);
    Some(Ok(match name {
        "family" => Val::Int(if ip.is_ipv4() { 4 } else { 6 }),
        "isUnspecified" => Val::Bool(ip.is_unspecified()),
        "isLoopback" => Val::Bool(ip.is_loopback()),
        "isLinkLocalMulticast" => Val::Bool(local_multicast),
        "isLinkLocalUnicast" => Val::Bool(local_unicast),
        "isGlobalUnicast" => Val::Bool(plain),
        _ => return None,
    }))
}

fn cidr_member<'a>(name: &str, cidr: Cidr, rest: &[Val<'a>]) -> Answer<'a> {
    let contains = |other: Cidr| other.prefix >= cidr.prefix && cidr.contains(other.network());
    Some(match (name, rest) {
        ("ip", []) => Ok(Val::Ip(cidr.address)),
        ("prefixLength", []) => Ok(Val::Int(i64::from(cidr.prefix))),
        ("masked", []) => Ok(Val::Cidr(Cidr {
            address: cidr.network(),
            ..cidr
        })),
        ("containsIP", [Val::Ip(ip)]) => Ok(Val::Bool(cidr.contains(*ip))),
        ("containsIP", [Val::Str(text)]) => match address(text) {
            Some(ip) => Ok(Val::Bool(cidr.contains(ip))),
            None => fail(unread(text)),
        },
        ("containsCIDR", [Val::Cidr(other)]) => Ok(Val::Bool(contains(*other))),
        ("containsCIDR", [Val::Str(text)]) => match block(text) {
            Some(other) => Ok(Val::Bool(contains(other))),
            None => fail("network address parse error during conversion from string"),
        },
        _ => return None,
    })
}

fn url_member<'a>(name: &str, text: &str, rest: &[Val<'a>]) -> Answer<'a> {
    let url = Url::parse_request(text).filter(|_| rest.is_empty())?;
    let (host, port) = url.host_and_port();
    let part = match name {
        "getScheme" => url.scheme,
        "getHost" => unescape(url.host, false),
        "getHostname" => unescape(host, false),
        "getPort" => port.to_owned(),
        "getEscapedPath" => url.path.to_owned(),
        "getQuery" => return Some(Ok(query(url.query))),
        _ => return None,
    };
    Some(Ok(Val::text(part)))
}

fn query<'a>(text: &str) -> Val<'a> {
    let mut found: Vec<(String, Vec<Val<'a>>)> = Vec::new();
    for pair in text
        .split('&')
        .filter(|it| !it.is_empty() && !it.contains(';'))
    {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (unescape(key, true), Val::text(unescape(value, true)));
        match found.iter_mut().find(|(it, _)| *it == key) {
            Some((_, values)) => values.push(value),
            None => found.push((key, vec![value])),
        }
    }
    let entry = |(key, values): (String, Vec<Val<'a>>)| (Val::text(key), Val::list(values));
    let entries: Vec<_> = found.into_iter().map(entry).collect();
    Val::Map(entries.into())
}
