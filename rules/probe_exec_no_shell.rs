//! `probe-exec-no-shell`: the command of a probe needs a shell but runs without one.

use crate::rule::edit;
use crate::rule::{Category, Check, Container, Cx, Handler, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "probe-exec-no-shell",
    summary: "the command of a probe needs a shell but runs without one",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
`exec` starts a program; it does not run a command line. A whole command line in one
item is treated as the name of a file, which does not exist, and operators such as `|`
or variables such as `$PORT` reach the program unchanged. The probe then fails every
time, or tests something other than intended.

```yaml bad in=container
livenessProbe:
  exec:
    command: ["pg_isready -U postgres"]
#             ^^^^^^^^^^^^^^^^^^^^^^^^ `pg_isready -U postgres` is run as one file name: `exec` does not split words
```

```yaml bad in=container
readinessProbe:
  exec:
    command:
    - redis-cli
    - ping
    - "|"
#     ^^^ `|` is passed to `redis-cli` as an argument: this command does not run in a shell
    - grep
    - PONG
```

```yaml bad in=container
env:
- name: PORT
  value: "6379"
readinessProbe:
  exec:
    command: [redis-cli, -p, $PORT, ping]
#                            ^^^^^ `PORT` is not expanded here: this command does not run in a shell
```

```yaml fixed in=container
env:
- name: PORT
  value: "6379"
readinessProbe:
  exec:
    command: [redis-cli, -p, $(PORT), ping]
```

```yaml good in=container
livenessProbe:
  exec:
    command: [pg_isready, -U, postgres]
readinessProbe:
  exec:
    command: [sh, -c, "redis-cli ping | grep PONG"]
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    for handler in container.probes().filter_map(|probe| probe.handler()) {
        check_handler(container, handler, cx);
    }
    for handler in container.hooks() {
        check_handler(container, handler, cx);
    }
}

fn check_handler(container: &Container<'_>, handler: Handler<'_>, cx: &mut Cx<'_>) {
    let Some(argv) = handler.argv() else { return };
    let help = "split the words, or run it as `[sh, -c, …]` if the image has a shell";
    let has_env = |name: &str| container.env().any(|var| var.name() == Some(name));
    if let Some((node, words)) = argv.sentence() {
        let shown = words.trim().lines().next().unwrap_or_default();
        cx.report(
            node,
            format!("`{shown}` is run as one file name: `exec` does not split words"),
        )
        .help(help);
    } else if let Some((node, word)) = argv.stray_operator() {
        let program = argv.program();
        cx.report(
            node,
            format!(
                "`{word}` is passed to `{program}` as an argument: this command does not run in a shell"
            ),
        )
        .help(help);
    } else if let Some((node, reference, name)) = argv.stray_variable(has_env) {
        cx.report(
            node,
            format!("`{name}` is not expanded here: this command does not run in a shell"),
        )
        .at_part(node, reference)
        .help(format!("write `$({name})`, which Kubernetes expands"))
        .risky_fix(
            format!("write `$({name})`"),
            edit::replace_part(node, reference, &format!("$({name})")),
        );
    }
}
