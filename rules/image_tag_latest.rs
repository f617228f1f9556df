//! `image-tag-latest`: an image without a fixed version.

use crate::kube::image::Image;
use crate::rule::{Bundle, Category, Check, Container, Cx, Pod, Rule, Severity, Workload, alias};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "image-tag-latest",
    summary: "an image has the tag `latest`, or neither tag nor digest",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[
        alias("kube-linter", "latest-tag"),
        alias("kube-score", "container-image-tag"),
        alias("polaris", "tagNotSpecified"),
        alias("checkov", "CKV_K8S_14"),
    ],
    check: Check::Bundle(check),
    docs: r##"
`latest` is whatever was pushed last, and an image without a tag means the same. Two
pods of one Deployment can then run different programs, depending on when their nodes
pulled, and a rollback restores the same tag, not the same image. A digest makes the
tag irrelevant, and so does an `images` entry of a kustomization that includes the
file.

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

```yaml good file=base/pod.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: acme/web
```

```yaml good file=prod/kustomization.yaml
resources: [../base]
images:
- name: acme/web
  newTag: 1.4.2
```

```yaml good file=base/kustomization.yaml
resources: [pod.yaml]
```

```yaml good in=container
image: nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
```
"##,
};

fn check(bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
    for resource in bundle.resources() {
        let pod = Workload::new(*resource).and_then(|workload| workload.pod());
        for container in pod.iter().flat_map(Pod::containers) {
            check_container(&container, bundle, cx);
        }
    }
}

fn check_container(container: &Container<'_>, bundle: &Bundle<'_>, cx: &mut Cx<'_>) {
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
    let resource = &container.pod.resource;
    let name = text.strip_suffix(":latest").unwrap_or(text);
    if !bundle.surroundings().pins_image(name, resource.source()) {
        cx.report_on(resource, node, message)
            .help("pin a version tag or a digest");
    }
}
