//! `netpol-rules-ignored`: rules for a direction that the policy does not control.

use crate::rule::{Category, Check, Cx, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "netpol-rules-ignored",
    summary: "a NetworkPolicy has rules for a direction that `policyTypes` does not list",
    category: Category::Security,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
`policyTypes` lists the directions that a policy controls. Rules for the other
direction are accepted and ignored: with `policyTypes: [Ingress]` all egress stays
open, however narrow the `egress` rules are. Without `policyTypes` the existing rules
decide, so it can be left out.

```yaml bad
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {}
  policyTypes: [Ingress]
  egress:
# ^^^^^^ the `egress` rules have no effect: `policyTypes` does not list `Egress`
  - ports:
    - port: 443
```

```yaml good
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
  - ports:
    - port: 443
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    if !resource.is("networking.k8s.io", "NetworkPolicy") {
        return;
    }
    let Some(spec) = resource.spec() else { return };
    let Some(types) = spec
        .get("policyTypes")
        .filter(|it| it.items().next().is_some())
    else {
        return;
    };
    for (field, direction) in [("ingress", "Ingress"), ("egress", "Egress")] {
        let rules = spec.get(field).filter(|it| it.items().next().is_some());
        let listed = types.items().any(|it| it.as_str() == Some(direction));
        if let (Some(rules), false) = (rules, listed) {
            let message = format!(
                "the `{field}` rules have no effect: `policyTypes` does not list `{direction}`"
            );
            cx.report(rules, message)
                .help(format!("add `{direction}` to `policyTypes`"))
                .related(types, "the directions that it controls");
        }
    }
}
