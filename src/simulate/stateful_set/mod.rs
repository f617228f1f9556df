//! The StatefulSet controller: pods with names that stay, made, replaced and
//! removed in order.
//!
//! [`sync`] is one pass: from what the set asks for and its pods to what is to be
//! done next. A pod that is not well stops whatever comes after it, unless
//! `podManagementPolicy` is `Parallel`; [`World`] lets that play out.

mod sync;
#[cfg(test)]
mod tests;
mod update;
mod world;

pub use sync::{Action, sync};
pub use world::{Claim, Status, World};

use super::amount::Amount;
use super::gates::Gates;
use super::state::Revision;
use crate::kube::int_or_percent::Rounding;
use crate::parse::Node;
use crate::resolve::view::Workload;
use jiff::SignedDuration;

/// How pods of an earlier template are replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strategy {
    /// From the highest ordinal down.
    RollingUpdate {
        /// How many ordinals, from the first one, keep the earlier template.
        partition: i32,
        /// How many pods may be unavailable; minors without that gate do one at a time.
        unavailable: Amount,
    },
    /// Whenever somebody deletes one.
    OnDelete,
}

/// What a StatefulSet asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spec {
    /// `spec.template`, by its number.
    pub template: Revision,
    /// `spec.replicas`.
    pub replicas: i32,
    /// `spec.ordinals.start`.
    pub start: i32,
    /// `spec.podManagementPolicy: Parallel`.
    pub parallel: bool,
    /// `spec.updateStrategy`.
    pub strategy: Strategy,
    /// `spec.minReadySeconds`.
    pub min_ready: SignedDuration,
    /// The names of `spec.volumeClaimTemplates`.
    pub claims: Vec<String>,
    /// `spec.persistentVolumeClaimRetentionPolicy.whenScaled: Delete`.
    pub deletes_claims_when_scaled: bool,
    /// `spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Delete`.
    pub deletes_claims_when_deleted: bool,
    /// Which behaviours the Kubernetes minor has.
    pub gates: Gates,
}

impl Strategy {
    /// What `workload` says; `None` where the API server refuses it.
    #[must_use]
    pub fn read(workload: &Workload<'_>) -> Option<Self> {
        match workload.strategy_type().value {
            "RollingUpdate" | "" => {
                let partition = workload.rolling_update("partition");
                let partition = partition.filter(|it| !it.is_null());
                Some(Self::RollingUpdate {
                    partition: match partition {
                        Some(node) => natural(node)?,
                        None => 0,
                    },
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
}

/// An integer from 0 to `i32::MAX`.
fn natural(node: Node<'_>) -> Option<i32> {
    i32::try_from(node.as_i64()?).ok().filter(|it| *it >= 0)
}

impl Spec {
    /// What `workload` asks for, with the API's defaults; `None` where the API
    /// server refuses a number of it.
    #[must_use]
    pub fn read(workload: &Workload<'_>, template: Revision, gates: Gates) -> Option<Self> {
        let number = |value: i64| i32::try_from(value).ok().filter(|it| *it >= 0);
        let spec = workload.spec()?;
        let start = spec.at(&["ordinals", "start"]).and_then(Node::as_i64);
        let policy = spec.get("podManagementPolicy").and_then(Node::as_str);
        let retention = |key: &str| {
            let policy = spec.get("persistentVolumeClaimRetentionPolicy");
            policy.and_then(|it| it.get(key)?.as_str()) == Some("Delete")
        };
        let templates = spec.get("volumeClaimTemplates");
        let templates = templates.into_iter().flat_map(Node::items);
        let claims =
            templates.filter_map(|it| Some(it.at(&["metadata", "name"])?.as_str()?.to_owned()));
        let seconds = number(workload.min_ready_seconds().value)?;
        Some(Self {
            template,
            replicas: number(workload.replicas().value)?,
            start: number(start.unwrap_or(0))?,
            parallel: policy == Some("Parallel"),
            strategy: Strategy::read(workload)?,
            min_ready: SignedDuration::from_secs(i64::from(seconds)),
            claims: claims.collect(),
            deletes_claims_when_scaled: retention("whenScaled"),
            deletes_claims_when_deleted: retention("whenDeleted"),
            gates,
        })
    }

    /// How many pods an update may make unavailable at once; at least one.
    #[must_use]
    pub fn max_unavailable(&self) -> i32 {
        match self.strategy {
            Strategy::RollingUpdate { unavailable, .. }
                if self.gates.stateful_set_max_unavailable =>
            {
                unavailable.of(self.replicas, Rounding::Down).max(1)
            }
            _ => 1,
        }
    }

    /// How many of the first ordinals keep the earlier template.
    #[must_use]
    pub fn partition(&self) -> i32 {
        match self.strategy {
            Strategy::RollingUpdate { partition, .. } => partition,
            Strategy::OnDelete => 0,
        }
    }

    /// How many pods an update replaces by itself.
    #[must_use]
    pub fn updated_pods(&self) -> i32 {
        match self.strategy {
            Strategy::RollingUpdate { partition, .. } => (self.replicas - partition).max(0),
            Strategy::OnDelete => 0,
        }
    }
}
