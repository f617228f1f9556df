//! Which pods of a run are held to which policy, and the findings about them.

use super::policy::{Policies, Policy};
use super::{Fault, evaluate};
use crate::catalog::Minor;
use crate::finding::{Finding, Severity};
use crate::parse::Node;
use crate::resolve::view::WorkloadKind;
use crate::resolve::{Bundle, Resource};

const PREFIX: &str = "pod-security.kubernetes.io/";

/// Holds all pods and pod templates to the policies of their namespaces: those
/// that the labels of a Namespace among the objects choose, or else `default`.
///
/// Reports `pod-security-violation` for pods that are refused or, of a template,
/// will be, and `pod-security-warning` for what is allowed with a warning.
pub fn check(bundle: &Bundle<'_>, default: Option<Policy>, minor: Minor, out: &mut Vec<Finding>) {
    let labelled = bundle.of_kind("", "Namespace").any(has_label);
    if !labelled && default.is_none() {
        return;
    }
    let workloads = bundle.workloads().iter();
    let pods = workloads.filter_map(|it| {
        let pod = it.pod()?;
        Some((it.resource, pod.node, it.kind == WorkloadKind::Pod))
    });
    let templates = bundle.of_kind("", "PodTemplate");
    let templates = templates.filter(|it| !bundle.is_patch(it));
    let templates = templates.filter_map(|it| Some((*it, it.node.get("template")?, false)));
    for (resource, node, is_pod) in pods.chain(templates) {
        let default = Policies::by_default(default.unwrap_or(Policy::PRIVILEGED));
        if let Some(policies) = policies_of(bundle, &resource, default) {
            hold(&resource, node, is_pod, (policies, minor), out);
        }
    }
}

fn labels<'a>(namespace: &Resource<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let labels = namespace.labels();
    labels.filter_map(|(key, value)| Some((key.strip_prefix(PREFIX)?, value)))
}

fn has_label(namespace: &Resource<'_>) -> bool {
    labels(namespace).next().is_some()
}

/// `None` where it is not known, because Namespaces disagree or their labels are
/// wrong.
fn policies_of(
    bundle: &Bundle<'_>,
    resource: &Resource<'_>,
    default: Policies,
) -> Option<Policies> {
    if bundle.is_transformed(resource) {
        return Some(default);
    }
    let place = ["", resource.namespace()];
    let is_meant = |it: &Resource<'_>| !bundle.is_patch(it);
    let found = bundle.named_nearest(resource, "", "Namespace", place, is_meant);
    let mut policies = found.iter().map(|namespace| {
        let label = |mode: &str| {
            let mut labels = labels(namespace);
            labels.find(|(key, _)| *key == mode).map(|it| it.1)
        };
        default.of_labels(label)
    });
    let Some(first) = policies.next() else {
        return Some(default);
    };
    first.filter(|_| policies.all(|it| it == first))
}

fn hold<'a>(
    resource: &Resource<'a>,
    node: Node<'a>,
    is_pod: bool,
    (policies, minor): (Policies, Minor),
    out: &mut Vec<Finding>,
) {
    let mut judge = |policy: Policy, outcome: Outcome| {
        let Some(verdict) = evaluate(policy, minor, node, is_pod) else {
            return false;
        };
        let faults = verdict.faults.into_iter();
        out.extend(faults.map(|it| finding(resource, policy, &it, (outcome, is_pod))));
        true
    };
    // The strictest word counts: a refused pod is not warned about as well.
    let _ = judge(policies.enforce, Outcome::Refused)
        || judge(policies.warn, Outcome::Warned)
        || judge(policies.audit, Outcome::Logged);
}

/// What the plugin does about a violation.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Refused,
    Warned,
    Logged,
}

fn finding(
    resource: &Resource<'_>,
    policy: Policy,
    fault: &Fault<'_>,
    (outcome, is_pod): (Outcome, bool),
) -> Finding {
    let place = fault.place;
    let verb = match (outcome, is_pod) {
        (Outcome::Refused, true) => "violates",
        _ => "would violate",
    };
    let message = format!("{verb} PodSecurity \"{policy}\": {}", fault.message);
    let (rule, severity) = match outcome {
        Outcome::Refused => ("pod-security-violation", Severity::Error),
        Outcome::Warned => ("pod-security-warning", Severity::Warning),
        Outcome::Logged => ("pod-security-warning", Severity::Info),
    };
    let mut finding = Finding::new(rule, severity, place.place(), message);
    finding.document = place.document().index();
    finding.object = Some(resource.reference());
    finding.field = Some(place.path_below(resource.node));
    for other in &fault.others {
        finding = finding.with_related(other.place(), "also at fault");
    }
    let kind = resource.kind;
    let help = match (outcome, is_pod) {
        (Outcome::Refused, true) => return finding,
        (Outcome::Refused, false) => {
            format!("the {kind} is accepted, but all of its pods are refused")
        }
        (Outcome::Warned, _) => "it is accepted with this warning".to_owned(),
        (Outcome::Logged, _) => "it is accepted; only the audit log shows it".to_owned(),
    };
    finding.with_help(help)
}
