//! The forecast of one object: bounds that always hold, and one trace under
//! stated assumptions.

use super::cron_job::CronPart;
use super::job;
use crate::resolve::Resource;
use crate::resolve::view::Workload;
use jiff::SignedDuration;
use serde::Serialize;

/// What the controllers will do with one object.
///
/// ```
/// use plimsoll::{Assumptions, Config, Engine, Source, simulate};
///
/// let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 4\n  \
///             selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    \
///             spec: {containers: [{name: a, image: 'a:1'}]}\n";
/// let engine = Engine::new(Config::default());
/// engine.survey(&[Source::new("a.yaml", text)], |bundle| {
///     let assumptions = Assumptions::new(engine.kubernetes());
///     let forecasts = simulate::forecast(bundle, &assumptions);
///     let pods = forecasts[0].pods.unwrap();
///     assert_eq!((pods.min_available, pods.max_total), (3, 5));
/// });
/// ```
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
    /// How long an update takes if all goes well; `None` where it never ends.
    pub finish: Option<Finish>,
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

/// How long an update takes if all goes well.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Finish {
    /// In seconds, if the pods that are created together become available together.
    #[serde(serialize_with = "seconds")]
    pub fastest: SignedDuration,
    /// In seconds, if they become available one after the other.
    #[serde(serialize_with = "seconds")]
    pub slowest: SignedDuration,
    /// After how many seconds a new pod is assumed to be ready; both rest on it.
    #[serde(serialize_with = "seconds")]
    pub ready_after: SignedDuration,
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

/// What only one kind of object has; in JSON under the name of the variant.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A bare Pod, or an object whose controller is not simulated.
    None,
    /// A Deployment.
    Deployment(DeploymentPart),
    /// A StatefulSet.
    StatefulSet(StatefulSetPart),
    /// A DaemonSet.
    DaemonSet(DaemonSetPart),
    /// A Job.
    Job(job::Bounds),
    /// A CronJob.
    CronJob(CronPart),
}

/// What only a Deployment has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DeploymentPart {
    /// `RollingUpdate` or `Recreate`.
    pub strategy: &'static str,
    /// How many more pods than desired there may be.
    pub max_surge: i32,
    /// How many fewer than desired may be available.
    pub max_unavailable: i32,
    /// Whether it is paused: nothing is rolled out until it is not.
    pub paused: bool,
    /// After how long without progress it is reported as failed; nothing is
    /// rolled back then. In seconds; `None` for never.
    pub progress_deadline_seconds: Option<i64>,
}

/// What only a StatefulSet has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StatefulSetPart {
    /// The names of its pods, first and last; the order in which they are created
    /// unless `parallel`. `None` where there are none.
    pub pods: Option<[String; 2]>,
    /// Whether pods are created and removed all at once, without waiting.
    pub parallel: bool,
    /// `RollingUpdate` or `OnDelete`.
    pub strategy: &'static str,
    /// How many pods may be unavailable in an update, under this Kubernetes minor.
    pub max_unavailable: i32,
    /// The first ordinals up to this many keep the earlier template.
    pub partition: i32,
    /// How many claims for storage it makes.
    pub claims: i64,
    /// Whether a broken update stays broken although its template is reverted:
    /// somebody has to delete the broken pod.
    pub deadlock: bool,
}

/// What only a DaemonSet has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DaemonSetPart {
    /// `RollingUpdate` or `OnDelete`.
    pub strategy: &'static str,
    /// On how many nodes the new pod may run beside the old one.
    pub max_surge: Option<i32>,
    /// On how many nodes there may be no available pod.
    pub max_unavailable: Option<i32>,
    /// The nodes that get a pod; `None` where no nodes are known.
    pub nodes: Option<Vec<String>>,
    /// The nodes that get none.
    pub passed_over: Option<Vec<String>>,
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
