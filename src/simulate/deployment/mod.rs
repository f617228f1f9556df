//! The Deployment controller: which ReplicaSets there are, and how large each is.
//!
//! [`sync`] is one pass of the controller: from what the Deployment asks for and
//! what its ReplicaSets report to what is to change. The pods are the business of
//! [`replica_set`](super::replica_set); [`World`] runs both until they rest.

mod draft;
mod rolling;
mod scale;
mod status;
#[cfg(test)]
mod tests;
mod world;

pub use world::World;

use super::amount::Amount;
use super::replica_set::SetStatus;
use super::state::{Owner, Revision};
use crate::kube::int_or_percent::Rounding;
use crate::resolve::view::Workload;
use draft::Draft;
use jiff::{SignedDuration, Timestamp};

/// How the pods of an earlier template make way for those of a new one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strategy {
    /// A few at a time.
    RollingUpdate {
        /// How many more pods than desired there may be.
        surge: Amount,
        /// How many fewer pods than desired may be available.
        unavailable: Amount,
    },
    /// All old pods go before the first new one comes.
    Recreate,
}

/// What a Deployment asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spec {
    /// `spec.template`, by its number.
    pub template: Revision,
    /// `spec.replicas`.
    pub replicas: i32,
    /// `spec.strategy`.
    pub strategy: Strategy,
    /// `spec.minReadySeconds`.
    pub min_ready: SignedDuration,
    /// `spec.progressDeadlineSeconds`; `None` where there is no deadline.
    pub progress_deadline: Option<SignedDuration>,
    /// `spec.revisionHistoryLimit`; `None` where all are kept.
    pub history_limit: Option<i32>,
    /// `spec.paused`.
    pub paused: bool,
}

/// How far a rollout may deviate from the desired number of pods.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fence {
    /// How many more pods there may be.
    pub surge: i32,
    /// How many fewer may be available.
    pub unavailable: i32,
}

impl Strategy {
    /// What is used when nothing is written: 25 % each.
    pub const DEFAULT: Self = Self::RollingUpdate {
        surge: Amount::Percent(25),
        unavailable: Amount::Percent(25),
    };

    /// What `workload` says; `None` where the API server refuses it.
    #[must_use]
    pub fn read(workload: &Workload<'_>) -> Option<Self> {
        const QUARTER: Amount = Amount::Percent(25);
        match workload.strategy_type().value {
            "RollingUpdate" | "" => Some(Self::RollingUpdate {
                surge: Amount::read_or(workload.rolling_update("maxSurge"), QUARTER)?,
                unavailable: Amount::read_or(workload.rolling_update("maxUnavailable"), QUARTER)?,
            }),
            "Recreate" => Some(Self::Recreate),
            _ => None,
        }
    }

    /// The fence around `replicas` desired pods. Where rounding leaves no room at
    /// all, one pod may be unavailable.
    #[must_use]
    pub fn fence(self, replicas: i32) -> Fence {
        let Self::RollingUpdate { surge, unavailable } = self else {
            return Fence {
                surge: 0,
                unavailable: 0,
            };
        };
        let surge = surge.of(replicas, Rounding::Up);
        let unavailable = match unavailable.of(replicas, Rounding::Down) {
            0 if surge == 0 => 1,
            some => some,
        };
        Fence {
            surge,
            unavailable: unavailable.min(replicas),
        }
    }
}

impl Spec {
    /// What `workload` asks for, with the API's defaults; `None` where the API
    /// server refuses a number of it.
    #[must_use]
    pub fn read(workload: &Workload<'_>, template: Revision) -> Option<Self> {
        let number = |value: i64| i32::try_from(value).ok().filter(|it| *it >= 0);
        let spec = workload.spec();
        let limit = spec.and_then(|it| it.get("revisionHistoryLimit")?.as_i64());
        let seconds = |it: i32| SignedDuration::from_secs(i64::from(it));
        let deadline = number(workload.progress_deadline_seconds().value)?;
        Some(Self {
            template,
            replicas: number(workload.replicas().value)?,
            strategy: Strategy::read(workload)?,
            min_ready: seconds(number(workload.min_ready_seconds().value)?),
            progress_deadline: (deadline != i32::MAX).then(|| seconds(deadline)),
            history_limit: Some(number(limit.unwrap_or(10))?).filter(|it| *it != i32::MAX),
            paused: workload.paused().value,
        })
    }

    /// The fence around the desired pods.
    #[must_use]
    pub fn fence(&self) -> Fence {
        self.strategy.fence(self.replicas)
    }

    /// How many pods there may be, as it is noted on each ReplicaSet.
    #[must_use]
    pub fn most(&self) -> i32 {
        self.replicas.saturating_add(self.fence().surge)
    }
}

/// One ReplicaSet of a Deployment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplicaSet {
    /// The number that its pods carry as their owner.
    pub owner: Owner,
    /// Its template.
    pub template: Revision,
    /// When it was made.
    pub created: Timestamp,
    /// Where its name is among those of sets that were made at the same time.
    pub name_rank: usize,
    /// Its number in the rollout history.
    pub revision: i64,
    /// The numbers that it had before.
    pub past_revisions: Vec<i64>,
    /// `spec.replicas`.
    pub replicas: i32,
    /// `spec.minReadySeconds`.
    pub min_ready: SignedDuration,
    /// The annotation `deployment.kubernetes.io/desired-replicas`.
    pub desired_noted: i32,
    /// The annotation `deployment.kubernetes.io/max-replicas`.
    pub most_noted: i32,
    /// What the controller of ReplicaSets last said of it.
    pub status: SetStatus,
    /// Whether that was after the last change of its spec.
    pub observed: bool,
}

/// What the condition `Progressing` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// `NewReplicaSetCreated`.
    SetCreated,
    /// `FoundNewReplicaSet`.
    SetFound,
    /// `ReplicaSetUpdated`: it continues.
    Updated,
    /// `NewReplicaSetAvailable`: it is done.
    Complete,
    /// `ProgressDeadlineExceeded`.
    DeadlineExceeded,
    /// `DeploymentPaused`.
    Paused,
    /// `DeploymentResumed`.
    Resumed,
}

impl Progress {
    /// The reason in the API.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::SetCreated => "NewReplicaSetCreated",
            Self::SetFound => "FoundNewReplicaSet",
            Self::Updated => "ReplicaSetUpdated",
            Self::Complete => "NewReplicaSetAvailable",
            Self::DeadlineExceeded => "ProgressDeadlineExceeded",
            Self::Paused => "DeploymentPaused",
            Self::Resumed => "DeploymentResumed",
        }
    }
}

/// What the controller writes down about a Deployment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// Active pods.
    pub replicas: i32,
    /// Active pods of the present template.
    pub updated: i32,
    /// Active pods that are ready.
    pub ready: i32,
    /// Active pods that are available.
    pub available: i32,
    /// Pods that are stopping.
    pub terminating: i32,
    /// Whether it is about the spec as it is now.
    pub observed: bool,
    /// The condition `Progressing`, and when it last got better.
    pub progress: Option<(Progress, Timestamp)>,
    /// The condition `Available`: no fewer pods than the strategy allows.
    pub is_available: bool,
    /// The condition `ReplicaFailure`: a pod was refused.
    pub failed_create: bool,
    /// The annotation `deployment.kubernetes.io/revision`.
    pub revision: i64,
}

impl Status {
    /// Whether the rollout to what `spec` asks for is over.
    #[must_use]
    pub fn is_complete(&self, spec: &Spec) -> bool {
        let n = spec.replicas;
        self.updated == n && self.replicas == n && self.available == n && self.observed
    }
}

/// What the Deployment controller asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Make a ReplicaSet for the present template.
    CreateSet {
        /// How many pods it is to have.
        replicas: i32,
        /// Its number in the rollout history.
        revision: i64,
    },
    /// Give a ReplicaSet another size, and note what the Deployment wants.
    Scale {
        /// Which one.
        owner: Owner,
        /// The new size.
        replicas: i32,
    },
    /// Give the ReplicaSet of the present template the newest number in the
    /// rollout history, and the Deployment's `minReadySeconds`.
    Revise {
        /// Which one.
        owner: Owner,
        /// The number.
        revision: i64,
    },
    /// Take away a ReplicaSet that the history has no room for.
    DeleteSet(Owner),
    /// Write down what was seen.
    Report(Status),
}

/// One pass of the controller; nothing when everything is as it should be.
/// `old_pods` is whether any pod of an earlier template is there that has not ended.
#[must_use]
pub fn sync(
    spec: &Spec,
    status: &Status,
    sets: &[ReplicaSet],
    old_pods: bool,
    now: Timestamp,
) -> Vec<Action> {
    let mut draft = Draft::new(spec, status, sets, now);
    draft.check_pause();
    if spec.paused {
        draft.resize();
    } else if draft.find_new() == draft::Found::Revised {
        // It continues with the next sync, when the change is seen.
    } else if draft.is_scaling() {
        draft.resize();
    } else {
        match spec.strategy {
            Strategy::RollingUpdate { .. } => draft.roll(),
            Strategy::Recreate => draft.recreate(old_pods),
        }
    }
    draft.into_actions()
}
