//! `env-duplicate`: the same environment variable twice in a container.

use crate::kube::expansion::references;
use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity, alias};
use std::collections::HashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "env-duplicate",
    summary: "an environment variable is set twice in one container",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "duplicate-env-var"),
        alias("kube-score", "environment-variable-key-duplication"),
    ],
    check: Check::Container(check),
    docs: r##"
The last entry wins, silently; the API server only warns. Which one the author
meant is anybody's guess, and a strategic merge patch may drop one of them. An
entry that adds to the one before, as in `$(OPTIONS) --quiet`, is not reported.

```yaml bad in=container
env:
- name: LOG_LEVEL
  value: info
- name: LOG_LEVEL
#       ^^^^^^^^^ `LOG_LEVEL` is already set above; the last value wins
  value: debug
```

```yaml good in=container
env:
- name: LOG_LEVEL
  value: debug
- name: OPTIONS
  value: --fast
- name: OPTIONS
  value: $(OPTIONS) --quiet
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let mut known: HashMap<&str, Node<'_>> = HashMap::new();
    for var in container.env() {
        let Some(name) = var.name() else { continue };
        let adds = references(var.value().unwrap_or_default()).any(|it| it == name);
        let Some(node) = var.node.get("name") else {
            continue;
        };
        let first = *known.entry(name).or_insert(node);
        let places = Some((node, first)).filter(|_| node != first);
        if let Some((again, first)) = places.filter(|_| !adds) {
            cx.report(
                again,
                format!("`{name}` is already set above; the last value wins"),
            )
            .related(first, "first set here")
            .help("remove the entry that is not meant");
        }
    }
}
