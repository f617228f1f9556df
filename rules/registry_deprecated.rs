//! `registry-deprecated`: an image from a frozen registry.

use crate::fix::{Edit, Fix};
use crate::kube::image::Image;
use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity};
use crate::source::Span;

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "registry-deprecated",
    summary: "an image comes from a registry that is frozen",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
`k8s.gcr.io` was frozen in April 2023: no new versions are published there, not even
security fixes, and requests are redirected only as long as someone pays for it.
`registry.k8s.io` has the same images under the same names. The fix changes only the
host; the image stays the same.

```yaml bad in=container
image: k8s.gcr.io/pause:3.9
#      ^^^^^^^^^^ registry `k8s.gcr.io` is frozen; its images are in `registry.k8s.io`
```

```yaml fixed in=container
image: registry.k8s.io/pause:3.9
```

```yaml bad in=container
image: gcr.io/google_containers/pause:3.1
#      ^^^^^^^^^^^^^^^^^^^^^^^^ registry `gcr.io/google_containers` is frozen; its images are in `registry.k8s.io`
```

```yaml good in=container
image: registry.k8s.io/pause:3.9
```
"##,
};

/// Frozen registries, and whether the new one has all of their images.
const FROZEN: [(&str, bool); 3] = [
    ("k8s.gcr.io", true),
    ("gcr.io/google_containers", false),
    ("gcr.io/google-containers", false),
];
const SUCCESSOR: &str = "registry.k8s.io";

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(field) = container.image() else {
        return;
    };
    let (Some(node), Ok(_)) = (field.node, Image::parse(field.value)) else {
        return;
    };
    for (registry, moved) in FROZEN {
        let below = field.value.strip_prefix(registry);
        if !below.is_some_and(|rest| rest.starts_with('/')) {
            continue;
        }
        let message = format!("registry `{registry}` is frozen; its images are in `{SUCCESSOR}`");
        let reported = cx.report(node, message);
        let Some(span) = span_of(node, registry) else {
            continue;
        };
        let place = crate::finding::Place {
            source: node.document().source(),
            span,
        };
        let reported = reported.at(place);
        if moved {
            let text = SUCCESSOR.to_owned();
            // It changes the template of the pods.
            let title = format!("pull from `{SUCCESSOR}`; the pods are replaced");
            reported.fix(Fix::risky(title, vec![Edit { span, text }]));
        }
    }
}

/// Where the registry is in the text of the value.
fn span_of(node: Node<'_>, registry: &str) -> Option<Span> {
    let at = node.raw().find(registry)?;
    let start = node.span().start as usize + at;
    Some(Span::from_usize(start, start + registry.len()))
}
