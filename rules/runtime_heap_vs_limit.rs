//! `runtime-heap-vs-limit`: a program whose own settings let it fill the memory limit.

use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "runtime-heap-vs-limit",
    summary: "a program is configured to fill the memory limit of its container",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
`GOMEMLIMIT`, `--max-old-space-size` of Node.js and `--maxmemory` of Redis set how
much memory a program may use before it collects garbage or drops entries. At or above
the memory limit of the container they never take effect: the kernel kills the
container first.

```yaml bad in=container
env:
- name: GOMEMLIMIT
  value: 2GiB
#        ^^^^ `GOMEMLIMIT` lets the program use 2048 MiB of a memory limit of 1024 MiB
resources:
  limits:
    memory: 1Gi
```

```yaml bad in=container
env:
- name: NODE_OPTIONS
  value: --max-old-space-size=1024
#        ^^^^^^^^^^^^^^^^^^^^^^^^^ `--max-old-space-size` lets the program use 1024 MiB of a memory limit of 512 MiB
resources:
  limits:
    memory: 512Mi
```

```yaml good in=container
command: [redis-server]
args: [--maxmemory, 400mb]
env:
- name: GOMEMLIMIT
  value: 900MiB
resources:
  limits:
    memory: 1Gi
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let limit = container.limit("memory");
    let bytes = limit.as_ref().and_then(|it| Some(it.quantity()?.value()));
    let (Some(limit), Some(bytes)) = (limit, bytes.filter(|it| *it > 0)) else {
        return;
    };
    for (node, part, name, used) in settings(container) {
        if used < bytes {
            continue;
        }
        let (used, all) = (used >> 20, bytes >> 20);
        let message =
            format!("`{name}` lets the program use {used} MiB of a memory limit of {all} MiB");
        cx.report(node, message)
            .at_part(node, part)
            .related(limit.node, "the limit")
            .help("set it to about nine tenths of the limit");
    }
}

/// The memory settings of a container: where, the name, and the amount in bytes.
fn settings<'a>(container: &Container<'a>) -> Vec<(Node<'a>, &'a str, &'static str, i64)> {
    let mut found = Vec::new();
    for var in container.env() {
        let Some((node, value)) = var.node.get("value").zip(var.value()) else {
            continue;
        };
        if var.name() == Some("GOMEMLIMIT") {
            found.extend(go_bytes(value).map(|it| (node, value, "GOMEMLIMIT", it)));
        }
        found.extend(old_space(node, value));
    }
    let words: Vec<_> = container
        .words("command")
        .chain(container.words("args"))
        .collect();
    for (index, node) in words.iter().enumerate() {
        let word = node.as_str().unwrap_or_default();
        found.extend(old_space(*node, word));
        let next = words.get(index + 1).filter(|_| word == "--maxmemory");
        if let Some((next, value)) = next.and_then(|it| Some((*it, it.as_str()?))) {
            found.extend(redis_bytes(value).map(|it| (next, value, "--maxmemory", it)));
        }
    }
    found
}

fn old_space<'a>(node: Node<'a>, text: &'a str) -> Option<(Node<'a>, &'a str, &'static str, i64)> {
    const NAME: &str = "--max-old-space-size";
    let mut words = text.split([' ', '"', '\'']);
    words.find_map(|word| {
        let number: i64 = word.strip_prefix(NAME)?.strip_prefix('=')?.parse().ok()?;
        Some((node, word, NAME, number.checked_mul(1 << 20)?))
    })
}

/// `2GiB`: bytes with a suffix of Go's runtime.
fn go_bytes(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &text[digits.len()..] {
        "" | "B" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        "TiB" => 40,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(1 << shift)
}

/// `400mb`: bytes with a suffix of Redis.
fn redis_bytes(text: &str) -> Option<i64> {
    let text = text.to_ascii_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale = match &text[digits.len()..] {
        "" | "b" => 1,
        "k" => 1_000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(scale)
}
