//! `request-exceeds-limit`: a container requests more than it may use.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "request-exceeds-limit",
    summary: "a request is greater than the limit of the same resource",
    category: Category::Api,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
A request is what the node reserves for the container, a limit is the most that it may
use. The API server refuses a pod whose request is above its limit, and also a
Deployment or another controller with such a template.

```yaml bad in=container
resources:
  requests:
    memory: 1Gi
#           ^^^ the memory request `1Gi` is above the limit `512Mi`
  limits:
    memory: 512Mi
```

```yaml good in=container
resources:
  requests:
    memory: 512Mi
    cpu: 0.5
  limits:
    memory: 1Gi
    cpu: 500m
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let requests = container.node.at(&["resources", "requests"]);
    for entry in requests.into_iter().flat_map(|it| it.entries()) {
        let name = entry.name();
        let pair = container.request(name).zip(container.limit(name));
        let Some((request, limit)) = pair else {
            continue;
        };
        let amounts = request.quantity().zip(limit.quantity());
        if amounts.is_some_and(|(request, limit)| request > limit) {
            let message = format!(
                "the {name} request `{}` is above the limit `{}`",
                request.text, limit.text
            );
            cx.report(request.node, message)
                .related(limit.node, "the limit")
                .help("lower the request or raise the limit");
        }
    }
}
