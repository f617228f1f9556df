//! How the server prints the objects and lists that it refuses: as JSON of its
//! own types, whose fields have another order, and often other names, than what
//! is written.

use super::at::At;
use crate::parse::{Node, Value};
use std::fmt::Write as _;

/// How deep a value is printed.
const DEEPEST: u32 = 32;

/// A type of the server.
#[derive(Debug)]
pub(crate) enum Shape {
    /// As it is written, keys in their order: texts, numbers, lists and maps of them.
    Plain,
    /// Fields in the order of the type.
    Object(&'static [Member]),
    /// Items of one type.
    List(&'static Shape),
    /// An amount as the server prints it.
    Quantity,
    /// Amounts by name.
    Quantities,
}

/// A field of a type.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name as it is written, below names of what holds it with dots between them.
    key: &'static str,
    /// Its name as it is printed.
    name: &'static str,
    /// What is printed where it is absent. Where this is nothing, an empty value is
    /// left out too; where it is a question mark, only an absent one is.
    absent: &'static str,
    shape: &'static Shape,
}

/// A field that is printed by the name that it is written by, unless it is empty.
const fn own(key: &'static str, shape: &'static Shape) -> Member {
    Member {
        key,
        name: key,
        absent: "",
        shape,
    }
}

impl Member {
    /// A field that is always printed, and holds a plain value.
    pub(crate) const fn kept(key: &'static str, name: &'static str, absent: &'static str) -> Self {
        Self::of(key, name, absent, &Shape::Plain)
    }

    /// A field that is always printed.
    pub(crate) const fn of(
        key: &'static str,
        name: &'static str,
        absent: &'static str,
        shape: &'static Shape,
    ) -> Self {
        Self {
            key,
            name,
            absent,
            shape,
        }
    }
}

/// A selector by labels.
pub(crate) const SELECTOR: Shape = Shape::Object(&[
    own("matchLabels", &Shape::Plain),
    own("matchExpressions", &Shape::List(&REQUIREMENT)),
]);
const REQUIREMENT: Shape = Shape::Object(&[
    Member::kept("key", "key", "\"\""),
    Member::kept("operator", "operator", "\"\""),
    own("values", &Shape::Plain),
]);

/// A taint of a node.
pub(crate) const TAINT: Shape = Shape::Object(&[
    Member::kept("key", "Key", "\"\""),
    Member::kept("value", "Value", "\"\""),
    Member::kept("effect", "Effect", "\"\""),
    Member::kept("timeAdded", "TimeAdded", "null"),
]);

/// An owner of an object.
pub(crate) const OWNER: Shape = Shape::Object(&[
    Member::kept("apiVersion", "apiVersion", "\"\""),
    Member::kept("kind", "kind", "\"\""),
    Member::kept("name", "name", "\"\""),
    Member::kept("uid", "uid", "\"\""),
    Member::kept("controller", "controller", "?"),
    Member::kept("blockOwnerDeletion", "blockOwnerDeletion", "?"),
]);

/// How a Deployment or DaemonSet moves on.
pub(crate) const STRATEGY: Shape = Shape::Object(&[
    Member::kept("type", "Type", "\"\""),
    Member::of("rollingUpdate", "RollingUpdate", "null", &ROLLING),
]);
const ROLLING: Shape = Shape::Object(&[
    Member::kept("maxUnavailable", "MaxUnavailable", "0"),
    Member::kept("maxSurge", "MaxSurge", "0"),
]);

/// How a StatefulSet moves on.
pub(crate) const STATEFUL_STRATEGY: Shape = Shape::Object(&[
    Member::kept("type", "Type", "\"\""),
    Member::of("rollingUpdate", "RollingUpdate", "null", &PARTITION),
]);
/// What a rolling update of a StatefulSet may do.
pub(crate) const PARTITION: Shape = Shape::Object(&[
    Member::kept("partition", "Partition", "0"),
    Member::kept("maxUnavailable", "MaxUnavailable", "null"),
]);
/// [`STATEFUL_STRATEGY`] of releases that drop `maxUnavailable`.
pub(crate) const STATEFUL_STRATEGY_BY_PARTITION: Shape = Shape::Object(&[
    Member::kept("type", "Type", "\"\""),
    Member::of(
        "rollingUpdate",
        "RollingUpdate",
        "null",
        &Shape::Object(&[
            Member::kept("partition", "Partition", "0"),
            Member::kept("", "MaxUnavailable", "null"),
        ]),
    ),
]);

/// The spec of a PodDisruptionBudget.
pub(crate) const BUDGET: Shape = Shape::Object(&[
    Member::kept("minAvailable", "MinAvailable", "null"),
    Member::of("selector", "Selector", "null", &SELECTOR),
    Member::kept("maxUnavailable", "MaxUnavailable", "null"),
    Member::kept(
        "unhealthyPodEvictionPolicy",
        "UnhealthyPodEvictionPolicy",
        "null",
    ),
]);

/// The scope selector of a ResourceQuota.
pub(crate) const SCOPES: Shape = Shape::Object(&[Member::of(
    "matchExpressions",
    "MatchExpressions",
    "null",
    &Shape::List(&SCOPE),
)]);
const SCOPE: Shape = Shape::Object(&[
    Member::kept("scopeName", "ScopeName", "\"\""),
    Member::kept("operator", "Operator", "\"\""),
    Member::kept("values", "Values", "null"),
]);

/// The success policy of a Job.
pub(crate) const SUCCESS: Shape = Shape::Object(&[Member::of(
    "rules",
    "Rules",
    "null",
    &Shape::List(&SUCCESS_RULE),
)]);
const SUCCESS_RULE: Shape = Shape::Object(&[
    Member::kept("succeededIndexes", "SucceededIndexes", "null"),
    Member::kept("succeededCount", "SucceededCount", "null"),
]);

/// A seccomp or AppArmor profile.
pub(crate) const PROFILE: Shape = Shape::Object(&[
    Member::kept("type", "Type", "\"\""),
    Member::kept("localhostProfile", "LocalhostProfile", "null"),
]);

/// A resource claim of a pod.
pub(crate) const POD_CLAIM: Shape = Shape::Object(&[
    Member::kept("name", "Name", "\"\""),
    Member::kept("resourceClaimName", "ResourceClaimName", "null"),
    Member::kept(
        "resourceClaimTemplateName",
        "ResourceClaimTemplateName",
        "null",
    ),
]);

/// A toleration of a pod.
pub(crate) const TOLERATION: Shape = Shape::Object(&[
    Member::kept("key", "Key", "\"\""),
    Member::kept("operator", "Operator", "\"\""),
    Member::kept("value", "Value", "\"\""),
    Member::kept("effect", "Effect", "\"\""),
    Member::kept("tolerationSeconds", "TolerationSeconds", "null"),
]);

/// The security context of a container.
pub(crate) const SECURITY: Shape = Shape::Object(&[
    Member::of("capabilities", "Capabilities", "null", &CAPABILITIES),
    Member::kept("privileged", "Privileged", "null"),
    Member::of("seLinuxOptions", "SELinuxOptions", "null", &SE_LINUX),
    Member::of("windowsOptions", "WindowsOptions", "null", &WINDOWS),
    Member::kept("runAsUser", "RunAsUser", "null"),
    Member::kept("runAsGroup", "RunAsGroup", "null"),
    Member::kept("runAsNonRoot", "RunAsNonRoot", "null"),
    Member::kept("readOnlyRootFilesystem", "ReadOnlyRootFilesystem", "null"),
    Member::kept(
        "allowPrivilegeEscalation",
        "AllowPrivilegeEscalation",
        "null",
    ),
    Member::kept("procMount", "ProcMount", "null"),
    Member::of("seccompProfile", "SeccompProfile", "null", &PROFILE),
    Member::of("appArmorProfile", "AppArmorProfile", "null", &PROFILE),
]);
const CAPABILITIES: Shape = Shape::Object(&[
    Member::kept("add", "Add", "null"),
    Member::kept("drop", "Drop", "null"),
]);
const SE_LINUX: Shape = Shape::Object(&[
    Member::kept("user", "User", "\"\""),
    Member::kept("role", "Role", "\"\""),
    Member::kept("type", "Type", "\"\""),
    Member::kept("level", "Level", "\"\""),
]);
const WINDOWS: Shape = Shape::Object(&[
    Member::kept("gmsaCredentialSpecName", "GMSACredentialSpecName", "null"),
    Member::kept("gmsaCredentialSpec", "GMSACredentialSpec", "null"),
    Member::kept("runAsUserName", "RunAsUserName", "null"),
    Member::kept("hostProcess", "HostProcess", "null"),
]);

/// What is at a place, as JSON; `null` where nothing is.
pub(crate) fn json(at: At<'_>, shape: &Shape) -> String {
    let mut out = String::new();
    match at.node() {
        Some(node) => print(node, shape, DEEPEST, &mut out),
        None => out.push_str("null"),
    }
    out
}

/// [`json`] of an object that the server always has, with all its fields.
pub(crate) fn whole(at: At<'_>, shape: &Shape) -> String {
    match shape {
        Shape::Object(members) if !at.is_set() => {
            let mut out = String::new();
            object(None, members, DEEPEST, &mut out);
            out
        }
        _ => json(at, shape),
    }
}

fn print(node: Node<'_>, shape: &Shape, depth: u32, out: &mut String) {
    let Some(depth) = depth.checked_sub(1) else {
        return out.push_str("null");
    };
    match shape {
        Shape::Object(members) if node.is_map() || node.is_null() => {
            object(Some(node), members, depth, out);
        }
        Shape::List(item) if node.is_seq() => list(node, item, depth, out),
        Shape::Quantity => text(&At::new(node).printed_quantity(), out),
        Shape::Quantities => map(node, &Shape::Quantity, depth, out),
        _ => plain(node, depth, out),
    }
}

fn object(node: Option<Node<'_>>, members: &[Member], depth: u32, out: &mut String) {
    out.push('{');
    let mut first = true;
    for member in members {
        let steps = member.key.split('.');
        let value = steps.fold(node, |at, key| at.and_then(|it| it.get(key)));
        let value = value.filter(|it| !it.is_null());
        let value = value.filter(|it| !member.absent.is_empty() || !is_empty(*it));
        if value.is_none() && matches!(member.absent, "" | "?") {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        text(member.name, out);
        out.push(':');
        match value {
            Some(value) => print(value, member.shape, depth, out),
            None => out.push_str(member.absent),
        }
    }
    out.push('}');
}

fn is_empty(node: Node<'_>) -> bool {
    match node.value() {
        Value::Str(text) => text.is_empty(),
        Value::Bool(it) => !it,
        Value::Int(it) => it == 0,
        _ => {
            node.is_seq() && node.items().next().is_none() || {
                node.is_map() && node.entries().next().is_none()
            }
        }
    }
}

fn list(node: Node<'_>, item: &Shape, depth: u32, out: &mut String) {
    out.push('[');
    for (index, value) in node.items().enumerate() {
        if index > 0 {
            out.push(',');
        }
        print(value, item, depth, out);
    }
    out.push(']');
}

fn map(node: Node<'_>, value: &Shape, depth: u32, out: &mut String) {
    let mut entries: Vec<_> = node.entries().collect();
    entries.sort_by_key(|it| it.name());
    out.push('{');
    for (index, entry) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        text(entry.name(), out);
        out.push(':');
        print(entry.value, value, depth, out);
    }
    out.push('}');
}

fn plain(node: Node<'_>, depth: u32, out: &mut String) {
    match node.value() {
        Value::Str(it) => text(it, out),
        Value::Bool(it) => {
            let _ = write!(out, "{it}");
        }
        Value::Int(it) => {
            let _ = write!(out, "{it}");
        }
        _ if node.is_seq() => list(node, &Shape::Plain, depth, out),
        _ if node.is_map() => map(node, &Shape::Plain, depth, out),
        Value::Null => out.push_str("null"),
        _ => out.push_str(node.raw()),
    }
}

/// A text as Go's `encoding/json` writes it, safe for HTML.
pub(crate) fn text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}
