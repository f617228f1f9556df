//! `env-shell-syntax`: `$NAME` where only `$(NAME)` is expanded.

use crate::rule::edit;
use crate::rule::{Argv, Category, Check, Container, Cx, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "env-shell-syntax",
    summary: "a command uses shell syntax for a variable but does not run in a shell",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
Kubernetes expands `$(NAME)` in `command` and `args`, and nothing else. `$NAME` and
`${NAME}` are shell syntax: if the command does not start a shell, the program gets
them literally. Only names that the container defines under `env` are reported, since
others may be placeholders of a template.

```yaml bad in=container
command: [server]
args:
- --port=${PORT}
#        ^^^^^^^ `PORT` is not expanded here: Kubernetes only expands `$(PORT)`
env:
- name: PORT
  value: "8080"
```

```yaml fixed in=container
command: [server]
args:
- --port=$(PORT)
env:
- name: PORT
  value: "8080"
```

```yaml good in=container
command: [server]
args:
- --port=$(PORT)
env:
- name: PORT
  value: "8080"
```

```yaml good in=container
command: [sh, -c, "exec server --port=$PORT"]
env:
- name: PORT
  value: "8080"
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let has_env = |name: &str| container.env().any(|var| var.name() == Some(name));
    let argv = container.argv();
    // Without `command` the image decides what reads the arguments.
    if container.node.get("command").is_none() && may_be_script(&argv) {
        return;
    }
    if let Some((node, reference, name)) = argv.stray_variable(has_env) {
        cx.report(
            node,
            format!("`{name}` is not expanded here: Kubernetes only expands `$({name})`"),
        )
        .at_part(node, reference)
        .help(format!("write `$({name})`, or run the command in a shell"))
        .risky_fix(
            format!("write `$({name})`"),
            edit::replace_part(node, reference, &format!("$({name})")),
        );
    }
}

/// Whether the arguments look like input to a shell in the image.
fn may_be_script(argv: &Argv<'_>) -> bool {
    argv.sentence().is_some() || matches!(argv.program(), "-c" | "-ec" | "-lc" | "-xc")
}
