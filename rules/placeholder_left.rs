//! `placeholder-left`: a value contains a placeholder that was not filled in.

use crate::placeholder::Placeholders;
use crate::resolve::view::Workload;
use crate::rule::{Category, Check, Container, Cx, Node, Resource, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "placeholder-left",
    summary: "a value contains a placeholder that was not filled in",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Resource(check),
    docs: r##"
Kubernetes does not expand variables in an image: `$TAG`, `${REGISTRY}` and
`<your-image>` reach the kubelet unchanged, and the pod stops with `InvalidImageName`.
Such files are meant to go through `envsubst`, `sed` or a template engine first;
enable this rule for their output. In the files themselves, the type and form of such
a value are not checked.

In an image, anything that looks like a placeholder counts. Elsewhere only `${NAME}`,
`$(NAME)` and `{{ … }}` count, and not in commands, arguments, variables or the data
of ConfigMaps, where they may be meant for the program. Values that SOPS has encrypted
do not count.

```yaml bad in=container
image: $USERNAME/train
#      ^^^^^^^^^^^^^^^ image `$USERNAME/train` still contains the placeholder `$USERNAME`
```

```yaml bad in=container
image: ghcr.io/acme/web:${TAG}
#      ^^^^^^^^^^^^^^^^^^^^^^^ image `ghcr.io/acme/web:${TAG}` still contains the placeholder `${TAG}`
```

```yaml bad in=container
image: <your-registry>/web:1.4.2
#      ^^^^^^^^^^^^^^^^^^^^^^^^^ image `<your-registry>/web:1.4.2` still contains the placeholder `<your-registry>`
```

```yaml bad in=deployment
replicas: ${REPLICAS}
#         ^^^^^^^^^^^ the value still contains the placeholder `${REPLICAS}`
```

```yaml good in=container
image: ghcr.io/acme/web:1.4.2
command: [sh, -c, "echo ${HOSTNAME}"]
```
"##,
};

/// Keys below which texts are meant for programs, or for people.
const FOR_PROGRAMS: [&str; 7] = [
    "annotations",
    "args",
    "binaryData",
    "command",
    "data",
    "env",
    "stringData",
];

fn check(resource: &Resource<'_>, cx: &mut Cx<'_>) {
    let pod = Workload::new(*resource).and_then(|it| it.pod());
    for container in pod.iter().flat_map(|it| it.containers()) {
        image(&container, cx);
    }
    if !resource.is_custom() {
        values(resource.node, cx);
    }
}

/// Checks all scalars except images, in document order.
fn values(node: Node<'_>, cx: &mut Cx<'_>) {
    let usual = Placeholders::default();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        for entry in node.entries() {
            let is_skipped = FOR_PROGRAMS.contains(&entry.name()) || entry.name() == "image";
            waiting.extend((!is_skipped).then_some(entry.value));
        }
        waiting.extend(node.items());
        let found = node.as_str().and_then(|it| usual.find(it));
        if let Some(found) = found.filter(|it| !it.starts_with("ENC[")) {
            let message = format!("the value still contains the placeholder `{found}`");
            cx.report(node, message).help("fill it in before applying");
        }
    }
}

fn image(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(field) = container.image() else {
        return;
    };
    let (Some(node), Some(found)) = (field.node, placeholder(field.value)) else {
        return;
    };
    let text = field.value;
    cx.report(
        node,
        format!("image `{text}` still contains the placeholder `{found}`"),
    )
    .help("fill it in before applying: Kubernetes does not expand it");
}

/// Whether the text holds something that a template engine should have replaced.
pub(crate) fn is_placeholder(text: &str) -> bool {
    placeholder(text).is_some()
}

/// The first placeholder: `${…}`, `$(…)`, `{{…}}`, `{…}`, `<…>`, `%…%`, `__…__`, `@…@`,
/// `$NAME`, or a word that asks to be changed.
fn placeholder(text: &str) -> Option<&str> {
    const FRAMES: [(&str, &str); 8] = [
        ("${", "}"),
        ("$(", ")"),
        ("{{", "}}"),
        ("{", "}"),
        ("<", ">"),
        ("%", "%"),
        ("__", "__"),
        ("@@", "@@"),
    ];
    FRAMES
        .iter()
        .find_map(|(open, close)| framed(text, open, close))
        .or_else(|| variable(text))
        .or_else(|| asks_for_change(text))
}

fn framed<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let start = text.find(open)?;
    let inside = &text[start + open.len()..];
    let length = inside.find(close).filter(|length| *length > 0)?;
    let named = |c: char| c.is_alphabetic() || matches!(c, '{' | '$' | ' ' | '.' | '_');
    if open == "__"
        && !inside[..length]
            .chars()
            .all(|c| c.is_ascii_uppercase() || c == '_')
    {
        return None;
    }
    inside
        .starts_with(named)
        .then(|| &text[start..start + open.len() + length + close.len()])
}

/// `$NAME`.
fn variable(text: &str) -> Option<&str> {
    let start = text.find('$')?;
    let wordy = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let rest = &text[start + 1..];
    let length = rest.find(|c: char| !wordy(c)).unwrap_or(rest.len());
    (length > 0).then(|| &text[start..=start + length])
}

/// A whole component such as `REPLACE_ME` or `CHANGEME`, in capitals, which no
/// repository can have.
fn asks_for_change(text: &str) -> Option<&str> {
    text.split(['/', ':', '@']).find(|part| {
        let shout = part
            .chars()
            .all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '-' | '.'));
        shout
            && ["REPLACE", "CHANGE", "YOUR", "TODO", "FIXME"]
                .iter()
                .any(|it| part.contains(it))
    })
}
