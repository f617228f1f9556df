//! What the controllers of a cluster will do with the objects of a run, without
//! a cluster.
//!
//! A [`Forecast`] has two halves. The **bounds** ([`bounds`]) follow from the
//! object alone, by arithmetic: they hold whatever happens. The **trace** is one
//! run of the controllers under stated [`Assumptions`]: each controller is a
//! function from the state of a virtual cluster ([`state`]) to what it asks for
//! next, called until it asks for nothing more; then the [`clock`] goes on to
//! what happens next.

pub mod amount;
pub mod assumptions;
pub mod clock;
pub mod deployment;
pub mod forecast;
pub mod gates;
pub mod replica_set;
pub mod state;

pub use assumptions::Assumptions;
pub use forecast::{End, Forecast, Part, PodCounts, Step, Stuck};

use crate::resolve::Bundle;
use crate::resolve::view::Workload;

/// What will become of the workloads of `bundle`, in their order.
#[must_use]
pub fn forecast<'a>(bundle: &'a Bundle<'a>, assumptions: &Assumptions<'_>) -> Vec<Forecast<'a>> {
    let workloads = bundle.workloads().iter();
    workloads.map(|it| of_workload(*it, assumptions)).collect()
}

/// What will become of one workload.
#[must_use]
pub fn of_workload<'a>(workload: Workload<'a>, assumptions: &Assumptions<'_>) -> Forecast<'a> {
    let _ = assumptions;
    Forecast {
        resource: workload.resource,
        workload: Some(workload),
        pods: None,
        stuck: None,
        part: Part::None,
        trace: Vec::new(),
        end: None,
    }
}
