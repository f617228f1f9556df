//! `service-account-conflict`: two names for one ServiceAccount.

use crate::rule::{Category, Check, Cx, Pod, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "service-account-conflict",
    summary: "a pod names one ServiceAccount in `serviceAccount` and another in `serviceAccountName`",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
`serviceAccount` is the deprecated name of `serviceAccountName`. If a pod sets both,
the API server uses `serviceAccountName` and drops the other value without a warning:
the pod may run with other permissions than readers expect.

```yaml bad in=pod
serviceAccountName: reader
serviceAccount: writer
#               ^^^^^^ `serviceAccount: writer` is ignored: `serviceAccountName: reader` takes precedence
```

```yaml good in=pod
serviceAccountName: reader
serviceAccount: reader
```

```yaml good in=pod
serviceAccountName: ""
serviceAccount: writer
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let name = |key: &str| {
        let node = pod.spec()?.get(key)?;
        node.as_str()
            .filter(|it| !it.is_empty())
            .map(|it| (node, it))
    };
    let (Some((node, old)), Some((new, used))) =
        (name("serviceAccount"), name("serviceAccountName"))
    else {
        return;
    };
    if old == used {
        return;
    }
    let message = format!(
        "`serviceAccount: {old}` is ignored: `serviceAccountName: {used}` takes precedence"
    );
    cx.report(node, message)
        .related(new, "the name that is used")
        .help("remove `serviceAccount`");
}
