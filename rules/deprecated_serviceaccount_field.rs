//! `deprecated-serviceaccount-field`: the old name of `serviceAccountName`.

use crate::fix::{Edit, Fix};
use crate::rule::{Category, Check, Cx, Pod, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "deprecated-serviceaccount-field",
    summary: "a pod uses `serviceAccount`, the old name of `serviceAccountName`",
    category: Category::Style,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[alias("kube-linter", "deprecated-service-account-field")],
    check: Check::Pod(check),
    docs: r##"
`serviceAccount` was renamed before Kubernetes 1.0 and is kept only for old manifests.
The API server copies one field into the other; tools that read manifests often know
only the new name, and assume that the pod runs as `default`.

```yaml bad in=pod
serviceAccount: web
#^^^^^^^^^^^^^ `serviceAccount` is deprecated: use `serviceAccountName`
```

```yaml fixed in=pod
serviceAccountName: web
```

```yaml good in=pod
serviceAccountName: web
```
"##,
};

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    let Some(spec) = pod.spec() else { return };
    // Objects read from a cluster have both.
    let new = spec.get("serviceAccountName").is_some();
    let Some(entry) = spec.entry("serviceAccount").filter(|_| !new) else {
        return;
    };
    let message = "`serviceAccount` is deprecated: use `serviceAccountName`";
    let reported = cx
        .report(entry.value, message)
        .at(entry.key.place())
        .help("rename the field");
    if entry.key.raw() == "serviceAccount" && spec.entry("serviceAccountName").is_none() {
        let edit = Edit {
            span: entry.key.span(),
            text: "serviceAccountName".to_owned(),
        };
        reported.fix(Fix::safe("rename the field", vec![edit]));
    }
}
