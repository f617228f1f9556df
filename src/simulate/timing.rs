//! When a pod is ready, notices that it hangs, and is gone: the bounds that the
//! kubelet's probes and grace periods leave.
//!
//! Every time is in seconds from the start of the container, or from the moment
//! at which stopping begins. Bounds hold whatever the app does within them.

use super::nodes::{Taint, Toleration};
use crate::catalog::Minor;
use crate::parse::Node;
use crate::resolve::view::{Container, Handler, Pod, Probe, ProbeKind, Workload, WorkloadKind};
use jiff::SignedDuration;
use serde::{Serialize, Serializer};

/// A time that lies between two, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Between {
    /// Not before.
    pub earliest: i64,
    /// Not after.
    pub latest: i64,
}

/// The numbers of a probe, defaults filled in; in seconds and attempts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// `initialDelaySeconds`.
    pub delay: i64,
    /// `periodSeconds`.
    pub period: i64,
    /// `timeoutSeconds`.
    pub timeout: i64,
    /// `successThreshold`.
    pub successes: i64,
    /// `failureThreshold`.
    pub failures: i64,
}

impl Schedule {
    /// The schedule of a probe.
    #[must_use]
    pub fn of(probe: &Probe<'_>) -> Self {
        Self {
            delay: probe.initial_delay().value,
            period: probe.period().value,
            timeout: probe.timeout().value,
            successes: probe.success_threshold().value,
            failures: probe.failure_threshold().value,
        }
    }

    /// When a probe passes that can be answered from `from` on.
    #[must_use]
    pub fn passed(self, from: i64) -> Between {
        let from = from.max(self.delay);
        let tries = |times: i64| self.period.saturating_mul(times);
        Between {
            earliest: from.saturating_add(tries(self.successes - 1)),
            latest: from
                .saturating_add(tries(self.successes))
                .saturating_add(self.timeout),
        }
    }

    /// How long a failure lasts until the probe gives up.
    #[must_use]
    pub fn noticed(self) -> Between {
        let tries = |times: i64| self.period.saturating_mul(times);
        Between {
            earliest: tries(self.failures - 1),
            latest: tries(self.failures).saturating_add(self.timeout),
        }
    }

    /// The latest time by which the app must answer for a startup probe, so that
    /// its container is certainly not killed.
    #[must_use]
    pub fn safe_start(self) -> i64 {
        let tries = self.period.saturating_mul(self.failures - 1);
        self.delay.saturating_add(tries)
    }

    /// When a container that never answers is killed, at the latest.
    #[must_use]
    pub fn killed(self) -> i64 {
        self.delay.saturating_add(self.noticed().latest)
    }
}

/// When a container is ready that can answer `answers` seconds after its start.
#[must_use]
pub fn ready(startup: Option<Schedule>, readiness: Option<Schedule>, answers: i64) -> Between {
    let started = match startup {
        Some(probe) => probe.passed(answers),
        None => Between {
            earliest: 0,
            latest: 0,
        },
    };
    match readiness {
        Some(probe) => Between {
            earliest: probe.passed(answers.max(started.earliest)).earliest,
            latest: probe.passed(answers.max(started.latest)).latest,
        },
        None => started,
    }
}

/// How long a container that hangs continues to get traffic, or stays unreplaced.
#[must_use]
pub fn hang(container: &Container<'_>, kind: ProbeKind) -> Option<Between> {
    Some(Schedule::of(&container.probe(kind)?).noticed())
}

/// What the probes and grace periods of a pod bound, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Timing {
    /// From the start of its app containers until it is ready, if they answer at once.
    pub ready: Between,
    /// The longest start that its startup probes surely allow; `None` without any.
    pub start_budget: Option<i64>,
    /// From a hang until a liveness probe acts; `None` without one.
    pub hang_noticed: Option<Between>,
    /// From a hang until it gets no traffic; `None` without a readiness probe.
    pub traffic_stopped: Option<Between>,
    /// From being told to stop until it is gone, at the latest.
    pub stopped: i64,
    /// The part of this that `preStop` certainly sleeps before the app is told.
    pub pre_stop_sleep: i64,
}

impl Timing {
    /// The bounds of a pod; those of its slowest container where it has several.
    #[must_use]
    pub fn of(pod: &Pod<'_>) -> Self {
        let beside = || pod.containers().filter(|it| it.role.runs_beside());
        let schedule =
            |container: &Container<'_>, kind| container.probe(kind).as_ref().map(Schedule::of);
        let ready = beside().map(|it| {
            let startup = schedule(&it, ProbeKind::Startup);
            ready(startup, schedule(&it, ProbeKind::Readiness), 0)
        });
        let ready = ready.reduce(|a, b| Between {
            earliest: a.earliest.max(b.earliest),
            latest: a.latest.max(b.latest),
        });
        let slowest = |kind| {
            let all = beside().filter_map(|it| hang(&it, kind));
            all.max_by_key(|it| it.latest)
        };
        let budgets = beside().filter_map(|it| schedule(&it, ProbeKind::Startup));
        let sleeps = beside().filter_map(|it| pre_stop_sleep(&it));
        Self {
            ready: ready.unwrap_or(Between {
                earliest: 0,
                latest: 0,
            }),
            start_budget: budgets.map(Schedule::safe_start).min(),
            hang_noticed: slowest(ProbeKind::Liveness),
            traffic_stopped: slowest(ProbeKind::Readiness),
            stopped: stopped(pod),
            pre_stop_sleep: sleeps.max().unwrap_or(0),
        }
    }
}

/// Seconds that `preStop` of a container certainly sleeps.
#[must_use]
pub fn pre_stop_sleep(container: &Container<'_>) -> Option<i64> {
    let handler = Handler::of(container.pre_stop()?)?;
    handler.sleep_seconds().map(|(_, seconds)| seconds)
}

/// Seconds that the kubelet leaves a container whose hook took all of the grace period.
const FLOOR: i64 = 2;

/// The longest that stopping a pod takes: the grace period and, where a hook or
/// a sidecar before used it up, the two seconds that each stage still gets.
#[must_use]
pub fn stopped(pod: &Pod<'_>) -> i64 {
    let grace = pod.grace_period_seconds().value.max(0);
    let hooks = pod
        .containers()
        .any(|it| it.pre_stop().is_some_and(Node::is_map));
    let sidecars = pod.init_containers().filter(|it| it.role.runs_beside());
    let stages = i64::try_from(sidecars.count()).unwrap_or(0) + i64::from(hooks);
    grace.saturating_add(FLOOR.saturating_mul(stages))
}

/// What happens to pods whose node is lost, in seconds from then on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct NodeLost {
    /// When they are told to go; `None` if they tolerate it indefinitely. They stay, with
    /// their names, until the node is back or is removed.
    pub told: Option<i64>,
    /// When others take their place; `None` if none does before they are gone.
    pub replaced: Option<i64>,
}

impl NodeLost {
    /// For the pods of `workload`; `None` where nothing would replace them anyway.
    #[must_use]
    pub fn of(workload: &Workload<'_>, pod: &Pod<'_>, minor: Minor) -> Option<Self> {
        if matches!(workload.kind, WorkloadKind::Pod | WorkloadKind::DaemonSet) {
            return None;
        }
        // `node-monitor-grace-period`.
        let noticed = if minor >= Minor::new(32) { 50 } else { 40 };
        let told = tolerated(pod).map(|it| it.saturating_add(noticed));
        let job = workload.job_spec();
        let policy = job.and_then(|it| it.get("podReplacementPolicy")?.as_str());
        let gives_up_early = job.is_some_and(|it| it.get("podFailurePolicy").is_some());
        let waits = workload.kind == WorkloadKind::StatefulSet
            || policy == Some("Failed")
            || gives_up_early;
        Some(Self {
            told,
            replaced: told.filter(|_| !waits),
        })
    }
}

/// How long a pod stays on a node that cannot be reached, with what admission adds;
/// `None` means indefinitely.
fn tolerated(pod: &Pod<'_>) -> Option<i64> {
    const USUAL: i64 = 300;
    let lost = Taint {
        key: "node.kubernetes.io/unreachable",
        value: "",
        effect: "NoExecute",
    };
    let all = Toleration::of(pod);
    let nodes = pod.spec().and_then(|it| it.get("tolerations"));
    let mut listed = all.iter().zip(nodes.into_iter().flat_map(Node::items));
    if let Some((_, node)) = listed.find(|(it, _)| it.covers(&lost)) {
        let seconds = node.get("tolerationSeconds")?;
        return Some(seconds.as_i64().unwrap_or(USUAL).max(0));
    }
    // Admission adds none beside one that names it, which may still not cover it.
    let is_named = |it: &Toleration<'_>| {
        let key = it.key.is_empty() || it.key == lost.key;
        key && (it.effect.is_empty() || it.effect == lost.effect)
    };
    Some(if all.iter().any(is_named) { 0 } else { USUAL })
}

/// The pause before a container is started for the `restart`th time again: none
/// before the first, then 10 s, doubled up to 300 s.
#[must_use]
pub fn restart_pause(restart: u32) -> i64 {
    match restart {
        0 | 1 => 0,
        _ => (10_i64 << (restart - 2).min(5)).min(300),
    }
}

/// A duration as a number of seconds, or null.
pub(super) fn seconds_or_none<S: Serializer>(
    duration: &Option<SignedDuration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration {
        Some(it) if it.subsec_nanos() == 0 => serializer.serialize_i64(it.as_secs()),
        Some(it) => serializer.serialize_f64(it.as_secs_f64()),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: Schedule = Schedule {
        delay: 0,
        period: 10,
        timeout: 1,
        successes: 1,
        failures: 3,
    };

    #[test]
    fn a_hang_is_noticed_between_20_and_31_seconds_by_default() {
        let noticed = DEFAULT.noticed();
        assert_eq!((noticed.earliest, noticed.latest), (20, 31));
    }

    #[test]
    fn readiness_waits_for_the_app_the_delay_and_the_startup_probe() {
        let readiness = Schedule {
            delay: 5,
            ..DEFAULT
        };
        let of = |startup, answers| {
            let it = ready(startup, Some(readiness), answers);
            (it.earliest, it.latest)
        };
        assert_eq!(of(None, 0), (5, 16));
        assert_eq!(of(None, 40), (40, 51));
        assert_eq!(of(Some(DEFAULT), 40), (40, 62));
        let none = ready(None, None, 40);
        assert_eq!((none.earliest, none.latest), (0, 0));
    }

    #[test]
    fn a_startup_probe_kills_after_its_budget() {
        let startup = Schedule {
            failures: 30,
            ..DEFAULT
        };
        assert_eq!(startup.safe_start(), 290);
        assert_eq!(startup.killed(), 301);
    }

    #[test]
    fn restarts_back_off_to_five_minutes() {
        let pauses: Vec<i64> = (1..=9).map(restart_pause).collect();
        assert_eq!(pauses, [0, 10, 20, 40, 80, 160, 300, 300, 300]);
        assert_eq!(restart_pause(u32::MAX), 300);
    }
}
