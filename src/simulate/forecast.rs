//! What is foretold of one object: bounds that always hold, and one trace under
//! stated assumptions.

use crate::resolve::Resource;
use crate::resolve::view::Workload;
use jiff::SignedDuration;
use serde::Serialize;

/// What the controllers will do with one object.
#[derive(Clone, Debug)]
pub struct Forecast<'a> {
    /// The object.
    pub resource: Resource<'a>,
    /// The object as a workload, when it makes pods.
    pub workload: Option<Workload<'a>>,
    /// How many pods there will be; `None` where that cannot be known (a
    /// DaemonSet without nodes, an object that is invalid or makes no pods).
    pub pods: Option<PodCounts>,
    /// Where a rollout to a template that never becomes ready stops.
    pub stuck: Option<Stuck>,
    /// What only this kind of object has.
    pub part: Part,
    /// What happened in the trace, in order; empty unless asked for.
    pub trace: Vec<Step>,
    /// Why the trace ends.
    pub end: Option<End>,
}

/// How many pods there are, at rest and at the extremes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct PodCounts {
    /// At rest.
    pub desired: i64,
    /// Available at any time of an update, when all were before and none fails
    /// by itself.
    pub min_available: i64,
    /// Counted by the controller at any time: without those that are stopping.
    pub max_total: i64,
    /// In the cluster at any time, with those that are stopping: what a quota
    /// has to have room for.
    pub max_with_terminating: i64,
}

impl PodCounts {
    /// The counts of something that is always `desired`.
    #[must_use]
    pub fn steady(desired: i64) -> Self {
        Self {
            desired,
            min_available: desired,
            max_total: desired,
            max_with_terminating: desired,
        }
    }
}

/// Where a rollout to a template that never becomes ready stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Stuck {
    /// Pods of the template before.
    pub old: i64,
    /// Pods of the broken template.
    pub new: i64,
    /// Pods that are available; none of the new ones is.
    pub available: i64,
    /// All of them.
    pub total: i64,
}

/// The cluster after something happened and the controllers came to rest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Step {
    /// The time since the start, in seconds.
    #[serde(serialize_with = "seconds")]
    pub t: SignedDuration,
    /// What happened.
    pub event: String,
    /// Pods of earlier templates.
    pub old: i64,
    /// Pods of the present template.
    pub new: i64,
    /// Those of the present template that are available.
    pub new_available: i64,
    /// All that are available.
    pub available: i64,
    /// All, without those that are stopping.
    pub total: i64,
    /// Those that are stopping.
    pub terminating: i64,
}

/// Why a trace ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Everything is as the object asks for.
    Complete,
    /// Nothing will happen any more, and it is not as asked for.
    Stuck,
    /// The time to watch is over.
    Until,
    /// It takes more steps than are worth following.
    Steps,
}

/// What only one kind of object has.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(untagged)]
pub enum Part {
    /// Nothing: a bare Pod, or an object whose controller is not simulated.
    None,
}

/// A duration as a number of seconds.
fn seconds<S: serde::Serializer>(
    duration: &SignedDuration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration.subsec_nanos() {
        0 => serializer.serialize_i64(duration.as_secs()),
        _ => serializer.serialize_f64(duration.as_secs_f64()),
    }
}
