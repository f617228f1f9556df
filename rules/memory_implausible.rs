//! `memory-implausible`: so little memory that no process starts.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity};

/// Container runtimes refuse limits below a few of these; no process fits in fewer.
const LEAST: i64 = 4 << 20;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "memory-implausible",
    summary: "a container is given too little memory to start",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
A number without a suffix is bytes: `memory: 512` is half a kilobyte. Below four
mebibytes a container cannot even be started, and the pod stays in
`CreateContainerError` or is killed for lack of memory at once. The same number as
a request reserves nothing, and with no limit beside it is reported as a warning.

```yaml bad in=container
resources:
  limits:
    memory: 512
#           ^^^ the memory limit `512` is 512 bytes, too little for any process
```

```yaml bad in=container
resources:
  limits:
    memory: 512k
#           ^^^^ the memory limit `512k` is 512000 bytes, too little for any process
```

```yaml good in=container
resources:
  requests:
    memory: 64Mi
  limits:
    memory: "536870912"
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let limit = container.limit("memory").map(|it| (it, "limit"));
    let request = container.request("memory").map(|it| (it, "request"));
    let severities = [Severity::Error, Severity::Warning];
    for ((amount, kind), severity) in [limit, request]
        .into_iter()
        .zip(severities)
        .filter_map(|(amount, severity)| Some((amount?, severity)))
    {
        let Some(quantity) = amount.quantity() else {
            continue;
        };
        let bytes = quantity.value();
        // Thousandths have a rule of their own; zero is how some say "none".
        if !(1..LEAST).contains(&bytes) || amount.text.ends_with('m') {
            continue;
        }
        let message = format!(
            "the memory {kind} `{}` is {bytes} bytes, too little for any process",
            amount.text
        );
        cx.report(amount.node, message)
            .severity(severity)
            .help("add the unit: `Mi` for mebibytes, `Gi` for gibibytes");
    }
}
