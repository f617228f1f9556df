//! Pod Security Standards, evaluated as the admission plugin does: the same
//! checks for each level and version, in the same order, with the same words.

mod containers;
mod host;
mod namespace;
mod policy;
mod profiles;
mod subject;
mod users;
mod volumes;

pub use namespace::check;
pub use policy::{Level, Policy, Version};

use crate::catalog::Minor;
use crate::parse::Node;
use std::collections::BTreeSet;
use subject::{Subject, Violation};

/// From this minor on only Pods, not templates, get host ports by default.
const TEMPLATES_AS_WRITTEN: u8 = 28;

type Run = for<'a> fn(&Subject<'a>, u64) -> Option<Violation<'a>>;

/// A check of the plugin.
struct Check {
    level: Level,
    /// The first minor with it.
    since: u64,
    /// The first minor whose `restricted` has a stricter one instead.
    replaced: u64,
    run: Run,
}

const NEVER: u64 = u64::MAX;

/// All checks, in the order in which the plugin names their violations.
const CHECKS: [Check; 19] = [
    baseline(0, NEVER, profiles::app_armor),
    baseline(0, 22, containers::default_capabilities),
    baseline(0, NEVER, host::namespaces),
    baseline(0, 0, host::path_volumes),
    baseline(0, NEVER, host::ports),
    baseline(34, NEVER, host::probes),
    baseline(0, NEVER, containers::privileged),
    baseline(0, 35, containers::proc_mount),
    baseline(0, NEVER, profiles::se_linux),
    baseline(0, 19, profiles::seccomp_if_set),
    baseline(0, NEVER, host::sysctls),
    baseline(0, NEVER, host::processes),
    restricted(8, containers::privilege_escalation),
    restricted(22, containers::capabilities),
    restricted(35, containers::default_proc_mount),
    restricted(0, volumes::types),
    restricted(0, users::non_root),
    restricted(23, users::user),
    restricted(19, profiles::seccomp),
];

const fn baseline(since: u64, replaced: u64, run: Run) -> Check {
    Check {
        level: Level::Baseline,
        since,
        replaced,
        run,
    }
}

const fn restricted(since: u64, run: Run) -> Check {
    Check {
        level: Level::Restricted,
        since,
        replaced: NEVER,
        run,
    }
}

impl Check {
    fn is_part_of(&self, level: Level, version: u64) -> bool {
        let replaced = level == Level::Restricted && version >= self.replaced;
        self.level <= level && version >= self.since && !replaced
    }

    /// Asks again for the pod without containers, and with each of them alone, until all
    /// places of `violation` are explained.
    fn take_apart<'a>(
        &self,
        subject: &Subject<'a>,
        version: u64,
        violation: &Violation<'a>,
        faults: &mut Vec<Fault<'a>>,
    ) {
        let spans = violation.places.iter().map(|it| it.span().start);
        let mut open: BTreeSet<u32> = spans.collect();
        let first = faults.len();
        for part in subject.parts() {
            if open.is_empty() {
                break;
            }
            let Some(found) = (self.run)(&part, version) else {
                continue;
            };
            let message = found.message();
            let mut places = found.places.into_iter();
            let mut places = places.by_ref().filter(|it| open.remove(&it.span().start));
            if let Some(place) = places.next() {
                let others = places.collect();
                faults.push(Fault {
                    message,
                    place,
                    others,
                });
            }
        }
        // A check that fails has a finding, even if no part of the pod explains it.
        if faults.len() == first {
            faults.push(Fault {
                message: violation.message(),
                place: violation.places.first().copied().unwrap_or(subject.node),
                others: Vec::new(),
            });
        }
    }
}

/// What a pod does that a policy does not allow.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict<'a> {
    /// Every check that failed with its details, as the plugin joins them.
    pub message: String,
    /// The same taken apart, check by check: what the pod does by itself, then each
    /// container.
    pub faults: Vec<Fault<'a>>,
}

/// What a pod or one of its containers does against one check.
#[derive(Clone, PartialEq, Debug)]
pub struct Fault<'a> {
    /// The words of the check.
    pub message: String,
    /// The first field at fault or, for what is missing, what it is missing in.
    pub place: Node<'a>,
    /// The others.
    pub others: Vec<Node<'a>>,
}

/// Evaluates the pod or pod template `node` (the mapping with `metadata` and
/// `spec`) under `policy` as a server of release `minor` does; `None` where it is
/// allowed. Versions after `minor` count as `minor`.
#[must_use]
pub fn evaluate<'a>(
    policy: Policy,
    minor: Minor,
    node: Node<'a>,
    is_pod: bool,
) -> Option<Verdict<'a>> {
    if policy.level == Level::Privileged {
        return None;
    }
    let newest = u64::from(minor.number());
    let version = match policy.version {
        Version::Latest => newest,
        Version::Minor(number) => number.min(newest),
    };
    let fills_host_ports = is_pod || minor.number() < TEMPLATES_AS_WRITTEN;
    let subject = Subject::new(node, is_pod, fills_host_ports);
    let checks = CHECKS.iter();
    let checks = checks.filter(|it| it.is_part_of(policy.level, version));
    let mut messages = Vec::new();
    let mut faults = Vec::new();
    for check in checks {
        if let Some(violation) = (check.run)(&subject, version) {
            messages.push(violation.message());
            check.take_apart(&subject, version, &violation, &mut faults);
        }
    }
    (!messages.is_empty()).then(|| Verdict {
        message: messages.join(", "),
        faults,
    })
}
