//! `hostnetwork-dns`: a pod on the node's network that cannot resolve Services.

use crate::fix::{Edit, Fix};
use crate::rule::{Category, Check, Cx, Pod, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "hostnetwork-dns",
    summary: "a pod with hostNetwork uses its node's DNS and cannot resolve Services",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
With `hostNetwork: true` the default `dnsPolicy`, `ClusterFirst`, silently means
`Default`: the pod uses the name servers of its node, which do not know Services. A
pod that uses Services must set `ClusterFirstWithHostNet`; one that does not should
set `Default` to say so.

```yaml bad in=pod
hostNetwork: true
#            ^^^^ with `hostNetwork` the pod cannot resolve the names of Services
```

```yaml good in=pod
hostNetwork: true
dnsPolicy: ClusterFirstWithHostNet
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let network = pod.host_network();
    let policy = pod.dns_policy();
    if !network.value || policy.value != "ClusterFirst" {
        return;
    }
    let Some(node) = policy.node.or(network.node) else {
        return;
    };
    let message = "with `hostNetwork` the pod cannot resolve the names of Services";
    let reported = cx
        .report(node, message)
        .help("set `dnsPolicy: ClusterFirstWithHostNet`, or `Default` if it does not use Services");
    if let Some(written) = policy.node {
        let edit = Edit {
            span: written.span(),
            text: "ClusterFirstWithHostNet".to_owned(),
        };
        reported.fix(Fix::risky("resolve the names of Services", vec![edit]));
    }
}
