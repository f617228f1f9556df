//! `node-label-removed`: a node label that nodes no longer have.

use crate::fix::{Edit, Fix};
use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "node-label-removed",
    summary: "a pod uses a node label or taint that was removed or is deprecated",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
kubeadm stopped labelling nodes with `node-role.kubernetes.io/master` in 1.24, and
tainting them with it in 1.25; the name is `control-plane` now. A pod that selects
`master` nodes stays `Pending`. A pod that tolerates only the old taint is not
scheduled to the control plane; that is a warning. OpenShift kept the old names, so
manifests for it are not reported. The `beta.kubernetes.io` and
`failure-domain.beta.kubernetes.io` labels have had stable names since 1.14 and 1.17,
and may be removed at any time.

```yaml bad in=pod
nodeSelector:
  node-role.kubernetes.io/master: ""
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the label `node-role.kubernetes.io/master` was removed from nodes in Kubernetes 1.24
```

```yaml bad in=pod
nodeSelector:
  beta.kubernetes.io/os: linux
# ^^^^^^^^^^^^^^^^^^^^^ node label `beta.kubernetes.io/os` is deprecated since Kubernetes 1.14
```

```yaml fixed in=pod
nodeSelector:
  kubernetes.io/os: linux
```

```yaml good in=pod
nodeSelector:
  kubernetes.io/os: linux
tolerations:
- key: node-role.kubernetes.io/control-plane
  operator: Exists
- key: node-role.kubernetes.io/master
  operator: Exists
```
"##,
};

const MASTER: &str = "node-role.kubernetes.io/master";
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

/// Deprecated labels, their stable names, and the minor that added those.
const DEPRECATED: [(&str, &str, &str); 5] = [
    ("beta.kubernetes.io/os", "kubernetes.io/os", "1.14"),
    ("beta.kubernetes.io/arch", "kubernetes.io/arch", "1.14"),
    (
        "beta.kubernetes.io/instance-type",
        "node.kubernetes.io/instance-type",
        "1.17",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "topology.kubernetes.io/zone",
        "1.17",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "topology.kubernetes.io/region",
        "1.17",
    ),
];

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = pod.spec() else { return };
    let old_names = is_for_openshift(pod);
    for entry in spec.get("nodeSelector").into_iter().flat_map(Node::entries) {
        check_key(entry.key, !old_names, cx);
    }
    let path = [
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    ];
    let terms: Vec<Node<'_>> = spec.at(&path).into_iter().flat_map(Node::items).collect();
    for term in &terms {
        let expressions = term
            .get("matchExpressions")
            .into_iter()
            .flat_map(Node::items);
        for expression in expressions {
            let operator = expression.get("operator").and_then(Node::as_str);
            // Terms are alternatives; asking for the label to be absent still works.
            let needed =
                !old_names && terms.len() == 1 && matches!(operator, Some("In" | "Exists"));
            if let Some(key) = expression.get("key") {
                check_key(key, needed, cx);
            }
        }
    }
    if !old_names {
        check_tolerations(spec, cx);
    }
}

fn is_for_openshift(pod: &Pod<'_>) -> bool {
    let metadata = pod.resource.metadata();
    let annotations = metadata.and_then(|it| it.get("annotations"));
    let mut keys = annotations.into_iter().flat_map(Node::entries);
    pod.resource.namespace().starts_with("openshift-")
        || keys.any(|entry| entry.name().contains("openshift.io/"))
}

fn check_key(node: Node<'_>, needed: bool, cx: &mut Cx<'_>) {
    let Some(key) = node.as_str() else { return };
    if key == MASTER && needed {
        let message = format!("the label `{MASTER}` was removed from nodes in Kubernetes 1.24");
        cx.report(node, message)
            .help(format!("select `{CONTROL_PLANE}`"));
    }
    let deprecated = DEPRECATED.iter().find(|(old, ..)| *old == key);
    let Some((old, new, since)) = deprecated else {
        return;
    };
    let message = format!("node label `{old}` is deprecated since Kubernetes {since}");
    let reported = cx
        .report(node, message)
        .severity(Severity::Warning)
        .help(format!("write `{new}`"));
    let mapping = node.parent().filter(|it| it.is_map());
    // In a nodeSelector the new name may already be set as well.
    let twice = mapping.is_some_and(|it| it.entry(new).is_some());
    if node.raw() == *old && !twice {
        let text = (*new).to_owned();
        let edit = Edit {
            span: node.span(),
            text,
        };
        // It changes the template of the pods.
        let title = format!("write `{new}`; the pods are replaced");
        reported.fix(Fix::risky(title, vec![edit]));
    }
}

fn check_tolerations(spec: Node<'_>, cx: &mut Cx<'_>) {
    let tolerations = || spec.get("tolerations").into_iter().flat_map(Node::items);
    let key = |it: Node<'_>| it.get("key").and_then(Node::as_str).map(str::to_owned);
    let covered =
        tolerations().any(|it| matches!(key(it).as_deref(), None | Some("" | CONTROL_PLANE)));
    let old = tolerations().find(|it| key(*it).as_deref() == Some(MASTER));
    let Some(node) = old.and_then(|it| it.get("key")).filter(|_| !covered) else {
        return;
    };
    let message = format!(
        "the taint `{MASTER}` was removed from nodes in Kubernetes 1.25, so this has no effect"
    );
    cx.report(node, message)
        .severity(Severity::Warning)
        .help(format!("tolerate `{CONTROL_PLANE}` as well"));
}
