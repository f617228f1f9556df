//! `file-mode-decimal`: a file mode written without its leading zero.

use crate::fix::{Edit, Fix};
use crate::rule::{Category, Check, Cx, Node, Pod, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "file-mode-decimal",
    summary: "a file mode is written in decimal instead of octal",
    category: Category::Reliability,
    severity: Severity::Error,
    default_on: true,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Pod(check),
    docs: r##"
`defaultMode` and `mode` are plain numbers, and YAML reads `400` as four hundred. That
is `0620` in octal: the group may write to the file, and programs such as `ssh` refuse
such keys. The API server refuses numbers above 511 (`0777`). A leading zero makes the
number octal. JSON has no octal numbers: `0400` is 256 there.

```yaml bad in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: keys
  secret:
    secretName: keys
    defaultMode: 400
#                ^^^ `400` is decimal and means 0620; octal 0400 was probably meant
```

```yaml fixed in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: keys
  secret:
    secretName: keys
    defaultMode: 0400
```

```yaml bad in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: config
  configMap:
    name: config
    defaultMode: 644
#                ^^^ `644` is decimal and above 0777, so the API server refuses it; octal 0644 was probably meant
```

```yaml fixed in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: config
  configMap:
    name: config
    defaultMode: 0644
```

```yaml good in=pod
containers:
- name: app
  image: nginx:1.29.3
volumes:
- name: keys
  secret:
    secretName: keys
    defaultMode: 0400
- name: config
  configMap:
    name: config
    defaultMode: 420
```
"##,
};

/// Digits that are meant as octal permissions; 420 (0644), 256 (0400) and the like
/// are right as decimals and not listed.
const MEANT_AS_OCTAL: [i64; 22] = [
    400, 440, 444, 500, 550, 555, 600, 640, 644, 660, 664, 666, 700, 710, 711, 740, 744, 750, 755,
    770, 775, 777,
];
const MOST: i64 = 0o777;

fn check(pod: &Pod<'_>, cx: &mut Cx<'_>) {
    for volume in pod.volumes() {
        for kind in ["configMap", "secret", "downwardAPI", "projected"] {
            let Some(source) = volume.source(kind) else {
                continue;
            };
            check_mode(source.get("defaultMode"), cx);
            check_items(source, cx);
            for part in source.get("sources").into_iter().flat_map(Node::items) {
                for entry in part.entries() {
                    check_items(entry.value, cx);
                }
            }
        }
    }
}

fn check_items(source: Node<'_>, cx: &mut Cx<'_>) {
    for item in source.get("items").into_iter().flat_map(Node::items) {
        check_mode(item.get("mode"), cx);
    }
}

fn check_mode(node: Option<Node<'_>>, cx: &mut Cx<'_>) {
    let Some((node, mode)) = node.and_then(|node| Some((node, node.as_i64()?))) else {
        return;
    };
    // The text shows whether it is decimal or octal; the number does not.
    let text = node.raw();
    if !MEANT_AS_OCTAL.contains(&mode) || text != mode.to_string() {
        return;
    }
    let refused = mode > MOST;
    let means = match refused {
        true => "above 0777, so the API server refuses it".to_owned(),
        false => format!("means 0{mode:o}"),
    };
    let message = format!("`{text}` is decimal and {means}; octal 0{text} was probably meant");
    let in_json = node.key().is_some_and(|key| key.raw().starts_with('"'));
    let reported = cx.report(node, message);
    let octal = i64::from_str_radix(text, 8).unwrap_or(mode);
    if in_json {
        reported.help(format!("write `{octal}`, which is octal 0{text}"));
        return;
    }
    let edit = Edit {
        span: node.span(),
        text: format!("0{text}"),
    };
    let title = format!("write octal 0{text}");
    let fix = match refused {
        true => Fix::safe(title, vec![edit]),
        false => Fix::risky(title, vec![edit]),
    };
    reported
        .help(format!("write `0{text}`, or `{octal}` in decimal"))
        .fix(fix);
}
