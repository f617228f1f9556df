//! Whether pods fit: into nodes, quotas and limit ranges, as read from manifests.

#![allow(clippy::unwrap_used, clippy::panic)]

use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::simulate::footprint::PodNeeds;
use plimsoll::simulate::nodes;
use plimsoll::simulate::placement::{Placed, place};
use plimsoll::simulate::scheduling::{Machine, Wanted};
use plimsoll::source::Source;

const NODES: &str = "\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Node, metadata: {name: a, labels: {zone: x}}, status: {allocatable: {cpu: 2, memory: 4Gi, pods: 110}}}
- {apiVersion: v1, kind: Node, metadata: {name: b, labels: {zone: x}}, status: {allocatable: {cpu: 2, memory: 4Gi, pods: 110}}}
- apiVersion: v1
  kind: Node
  metadata: {name: c, labels: {zone: z}}
  spec: {taints: [{key: gpu, value: 'yes', effect: NoSchedule}]}
  status: {allocatable: {cpu: 8, memory: 4Gi, pods: 110}}
- {apiVersion: v1, kind: Node, metadata: {name: d, labels: {zone: z}}, spec: {unschedulable: true}, status: {allocatable: {cpu: 8}}}
";

/// How many pods of each workload are placed, and what is said of the rest.
fn placed(workloads: &str) -> Vec<(i64, String)> {
    let sources = [
        Source::new("nodes.yaml", NODES),
        Source::new("pods.yaml", workloads),
    ];
    Engine::new(Config::default()).survey(&sources, |bundle| {
        let nodes = nodes::inventory(bundle);
        let nodes: Vec<_> = nodes.into_iter().map(Machine::new).collect();
        let mut wanted = Vec::new();
        for it in bundle.workloads() {
            let needs = PodNeeds::read(it.pod().unwrap());
            wanted.push(Wanted::new(needs, it.replicas().value));
        }
        let placed = place(&wanted, &nodes);
        let text = |it: &Placed| match &it.pending {
            Some((count, why)) => format!("{count}: {why}"),
            None => String::new(),
        };
        let all = placed.iter();
        all.map(|it| (it.on.iter().sum(), text(it))).collect()
    })
}

fn deployment(replicas: i64, spec: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  \
         replicas: {replicas}\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    \
         metadata: {{labels: {{app: web}}}}\n    spec: {{{spec}containers: [{{name: a, \
         image: x, resources: {{requests: {{cpu: 900m}}}}}}]}}\n---\n"
    )
}

#[test]
fn pods_go_where_there_is_room_and_the_rest_says_why_not() {
    let [(count, why)] = &placed(&deployment(5, ""))[..] else {
        unreachable!()
    };
    assert_eq!(*count, 4);
    assert_eq!(
        why,
        "1: 1 node(s) had untolerated taint {gpu: yes}, 1 node(s) were unschedulable, \
         2 Insufficient cpu"
    );
    let tolerating = deployment(12, "tolerations: [{key: gpu, operator: Exists}], ");
    assert_eq!(placed(&tolerating), [(12, String::new())]);
}

#[test]
fn pods_that_keep_apart_need_a_domain_each() {
    let apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                 [{topologyKey: zone, labelSelector: {matchLabels: {app: web}}}]}}, ";
    let [(count, why)] = &placed(&deployment(2, apart))[..] else {
        unreachable!()
    };
    assert_eq!(*count, 1);
    assert!(
        why.contains("2 node(s) didn't match pod anti-affinity rules"),
        "{why}"
    );
    let spread = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, \
                  whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}], ";
    let [(count, why)] = &placed(&deployment(3, spread))[..] else {
        unreachable!()
    };
    // The tainted zone counts as a domain, and stays empty.
    assert_eq!(*count, 1);
    assert!(
        why.contains("2 node(s) didn't match pod topology spread"),
        "{why}"
    );
}
