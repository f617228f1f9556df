//! `image-tag-latest`: an image without a fixed version.

use crate::kube::image::Image;
use crate::rule::{Category, Check, Container, Cx, Rule, Severity, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "image-tag-latest",
    summary: "an image has the tag `latest`, or neither tag nor digest",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "latest-tag"),
        alias("kube-score", "container-image-tag"),
        alias("polaris", "tagNotSpecified"),
        alias("checkov", "CKV_K8S_14"),
    ],
    check: Check::Container(check),
    docs: r##"
`latest` is whatever was pushed last, and an image without a tag means the same.
Two pods of one Deployment can then run different programs, depending on when
their nodes pulled; and going back to the previous revision brings back the same
tag, not the same image. A digest makes the tag irrelevant.

```yaml bad in=container
image: nginx
#      ^^^^^ image `nginx` has no tag, so `latest` is pulled
```

```yaml bad in=container
image: registry.local:5000/shop/web:latest
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ image `registry.local:5000/shop/web:latest` has the tag `latest`
```

```yaml good in=container
image: nginx:1.29.3
```

```yaml good in=container
image: nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(field) = container.image() else {
        return;
    };
    let (Some(node), Ok(image)) = (field.node, Image::parse(field.value)) else {
        return;
    };
    let text = field.value;
    let message = match (image.tag(), image.digest()) {
        (None, None) => format!("image `{text}` has no tag, so `latest` is pulled"),
        (Some("latest"), None) => format!("image `{text}` has the tag `latest`"),
        _ => return,
    };
    cx.report(node, message)
        .help("name the version to run, as a tag or a digest");
}
