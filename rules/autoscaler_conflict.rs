//! `autoscaler-conflict`: two autoscalers that scale the same workload.

use crate::rule::{Autoscaler, Bundle, Category, Check, Cx, Node, Rule, Severity};
use std::collections::HashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "autoscaler-conflict",
    summary: "two autoscalers scale the same workload",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Bundle(check),
    docs: r##"
Two HorizontalPodAutoscalers with one target would each set the number of pods in
turn; Kubernetes detects that and disables both with `AmbiguousSelector`. A KEDA
ScaledObject creates a HorizontalPodAutoscaler of its own, so it counts as one. A
VerticalPodAutoscaler that updates pods changes the requests that utilization is
measured against: it must not control a resource that a horizontal autoscaler targets.

```yaml bad
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: by-cpu
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  maxReplicas: 5
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: by-memory
spec:
  scaleTargetRef:
# ^^^^^^^^^^^^^^ HorizontalPodAutoscaler `by-memory` and HorizontalPodAutoscaler `by-cpu` both scale Deployment `web`
    apiVersion: apps/v1
    kind: Deployment
    name: web
  maxReplicas: 5
```

```yaml good
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  maxReplicas: 5
---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata:
  name: web
spec:
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  updatePolicy:
    updateMode: "Off"
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    let mut by_target: HashMap<_, Vec<Autoscaler<'_>>> = HashMap::new();
    for later in bundle.autoscalers() {
        let Some(target) = later.target() else {
            continue;
        };
        let namespace = later.resource.namespace();
        let key = (target.kind, target.name.value, namespace);
        let others = by_target.entry(key).or_default();
        let conflict = |earlier: &&Autoscaler<'_>| {
            conflict(earlier, &later) && belong_together(earlier, &later, bundle)
        };
        // Nobody writes more of them for one workload on purpose.
        let earlier = others.iter().take(MOST).find(conflict).copied();
        others.push(later);
        let Some(earlier) = earlier else { continue };
        let title = |it: &Autoscaler<'_>| format!("{} `{}`", it.resource.kind, it.resource.name());
        let message = format!(
            "{} and {} both scale {} `{}`",
            title(&later),
            title(&earlier),
            target.kind,
            target.name.value
        );
        let reported = cx
            .report_on(&later.resource, target.node, message)
            .help("let only one of them scale the workload");
        if let Some(other) = earlier.target() {
            reported.related(other.node, "the other one");
        }
    }
}

/// How many autoscalers of one workload are compared.
const MOST: usize = 100;

/// Whether both are applied: they are in one file, or in the folder of what they
/// scale. Other autoscalers side by side may be alternatives.
fn belong_together(one: &Autoscaler<'_>, other: &Autoscaler<'_>, bundle: &Bundle<'_>) -> bool {
    let Some(target) = one.target() else {
        return false;
    };
    let name = target.name.value;
    let targets = bundle.workloads_near(&one.resource, target.kind, name);
    one.resource.source() == other.resource.source()
        || (bundle.are_near(&one.resource, &other.resource) && !targets.is_empty())
}

fn conflict(one: &Autoscaler<'_>, other: &Autoscaler<'_>) -> bool {
    let (Some(a), Some(b)) = (one.target(), other.target()) else {
        return false;
    };
    let same = a.kind == b.kind
        && a.name.value == b.name.value
        && one.resource.namespace() == other.resource.namespace();
    // The same object twice is another defect.
    let twice = one.kind == other.kind && one.resource.name() == other.resource.name();
    same && !twice
        && match (one.scales_pods(), other.scales_pods()) {
            (true, true) => true,
            (true, false) => pulls_at(other, one),
            (false, true) => pulls_at(one, other),
            (false, false) => updates(one) && updates(other),
        }
}

/// Whether a vertical autoscaler changes requests that a horizontal one targets.
fn pulls_at(vertical: &Autoscaler<'_>, horizontal: &Autoscaler<'_>) -> bool {
    let metrics = horizontal.resource_metrics();
    updates(vertical)
        && metrics
            .iter()
            .any(|metric| metric.is_utilization && controls(vertical, metric.name))
}

fn updates(vertical: &Autoscaler<'_>) -> bool {
    let spec = vertical.resource.spec();
    let mode = spec.and_then(|spec| spec.at(&["updatePolicy", "updateMode"]));
    // Unquoted, `Off` is a boolean; the API then refuses it.
    mode.is_none_or(|mode| mode.as_str().is_some_and(|it| it != "Off"))
}

fn controls(vertical: &Autoscaler<'_>, resource: &str) -> bool {
    let policies = vertical
        .resource
        .spec()
        .and_then(|spec| spec.at(&["resourcePolicy", "containerPolicies"]));
    let mut policies = policies.into_iter().flat_map(Node::items).peekable();
    if policies.peek().is_none() {
        return true;
    }
    policies.any(|policy| {
        let mode = policy.get("mode").and_then(Node::as_str);
        let controlled = policy.get("controlledResources");
        mode != Some("Off")
            && controlled.is_none_or(|list| list.items().any(|it| it.as_str() == Some(resource)))
    })
}
