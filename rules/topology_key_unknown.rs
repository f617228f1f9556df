//! `topology-key-unknown`: a topology key that no node has as a label.

use crate::nearest::nearest;
use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "topology-key-unknown",
    summary: "a topology key under `kubernetes.io` that no node has",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
The well-known keys are `kubernetes.io/hostname`, `topology.kubernetes.io/zone` and
`topology.kubernetes.io/region`, and they are easily mixed up. With a key that no node
has, a required term keeps the pod `Pending`, and a preferred one has no effect. Keys
outside of `kubernetes.io` may be labels of your own and are not checked.

```yaml bad in=pod
topologySpreadConstraints:
- maxSkew: 1
  topologyKey: topology.kubernetes.io/hostname
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nodes have no label `topology.kubernetes.io/hostname`
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      app: app
```

```yaml good in=pod
topologySpreadConstraints:
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      app: app
```
"##,
};

/// Labels that Kubernetes or its cloud providers put on nodes.
const KNOWN: [&str; 12] = [
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "node.kubernetes.io/instance-type",
    "node.kubernetes.io/windows-build",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
];

/// Prefixes under which labels are Kubernetes' own and all known.
const OWN: [&str; 4] = [
    "kubernetes.io/",
    "topology.kubernetes.io/",
    "failure-domain.beta.kubernetes.io/",
    "beta.kubernetes.io/",
];

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = pod.spec() else { return };
    let mut waiting: Vec<Node<'_>> = ["affinity", "topologySpreadConstraints"]
        .into_iter()
        .filter_map(|field| spec.get(field))
        .collect();
    let mut keys = Vec::new();
    while let Some(node) = waiting.pop() {
        keys.extend(node.get("topologyKey"));
        waiting.extend(node.items());
        waiting.extend(node.entries().map(|entry| entry.value));
    }
    keys.sort_by_key(|node| node.id());
    for node in keys {
        let Some(key) = node.as_str() else { continue };
        let own = OWN.iter().any(|prefix| key.starts_with(prefix));
        if !own || KNOWN.contains(&key) {
            continue;
        }
        // The last word is what people remember.
        let word = key.rsplit('/').next().unwrap_or(key);
        let alike = KNOWN
            .iter()
            .copied()
            .find(|it| it.ends_with(&format!("/{word}")));
        let reported = cx.report(node, format!("nodes have no label `{key}`"));
        if let Some(known) = alike.or_else(|| nearest(key, KNOWN)) {
            reported.help(format!("did you mean `{known}`?"));
        }
    }
}
