//! Checks of whom containers run as.

use super::containers::violation;
use super::subject::{Subject, Violation, containers, context, deepest, name, setters};
use crate::parse::Node;

/// Whether root in the pod is nobody on the node, which counts from 1.35 on.
fn is_harmless(subject: &Subject<'_>, version: u64) -> bool {
    version >= 35 && subject.has_own_users()
}

pub(super) fn non_root<'a>(subject: &Subject<'a>, version: u64) -> Option<Violation<'a>> {
    const KEYS: [&str; 2] = ["securityContext", "runAsNonRoot"];
    if is_harmless(subject, version) {
        return None;
    }
    let own = subject.context("runAsNonRoot");
    let set = own.and_then(Node::as_bool);
    let (mut bad, mut missing) = (Vec::new(), Vec::new());
    let mut places = Vec::from_iter(own.filter(|_| set == Some(false)));
    for container in &subject.containers {
        let at = context(*container, "runAsNonRoot");
        match at.and_then(Node::as_bool) {
            Some(false) => {
                bad.push(name(*container));
                places.extend(at);
            }
            None if set != Some(true) => missing.push(*container),
            _ => {}
        }
    }
    let who = setters(set == Some(false), &bad);
    let reason = "runAsNonRoot != true";
    if !who.is_empty() {
        let detail = || format!("{who} must not set securityContext.runAsNonRoot=false");
        return violation(who.as_bytes(), reason, detail, places);
    }
    let names: Vec<&str> = missing.iter().map(|it| name(*it)).collect();
    let places = missing.iter().map(|it| deepest(*it, &KEYS)).collect();
    let detail = || {
        format!(
            "pod or {} must set securityContext.runAsNonRoot=true",
            containers(&names)
        )
    };
    violation(&missing, reason, detail, places)
}

pub(super) fn user<'a>(subject: &Subject<'a>, version: u64) -> Option<Violation<'a>> {
    if is_harmless(subject, version) {
        return None;
    }
    let is_root = |at: &Node<'_>| at.as_i64() == Some(0);
    let own = subject.context("runAsUser").filter(is_root);
    let (mut bad, mut places) = (Vec::new(), Vec::from_iter(own));
    for container in &subject.containers {
        if let Some(at) = context(*container, "runAsUser").filter(is_root) {
            bad.push(name(*container));
            places.push(at);
        }
    }
    let who = setters(own.is_some(), &bad);
    let detail = || format!("{who} must not set runAsUser=0");
    violation(who.as_bytes(), "runAsUser=0", detail, places)
}
