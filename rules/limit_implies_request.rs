//! `limit-implies-request`: a limit that silently becomes the request.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "limit-implies-request",
    summary: "a limit without a request also becomes the request",
    category: Category::Reliability,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
If only a limit is set, the API server copies it to the request. A limit is chosen for
the worst case, so the node keeps the worst case free at all times and fits fewer
pods. If that is what you want, set the request explicitly.

```yaml bad in=container
resources:
  limits:
    cpu: 2
#        ^ the cpu limit `2` is also the request, because no request is set
```

```yaml good in=container
resources:
  requests:
    cpu: 200m
  limits:
    cpu: 2
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if container.is_partial() {
        return;
    }
    for name in ["cpu", "memory", "ephemeral-storage"] {
        let Some(limit) = container.limit(name) else {
            continue;
        };
        let zero = limit.quantity().is_none_or(|it| it.is_zero());
        if container.request(name).is_some() || zero {
            continue;
        }
        cx.report(
            limit.node,
            format!(
                "the {name} limit `{}` is also the request, because no request is set",
                limit.text
            ),
        )
        .help(format!("set `requests.{name}`, even if it is the same"));
    }
}
