//! Typed views over the nodes of an object.
//!
//! A view never fails: what is missing or of the wrong type reads as the
//! default that the API server would put there, and [`Field`] tells the two
//! apart. Each view is a small copyable handle; nothing is parsed ahead of need.

mod autoscaler;
mod budget;
mod command;
mod container;
mod cron_job;
mod pod;
mod probe;
mod references;
mod resources;
mod role;
mod route;
mod selector;
mod service;
mod workload;

pub use autoscaler::{Autoscaler, AutoscalerKind, ResourceMetric, ScaleTarget};
pub use budget::{DisruptionBudget, Guard, int_or_string};
pub use command::Argv;
pub use container::{Container, ContainerRole, EnvVar, Port};
pub use cron_job::CronJob;
pub use pod::{Pod, Volume};
pub use probe::{Handler, Probe, ProbeKind};
pub use references::{Reference, ReferenceKind};
pub use resources::ResourceAmount;
pub use role::PolicyRule;
pub use route::Backend;
pub use selector::{equality_selector, label_selector, requirement};
pub use service::{Service, ServicePort, TargetPort};
pub use workload::{Workload, WorkloadKind};

use crate::parse::Node;

/// A value with the node that it was written in, or the API default without one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Field<'a, T> {
    /// What Kubernetes works with.
    pub value: T,
    /// Where it is written; `None` when it is the default.
    pub node: Option<Node<'a>>,
}

impl<'a, T> Field<'a, T> {
    /// Whether the manifest says it.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.node.is_some()
    }

    /// The node it is written in, or else `fallback`: where to point.
    #[must_use]
    pub fn node_or(&self, fallback: Node<'a>) -> Node<'a> {
        self.node.unwrap_or(fallback)
    }

    fn read(node: Option<Node<'a>>, default: T, read: impl Fn(Node<'a>) -> Option<T>) -> Self {
        match node.and_then(|node| Some((read(node)?, node))) {
            Some((value, node)) => Self {
                value,
                node: Some(node),
            },
            None => Self {
                value: default,
                node: None,
            },
        }
    }
}

/// The integer at `key`, or `default`.
pub(crate) fn int_field<'a>(node: Option<Node<'a>>, key: &str, default: i64) -> Field<'a, i64> {
    let at = node.and_then(|node| node.get(key));
    Field::read(at, default, Node::as_i64)
}

/// The string at `key`, or `default`.
pub(crate) fn text_field<'a>(
    node: Option<Node<'a>>,
    key: &str,
    default: &'a str,
) -> Field<'a, &'a str> {
    let at = node.and_then(|node| node.get(key));
    Field::read(at, default, Node::as_str)
}

/// The boolean at `key`, or `default`.
pub(crate) fn bool_field<'a>(node: Option<Node<'a>>, key: &str, default: bool) -> Field<'a, bool> {
    let at = node.and_then(|node| node.get(key));
    Field::read(at, default, Node::as_bool)
}
