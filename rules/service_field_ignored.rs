//! `service-field-ignored`: a field that has no effect in a Service of that type.

use crate::rule::{Category, Check, Cx, Resource, Rule, Service, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "service-field-ignored",
    summary: "a Service sets a field that has no effect for its type",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
Many fields of a Service apply to one type only: source ranges and the address of a
load balancer to `LoadBalancer`, a CNAME to `ExternalName`, session affinity to
Services with a cluster IP. For other types they are stored and ignored, and what they
promise (such as who may connect) does not hold.

```yaml bad in=service
type: ClusterIP
loadBalancerSourceRanges:
#^^^^^^^^^^^^^^^^^^^^^^^ `loadBalancerSourceRanges` has no effect for a Service of type ClusterIP
- 10.0.0.0/8
```

```yaml good in=service
type: LoadBalancer
loadBalancerSourceRanges:
- 10.0.0.0/8
```
"##,
};

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let (Some(service), Some(spec)) = (Service::new(*resource), resource.spec()) else {
        return;
    };
    let kind = service.kind().value;
    if !["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"].contains(&kind) {
        return;
    }
    let balancer = kind == "LoadBalancer";
    let outside = balancer || kind == "NodePort";
    let ip = kind != "ExternalName" && !service.is_headless();
    let what = match service.is_headless() {
        true => "a headless Service".to_owned(),
        false => format!("a Service of type {kind}"),
    };
    for (field, works) in [
        ("loadBalancerIP", balancer),
        ("loadBalancerSourceRanges", balancer),
        ("loadBalancerClass", balancer),
        ("allocateLoadBalancerNodePorts", balancer),
        (
            "externalTrafficPolicy",
            outside || spec.get("externalIPs").is_some(),
        ),
        ("externalName", kind == "ExternalName"),
        ("sessionAffinity", ip),
        ("selector", kind != "ExternalName"),
    ] {
        let Some(node) = spec.get(field).filter(|_| !works) else {
            continue;
        };
        // Defaults that the server sets itself are not reported.
        if matches!(node.as_str(), Some("" | "None" | "Cluster")) {
            continue;
        }
        let place = node.key().unwrap_or(node).place();
        cx.report(node, format!("`{field}` has no effect for {what}"))
            .at(place)
            .help("remove it, or change the type of the Service");
    }
}
