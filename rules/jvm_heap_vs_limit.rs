//! `jvm-heap-vs-limit`: the Java heap leaves no room in the memory limit.

use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity};

/// Percent of the limit that the heap may take; the rest is for threads, code and buffers.
const SHARE: i64 = 85;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "jvm-heap-vs-limit",
    summary: "the Java heap may grow to the memory limit of its container",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
`-Xmx` limits the heap, but a Java process needs more than its heap: thread stacks,
compiled code, class data, buffers outside the heap. If the heap alone can fill the
memory limit, the kernel kills the container under load, before Java itself reports
that it is out of memory. A heap as large as the limit is an error, one above 85 % of
it a warning.

```yaml bad in=container
env:
- name: JAVA_OPTS
  value: -Xms512m -Xmx1g -Duser.timezone=UTC
#                 ^^^^^^ the heap may take 1024 MiB of a memory limit of 1024 MiB
resources:
  limits:
    memory: 1Gi
```

```yaml bad in=container
args: ["-XX:MaxRAMPercentage=95", "-jar", "app.jar"]
#       ^^^^^^^^^^^^^^^^^^^^^^^ the heap may take 95 % of the memory limit
resources:
  limits:
    memory: 1Gi
```

```yaml good in=container
env:
- name: JAVA_OPTS
  value: -Xmx768m
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
    for (node, text) in texts(container) {
        let mut words = text.split([' ', '\t', '\n', '"', '\'']);
        if let Some((option, heap)) = words.clone().filter_map(heap).next_back() {
            let share = heap.saturating_mul(100) / bytes;
            if share > SHARE {
                let (heap, all) = (heap >> 20, bytes >> 20);
                let message =
                    format!("the heap may take {heap} MiB of a memory limit of {all} MiB");
                let reported = cx.report(node, message).at_part(node, option);
                let reported = reported
                    .related(limit.node, "the limit")
                    .help("raise the limit, or lower `-Xmx` to three quarters of it");
                if share >= 100 {
                    reported.severity(Severity::Error);
                }
            }
        } else if let Some((option, share)) = words.find_map(percentage)
            && share > SHARE
        {
            let message = format!("the heap may take {share} % of the memory limit");
            cx.report(node, message)
                .at_part(node, option)
                .related(limit.node, "the limit")
                .help("lower it, for example to 75");
        }
    }
}

/// Where Java options may be written: the values of variables, and the command.
fn texts<'a>(container: &Container<'a>) -> impl Iterator<Item = (Node<'a>, &'a str)> {
    let values = container.env().filter_map(|var| var.node.get("value"));
    let words = container.words("command").chain(container.words("args"));
    let texts = values.chain(words).collect::<Vec<_>>();
    texts.into_iter().filter_map(|it| Some((it, it.as_str()?)))
}

/// `-Xmx…` in bytes.
fn heap(word: &str) -> Option<(&str, i64)> {
    let size = word.strip_prefix("-Xmx")?;
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &size[digits.len()..] {
        "" => 0,
        "k" | "K" => 10,
        "m" | "M" => 20,
        "g" | "G" => 30,
        "t" | "T" => 40,
        _ => return None,
    };
    let number: i64 = digits.parse().ok()?;
    Some((word, number.checked_mul(1 << shift)?))
}

/// `-XX:MaxRAMPercentage=…` in whole percent.
fn percentage(word: &str) -> Option<(&str, i64)> {
    let number = word.strip_prefix("-XX:MaxRAMPercentage=")?;
    let whole = number.split('.').next().unwrap_or(number);
    Some((word, whole.parse().ok()?))
}
