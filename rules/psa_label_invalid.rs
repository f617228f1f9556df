//! `psa-label-invalid`: a Pod Security label with an unknown mode, level or version.

use crate::nearest::nearest;
use crate::rule::{Category, Check, Cx, Node, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "psa-label-invalid",
    summary: "a Pod Security label has an unknown mode, level or version",
    category: Category::Security,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
The labels `pod-security.kubernetes.io/enforce`, `/audit` and `/warn` of a namespace
set one of the levels `privileged`, `baseline` and `restricted`. A namespace with an
unknown level is refused when it is created, and treated as `restricted` if it already
exists. A misspelt key is just a label and protects nothing. Versions are `latest` or
`v1.` with a number.

```yaml bad
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: restrict
#                                       ^^^^^^^^ `restrict` is not a Pod Security level
```

```yaml bad
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforced: restricted
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ label `pod-security.kubernetes.io/enforced` is unknown to Pod Security and protects nothing
```

```yaml good
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/enforce-version: v1.34
```
"##,
};

const PREFIX: &str = "pod-security.kubernetes.io/";
const LEVELS: [&str; 3] = ["privileged", "baseline", "restricted"];
const MODES: [&str; 6] = [
    "enforce",
    "audit",
    "warn",
    "enforce-version",
    "audit-version",
    "warn-version",
];

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    if !resource.is("", "Namespace") {
        return;
    }
    let labels = resource.metadata().and_then(|it| it.get("labels"));
    for entry in labels.into_iter().flat_map(Node::entries) {
        let Some(mode) = entry.name().strip_prefix(PREFIX) else {
            continue;
        };
        let Some(text) = entry.value.as_str() else {
            continue;
        };
        if !MODES.contains(&mode) {
            let message = format!(
                "label `{}` is unknown to Pod Security and protects nothing",
                entry.name()
            );
            let help = nearest(mode, MODES).unwrap_or("enforce");
            cx.report(entry.value, message)
                .at(entry.key.place())
                .help(format!("did you mean `{PREFIX}{help}`?"));
        } else if mode.ends_with("-version") {
            if !is_version(text) {
                cx.report(
                    entry.value,
                    format!("`{text}` is not a Pod Security version"),
                )
                .help("write `latest`, or `v1.` with the minor version");
            }
        } else if !LEVELS.contains(&text) {
            let help = nearest(text, LEVELS).map_or_else(
                || "use `privileged`, `baseline` or `restricted`".to_owned(),
                |level| format!("did you mean `{level}`?"),
            );
            cx.report(entry.value, format!("`{text}` is not a Pod Security level"))
                .help(help);
        }
    }
}

fn is_version(text: &str) -> bool {
    let minor = text.strip_prefix("v1.");
    let number = |minor: &str| {
        let digits = !minor.is_empty() && minor.bytes().all(|b| b.is_ascii_digit());
        digits && (minor == "0" || !minor.starts_with('0'))
    };
    text == "latest" || minor.is_some_and(number)
}
