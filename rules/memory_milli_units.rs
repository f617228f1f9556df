//! `memory-milli-units`: thousandths of a byte.

use crate::fix::{Edit, Fix};
use crate::parse::Style;
use crate::rule::{Category, Check, Container, Cx, ResourceAmount, Rule, Severity};
use crate::source::Span;

/// An amount of this many bytes in thousandths was computed, for example by an
/// autoscaler, and not mistyped.
const COMPUTED: i64 = 1 << 20;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "memory-milli-units",
    summary: "an amount of memory is in thousandths of a byte",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
The suffix `m` means thousandths. That is right for CPU, where `500m` is half a core,
and wrong for memory, where `512m` is half a byte. The API server only warns. Such a
limit keeps the container from starting, and such a request reserves nothing.
Mebibytes are `Mi`, megabytes are `M`.

```yaml bad in=container
resources:
  limits:
    memory: 512m
#           ^^^^ memory `512m` is 512 thousandths of a byte
```

```yaml fixed in=container
resources:
  limits:
    memory: 512Mi
```

```yaml good in=container
resources:
  requests:
    cpu: 500m
    memory: 512Mi
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    for (name, amount) in container.amounts() {
        if !matches!(name, "memory" | "ephemeral-storage") {
            continue;
        }
        let Some(number) = amount.text.strip_suffix('m') else {
            continue;
        };
        let mistyped = |it: crate::kube::quantity::Quantity| !it.is_zero() && it.value() < COMPUTED;
        if !amount.quantity().is_some_and(mistyped) {
            continue;
        }
        let message = format!("{name} `{}` is {number} thousandths of a byte", amount.text);
        let help = format!("write `{number}Mi` for mebibytes");
        let reported = cx.report(amount.node, message).help(&help);
        if let Some(edit) = mebi(&amount) {
            reported.fix(Fix::risky(help, vec![edit]));
        }
    }
}

/// Replaces the `m` at the end by `Mi`.
fn mebi(amount: &ResourceAmount<'_>) -> Option<Edit> {
    let quote = match amount.node.style() {
        Style::Plain => 0,
        Style::Single | Style::Double => 1,
        _ => return None,
    };
    let end = amount.node.span().end.checked_sub(quote)?;
    let span = Span::new(end.checked_sub(1)?, end);
    (span.text(amount.node.document().text()) == "m").then(|| Edit {
        span,
        text: "Mi".to_owned(),
    })
}
