//! `image-ref-invalid`: an image that no container runtime can pull.

use super::placeholder_left::is_placeholder;
use crate::fix::{Edit, Fix};
use crate::kube::image::Image;
use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "image-ref-invalid",
    summary: "an image reference is invalid, so the image cannot be pulled",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: true,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
The API server accepts almost any text as an image. The kubelet parses it, and the pod
stops with `InvalidImageName`. Repository names are lower case, a reference has no
scheme such as `https://`, and a digest must be complete. References are parsed
exactly as container runtimes do. `ko://` references are not checked: `ko` replaces
them before anything is applied.

```yaml bad in=container
image: ghcr.io/Acme/web:1.4.2
#      ^^^^^^^^^^^^^^^^^^^^^^ image `ghcr.io/Acme/web:1.4.2` cannot be pulled: invalid reference format: repository name (Acme/web) must be lowercase
```

```yaml bad in=container
image: https://ghcr.io/acme/web:1.4.2
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ image `https://ghcr.io/acme/web:1.4.2` cannot be pulled: invalid reference format
```

```yaml bad in=container
image: "nginx:1.29.3 "
#      ^^^^^^^^^^^^^^^ image `nginx:1.29.3 ` has spaces around it
```

```yaml fixed in=container
image: "nginx:1.29.3"
```

```yaml good in=container
image: ghcr.io/acme/web:1.4.2
```
"##,
};

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(field) = container.image() else {
        return;
    };
    let (Some(node), text) = (field.node, field.value) else {
        return;
    };
    // OpenShift fills in a blank image when its trigger fires.
    if text.trim().is_empty() || text.starts_with("ko://") || is_placeholder(text) {
        return;
    }
    if text.trim() != text && Image::parse(text.trim()).is_ok() {
        let reported = cx.report(node, format!("image `{text}` has spaces around it"));
        let reported = reported.help("remove the spaces: the API server refuses them");
        if let Some(fix) = trimmed(node, text) {
            reported.fix(fix);
        }
        return;
    }
    if let Err(error) = Image::parse(text) {
        let message = format!("image `{text}` cannot be pulled: {error}");
        let reported = cx.report(node, message);
        if let Some((scheme, rest)) = text.split_once("://") {
            reported.help(format!("write `{rest}`, without `{scheme}://`"));
        }
    }
}

/// The text without the spaces, if it is written in quotes and without escapes.
fn trimmed(node: Node<'_>, text: &str) -> Option<Fix> {
    let raw = node.raw();
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    (raw == format!("{quote}{text}{quote}")).then(|| {
        let edit = Edit {
            span: node.span(),
            text: format!("{quote}{}{quote}", text.trim()),
        };
        Fix::risky("remove the spaces; the pods are replaced", vec![edit])
    })
}
