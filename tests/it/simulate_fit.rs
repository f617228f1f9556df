//! Whether pods fit: into nodes, quotas and limit ranges, as read from manifests.

use plimsoll::catalog::Minor;
use plimsoll::config::Config;
use plimsoll::engine::Engine;
use plimsoll::simulate::cron_job::CronSpec;
use plimsoll::simulate::fit::Setting;
use plimsoll::simulate::footprint::PodNeeds;
use plimsoll::simulate::nodes;
use plimsoll::simulate::placement::{Placed, place};
use plimsoll::simulate::scheduling::{Machine, Wanted};
use plimsoll::simulate::{self, Assumptions, Part};
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

#[test]
fn pods_that_go_together_share_a_domain() {
    let beside = |app: &str| {
        format!(
            "affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
             [{{topologyKey: zone, labelSelector: {{matchLabels: {{app: {app}}}}}}}]}}}}, "
        )
    };
    // Two zones have room, and all go to that of the first: two nodes for two each.
    let [(count, why)] = &placed(&deployment(6, &beside("web")))[..] else {
        unreachable!()
    };
    assert_eq!(*count, 4);
    assert!(why.contains("Insufficient cpu"), "{why}");
    // To nobody there is no way; to those that come later there is.
    let lonely = deployment(1, &beside("db"));
    let [(count, why)] = &placed(&lonely)[..] else {
        unreachable!()
    };
    assert_eq!(*count, 0);
    assert!(
        why.contains("2 node(s) didn't match pod affinity rules"),
        "{why}"
    );
    let db = deployment(1, "")
        .replace("web", "db")
        .replace("900m", "100m");
    let both = placed(&format!("{lonely}{db}"));
    assert_eq!(both, [(1, String::new()), (1, String::new())]);
}

#[test]
fn pods_of_higher_priority_have_the_first_choice() {
    let classes = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n---\n";
    let small = deployment(4, "priorityClassName: high, ").replace("web", "small");
    let large = deployment(2, "").replace("900m", "1800m");
    let sources = [
        Source::new("nodes.yaml", NODES),
        Source::new("pods.yaml", format!("{classes}{small}{large}")),
    ];
    Engine::new(Config::default()).survey(&sources, |bundle| {
        let assumptions = Assumptions::new(Minor::new(37));
        let forecasts = simulate::forecast(bundle, &assumptions);
        let setting = Setting::of(bundle, &forecasts, &assumptions);
        let pending = setting.fits.iter().flatten();
        let pending = pending.map(|it| it.placement.as_ref().unwrap().pending);
        assert_eq!(pending.collect::<Vec<_>>(), [0, 2]);
    });
}

#[test]
fn jobs_of_a_cron_job_are_named_by_the_minute() {
    let yaml = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: tick}\nspec: {schedule: '0 * * * *'}\n";
    let sources = [Source::new("a.yaml", yaml)];
    Engine::new(Config::default()).survey(&sources, |bundle| {
        let spec = CronSpec::read(&bundle.resources()[0]).unwrap();
        let due = "2024-06-05T15:00:00Z".parse().unwrap();
        assert_eq!(spec.job_name(due), "tick-28626660");
    });
}

#[test]
fn daemons_go_to_the_nodes_whose_labels_and_taints_fit() {
    let node = |name: &str, rest: &str| {
        format!("apiVersion: v1\nkind: Node\nmetadata: {{name: {name}{rest}\n---\n")
    };
    let nodes = [
        node("a", "}"),
        node("b", "}"),
        node(
            "c",
            "}\nspec: {taints: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]}",
        ),
        node(
            "d",
            "}\nspec: {unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]}",
        ),
        node("e", ", labels: {disk: ssd}}"),
    ];
    let chosen = |pod: &str| {
        let set = format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: agent}}\nspec:\n  \
             updateStrategy: {{rollingUpdate: {{maxUnavailable: 25%}}}}\n  \
             selector: {{matchLabels: {{app: agent}}}}\n  template:\n    \
             metadata: {{labels: {{app: agent}}}}\n    \
             spec: {{{pod}containers: [{{name: a, image: x}}]}}\n"
        );
        let sources = [
            Source::new("nodes.yaml", nodes.concat()),
            Source::new("set.yaml", set),
        ];
        Engine::new(Config::default()).survey(&sources, |bundle| {
            let assumptions = Assumptions::new(Minor::new(37));
            match &simulate::forecast(bundle, &assumptions)[0].part {
                Part::DaemonSet(part) => (
                    part.nodes.clone().unwrap().join(" "),
                    part.max_unavailable.unwrap(),
                ),
                other => panic!("{other:?}"),
            }
        })
    };
    let control_plane = "tolerations: [{key: node-role.kubernetes.io/control-plane}], ";
    let exists = control_plane.replace("plane}", "plane, operator: Exists}");
    assert_eq!(chosen(""), ("a b d e".to_owned(), 1));
    assert_eq!(chosen(&exists), ("a b c d e".to_owned(), 2));
    assert_eq!(chosen(control_plane), ("a b c d e".to_owned(), 2));
    assert_eq!(chosen("nodeSelector: {disk: ssd}, "), ("e".to_owned(), 1));
}

#[test]
fn pods_of_a_lost_node_are_replaced_when_their_patience_ends() {
    let lost = |minor, kind: &str, pod: &str| {
        let yaml = deployment(2, pod).replace("Deployment", kind);
        let sources = [Source::new("a.yaml", yaml)];
        Engine::new(Config::default()).survey(&sources, |bundle| {
            let assumptions = Assumptions::new(Minor::new(minor));
            let forecasts = simulate::forecast(bundle, &assumptions);
            let setting = Setting::of(bundle, &forecasts, &assumptions);
            let lost = setting.fits[0].as_ref().unwrap().node_lost;
            lost.map(|it| (it.told, it.replaced))
        })
    };
    let tolerates = |rest: &str| {
        let key = "key: node.kubernetes.io/unreachable";
        format!("tolerations: [{{{key}, operator: Exists{rest}}}], ")
    };
    let deployed = |pod: &str| lost(37, "Deployment", pod);
    assert_eq!(deployed(""), Some((Some(350), Some(350))));
    assert_eq!(lost(31, "Deployment", ""), Some((Some(340), Some(340))));
    let soon = tolerates(", effect: NoExecute, tolerationSeconds: 10");
    assert_eq!(deployed(&soon), Some((Some(60), Some(60))));
    assert_eq!(deployed(&tolerates("")), Some((None, None)));
    // Of another effect, it is none of these.
    let other = tolerates(", effect: NoSchedule");
    assert_eq!(deployed(&other), Some((Some(350), Some(350))));
    // Named with another value, it does not cover, and admission adds nothing.
    let named = "tolerations: [{key: node.kubernetes.io/unreachable, value: x}], ";
    assert_eq!(deployed(named), Some((Some(50), Some(50))));
    assert_eq!(lost(37, "StatefulSet", ""), Some((Some(350), None)));
    assert_eq!(lost(37, "DaemonSet", ""), None);
}

/// The fields that `docs/simulate.md` has to tell of: all that the report can have.
#[test]
fn every_field_of_the_report_is_told() {
    let page = include_str!("../../docs/simulate.md");
    let yaml = format!(
        "{}{NODES}---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: tick}}\nspec:\n  \
         schedule: '0 * * * *'\n  jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, \
         containers: [{{name: a, image: x}}]}}}}}}}}\n",
        deployment(2, "")
    );
    let sources = [Source::new("a.yaml", yaml)];
    Engine::new(Config::default()).survey(&sources, |bundle| {
        let assumptions = Assumptions::new(Minor::new(37));
        let forecasts = simulate::forecast(bundle, &assumptions);
        let setting = Setting::of(bundle, &forecasts, &assumptions);
        let mut keys = Vec::new();
        for forecast in &forecasts {
            collect(&serde_json::to_value(&forecast.part).unwrap(), &mut keys);
        }
        for fit in setting.fits.iter().flatten() {
            collect(&serde_json::to_value(fit).unwrap(), &mut keys);
        }
        // Names of resources are no fields, and Deployments tell of themselves.
        keys.retain(|key| {
            let deployment = ["strategy", "max_surge", "max_unavailable", "paused"];
            let known = ["cpu", "progress_deadline_seconds", "CronJob", "Deployment"];
            !known.contains(&key.as_str()) && !deployment.contains(&key.as_str())
        });
        assert!(keys.len() > 20);
        for key in keys {
            let told = [format!("`{key}`"), format!("`{key}[]`")];
            assert!(told.iter().any(|it| page.contains(it)), "{key}");
        }
    });
}

fn collect(value: &serde_json::Value, keys: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                keys.push(key.clone());
                collect(value, keys);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|it| collect(it, keys)),
        _ => {}
    }
}
