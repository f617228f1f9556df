//! Checks of single containers: privileges, capabilities and `/proc`.

use super::subject::{
    Subject, Values, Violation, containers, context, deepest, is_true, name, quoted,
};
use crate::parse::Node;

/// Capabilities that container runtimes give anyway.
const DEFAULT_CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

pub(super) fn privileged<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    let (mut bad, mut places) = (Vec::new(), Vec::new());
    for container in &subject.containers {
        let at = context(*container, "privileged");
        if is_true(at) {
            bad.push(name(*container));
            places.extend(at);
        }
    }
    let detail = || {
        format!(
            "{} must not set securityContext.privileged=true",
            containers(&bad)
        )
    };
    violation(&bad, "privileged", detail, places)
}

pub(super) fn privilege_escalation<'a>(
    subject: &Subject<'a>,
    version: u64,
) -> Option<Violation<'a>> {
    if version >= 25 && subject.is_windows() {
        return None;
    }
    let (mut bad, mut places) = (Vec::new(), Vec::new());
    for container in &subject.containers {
        let at = context(*container, "allowPrivilegeEscalation");
        if at.and_then(Node::as_bool) != Some(false) {
            bad.push(name(*container));
            let keys = ["securityContext", "allowPrivilegeEscalation"];
            places.push(deepest(*container, &keys));
        }
    }
    let detail = || {
        format!(
            "{} must set securityContext.allowPrivilegeEscalation=false",
            containers(&bad)
        )
    };
    violation(&bad, "allowPrivilegeEscalation != false", detail, places)
}

pub(super) fn default_capabilities<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    let added = Added::new(subject, |it| DEFAULT_CAPABILITIES.contains(&it));
    let detail = || added.detail();
    violation(
        &added.by,
        "non-default capabilities",
        detail,
        added.places.clone(),
    )
}

pub(super) fn capabilities<'a>(subject: &Subject<'a>, version: u64) -> Option<Violation<'a>> {
    if version >= 25 && subject.is_windows() {
        return None;
    }
    let (mut missing, mut places) = (Vec::new(), Vec::new());
    for container in &subject.containers {
        let drop = container.at(&["securityContext", "capabilities", "drop"]);
        let mut dropped = drop.into_iter().flat_map(Node::items);
        if !dropped.any(|it| it.as_str() == Some("ALL")) {
            missing.push(name(*container));
            let keys = ["securityContext", "capabilities", "drop"];
            places.push(deepest(*container, &keys));
        }
    }
    let mut details = Vec::new();
    if !missing.is_empty() {
        details.push(format!(
            "{} must set securityContext.capabilities.drop=[\"ALL\"]",
            containers(&missing)
        ));
    }
    let added = Added::new(subject, |it| it == "NET_BIND_SERVICE");
    if !added.by.is_empty() {
        details.push(added.detail());
    }
    places.extend(added.places);
    violation(
        &details,
        "unrestricted capabilities",
        || details.join("; "),
        places,
    )
}

/// Capabilities that are added and may not be.
struct Added<'a> {
    by: Vec<&'a str>,
    values: Values<&'a str>,
    places: Vec<Node<'a>>,
}

impl<'a> Added<'a> {
    fn new(subject: &Subject<'a>, allowed: impl Fn(&str) -> bool) -> Self {
        let mut found = Self {
            by: Vec::new(),
            values: Values::new(),
            places: Vec::new(),
        };
        for container in &subject.containers {
            let add = container.at(&["securityContext", "capabilities", "add"]);
            let before = found.places.len();
            for item in add.into_iter().flat_map(Node::items) {
                let value = item.as_str().unwrap_or_default();
                if !allowed(value) {
                    found.values.insert(value);
                    found.places.push(item);
                }
            }
            if found.places.len() > before {
                found.by.push(name(*container));
            }
        }
        found
    }

    fn detail(&self) -> String {
        format!(
            "{} must not include {} in securityContext.capabilities.add",
            containers(&self.by),
            quoted(&self.values)
        )
    }
}

/// From 1.35 on what baseline forbids only to pods in the host's user namespace.
pub(super) fn proc_mount<'a>(subject: &Subject<'a>, version: u64) -> Option<Violation<'a>> {
    if version >= 35 && subject.has_own_users() {
        return None;
    }
    default_proc_mount(subject, version)
}

pub(super) fn default_proc_mount<'a>(subject: &Subject<'a>, _: u64) -> Option<Violation<'a>> {
    let (mut bad, mut values, mut places) = (Vec::new(), Values::new(), Vec::new());
    for container in &subject.containers {
        if let Some(at) = context(*container, "procMount")
            && at.as_str() != Some("Default")
        {
            bad.push(name(*container));
            values.insert(at.as_str().unwrap_or_default());
            places.push(at);
        }
    }
    let detail = || {
        format!(
            "{} must not set securityContext.procMount to {}",
            containers(&bad),
            quoted(&values)
        )
    };
    violation(&bad, "procMount", detail, places)
}

/// A violation if a pod or container is `bad`.
pub(super) fn violation<'a, T>(
    bad: &[T],
    reason: &'static str,
    detail: impl FnOnce() -> String,
    places: Vec<Node<'a>>,
) -> Option<Violation<'a>> {
    (!bad.is_empty()).then(|| Violation {
        reason,
        detail: detail(),
        places,
    })
}
