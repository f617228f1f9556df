//! Services: what the server has allocated stays.

use super::super::at::At;
use super::super::report::Api;
use super::super::service;
use super::Update;
use crate::kube::go::Quoted;
use crate::server::shape::Shape;

/// Takes back what the server says of fields that it drops because they were there
/// before and do not go with the new type.
pub(super) fn forgive<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = (update.old.get("spec"), update.new.get("spec"));
    if is.str_of("clusterIP").is_empty() && was.has("clusterIP") {
        let before = api.count();
        api.withdraw(0, is.get("clusterIPs"));
        if before > 0 && api.count() == 0 {
            // Creation had stopped there.
            service::rest(api, update.new);
        }
        if was.str_of("clusterIP") == "None" {
            api.withdraw(0, is.get("ports"));
        }
    }
    if is_replaced(was, is) {
        follow(update, api);
    }
    if !update.changed("spec.type") {
        return;
    }
    for key in [
        "allocateLoadBalancerNodePorts",
        "loadBalancerClass",
        "healthCheckNodePort",
        "externalTrafficPolicy",
    ] {
        let written = is.has(key);
        if written
            && was.get(key).node().map(|it| it.raw()) == is.get(key).node().map(|it| it.raw())
        {
            api.withdraw(0, is.get(key));
        }
    }
    let numbers = |spec: At<'a>| -> Vec<i64> {
        let ports = spec.items_of("ports");
        let mut all: Vec<i64> = ports.filter_map(|it| it.int_of("nodePort")).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    if numbers(was) == numbers(is) {
        for port in is.items_of("ports") {
            api.withdraw(0, port.get("nodePort"));
        }
    }
}

/// Whether the list of addresses still says what it did, and the one address does
/// not: then the list follows it.
fn is_replaced(was: At<'_>, is: At<'_>) -> bool {
    let (one, list) = (is.str_of("clusterIP"), is.get("clusterIPs"));
    let same = list.len() == was.get("clusterIPs").len()
        && (list.items().zip(was.items_of("clusterIPs"))).all(|(a, b)| a.str() == b.str());
    !one.is_empty() && one != was.str_of("clusterIP") && !list.is_empty() && same
}

/// Looks at the one address instead of the list.
fn follow<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let spec = update.new.get("spec");
    let (list, one) = (spec.get("clusterIPs"), spec.get("clusterIP"));
    let before = api.count();
    api.withdraw_below(0, list);
    let had_stopped = before > 0 && api.count() == 0;
    if one.str() != "None" {
        api.ip(list.keyed("0").showing(one), one.str());
    }
    if had_stopped && api.count() == 0 {
        service::rest(api, update.new);
    }
}

pub(super) fn transitions<'a>(update: &Update<'a, '_>, api: &mut Api<'a, '_>) {
    let (was, is) = (update.old.get("spec"), update.new.get("spec"));
    let external = |spec: At<'a>| spec.str_of("type") == "ExternalName";
    let wrong = ["clusterIP", "clusterIPs"].map(|key| api.has_below(is.get(key)));
    if !external(was) && !external(is) && wrong == [false; 2] {
        addresses(api, was, is);
        families(api, was, is);
    }
    balancer_class(api, was, is);
    let checked = |spec: At<'a>| {
        spec.str_of("type") == "LoadBalancer" && spec.str_of("externalTrafficPolicy") == "Local"
    };
    let (old, new) = (
        was.get("healthCheckNodePort"),
        is.get("healthCheckNodePort"),
    );
    if checked(was) && checked(is) && new.is_set() && old.int() != new.int() && old.is_set() {
        api.forbidden(new, "field is immutable");
    }
}

/// The addresses that are asked for, the singular field first; none where the
/// server chooses.
fn asked<'a>(spec: At<'a>) -> Vec<At<'a>> {
    let list: Vec<At<'a>> = spec.items_of("clusterIPs").collect();
    match spec.get("clusterIP") {
        at if list.is_empty() && !at.str().is_empty() => vec![at],
        _ => list,
    }
}

fn addresses<'a>(api: &mut Api<'a, '_>, was: At<'a>, is: At<'a>) {
    let (old, mut new) = (asked(was), asked(is));
    if is_replaced(was, is) {
        new = vec![is.get("clusterIP")];
    }
    let headless = |all: &[At<'a>]| all.first().is_some_and(|it| it.str() == "None");
    // What the server has chosen stays where nothing is asked for.
    if new.is_empty() || headless(&old) && headless(&new) {
        return;
    }
    for (index, at) in new.iter().enumerate() {
        let before = old.get(index).map_or("", |it| it.str());
        if before != at.str() && (index == 0 || old.len() == new.len()) {
            let list = is.get("clusterIPs");
            let detail = "may not change once set";
            if !list.is_empty() && !is_replaced(was, is) {
                api.invalid_shown(*at, list, &Shape::Plain, detail);
            } else {
                let place = list.keyed("0").showing(*at);
                api.invalid(place, format!("[{}]", Quoted(at.str())), detail);
            }
        }
    }
}

/// The first family stays that of the first address, which stays as well.
fn families<'a>(api: &mut Api<'a, '_>, was: At<'a>, is: At<'a>) {
    let first = |spec: At<'a>| spec.items_of("ipFamilies").next();
    let Some(now) = first(is).filter(|it| matches!(it.str(), "IPv4" | "IPv6")) else {
        return;
    };
    let address = asked(was).first().map_or("", |it| it.str());
    let by_address = if address.contains(':') {
        "IPv6"
    } else {
        "IPv4"
    };
    if address == "None" || !asked(is).is_empty() {
        return;
    }
    if now.str() != first(was).map_or(by_address, |it| it.str()) {
        let at = is.get("clusterIPs").keyed("0").showing(now);
        let family = now.str();
        let detail = format!("expected an {family} value as indicated by `ipFamilies[0]`");
        api.invalid_plain(at, &detail);
    }
}

fn balancer_class<'a>(api: &mut Api<'a, '_>, was: At<'a>, is: At<'a>) {
    let balances = |spec: At<'a>| spec.str_of("type") == "LoadBalancer";
    let (old, new) = (was.get("loadBalancerClass"), is.get("loadBalancerClass"));
    let same = old.is_set() == new.is_set() && old.str() == new.str();
    if balances(was) && balances(is) && !same {
        api.invalid_text(new, new.str(), "may not change once set");
    }
}
