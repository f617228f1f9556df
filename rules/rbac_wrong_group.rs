//! `rbac-wrong-group`: a resource in the wrong API group.

use crate::kube::resources::{self, ANY};
use crate::rule::{Category, Check, Cx, PolicyRule, Resource, Rule, Severity};
use std::collections::HashSet;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "rbac-wrong-group",
    summary: "a Role names a resource in an API group that does not have it",
    category: Category::Security,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
A rule applies to a resource only together with its API group: Deployments are in
`apps`, Ingresses in `networking.k8s.io`, and only the oldest kinds in the core group,
which is written `""`. A rule with the wrong group is accepted but grants nothing, and
the program gets `403 Forbidden`. This is reported only for Kubernetes' own resources,
if all groups of the rule are Kubernetes' own and no other rule of the object names
the right group.

```yaml bad
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: deployer
rules:
- apiGroups: [""]
  resources: [pods, deployments]
#                   ^^^^^^^^^^^ `deployments` is not in the core group but in `apps`, so this allows nothing
  verbs: [get, list]
```

```yaml good
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: deployer
rules:
- apiGroups: ["", apps]
  resources: [pods, deployments]
  verbs: [get, list]
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let rules = PolicyRule::of(resource);
    // What is allowed, by group.
    let mut allowed = HashSet::new();
    for rule in &rules {
        let groups = rule.texts("apiGroups");
        let known = groups.filter(|it| *it == ANY || resources::is_own_group(it));
        for group in known.collect::<HashSet<_>>() {
            let resources = rule.texts("resources");
            allowed.extend(resources.map(|it| (group, it)));
        }
    }
    for rule in &rules {
        let groups: Vec<&str> = rule.texts("apiGroups").collect();
        if groups.is_empty() || !groups.iter().all(|group| resources::is_own_group(group)) {
            continue;
        }
        for node in rule.items("resources") {
            let text = node.as_str().unwrap_or_default();
            let name = text.split('/').next().unwrap_or_default();
            let homes: Vec<&str> = resources::groups_of(name).collect();
            // A second rule with the right group makes this one a leftover from
            // older versions.
            let mut groups_at_home = homes.iter().chain([&ANY]);
            let is_allowed = groups_at_home.any(|it| {
                [ANY, text]
                    .iter()
                    .any(|text| allowed.contains(&(*it, *text)))
            });
            if homes.is_empty() || is_allowed {
                continue;
            }
            let listed: Vec<String> = groups.iter().map(|group| shown(group)).collect();
            // Metrics have the names of what they measure.
            let homes = homes.iter().filter(|group| **group != "metrics.k8s.io");
            let homes: Vec<String> = homes.map(|group| shown(group)).collect();
            let message = format!(
                "`{text}` is not in {} but in {}, so this allows nothing",
                listed.join(" or "),
                homes.join(" and ")
            );
            cx.report(node, message)
                .help(format!("add it to a rule for {}", homes.join(" or ")));
        }
    }
}

fn shown(group: &str) -> String {
    match group {
        "" => "the core group".to_owned(),
        group => format!("`{group}`"),
    }
}
