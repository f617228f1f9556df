//! Which pods a Service routes to, and which share of its connections the pods of
//! each workload get.
//!
//! A proxy chooses among all ready pods alike, for each connection. So the share
//! of a canary is its part of the pods, as long as connections are short.

use crate::resolve::Bundle;
use crate::resolve::view::{Pod, Service, TargetPort};
use serde::Serialize;

/// What a Service routes to at rest, when all pods are ready.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Traffic {
    /// The Service: namespace and name.
    pub service: String,
    /// Its ports, each with the container port that it routes to.
    pub ports: Vec<Endpoint>,
    /// The workloads whose pods it routes to.
    pub shares: Vec<Share>,
    /// Clients stick to a pod by their address, so that shares are uneven.
    pub sticky: bool,
}

/// A port of a Service.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Endpoint {
    /// The port of the Service.
    pub port: i64,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// The ports of pods that it routes to; several where pods give one name to
    /// different numbers, none where no pod has it.
    pub targets: Vec<i64>,
}

/// The part of a Service's connections that the pods of one workload get.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Share {
    /// The workload: its kind and name.
    pub workload: String,
    /// How many of its pods there are at rest.
    pub pods: i64,
    /// The share in thousandths of all connections.
    pub per_mille: i64,
}

impl Traffic {
    /// What `service` routes to; `count` says how many pods the workload of a pod has.
    /// `None` where the Service has no selector or a number of pods is not known.
    #[must_use]
    pub fn of(
        service: &Service<'_>,
        bundle: &Bundle<'_>,
        count: impl Fn(&Pod<'_>) -> Option<i64>,
    ) -> Option<Self> {
        service.selector()?;
        let pods = bundle.pods_of(service);
        let counts: Option<Vec<i64>> = pods.iter().map(count).collect();
        let counts = counts?;
        let total: i64 = counts.iter().sum();
        let shares = pods.iter().zip(&counts).map(|(pod, count)| Share {
            workload: format!("{}/{}", pod.resource.kind, pod.resource.name()),
            pods: *count,
            per_mille: (count * 2000 + total).checked_div(total * 2).unwrap_or(0),
        });
        let resource = &service.resource;
        let affinity = resource.spec().and_then(|it| it.get("sessionAffinity"));
        Some(Self {
            service: format!("{}/{}", resource.namespace(), resource.name()),
            shares: shares.collect(),
            ports: endpoints(service, &pods),
            sticky: affinity.and_then(|it| it.as_str()) == Some("ClientIP"),
        })
    }
}

fn endpoints(service: &Service<'_>, pods: &[Pod<'_>]) -> Vec<Endpoint> {
    let ports = service.ports();
    ports
        .map(|port| {
            let protocol = port.protocol().value;
            let target = port.target().value;
            let mut targets: Vec<i64> = match target {
                TargetPort::Number(number) => vec![number],
                TargetPort::Name(_) => {
                    let found = pods.iter().filter_map(|it| it.port_for(target, protocol));
                    found.map(|it| it.number().value).collect()
                }
            };
            targets.sort_unstable();
            targets.dedup();
            Endpoint {
                port: port.number().value,
                protocol: protocol.to_owned(),
                targets,
            }
        })
        .collect()
}

/// How many canary pods beside `stable` ones come nearest to `percent` of the
/// connections, from below and from above.
#[must_use]
pub fn canary_pods(stable: i64, percent: i64) -> Option<(i64, i64)> {
    let rest = 100 - percent;
    if rest <= 0 || percent < 0 {
        return None;
    }
    let exact = stable.checked_mul(percent)?;
    Some((exact / rest, (exact + rest - 1) / rest))
}

/// An image without its tag and digest: versions of one program have the same.
#[must_use]
pub fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_of_a_quarter_is_one_beside_three() {
        assert_eq!(canary_pods(3, 25), Some((1, 1)));
        assert_eq!(canary_pods(9, 5), Some((0, 1)));
        assert_eq!(canary_pods(10, 100), None);
        assert_eq!(canary_pods(0, 50), Some((0, 0)));
    }

    #[test]
    fn images_are_one_thing_whatever_their_tag() {
        assert_eq!(repository("ghcr.io:443/a/b:1@sha256:c"), "ghcr.io:443/a/b");
        assert_eq!(repository("nginx"), "nginx");
    }
}
