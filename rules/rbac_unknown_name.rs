//! `rbac-unknown-name`: a misspelt resource or verb in a Role.

use crate::kube::resources::{self, ANY};
use crate::nearest::nearest;
use crate::rule::{Category, Check, Cx, Node, PolicyRule, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "rbac-unknown-name",
    summary: "a Role contains a misspelt resource or verb",
    category: Category::Security,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
Rules name resources as in URLs: plural and lower case, with subresources after a
slash (`pods/log`). `pod`, `Pods` and `pods/logs` are accepted, but match no request
and allow nothing. Verbs are those of the API: `read` and `write` are not among them.
Names that do not resemble Kubernetes' own are not reported, because they may belong
to other API servers.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
- apiGroups: [""]
  resources: [pod]
#             ^^^ unknown resource `pod`
  verbs: [get]
```

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [read]
#         ^^^^ unknown verb `read`
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
rules:
- apiGroups: [""]
  resources: [pods, pods/log]
  verbs: [get, list, watch]
```
"##,
};

/// Verbs of the API server, its authorizer and its admission.
const VERBS: [&str; 17] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
    "approve",
    "sign",
    "attest",
    "proxy",
    ANY,
];

/// What people write for verbs.
const MEANT: [(&str, &str); 6] = [
    ("read", "get`, `list` and `watch"),
    ("view", "get`, `list` and `watch"),
    ("write", "create`, `update` and `patch"),
    ("edit", "update` and `patch"),
    ("add", "create"),
    ("remove", "delete"),
];

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    for rule in PolicyRule::of(resource) {
        let groups: Vec<&str> = rule.items("apiGroups").filter_map(Node::as_str).collect();
        if !groups.is_empty() && groups.iter().all(|group| resources::is_own_group(group)) {
            for node in rule.items("resources") {
                check_resource(node, cx);
            }
        }
        for node in rule.items("verbs") {
            check_verb(node, cx);
        }
    }
}

fn check_resource(node: Node<'_>, cx: &mut Cx<'_>) {
    let text = node.as_str().unwrap_or_default();
    let (name, below) = text.split_once('/').unwrap_or((text, ""));
    if name == ANY || name.is_empty() {
        return;
    }
    if resources::groups_of(name).next().is_none() {
        if let Some(known) = nearest(name, resources::names()).filter(|known| is_slip(name, known))
        {
            let reported = cx.report(node, format!("unknown resource `{text}`"));
            reported.help(format!("did you mean `{known}`?"));
        }
        return;
    }
    let near = match (name, below) {
        ("pods", "logs") => "pods/log",
        ("pods", "execs") => "pods/exec",
        ("pods", "port-forward") => "pods/portforward",
        (_, "statuses" | "Status") => "status",
        (_, "scales" | "Scale") => "scale",
        _ => return,
    };
    cx.report(node, format!("unknown resource `{text}`"))
        .help(format!("did you mean `{near}`?"));
}

/// Whether a name is another one in the singular, in capitals, or one letter off;
/// other API servers have names that are further from it.
fn is_slip(name: &str, known: &str) -> bool {
    let lower = name.to_lowercase();
    let singular = |plural: &str| plural.strip_suffix('s') == Some(lower.as_str());
    lower == known || singular(known) || known.len() > 6
}

fn check_verb(node: Node<'_>, cx: &mut Cx<'_>) {
    let Some(verb) = node.as_str().filter(|verb| !VERBS.contains(verb)) else {
        return;
    };
    let meant = MEANT.iter().find(|(wrong, _)| *wrong == verb);
    let help = match (meant, nearest(verb, VERBS)) {
        (Some((_, verbs)), _) => format!("use `{verbs}`"),
        (None, Some(near)) if verb.len() > 2 => format!("did you mean `{near}`?"),
        _ => return,
    };
    cx.report(node, format!("unknown verb `{verb}`")).help(help);
}
