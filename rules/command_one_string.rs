//! `command-one-string`: a command line written as one word.

use crate::rule::{Argv, Category, Check, Container, Cx, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "command-one-string",
    summary: "a command line is written as one word, or needs a shell but runs without one",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
`command` is a list of words, and its first word is the file to run. If a whole
command line is one item, the runtime looks for a file with spaces in its name: the
container fails with `StartError` and "no such file or directory". Likewise `&&` and
`|` are passed on as arguments unless the command starts a shell.

```yaml bad in=container
command: ["python manage.py migrate"]
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^ `python manage.py migrate` is run as one file name: `command` is a list of words
```

```yaml bad in=container
command: [python, manage.py, migrate, "&&", python, app.py]
#                                     ^^^^ `&&` is passed to `python` as an argument: this command does not run in a shell
```

```yaml good in=container
command: [python, manage.py, migrate]
```

```yaml good in=container
command: [sh, -c, "python manage.py migrate && python app.py"]
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(command) = container.node.get("command") else {
        return;
    };
    let help = "split the words, or run it as `[sh, -c, …]` if the image has a shell";
    if let Some((node, words)) = Argv::of([command]).sentence() {
        let shown = words.trim().lines().next().unwrap_or_default();
        cx.report(
            node,
            format!("`{shown}` is run as one file name: `command` is a list of words"),
        )
        .help(help);
    } else if let Some((node, word)) = container.argv().stray_operator() {
        let program = container.argv().program();
        cx.report(
            node,
            format!(
                "`{word}` is passed to `{program}` as an argument: this command does not run in a shell"
            ),
        )
        .help(help);
    }
}
