//! `pull-policy-not-always`: an image that is not pulled at every start.

use crate::kube::image::{Image, PullPolicy};
use crate::rule::{Category, Check, Container, Cx, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pull-policy-not-always",
    summary: "an image without a digest is not pulled at every start",
    category: Category::Security,
    severity: Severity::Info,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-score", "container-image-pull-policy"),
        alias("polaris", "pullPolicyNotAlways"),
        alias("checkov", "CKV_K8S_15"),
    ],
    check: Check::Container(check),
    docs: r##"
With `Always` the kubelet asks the registry at every start of a container, which also
checks that the pod may pull the image. On nodes that tenants share, this keeps one
from running the private image of another from the cache. The drawback is that nothing
starts while the registry is down, so this is a matter of policy. Images with a digest
cannot change and are not reported.

```yaml bad in=container
image: ghcr.io/acme/web:1.4.2
#      ^^^^^^^^^^^^^^^^^^^^^^ image `ghcr.io/acme/web:1.4.2` is pulled with `IfNotPresent`
```

```yaml good in=container
image: ghcr.io/acme/web:1.4.2
imagePullPolicy: Always
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(field) = container.image() else {
        return;
    };
    let (Some(image), Ok(parsed)) = (field.node, Image::parse(field.value)) else {
        return;
    };
    let written = container.node.get("imagePullPolicy");
    let policy = match written.and_then(|node| node.as_str()) {
        Some(name) => PullPolicy::of_name(name),
        None => Some(PullPolicy::default_for(field.value)),
    };
    let name = match policy {
        Some(PullPolicy::IfNotPresent) => "IfNotPresent",
        Some(PullPolicy::Never) => "Never",
        _ => return,
    };
    if parsed.digest().is_none() {
        let message = format!("image `{}` is pulled with `{name}`", field.value);
        cx.report(written.unwrap_or(image), message)
            .help("set `imagePullPolicy: Always`, or pin the image by digest");
    }
}
