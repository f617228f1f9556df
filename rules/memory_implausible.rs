//! `memory-implausible`: so little memory that no process starts.

use crate::rule::{Category, Check, Container, Cx, ResourceAmount, Rule, Severity};

/// Container runtimes refuse limits of a few mebibytes, and no process fits in less.
const LEAST: i64 = 4 << 20;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "memory-implausible",
    summary: "a container gets too little memory to start",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
A number without a suffix is bytes: `memory: 512` is half a kilobyte. With a limit
below four mebibytes a container cannot start: the pod stays in
`CreateContainerError`, or is OOM-killed at once. A request may be small; one without
a suffix is reported as a warning.

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

```yaml bad in=container
resources:
  requests:
    memory: 128
#           ^^^ the memory request `128` is 128 bytes
```

```yaml good in=container
resources:
  requests:
    memory: 1Mi
  limits:
    memory: "536870912"
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    if let Some((amount, bytes)) = container.limit("memory").and_then(too_little) {
        let message = format!(
            "the memory limit `{}` is {bytes} bytes, too little for any process",
            amount.text
        );
        cx.report(amount.node, message).help(HELP);
    }
    // A request may be small, but without a unit it was mistyped.
    let bare = |it: &ResourceAmount<'_>| it.text.bytes().all(|c| c.is_ascii_digit());
    let request = container.request("memory").filter(bare);
    if let Some((amount, bytes)) = request.and_then(too_little) {
        cx.report(
            amount.node,
            format!("the memory request `{}` is {bytes} bytes", amount.text),
        )
        .severity(Severity::Warning)
        .help(HELP);
    }
}

const HELP: &str = "add the unit: `Mi` for mebibytes, `Gi` for gibibytes";

/// The amount in bytes, if it is below what a process needs. Some write zero for
/// "none", and thousandths are reported by memory-milli-units.
fn too_little(amount: ResourceAmount<'_>) -> Option<(ResourceAmount<'_>, i64)> {
    let bytes = amount.quantity()?.value();
    let little = (1..LEAST).contains(&bytes) && !amount.text.ends_with('m');
    little.then_some((amount, bytes))
}
