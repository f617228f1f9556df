//! `env-duplicate`: the same environment variable twice in a container.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity, alias};

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
meant is anybody's guess, and a strategic merge patch may drop one of them.

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
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let names: Vec<_> = container
        .env()
        .filter_map(|var| var.node.get("name").filter(|name| name.as_str().is_some()))
        .collect();
    for (index, name) in names.iter().enumerate() {
        let same = |other: &&_| name.as_str() == crate::parse::Node::as_str(**other);
        if let Some(first) = names[..index].iter().find(same) {
            let text = name.as_str().unwrap_or_default();
            cx.report(
                *name,
                format!("`{text}` is already set above; the last value wins"),
            )
            .related(*first, "first set here")
            .help("remove the entry that is not meant");
        }
    }
}
