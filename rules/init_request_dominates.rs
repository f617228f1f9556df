//! `init-request-dominates`: an init container decides what the pod reserves.

use crate::kube::quantity::Quantity;
use crate::rule::{Category, Check, Container, ContainerRole, Cx, Pod, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "init-request-dominates",
    summary: "an init container requests more than twice what the pod runs with",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
For its whole life, a pod reserves the larger of two amounts on its node: the largest
request of an init container, or the sum of the containers that run afterwards. So an
init container with a large request keeps that much reserved long after it has
finished.

```yaml bad in=pod
initContainers:
- name: migrate
  image: registry.example.com/migrate:1.4.2
  resources:
    requests:
      memory: 4Gi
#             ^^^ the pod reserves `4Gi` of memory for its whole life, but runs with 512Mi
containers:
- name: app
  image: registry.example.com/app:1.4.2
  resources:
    requests:
      memory: 512Mi
```

```yaml good in=pod
initContainers:
- name: migrate
  image: registry.example.com/migrate:1.4.2
  resources:
    requests:
      memory: 512Mi
containers:
- name: app
  image: registry.example.com/app:1.4.2
  resources:
    requests:
      memory: 512Mi
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    for name in ["cpu", "memory"] {
        let running = pod.containers().filter(|it| it.role.runs_beside());
        let sum: Option<Quantity> = running.map(|it| requested(&it, name)).sum();
        // If a container has no request, what the pod runs with is unknown.
        let Some(sum) = sum.filter(|it| !it.is_zero()) else {
            continue;
        };
        let inits = pod
            .init_containers()
            .filter(|it| it.role == ContainerRole::Init);
        for amount in inits.filter_map(|it| it.request(name)) {
            let Some(quantity) = amount.quantity() else {
                continue;
            };
            if quantity > sum + sum {
                let message = format!(
                    "the pod reserves `{}` of {name} for its whole life, but runs with {sum}",
                    amount.text
                );
                cx.report(amount.node, message)
                    .help("lower the request, or do this work in a Job");
            }
        }
    }
}

fn requested(container: &Container<'_>, name: &str) -> Option<Quantity> {
    container.request(name)?.quantity()
}
