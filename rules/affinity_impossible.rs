//! `affinity-impossible`: a pod that matches no node.

use crate::kube::selector::{Operator, Requirement};
use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity, label_selector};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "affinity-impossible",
    summary: "node selector and affinity contradict each other, so no node matches",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
A node must match `nodeSelector` and one of the terms of the required node affinity.
If every term contradicts another condition, no node ever matches and the pods stay
`Pending`. The same happens to a pod that must run both beside certain pods and away
from them. A node has one value per label, so two conditions on one key must have a
value in common.

```yaml bad in=pod
nodeSelector:
  disk: ssd
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions:
        - key: disk
#              ^^^^ no node matches: `disk` must be `ssd` and must satisfy `disk in (hdd)`
          operator: In
          values: [hdd]
```

```yaml good in=pod
nodeSelector:
  disk: ssd
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions:
        - key: disk
          operator: In
          values: [hdd]
      - matchExpressions:
        - key: zone
          operator: In
          values: [a]
```
"##,
};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

/// One condition on a label of nodes, and where it is written.
struct Condition<'a> {
    requirement: Requirement<'a, Vec<&'a str>>,
    node: Node<'a>,
    by_selector: bool,
}

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = pod.spec() else { return };
    let always: Vec<Condition<'_>> = spec
        .get("nodeSelector")
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|entry| {
            Some(Condition {
                requirement: Requirement {
                    key: entry.name(),
                    operator: Operator::In,
                    values: vec![entry.value.as_str()?],
                },
                node: entry.value,
                by_selector: true,
            })
        })
        .collect();
    check_node_affinity(spec, &always, cx);
    check_pod_affinity(spec, cx);
}

fn check_node_affinity<'a>(spec: Node<'a>, always: &[Condition<'a>], cx: &mut Cx<'_>) {
    let terms = spec.at(&["affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms"]);
    let mut first = None;
    for term in terms.into_iter().flat_map(Node::items) {
        let Some(conditions) = conditions(term) else {
            return;
        };
        let all: Vec<&Condition<'_>> = always.iter().chain(&conditions).collect();
        let Some((one, other)) = contradiction(&all) else {
            return;
        };
        let wanted = match (one.by_selector, &one.requirement.values[..]) {
            (true, [value]) => format!("be `{value}`"),
            _ => format!("satisfy `{}`", one.requirement),
        };
        let message = format!(
            "no node matches: `{}` must {wanted} and must satisfy `{}`",
            other.requirement.key, other.requirement
        );
        first = first.or(Some((message, one.node, other.node)));
    }
    if let Some((message, one, other)) = first {
        cx.report(other, message)
            .help("remove one of the conditions, or move them into separate terms, of which only one has to match")
            .related(one, "the other condition");
    }
}

/// The conditions of a term; `None` if one is malformed or there are none, which
/// is left to validation and to the scheduler.
fn conditions(term: Node<'_>) -> Option<Vec<Condition<'_>>> {
    let expressions = term
        .get("matchExpressions")
        .into_iter()
        .flat_map(Node::items);
    let conditions: Option<Vec<_>> = expressions
        .map(|node| {
            let key = node.get("key")?;
            let operator = Operator::of_nodes(node.get("operator")?.as_str()?)?;
            let values = node.get("values").into_iter().flat_map(Node::items);
            let requirement = Requirement {
                key: key.as_str()?,
                operator,
                values: values.map(Node::as_str).collect::<Option<_>>()?,
            };
            requirement.check().ok()?;
            Some(Condition {
                requirement,
                node: key,
                by_selector: false,
            })
        })
        .collect();
    conditions.filter(|it| !it.is_empty())
}

/// Two conditions on one key that no value satisfies.
fn contradiction<'b, 'a>(
    all: &[&'b Condition<'a>],
) -> Option<(&'b Condition<'a>, &'b Condition<'a>)> {
    for (index, other) in all.iter().enumerate() {
        for one in &all[..index] {
            let same = one.requirement.key == other.requirement.key;
            if same && exclude(&one.requirement, &other.requirement) {
                return Some((one, other));
            }
        }
    }
    None
}

type Asked<'a> = Requirement<'a, Vec<&'a str>>;

fn exclude(one: &Asked<'_>, other: &Asked<'_>) -> bool {
    use Operator::{DoesNotExist, Exists, Gt, In, Lt};
    let needs = |it: &Asked<'_>| matches!(it.operator, In | Exists | Gt | Lt);
    match (one.operator, other.operator) {
        (DoesNotExist, _) => needs(other),
        (_, DoesNotExist) => needs(one),
        // Each value that one allows must be refused by the other.
        (In, _) => refuses_all(other, &one.values),
        (_, In) => refuses_all(one, &other.values),
        (Gt, Lt) => leave_none(bound(one), bound(other)),
        (Lt, Gt) => leave_none(bound(other), bound(one)),
        _ => false,
    }
}

fn refuses_all(requirement: &Asked<'_>, values: &[&str]) -> bool {
    values
        .iter()
        .all(|value| !requirement.matches(|_| Some(value)))
}

/// Whether no integer is above `low` and below `high`.
fn leave_none(low: Option<i64>, high: Option<i64>) -> bool {
    low.zip(high)
        .is_some_and(|(low, high)| high.saturating_sub(1) <= low)
}

fn bound(requirement: &Asked<'_>) -> Option<i64> {
    requirement.values.first()?.parse().ok()
}

/// Reports a pod that is required to run beside the same pods that it must avoid.
fn check_pod_affinity(spec: Node<'_>, cx: &mut Cx<'_>) {
    let terms = |field: &str| {
        spec.at(&["affinity", field, REQUIRED])
            .into_iter()
            .flat_map(Node::items)
    };
    for away in terms("podAntiAffinity") {
        for beside in terms("podAffinity") {
            let plain = |it: Node<'_>| {
                it.entries()
                    .all(|entry| matches!(entry.name(), "labelSelector" | "topologyKey"))
            };
            let key = |it: Node<'_>| {
                it.get("topologyKey")
                    .and_then(Node::as_str)
                    .map(str::to_owned)
            };
            let selector =
                |it: Node<'_>| label_selector(it.get("labelSelector")?).map(|it| it.to_string());
            let same = key(away).is_some()
                && key(away) == key(beside)
                && selector(away) == selector(beside);
            if let (true, true, true, Some(chosen)) =
                (plain(away), plain(beside), same, selector(away))
            {
                let message = format!(
                    "no node matches: the pod must run both beside and away from pods with `{chosen}`"
                );
                let node = away.get("labelSelector").unwrap_or(away);
                cx.report(node, message)
                    .help("remove one of the two terms")
                    .related(
                        beside.get("labelSelector").unwrap_or(beside),
                        "the pod must run beside them",
                    );
            }
        }
    }
}
