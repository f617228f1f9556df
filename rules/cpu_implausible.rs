//! `cpu-implausible`: more cores than nodes have.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity};

/// With this many cores or more, the suffix was most likely forgotten.
const MANY: i64 = 100;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "cpu-implausible",
    summary: "a container asks for 100 cores or more",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
A number without a suffix means whole cores: `cpu: 500` is 500 cores; half a core is
`500m`. A pod that requests more than any node has stays `Pending`. A limit that high
limits nothing, and becomes the request if none is set.

```yaml bad in=container
resources:
  requests:
    cpu: 500
#        ^^^ `500` is 500 cores
```

```yaml bad in=container
resources:
  requests:
    cpu: 250Mi
#        ^^^^^ `250Mi` is 262144000 cores
```

```yaml good in=container
resources:
  requests:
    cpu: 500m
  limits:
    cpu: 16
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    for (_, amount) in container.amounts().filter(|(name, _)| *name == "cpu") {
        let Some(cores) = amount.quantity().map(|it| it.value()) else {
            continue;
        };
        // Computed amounts such as `100000m` were not mistyped.
        if cores < MANY || amount.text.ends_with('m') {
            continue;
        }
        let digits = amount.text.trim_end_matches(|c: char| !c.is_ascii_digit());
        cx.report(amount.node, format!("`{}` is {cores} cores", amount.text))
            .help(format!("write `{digits}m` for thousandths of a core"));
    }
}
