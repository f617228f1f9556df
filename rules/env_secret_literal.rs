//! `env-secret-literal`: a password written into a manifest.

use crate::rule::{Category, Check, Container, Cx, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "env-secret-literal",
    summary: "an environment variable named like a secret has a literal value",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "env-var-secret"),
        alias("polaris", "sensitiveContainerEnvVar"),
    ],
    check: Check::Container(check),
    docs: r##"
A literal value is visible in the repository, in the API to everyone who may read
pods, and in the output of `kubectl describe`. A Secret at least has its own access
rules, and can be encrypted at rest or come from a vault. Names that only say where a
secret is (`…_FILE`, `…_PATH`, `…_NAME`) are not reported, nor are values that are
empty, switches, numbers or references.

```yaml bad in=container
env:
- name: DB_PASSWORD
  value: hunter2
#        ^^^^^^^ the value of `DB_PASSWORD` is written in the manifest
```

```yaml good in=container
env:
- name: DB_PASSWORD
  valueFrom:
    secretKeyRef:
      name: db
      key: password
- name: DB_PASSWORD_FILE
  value: /run/secrets/db
```
"##,
};

const SECRET: [&str; 10] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "APIKEY",
    "API_KEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "CREDENTIALS",
];

/// Last words of names that describe a secret but do not hold one.
const ABOUT: [&str; 26] = [
    "FILE",
    "PATH",
    "DIR",
    "NAME",
    "NAMES",
    "ID",
    "URL",
    "URI",
    "HOST",
    "ENDPOINT",
    "TTL",
    "TYPE",
    "ISSUER",
    "AUDIENCE",
    "ENABLED",
    "DISABLED",
    "REQUIRED",
    "EXPIRY",
    "EXPIRATION",
    "TIMEOUT",
    "LENGTH",
    "NAMESPACE",
    "REF",
    "KEYS",
    "LOCATION",
    "VERSION",
];

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    for var in container.env() {
        let (Some(name), Some(value)) = (var.name(), var.node.get("value")) else {
            continue;
        };
        let Some(text) = value.as_str() else { continue };
        if is_secret(name) && is_literal(text) {
            cx.report(
                value,
                format!("the value of `{name}` is written in the manifest"),
            )
            .help("move it to a Secret and use `valueFrom.secretKeyRef`");
        }
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase().replace(['-', '.'], "_");
    let last = name.rsplit('_').next().unwrap_or_default();
    SECRET.iter().any(|word| name.contains(word)) && !ABOUT.contains(&last)
}

fn is_literal(text: &str) -> bool {
    let switch = matches!(text, "true" | "false" | "yes" | "no" | "none" | "null");
    let refers = text.contains("$(") || text.contains("${") || text.contains("{{");
    let number = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let path = text.starts_with('/');
    !(text.trim().is_empty() || switch || refers || number || path)
}
