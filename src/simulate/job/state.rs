//! A Job and its pods as the controller sees them, and how its actions change them.

use super::indexes::Indexes;
use super::spec::{FailureAction, FailureKind, FailureRule, JobSpec};
use crate::simulate::state::{Phase, Pod, PodId};
use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashSet;

/// A pod of a Job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobPod {
    /// What all pods have; `ordinal` is its completion index.
    pub pod: Pod,
    /// The Job has not counted it yet: a finalizer keeps it from going.
    pub tracked: bool,
    /// It was told to stop and has time left to do so.
    pub stopping: bool,
    /// Failures of its index before it.
    pub failures: i32,
    /// Failures of its index before it that did not count.
    pub ignored: i32,
    /// The containers that ended, with their codes, app containers first.
    pub exits: Vec<(String, i64)>,
    /// The conditions that it has, each a type and a status.
    pub conditions: Vec<(String, String)>,
}

impl JobPod {
    /// Whether it counts as failed. While it stops it does only if the Job
    /// replaces stopping pods.
    #[must_use]
    pub fn has_failed(&self, spec: &JobSpec<'_>) -> bool {
        match self.pod.phase {
            Phase::Failed => true,
            Phase::Succeeded => false,
            _ => !spec.replace_failed_only && self.pod.deleted.is_some(),
        }
    }

    /// What the first rule that fits says of its failure; `None` where none does.
    #[must_use]
    pub fn action(&self, spec: &JobSpec<'_>) -> Option<FailureAction> {
        let rules = spec.failure_rules.as_deref().unwrap_or_default();
        rules.iter().find(|it| self.fits(it)).map(|it| it.action)
    }

    fn fits(&self, rule: &FailureRule<'_>) -> bool {
        match &rule.on {
            FailureKind::ExitCodes {
                container,
                is_in,
                codes,
            } => self.exits.iter().any(|(name, code)| {
                let named = container.is_none_or(|it| it == name);
                named && *code != 0 && codes.contains(code) == *is_in
            }),
            FailureKind::Conditions(patterns) => self.conditions.iter().any(|(kind, status)| {
                let is = |(a, b): &(&str, &str)| a == kind && b == status;
                patterns.iter().any(is)
            }),
        }
    }

    /// Whether its failure counts.
    #[must_use]
    pub fn counts(&self, spec: &JobSpec<'_>) -> bool {
        self.action(spec) != Some(FailureAction::Ignore)
    }

    /// When it ended, as far as that is known.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        let ended = self.pod.finished.or(self.pod.deleted);
        ended.unwrap_or(self.pod.created)
    }

    /// Tells it to stop; only a pod on a node is given time for it.
    pub fn delete(&mut self, graceful: bool, now: Timestamp) {
        if self.pod.deleted.is_none() {
            self.pod.deleted = Some(now);
            self.stopping = graceful && self.pod.node.is_some() && !self.pod.phase.is_terminal();
        }
    }

    /// All failures of its index before it.
    #[must_use]
    pub fn all_failures(&self) -> i32 {
        self.failures.saturating_add(self.ignored)
    }
}

/// A condition of a Job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    /// It will fail for that reason; its pods are being stopped.
    FailureTarget(&'static str),
    /// It has failed.
    Failed(&'static str),
    /// It will be complete; what still runs is being stopped.
    SuccessCriteriaMet(&'static str),
    /// It is complete.
    Complete(&'static str),
}

impl Condition {
    /// Its type in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FailureTarget(_) => "FailureTarget",
            Self::Failed(_) => "Failed",
            Self::SuccessCriteriaMet(_) => "SuccessCriteriaMet",
            Self::Complete(_) => "Complete",
        }
    }

    /// Its reason.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::FailureTarget(reason)
            | Self::Failed(reason)
            | Self::SuccessCriteriaMet(reason)
            | Self::Complete(reason) => reason,
        }
    }
}

/// What the controller writes down about a Job.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct JobStatus {
    /// Pods that have neither ended nor been told to.
    pub active: i32,
    /// Those that are ready.
    pub ready: i32,
    /// Pods that are stopping.
    pub terminating: i32,
    /// Pods that succeeded; of an Indexed Job, indexes.
    pub succeeded: i32,
    /// Pods that failed.
    pub failed: i32,
    /// Indexes that succeeded.
    pub completed_indexes: Indexes,
    /// Indexes that failed; `None` unless each index has a limit.
    pub failed_indexes: Option<Indexes>,
    /// What it has come to, in order.
    pub conditions: Vec<Condition>,
    /// It is suspended; `None` where it never was.
    pub suspended: Option<bool>,
    /// Since when it runs.
    pub start: Option<Timestamp>,
}

impl JobStatus {
    /// Indexes that failed and are below `completions`.
    #[must_use]
    pub fn failed_below(&self, completions: i32) -> Indexes {
        let failed = self.failed_indexes.as_ref();
        failed.map(|it| it.below(completions)).unwrap_or_default()
    }
}

/// Failures since the last success, and when the last one was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Backoff {
    /// How many.
    pub failures: i32,
    /// The last one.
    pub last: Option<Timestamp>,
}

impl Backoff {
    /// The pause after that many failures: 10 s, doubled up to 600 s.
    #[must_use]
    pub fn pause(failures: i32) -> SignedDuration {
        match u32::try_from(failures) {
            Ok(failures) if failures > 0 => {
                SignedDuration::from_secs((10_i64 << (failures - 1).min(6)).min(600))
            }
            _ => SignedDuration::ZERO,
        }
    }

    /// The same when these pods are counted as well, which ended well or badly.
    #[must_use]
    pub(super) fn after(self, good: &[&JobPod], bad: &[&JobPod]) -> Self {
        let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let last_of = |pods: &[&JobPod]| pods.iter().map(|it| it.end()).max();
        match (last_of(good), last_of(bad)) {
            (None, None) => self,
            (None, last) => Self {
                failures: self.failures.saturating_add(count(bad.len())),
                last,
            },
            (Some(success), last) => {
                let later = bad.iter().filter(|it| it.end() > success).count();
                Self {
                    failures: count(later),
                    last: last.filter(|_| later > 0),
                }
            }
        }
    }

    /// How much of the pause is left at `now`.
    #[must_use]
    pub fn left(self, now: Timestamp) -> SignedDuration {
        let Some(last) = self.last else {
            return SignedDuration::ZERO;
        };
        let past = now.duration_since(last);
        let left = Self::pause(self.failures).saturating_sub(past);
        left.max(SignedDuration::ZERO)
    }
}

/// A Job, its pods and what the controller remembers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct JobState {
    /// Its pods, oldest first.
    pub pods: Vec<JobPod>,
    /// Its status.
    pub status: JobStatus,
    /// What its next pods wait for.
    pub backoff: Backoff,
    /// Pods stay for a while when they are deleted, and are not gone at once.
    pub graceful: bool,
    /// How many pods were made so far.
    pub created: u64,
}

/// A pod to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewPod {
    /// Its completion index.
    pub index: Option<i32>,
    /// Failures of its index before it.
    pub failures: i32,
    /// Those that did not count.
    pub ignored: i32,
}

/// What the controller asks for in one pass.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct JobActions {
    /// Pods to make, in order.
    pub create: Vec<NewPod>,
    /// Pods to delete.
    pub delete: Vec<PodId>,
    /// Pods that are counted from now on, so that they may be removed.
    pub counted: Vec<PodId>,
    /// The status from now on.
    pub status: JobStatus,
    /// What next pods wait for.
    pub backoff: Backoff,
    /// When to look again, if nothing happens before.
    pub requeue: Option<SignedDuration>,
}

impl JobState {
    /// Whether it has come to its end.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        let last = self.status.conditions.last();
        matches!(last, Some(Condition::Failed(_) | Condition::Complete(_)))
    }

    /// Whether a pass with these actions would leave all as it is.
    #[must_use]
    pub fn is_settled(&self, actions: &JobActions) -> bool {
        let idle = actions.create.is_empty() && actions.delete.is_empty();
        idle && actions.counted.is_empty()
            && actions.status == self.status
            && actions.backoff == self.backoff
    }

    /// Does what the controller asks for.
    pub fn apply(&mut self, actions: &JobActions, now: Timestamp) {
        let counted: FxHashSet<PodId> = actions.counted.iter().copied().collect();
        let deleted: FxHashSet<PodId> = actions.delete.iter().copied().collect();
        for it in &mut self.pods {
            if counted.contains(&it.pod.id) {
                it.tracked = false;
            }
            if deleted.contains(&it.pod.id) {
                it.delete(self.graceful, now);
            }
        }
        for new in &actions.create {
            let id = self.created;
            self.created += 1;
            self.pods.push(JobPod {
                pod: Pod {
                    id,
                    owner: 0,
                    revision: 0,
                    ordinal: new.index,
                    node: None,
                    phase: Phase::Pending,
                    ready_since: None,
                    created: now,
                    deleted: None,
                    finished: None,
                    deletion_cost: 0,
                    restarts: 0,
                },
                tracked: true,
                stopping: false,
                failures: new.failures,
                ignored: new.ignored,
                exits: Vec::new(),
                conditions: Vec::new(),
            });
        }
        self.status = actions.status.clone();
        self.backoff = actions.backoff;
        self.sweep();
    }

    /// Takes away the pods that nothing keeps any more, and those that ended and
    /// are counted: they have no part in what follows.
    pub fn sweep(&mut self) {
        self.pods.retain(|it| {
            let gone = it.pod.deleted.is_some() && !it.stopping;
            it.tracked || !(gone || it.pod.phase.is_terminal())
        });
    }

    /// The pod of that number, while it is there.
    pub fn get_mut(&mut self, id: PodId) -> Option<&mut JobPod> {
        let index = self.pods.binary_search_by_key(&id, |it| it.pod.id).ok()?;
        self.pods.get_mut(index)
    }
}
