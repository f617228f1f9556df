//! `env-ref-order`: a variable refers to one that is defined after it.

use crate::kube::expansion::references;
use crate::rule::{Category, Check, Container, Cx, Rule, Severity};
use std::collections::HashMap;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "env-ref-order",
    summary: "a variable refers to one that is defined after it",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
`$(NAME)` in a value is expanded while the list is read from top to bottom. A variable
that is defined further down is not known yet, so the process gets the literal text
`$(NAME)`. Only the order of the list has to change.

```yaml bad in=container
env:
- name: DATABASE_URL
  value: postgres://$(DB_HOST):5432/shop
#                   ^^^^^^^^^^ `$(DB_HOST)` is not expanded: `DB_HOST` is only defined below
- name: DB_HOST
  value: db.shop.svc
```

```yaml good in=container
env:
- name: DB_HOST
  value: db.shop.svc
- name: DATABASE_URL
  value: postgres://$(DB_HOST):5432/shop
- name: LITERAL
  value: $$(LATER)
- name: LATER
  value: "1"
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let vars: Vec<_> = container.env().collect();
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, var) in vars.iter().enumerate() {
        if let Some(name) = var.name() {
            places.entry(name).or_default().push(index);
        }
    }
    for (index, var) in vars.iter().enumerate() {
        let Some((node, text)) = var.node.get("value").zip(var.value()) else {
            continue;
        };
        for name in references(text) {
            let Some(places) = places.get(name).filter(|it| it[0] >= index) else {
                continue;
            };
            let later = places.iter().find(|it| **it > index);
            let later = later.and_then(|it| vars[*it].node.get("name"));
            let Some(later) = later else {
                continue;
            };
            cx.report(
                node,
                format!("`$({name})` is not expanded: `{name}` is only defined below"),
            )
            .at_part(node, &format!("$({name})"))
            .related(later, "defined here")
            .help(format!("move `{name}` above this variable"));
        }
    }
}
