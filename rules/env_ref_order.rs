//! `env-ref-order`: a variable refers to one that is defined after it.

use crate::kube::expansion::references;
use crate::rule::{Category, Check, Container, Cx, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "env-ref-order",
    summary: "a variable refers to one that is only defined after it",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
`$(NAME)` in a value is replaced while the list is read from top to bottom. A
variable that is defined further down is not known yet, and the text `$(NAME)`
itself reaches the process. The order of the list is the only thing to change.

```yaml bad in=container
env:
- name: DATABASE_URL
  value: postgres://$(DB_HOST):5432/shop
#                   ^^^^^^^^^^ `$(DB_HOST)` stays as it is: `DB_HOST` is only defined below
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
    for (index, var) in vars.iter().enumerate() {
        let Some((node, text)) = var.node.get("value").zip(var.value()) else {
            continue;
        };
        let earlier = |name: &str| vars[..index].iter().any(|it| it.name() == Some(name));
        for name in references(text).filter(|name| !earlier(name)) {
            let later = vars[index + 1..].iter().find(|it| it.name() == Some(name));
            let Some(later) = later.and_then(|it| it.node.get("name")) else {
                continue;
            };
            cx.report(
                node,
                format!("`$({name})` stays as it is: `{name}` is only defined below"),
            )
            .at_part(node, &format!("$({name})"))
            .related(later, "defined here")
            .help(format!("move `{name}` above this variable"));
        }
    }
}
