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
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "duplicate-env-var"),
        alias("kube-score", "environment-variable-key-duplication"),
    ],
    check: Check::Container(check),
    docs: r##"
The last entry wins; the API server only warns. Readers may see only the first one,
and a strategic merge patch may drop one of them. An entry that extends the previous
one, as in `$(OPTIONS) --quiet`, is not reported.

```yaml bad in=container
env:
- name: LOG_LEVEL
  value: info
- name: LOG_LEVEL
#       ^^^^^^^^^ `LOG_LEVEL` is already set above; the last value wins
  value: debug
```

```yaml bad in=container
env:
- name: LOG_LEVEL
  value: info
- name: LOG_LEVEL
#       ^^^^^^^^^ `LOG_LEVEL` is set twice, to the same value
  value: info
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
    let mut known: HashMap<&str, (Node<'_>, Option<&str>)> = HashMap::new();
    for var in container.env() {
        let (Some(name), Some(node)) = (var.name(), var.node.get("name")) else {
            continue;
        };
        let value = var.value();
        let extends = references(value.unwrap_or_default()).any(|it| it == name);
        let before = known.insert(name, (node, value));
        let Some((first, earlier)) = before.filter(|_| !extends) else {
            continue;
        };
        let is_same = value.is_some() && value == earlier;
        let message = match is_same {
            true => format!("`{name}` is set twice, to the same value"),
            false => format!("`{name}` is already set above; the last value wins"),
        };
        let reported = cx
            .report(node, message)
            .related(first, "first set here")
            .help("remove the duplicate entry");
        if is_same {
            reported.severity(Severity::Info);
        }
    }
}
