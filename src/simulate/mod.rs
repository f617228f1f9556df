//! What the controllers of a cluster will do with the objects of a run, without
//! a cluster.
//!
//! A [`Forecast`] has two halves. The **bounds** ([`bounds`]) follow from the
//! object alone, by arithmetic: they hold whatever happens. The **trace** is one
//! run of the controllers under stated [`Assumptions`]: each controller is a
//! function from the state of a virtual cluster ([`state`]) to what it asks for
//! next, called until it asks for nothing more; then the [`clock`] advances to
//! what happens next.

pub mod amount;
pub mod assumptions;
pub mod bounds;
pub mod clock;
pub mod cron_job;
pub mod daemon_set;
pub mod deployment;
pub mod drain;
pub mod fit;
pub mod footprint;
pub mod forecast;
pub mod gates;
pub mod hpa;
pub mod job;
pub mod limit_range;
pub mod load;
pub mod nodes;
mod outlook;
pub mod placement;
pub mod quota;
pub mod replica_set;
pub mod scheduling;
pub mod state;
pub mod stateful_set;
pub mod template;
pub mod timing;
mod trace;
pub mod traffic;
mod workloads;

pub use assumptions::Assumptions;
pub use forecast::{End, Finish, Forecast, Part, PodCounts, Step, Stuck};
pub use outlook::Outlook;
pub use workloads::forecast as of_workload;

use crate::resolve::Bundle;

/// What will become of the workloads of `bundle`, in their order.
#[must_use]
pub fn forecast<'a>(bundle: &Bundle<'a>, assumptions: &Assumptions<'_>) -> Vec<Forecast<'a>> {
    let nodes = nodes::inventory(bundle);
    let workloads = bundle.workloads().iter();
    let assumptions = assumptions.shared_by(workloads.len());
    workloads
        .map(|it| of_workload(*it, &nodes, &assumptions))
        .collect()
}
