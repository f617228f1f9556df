//! The DaemonSet controller: one pod on each eligible node.
//!
//! [`sync`] is one pass: from the nodes and their pods to what is to be done
//! next. Which nodes come first in an update is not specified; here it is by
//! name, which is one possible order.

mod eligible;
mod sync;
#[cfg(test)]
mod tests;
mod update;
mod world;

pub use eligible::{NodeFit, place};
pub use sync::{Site, sync};
pub use world::World;

use super::amount::Amount;
use super::gates::Gates;
use super::state::Revision;
use crate::kube::int_or_percent::Rounding;
use crate::resolve::view::Workload;
use jiff::SignedDuration;

/// How pods of an earlier template are replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strategy {
    /// A few nodes at a time.
    RollingUpdate {
        /// On how many nodes the new pod may run beside the old one.
        surge: Amount,
        /// On how many nodes there may be no available pod.
        unavailable: Amount,
    },
    /// Whenever somebody deletes one.
    OnDelete,
}

/// What a DaemonSet asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spec {
    /// `spec.template`, by its number.
    pub template: Revision,
    /// `spec.updateStrategy`.
    pub strategy: Strategy,
    /// `spec.minReadySeconds`.
    pub min_ready: SignedDuration,
}

/// On how many nodes at a time an update works.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fence {
    /// Nodes with two pods.
    pub surge: i32,
    /// Nodes without an available pod.
    pub unavailable: i32,
}

impl Strategy {
    /// What `workload` says; `None` where the API server refuses it.
    #[must_use]
    pub fn read(workload: &Workload<'_>, gates: Gates) -> Option<Self> {
        match workload.strategy_type().value {
            "RollingUpdate" | "" => {
                let surge = workload.rolling_update("maxSurge");
                let surge = surge.filter(|_| gates.daemon_set_surge);
                Some(Self::RollingUpdate {
                    surge: Amount::read_or(surge, Amount::Pods(0))?,
                    unavailable: Amount::read_or(
                        workload.rolling_update("maxUnavailable"),
                        Amount::Pods(1),
                    )?,
                })
            }
            "OnDelete" => Some(Self::OnDelete),
            _ => None,
        }
    }

    /// The fence when `desired` nodes are eligible.
    #[must_use]
    pub fn fence(self, desired: i32) -> Fence {
        let Self::RollingUpdate { surge, unavailable } = self else {
            return Fence {
                surge: 0,
                unavailable: 0,
            };
        };
        let surge = surge.of(desired, Rounding::Up);
        let unavailable = match unavailable.of(desired, Rounding::Up) {
            0 if surge == 0 && desired > 0 => 1,
            some => some,
        };
        Fence { surge, unavailable }
    }

    /// Whether two pods of the set may be on one node.
    #[must_use]
    pub fn surges(self) -> bool {
        self.fence(1).surge > 0
    }
}

impl Spec {
    /// What `workload` asks for, with the API's defaults; `None` where the API
    /// server refuses a number of it.
    #[must_use]
    pub fn read(workload: &Workload<'_>, template: Revision, gates: Gates) -> Option<Self> {
        let seconds = i32::try_from(workload.min_ready_seconds().value).ok()?;
        (seconds >= 0).then_some(())?;
        Some(Self {
            template,
            strategy: Strategy::read(workload, gates)?,
            min_ready: SignedDuration::from_secs(i64::from(seconds)),
        })
    }
}
