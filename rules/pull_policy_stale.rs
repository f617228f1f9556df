//! `pull-policy-stale`: a moving tag that nodes do not pull again.

use crate::kube::image::{Image, PullPolicy};
use crate::rule::{Category, Check, Container, Cx, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "pull-policy-stale",
    summary: "a moving tag is pulled only once per node",
    category: Category::Reliability,
    severity: Severity::Warning,
    default_on: false,
    on_patches: false,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
A tag such as `latest` or `main` moves with every build, but with `imagePullPolicy:
IfNotPresent` a node pulls it only once and keeps that build. Pods of one Deployment
then run different programs, and a restart does not update them. Pin a version, or
always pull.

```yaml bad in=container
image: ghcr.io/acme/web:main
imagePullPolicy: IfNotPresent
#                ^^^^^^^^^^^^ tag `main` moves, but with `IfNotPresent` each node keeps the first build that it pulled
```

```yaml good in=container
image: ghcr.io/acme/web:main
imagePullPolicy: Always
```

```yaml good in=container
image: ghcr.io/acme/web:1.4.2
imagePullPolicy: IfNotPresent
```
"##,
};

/// Tags that usually move.
const MOVING: [&str; 9] = [
    "latest", "main", "master", "dev", "develop", "edge", "nightly", "stable", "canary",
];

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(field) = container.image() else {
        return;
    };
    let (Some(image), Ok(parsed)) = (field.node, Image::parse(field.value)) else {
        return;
    };
    let written = container.node.get("imagePullPolicy");
    let name = written.and_then(|node| node.as_str());
    let policy = match name {
        Some(name) => PullPolicy::of_name(name),
        None => Some(PullPolicy::default_for(field.value)),
    };
    let tag = parsed.effective_tag().unwrap_or_default();
    if parsed.digest().is_some() || !MOVING.contains(&tag) {
        return;
    }
    let (name, verb) = match policy {
        Some(PullPolicy::IfNotPresent) => ("IfNotPresent", "keeps the first build that it pulled"),
        Some(PullPolicy::Never) => ("Never", "runs whatever was loaded onto it"),
        _ => return,
    };
    cx.report(
        written.unwrap_or(image),
        format!("tag `{tag}` moves, but with `{name}` each node {verb}"),
    )
    .related(image, "the image")
    .help("pin a version, or set `imagePullPolicy: Always`");
}
