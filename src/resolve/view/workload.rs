//! The objects that make pods, seen alike.

use super::{Field, Pod, bool_field, int_field, text_field};
use crate::parse::Node;
use crate::resolve::Resource;

/// The eight built-in kinds that make pods or are one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WorkloadKind {
    /// A bare pod.
    Pod,
    /// `v1` ReplicationController.
    ReplicationController,
    /// ReplicaSet.
    ReplicaSet,
    /// Deployment.
    Deployment,
    /// DaemonSet.
    DaemonSet,
    /// StatefulSet.
    StatefulSet,
    /// Job.
    Job,
    /// CronJob.
    CronJob,
}

impl WorkloadKind {
    /// The workload kind of an object, in any version of its group; the groups
    /// before 1.16 (`extensions`) count.
    #[must_use]
    pub fn of(resource: &Resource<'_>) -> Option<Self> {
        let kind = match resource.kind {
            "Pod" => Self::Pod,
            "ReplicationController" => Self::ReplicationController,
            "ReplicaSet" => Self::ReplicaSet,
            "Deployment" => Self::Deployment,
            "DaemonSet" => Self::DaemonSet,
            "StatefulSet" => Self::StatefulSet,
            "Job" => Self::Job,
            "CronJob" => Self::CronJob,
            _ => return None,
        };
        let fits = match kind {
            Self::Pod | Self::ReplicationController => resource.group().is_empty(),
            Self::Job | Self::CronJob => resource.group() == "batch",
            _ => matches!(resource.group(), "apps" | "extensions"),
        };
        fits.then_some(kind)
    }

    /// Whether its pods run until they are told to stop.
    #[must_use]
    pub fn is_long_running(self) -> bool {
        !matches!(self, Self::Job | Self::CronJob)
    }

    /// Whether it has `spec.replicas`.
    #[must_use]
    pub fn has_replicas(self) -> bool {
        matches!(
            self,
            Self::ReplicationController | Self::ReplicaSet | Self::Deployment | Self::StatefulSet
        )
    }
}

/// An object that makes pods, or is one.
#[derive(Clone, Copy, Debug)]
pub struct Workload<'a> {
    /// The object.
    pub resource: Resource<'a>,
    /// Which of the eight it is.
    pub kind: WorkloadKind,
    /// Where its pods are described; found once, for nearly every rule asks.
    pod: Option<Node<'a>>,
}

impl<'a> Workload<'a> {
    /// `resource` as a workload, when it is one.
    #[must_use]
    pub fn new(resource: Resource<'a>) -> Option<Self> {
        let kind = WorkloadKind::of(&resource)?;
        let template = || match kind {
            WorkloadKind::Pod => Some(resource.node),
            WorkloadKind::CronJob => resource.spec()?.at(&["jobTemplate", "spec", "template"]),
            _ => resource.spec()?.get("template"),
        };
        Some(Self {
            resource,
            kind,
            pod: template().filter(|it| it.is_map()),
        })
    }

    /// `spec`.
    #[must_use]
    pub fn spec(&self) -> Option<Node<'a>> {
        self.resource.spec()
    }

    /// The spec of the Job: `spec`, or of a CronJob `spec.jobTemplate.spec`;
    /// `None` for other kinds.
    #[must_use]
    pub fn job_spec(&self) -> Option<Node<'a>> {
        match self.kind {
            WorkloadKind::Job => self.spec(),
            WorkloadKind::CronJob => self.spec()?.at(&["jobTemplate", "spec"]),
            _ => None,
        }
    }

    /// The pod it is, or the template of those that it makes.
    #[must_use]
    pub fn pod(&self) -> Option<Pod<'a>> {
        let pod = |node| Pod::new(self.resource, self.kind, node);
        self.pod.map(pod)
    }

    /// Whether it is a whole object: a patch names only what it changes, and has
    /// no container with an image, or no selector where one is required.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let Some(pod) = self.pod() else { return false };
        let mut images = pod.app_containers().map(|it| it.image().is_some());
        let first = images.next().unwrap_or(false);
        let selects = self.resource.group() == "apps" && self.resource.version() == "v1";
        first && images.all(|it| it) && (!selects || self.selector().is_some())
    }

    /// The annotation that makes it a hook of Helm or Argo CD, which run and
    /// remove it themselves.
    #[must_use]
    pub fn hook(&self) -> Option<Node<'a>> {
        let annotations = self.resource.metadata()?.get("annotations")?;
        ["helm.sh/hook", "argocd.argoproj.io/hook"]
            .into_iter()
            .find_map(|key| annotations.get(key))
    }

    /// `spec.replicas`, 1 by default; of kinds without it, 1 that is not written.
    #[must_use]
    pub fn replicas(&self) -> Field<'a, i64> {
        let spec = self.spec().filter(|_| self.kind.has_replicas());
        int_field(spec, "replicas", 1)
    }

    /// `spec.selector`.
    #[must_use]
    pub fn selector(&self) -> Option<Node<'a>> {
        self.spec()?.get("selector")
    }

    /// The type of the update strategy with its default: `strategy.type` of a
    /// Deployment, `updateStrategy.type` of the sets; empty for other kinds.
    #[must_use]
    pub fn strategy_type(&self) -> Field<'a, &'a str> {
        let default = match self.strategy_key() {
            "" => "",
            _ => "RollingUpdate",
        };
        text_field(self.strategy(), "type", default)
    }

    /// `strategy` or `updateStrategy`, as written.
    #[must_use]
    pub fn strategy(&self) -> Option<Node<'a>> {
        self.spec()?.get(self.strategy_key())
    }

    /// `maxSurge` or `maxUnavailable` below the strategy's `rollingUpdate`, as written.
    #[must_use]
    pub fn rolling_update(&self, key: &str) -> Option<Node<'a>> {
        self.strategy()?.get("rollingUpdate")?.get(key)
    }

    fn strategy_key(&self) -> &'static str {
        match self.kind {
            WorkloadKind::Deployment => "strategy",
            WorkloadKind::DaemonSet | WorkloadKind::StatefulSet => "updateStrategy",
            _ => "",
        }
    }

    /// `spec.minReadySeconds`, 0 by default.
    #[must_use]
    pub fn min_ready_seconds(&self) -> Field<'a, i64> {
        int_field(self.spec(), "minReadySeconds", 0)
    }

    /// `spec.progressDeadlineSeconds` of a Deployment, 600 by default.
    #[must_use]
    pub fn progress_deadline_seconds(&self) -> Field<'a, i64> {
        int_field(self.spec(), "progressDeadlineSeconds", 600)
    }

    /// `spec.paused` of a Deployment, false by default.
    #[must_use]
    pub fn paused(&self) -> Field<'a, bool> {
        bool_field(self.spec(), "paused", false)
    }
}
