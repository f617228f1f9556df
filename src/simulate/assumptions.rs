//! What a trace takes for given: bounds hold always, a trace is one run under
//! these assumptions.

use super::clock;
use super::timing::Timing;
use crate::catalog::Minor;
use crate::resolve::Bundle;
use crate::resolve::view::Workload;
use jiff::{SignedDuration, Timestamp};

/// What is assumed of the cluster and the programs in it.
#[derive(Clone, Copy, Debug)]
pub struct Assumptions<'a> {
    /// How long a new pod takes until it is ready.
    pub ready_after: SignedDuration,
    /// New pods never become ready: the image is broken.
    pub never_ready: bool,
    /// How long the pod of a Job runs until it succeeds.
    pub run_time: SignedDuration,
    /// How long a pod takes to stop; gone at once when zero.
    pub stop_after: SignedDuration,
    /// The Kubernetes that runs the controllers.
    pub kubernetes: Minor,
    /// What runs in the cluster before; by default, nothing does when a
    /// workload has no earlier version.
    pub from: Option<&'a Bundle<'a>>,
    /// The number of replicas to run with, instead of what the manifest says.
    pub scale: Option<i32>,
    /// The virtual time at the start.
    pub start: Timestamp,
    /// How long to watch; a trace ends here at the latest.
    pub until: SignedDuration,
    /// Whether to run the controllers, and not only to work out the bounds.
    pub trace: bool,
    /// How many pods a trace may look at, those of each step counted again: it is cut
    /// off then. All traces of a run share it.
    pub looks: usize,
}

/// As many looks as take a few seconds.
const MOST_LOOKS: usize = 20_000_000;

impl Assumptions<'_> {
    /// The assumptions that need nothing from the user: pods are ready after ten
    /// seconds and stop at once.
    #[must_use]
    pub fn new(kubernetes: Minor) -> Self {
        Self {
            ready_after: SignedDuration::from_secs(10),
            never_ready: false,
            run_time: SignedDuration::from_secs(60),
            stop_after: SignedDuration::ZERO,
            kubernetes,
            from: None,
            scale: None,
            start: clock::START,
            until: SignedDuration::from_hours(24),
            trace: false,
            looks: MOST_LOOKS,
        }
    }

    /// The same for the pods of `workload`, which are not ready before their probes
    /// can succeed.
    #[must_use]
    pub fn of(&self, workload: &Workload<'_>) -> Self {
        let probes = workload
            .pod()
            .map_or(0, |it| Timing::of(&it).ready.earliest);
        Self {
            ready_after: self.ready_after.max(SignedDuration::from_secs(probes)),
            ..*self
        }
    }

    /// The same for each of that many traces.
    #[must_use]
    pub fn shared_by(&self, traces: usize) -> Self {
        Self {
            looks: self.looks / traces.max(1),
            ..*self
        }
    }

    /// The same without traces: bounds only, which cost next to nothing.
    #[must_use]
    pub fn bounds(kubernetes: Minor) -> Self {
        Self {
            trace: false,
            ..Self::new(kubernetes)
        }
    }
}
