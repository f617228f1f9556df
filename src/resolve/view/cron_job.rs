//! A CronJob: when Jobs are created, and what happens when they meet.

use super::{Field, bool_field, text_field};
use crate::kube::cron::{self, Calendar, Schedule};
use crate::parse::Node;
use crate::resolve::Resource;

/// The schedule of an object of kind CronJob.
#[derive(Clone, Copy, Debug)]
pub struct CronJob<'a> {
    /// Its `spec`.
    pub spec: Node<'a>,
}

impl<'a> CronJob<'a> {
    /// `resource` as a CronJob, when it is one and has a `spec`.
    #[must_use]
    pub fn new(resource: &Resource<'a>) -> Option<Self> {
        let spec = resource.spec().filter(|it| it.is_map())?;
        resource.is("batch", "CronJob").then_some(Self { spec })
    }

    /// `schedule`, when it is a string.
    #[must_use]
    pub fn schedule(&self) -> Option<(Node<'a>, &'a str)> {
        let node = self.spec.get("schedule")?;
        Some((node, node.as_str()?))
    }

    /// `schedule`, when it is one that Kubernetes takes.
    #[must_use]
    pub fn parsed(&self) -> Option<(Node<'a>, Schedule)> {
        let (node, text) = self.schedule()?;
        Some((node, cron::parse(text).ok()?))
    }

    /// `schedule` as a calendar that fires at some time; `@every` is none.
    #[must_use]
    pub fn calendar(&self) -> Option<(Node<'a>, Calendar)> {
        let (node, schedule) = self.parsed().filter(|(_, it)| it.fires())?;
        match schedule {
            Schedule::Calendar(calendar) => Some((node, calendar)),
            Schedule::Every(_) => None,
        }
    }

    /// The shortest time between two runs in seconds; `None` when it is refused
    /// or rarely fires.
    #[must_use]
    pub fn shortest_gap_seconds(&self) -> Option<(Node<'a>, i64)> {
        let (node, schedule) = self.parsed()?;
        Some((node, schedule.shortest_gap()?.as_secs()))
    }

    /// `timeZone`, when it is written.
    #[must_use]
    pub fn time_zone(&self) -> Option<Node<'a>> {
        self.spec.get("timeZone")
    }

    /// `suspend`, false by default.
    #[must_use]
    pub fn suspend(&self) -> Field<'a, bool> {
        bool_field(Some(self.spec), "suspend", false)
    }

    /// `concurrencyPolicy`, `Allow` by default.
    #[must_use]
    pub fn concurrency_policy(&self) -> Field<'a, &'a str> {
        text_field(Some(self.spec), "concurrencyPolicy", "Allow")
    }

    /// `startingDeadlineSeconds`, when it is written.
    #[must_use]
    pub fn starting_deadline_seconds(&self) -> Option<(Node<'a>, i64)> {
        let node = self.spec.get("startingDeadlineSeconds")?;
        Some((node, node.as_i64()?))
    }

    /// `jobTemplate.spec`.
    #[must_use]
    pub fn job_spec(&self) -> Option<Node<'a>> {
        self.spec.at(&["jobTemplate", "spec"])
    }

    /// After how many seconds a Job of it is stopped, by the deadline of the Job
    /// or of its pods.
    #[must_use]
    pub fn run_limit_seconds(&self) -> Option<(Node<'a>, i64)> {
        let job = self.job_spec()?;
        let key = "activeDeadlineSeconds";
        let pod = job.at(&["template", "spec"]).and_then(|it| it.get(key));
        [job.get(key), pod]
            .into_iter()
            .flatten()
            .filter_map(|node| Some((node, node.as_i64()?)))
            .min_by_key(|(_, seconds)| *seconds)
    }
}
