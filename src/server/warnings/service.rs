//! What the API server warns of in Services.

use super::{address, block, note};
use crate::server::at::At;
use crate::server::report::Api;

const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";

/// Warns of a Service.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let spec = top.get("spec");
    let hints = note(top, TOPOLOGY_HINTS);
    if hints.is_set() {
        let said = format!(
            "annotation {TOPOLOGY_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead"
        );
        api.warn_text(hints, said);
    }
    let kind = match spec.str_of("type") {
        "" => "ClusterIP",
        kind => kind,
    };
    let ips = spec.get("clusterIPs");
    let first = spec.get("clusterIP");
    if !matches!(first.str(), "" | "None") {
        if ips.is_empty() {
            address(api, ips.keyed("0").showing(first));
        }
        for ip in ips.items() {
            address(api, ip);
        }
    }
    let (balancer, external) = (spec.get("loadBalancerIP"), spec.get("externalIPs"));
    let none = first.str() == "None" || ips.items().next().is_some_and(|it| it.str() == "None");
    let headless = kind == "ClusterIP" && none;
    if headless && api.since(34) {
        self::headless(api, spec);
    }
    for ip in external.items() {
        address(api, ip);
    }
    let named = kind == "ExternalName";
    if !external.is_empty() && !headless && !named && api.since(36) {
        let said =
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters";
        api.warn_text(external, said.to_owned());
    }
    if !balancer.str().is_empty() {
        address(api, balancer);
    }
    for range in spec.items_of("loadBalancerSourceRanges") {
        block(api, range);
    }
    if named && !external.is_empty() && api.since(28) {
        let said = "spec.externalIPs is ignored when spec.type is \"ExternalName\"";
        api.warn_text(external, said.to_owned());
    }
    let name = spec.get("externalName");
    if !named && !name.str().is_empty() && api.since(28) {
        let said = "spec.externalName is ignored when spec.type is not \"ExternalName\"";
        api.warn_text(name, said.to_owned());
    }
    let traffic = spec.get("trafficDistribution");
    if traffic.str() == "PreferClose" && api.since(35) {
        let said = "\"PreferClose\" is deprecated; use \"PreferSameZone\"";
        api.warn(traffic, said);
    }
}

/// Fields that do nothing without an address of the cluster.
fn headless<'a>(api: &mut Api<'a, '_>, spec: At<'a>) {
    let (balancer, external) = (spec.get("loadBalancerIP"), spec.get("externalIPs"));
    let affinity = spec.get("sessionAffinity");
    for (at, is_said, name) in [
        (balancer, !balancer.str().is_empty(), "loadBalancerIP"),
        (external, !external.is_empty(), "externalIPs"),
        (affinity, affinity.str() == "ClientIP", "SessionAffinity"),
    ] {
        if is_said {
            let said = format!("spec.{name} is ignored for headless services");
            api.warn_text(at, said);
        }
    }
}
