//! What comparing two sets of manifests says, class by class.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{Context, Entry, compare};
use crate::catalog::Catalog;
use crate::parse;
use crate::resolve::{Bundle, Scope, Surroundings, resources};
use crate::schema::Definitions;
use crate::source::Source;

/// For each object that does not stay as it is: its kind and name, what becomes of
/// it, then what is said of it.
fn diff(old: &str, new: &str) -> Vec<String> {
    let mut lines = Vec::new();
    each(old, new, |entry| lines.push(shown(entry)));
    lines
}

/// Hands over each object that does not stay as it is.
fn each(old: &str, new: &str, mut take: impl FnMut(&Entry<'_>)) {
    let catalog = Catalog::builtin();
    let context = Context {
        catalog: &catalog,
        minor: catalog.newest(),
        definitions: &Definitions::default(),
    };
    let sources = [old, new].map(|text| [Source::new("a.yaml", text)]);
    let documents = sources
        .each_ref()
        .map(|it| parse::parse(&it[0], 0).documents);
    let bundle = |side: usize| {
        let found = documents[side]
            .iter()
            .flat_map(|it| resources(it, "default", |_, _| Scope::Namespaced));
        Bundle::new(
            found.collect(),
            Surroundings::new(&sources[side], &documents[side].iter().collect::<Vec<_>>()),
        )
    };
    let (before, after) = (bundle(0), bundle(1));
    let diff = compare(context, &before, &after);
    let changed = diff.entries.iter().filter(|it| it.is_news());
    changed.for_each(&mut take);
}

fn shown(entry: &Entry<'_>) -> String {
    let resource = entry.resource().unwrap();
    let outcome = entry.outcome.name();
    let mut line = format!("{}/{} {outcome}", resource.kind, resource.name());
    for it in &entry.refusals {
        line += &format!(" !{}", it.field.clone().unwrap_or_default());
    }
    for it in &entry.changes {
        line += &format!(" {}", it.path);
    }
    for it in &entry.risks {
        line += &format!(" ?{}", it.kind.name());
    }
    if let Some(pods) = entry.rollout.as_ref().and_then(|it| it.forecast.pods) {
        line += &format!(" {}..{}", pods.min_available, pods.max_total);
    }
    if entry.advice.is_some() {
        line += " advice";
    }
    line
}

fn workload(kind: &str, spec: &str, image: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: a}}
spec:
  {spec}
  selector: {{matchLabels: {{app: a}}}}
  template:
    metadata: {{labels: {{app: a}}}}
    spec: {{containers: [{{name: a, image: '{image}'}}]}}
"
    )
}

const CLAIMS: &str = "serviceName: a\n  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]";

#[test]
fn new_templates_roll() {
    for (kind, spec, range) in [
        ("Deployment", "replicas: 4", " 3..5"),
        ("StatefulSet", "serviceName: a\n  replicas: 3", " 2..3"),
        ("DaemonSet", "minReadySeconds: 5", ""),
    ] {
        let (old, new) = (workload(kind, spec, "a:1"), workload(kind, spec, "a:2"));
        let image = "spec.template.spec.containers[0].image";
        assert_eq!(diff(&old, &new), [format!("{kind}/a rolls {image}{range}")]);
        assert_eq!(diff(&old, &old), Vec::<String>::new());
    }
}

#[test]
fn other_changes_roll_nothing() {
    let old = workload("Deployment", "replicas: 2", "a:1");
    let new = workload("Deployment", "replicas: 5", "a:1");
    assert_eq!(diff(&old, &new), ["Deployment/a in-place spec.replicas"]);
    // Nobody but the user replaces pods then.
    let on_delete = "updateStrategy: {type: OnDelete}";
    let [old, new] = ["a:1", "a:2"].map(|it| workload("DaemonSet", on_delete, it));
    assert_eq!(
        diff(&old, &new),
        ["DaemonSet/a in-place spec.template.spec.containers[0].image"]
    );
    let paused = "paused: true";
    let [old, new] = ["a:1", "a:2"].map(|it| workload("Deployment", paused, it));
    assert_eq!(
        diff(&old, &new),
        ["Deployment/a in-place spec.template.spec.containers[0].image"]
    );
}

#[test]
fn orphans_are_only_advised_where_the_new_object_adopts_them() {
    let object = |kind: &str, selector: &str, labels: &str| {
        format!(
            "apiVersion: apps/v1
kind: {kind}
metadata: {{name: a}}
spec:
  selector: {selector}
  template:
    metadata: {{labels: {labels}}}
    spec: {{containers: [{{name: a, image: 'a:1'}}]}}
"
        )
    };
    let is_orphan = |kind: &str, new: &str, labels: &str| {
        let old = object(
            kind,
            "{matchLabels: {app: a, tier: x}}",
            "{app: a, tier: x}",
        );
        let mut orphan = None;
        each(&old, &object(kind, new, labels), |entry| {
            orphan = entry.advice.map(|it| it.contains("--cascade=orphan"));
        });
        orphan
    };
    for kind in ["Deployment", "StatefulSet", "DaemonSet"] {
        let narrow = "{matchLabels: {app: a}}";
        assert_eq!(is_orphan(kind, narrow, "{app: a, tier: x}"), Some(true));
        // New pods get another label, but the old ones are still matched.
        assert_eq!(is_orphan(kind, narrow, "{app: a, tier: z}"), Some(true));
        let other = "{matchLabels: {app: b}}";
        assert_eq!(is_orphan(kind, other, "{app: b}"), Some(false));
        let wide = "{matchLabels: {app: a, track: z}}";
        assert_eq!(is_orphan(kind, wide, "{app: a, track: z}"), Some(false));
        let not = "{matchExpressions: [{key: tier, operator: DoesNotExist}]}";
        assert_eq!(is_orphan(kind, not, "{app: a}"), Some(false));
    }
}

#[test]
fn fields_that_may_not_change_are_refused() {
    let old = workload("Deployment", "", "a:1");
    let new = old.replace("app: a", "app: b");
    assert_eq!(
        diff(&old, &new),
        [
            "Deployment/a refused !spec.selector spec.selector.matchLabels[app] spec.template.metadata.labels[app] advice"
        ]
    );
    let old = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nimmutable: true\ndata: {a: b}";
    let new = old.replace("a: b", "a: c");
    assert_eq!(
        diff(old, &new),
        ["ConfigMap/a refused !data data[a] advice"]
    );
    // What would be refused on creation as well does not concern the update.
    let new = workload("Deployment", "replicas: -1", "a:1");
    let old = workload("Deployment", "", "a:1");
    assert_eq!(
        diff(&old, &new),
        ["Deployment/a refused !spec.replicas spec.replicas"]
    );
}

#[test]
fn claims_may_grow() {
    let claim = |size: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a}}\nspec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: {size}}}}}}}"
        )
    };
    let size = "spec.resources.requests[storage]";
    assert_eq!(
        diff(&claim("1Gi"), &claim("2Gi")),
        [format!("PersistentVolumeClaim/a in-place {size}")]
    );
    assert_eq!(
        diff(&claim("2Gi"), &claim("1Gi")),
        [format!(
            "PersistentVolumeClaim/a refused !spec.resources.requests.storage {size} advice"
        )]
    );
    assert_eq!(diff(&claim("1Gi"), &claim("1024Mi")), Vec::<String>::new());
}

#[test]
fn what_goes_away_may_take_data_with_it() {
    for (text, risk) in [
        (
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}",
            " ?data",
        ),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}", ""),
        (
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}",
            " ?data",
        ),
        (&workload("StatefulSet", CLAIMS, "a:1"), " ?data"),
        (&workload("StatefulSet", "serviceName: a", "a:1"), ""),
    ] {
        let found = diff(text, "");
        assert!(
            found[0].ends_with(&format!("/a removed{risk}")),
            "{found:?}"
        );
    }
    let deletes =
        format!("{CLAIMS}\n  persistentVolumeClaimRetentionPolicy: {{whenScaled: Delete}}");
    let [old, new] = [3, 1].map(|it| {
        workload(
            "StatefulSet",
            &format!("{deletes}\n  replicas: {it}"),
            "a:1",
        )
    });
    assert_eq!(
        diff(&old, &new),
        ["StatefulSet/a in-place spec.replicas ?data"]
    );
}

#[test]
fn selectors_that_lose_their_pods_are_found() {
    let service = |app: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{selector: {{app: {app}}}, ports: [{{port: 80}}]}}"
        )
    };
    let pods = workload("Deployment", "", "a:1");
    assert_eq!(
        diff(
            &(pods.clone() + &service("a")),
            &(pods.clone() + &service("b"))
        ),
        ["Service/a in-place spec.selector[app] ?detached"]
    );
    // The labels of the pods change, and what selected them stays as it is.
    let relabelled = [
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {tier: front}, ports: [{port: 80}]}",
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, selector: {matchLabels: {tier: front}}}",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {matchLabels: {tier: front}}}",
    ];
    for object in relabelled {
        let kind = object
            .split("kind: ")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap();
        let with = |tier: &str| {
            let pods = workload("Deployment", "", "a:1").replace(
                "{labels: {app: a}}",
                &format!("{{labels: {{app: a, tier: {tier}}}}}"),
            );
            assert!(pods.contains("tier"), "{pods}");
            format!("{pods}\n---\n{object}\n")
        };
        let found = diff(&with("front"), &with("back"));
        assert_eq!(found[1..], [format!("{kind}/a nothing ?detached")]);
    }
    let controller = |app: &str| {
        format!(
            "apiVersion: v1\nkind: ReplicationController\nmetadata: {{name: a}}\nspec:\n  selector: {{app: {app}}}\n  template: {{metadata: {{labels: {{app: {app}}}}}, spec: {{containers: [{{name: a, image: 'a:1'}}]}}}}"
        )
    };
    let found = diff(&controller("a"), &controller("b"));
    assert!(found[0].ends_with("?detached"), "{found:?}");
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}";
    let pods = workload("Deployment", "", "a:1");
    let found = diff(&format!("{pods}\n---\n{scaler}"), scaler);
    assert_eq!(found[1], "HorizontalPodAutoscaler/a nothing ?detached");
    // Where the pods are gone as well, nothing is detached.
    assert_eq!(
        diff(&(pods + &service("a")), &service("b")),
        [
            "Deployment/a removed",
            "Service/a in-place spec.selector[app]"
        ]
    );
}

#[test]
fn names_decide_what_is_compared() {
    let map = |name: &str, value: &str| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: {value}}}\n"
        )
    };
    assert_eq!(
        diff(&map("a", "x"), &map("b", "x")),
        ["ConfigMap/a removed", "ConfigMap/b created"]
    );
    // Of several with one name the last one counts.
    assert_eq!(
        diff(&map("a", "x"), &(map("a", "y") + &map("a", "x"))),
        Vec::<String>::new()
    );
}

const WIDGETS: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              class: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: class is immutable}]}
              size: {type: integer, maximum: 9}
              old: {type: string, maxLength: 3}
";

#[test]
fn rules_of_custom_resources_compare_with_what_is_there() {
    let side = |spec: &str| {
        format!(
            "{WIDGETS}---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: a}}\nspec: {{{spec}}}\n"
        )
    };
    let was = side("class: a, size: 1, old: long");
    let applied = |spec: &str| diff(&was, &side(spec));
    // What was wrong before and stays as it is may stay.
    assert_eq!(
        applied("class: a, size: 2, old: long"),
        ["Widget/a in-place spec.size"]
    );
    assert_eq!(
        applied("class: b, size: 1, old: long"),
        ["Widget/a refused !spec.class spec.class"]
    );
    assert_eq!(
        applied("class: a, size: 10, old: long"),
        ["Widget/a refused !spec.size spec.size"]
    );
    assert_eq!(
        applied("class: a, size: 1, old: other"),
        ["Widget/a refused !spec.old spec.old"]
    );
    assert_eq!(diff(WIDGETS, &was), ["Widget/a refused !spec.old"]);
}
