//! `capability-spelling`: a Linux capability that container runtimes do not know.

use crate::fix::{Edit, Fix};
use crate::nearest::nearest;
use crate::rule::{Category, Check, Container, Cx, Node, Rule, Severity};

/// See [`Rule::docs`].
pub static RULE: Rule = Rule {
    name: "capability-spelling",
    summary: "a Linux capability is misspelt",
    category: Category::Security,
    severity: Severity::Warning,
    default_on: false,
    on_patches: true,
    judges_form: false,
    since: "0.1.0",
    aliases: &[],
    check: Check::Container(check),
    docs: r##"
Kubernetes names capabilities without the kernel's `CAP_`: `NET_ADMIN`. The API server
does not check the names, so a misspelt one shows up only on the node: the runtime
refuses to start the container or, if the name is under `drop`, leaves the capability
in place. Policies that look for `NET_RAW` do not match `CAP_NET_RAW` or `net_raw`
either.

```yaml bad in=container
securityContext:
  capabilities:
    add:
    - CAP_NET_ADMIN
#     ^^^^^^^^^^^^^ capability `CAP_NET_ADMIN` is written `NET_ADMIN` in Kubernetes
```

```yaml bad in=container
securityContext:
  capabilities:
    add:
    - NET_ADMN
#     ^^^^^^^^ unknown Linux capability `NET_ADMN`
```

```yaml good in=container
securityContext:
  capabilities:
    drop: [ALL]
    add: [NET_BIND_SERVICE]
```
"##,
};

/// All capabilities of Linux 6.x without `CAP_`, from `capability.h`, and `ALL`.
const KNOWN: [&str; 42] = [
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

fn check(container: &Container<'_>, cx: &mut Cx<'_>) {
    let Some(capabilities) = container
        .security_context()
        .and_then(|it| it.get("capabilities"))
    else {
        return;
    };
    let lists = ["add", "drop"]
        .into_iter()
        .filter_map(|list| capabilities.get(list));
    for node in lists.flat_map(Node::items) {
        let Some(name) = node.as_str().filter(|name| !KNOWN.contains(name)) else {
            continue;
        };
        let upper = name.to_ascii_uppercase();
        let bare = upper.strip_prefix("CAP_").unwrap_or(&upper);
        if let Some(known) = KNOWN.iter().find(|known| **known == bare) {
            let message = format!("capability `{name}` is written `{known}` in Kubernetes");
            let text = (*known).to_owned();
            let edit = Edit {
                span: node.span(),
                text,
            };
            cx.report(node, message)
                .help(format!("write `{known}`"))
                .fix(Fix::risky(format!("write `{known}`"), vec![edit]));
            continue;
        }
        let reported = cx.report(node, format!("unknown Linux capability `{name}`"));
        if let Some(near) = nearest(bare, KNOWN) {
            reported.help(format!("did you mean `{near}`?"));
        }
    }
}
