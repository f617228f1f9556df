//! What scales workloads: HorizontalPodAutoscalers, and the autoscalers of
//! others that may get into their way.

use super::{Field, int_field, text_field};
use crate::parse::Node;
use crate::resolve::Resource;

/// The kinds of autoscalers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AutoscalerKind {
    /// Kubernetes' own HorizontalPodAutoscaler: changes the number of pods.
    Horizontal,
    /// VerticalPodAutoscaler: changes what pods request.
    Vertical,
    /// ScaledObject of KEDA, which makes a HorizontalPodAutoscaler of its own.
    Keda,
}

/// An object that scales another.
#[derive(Clone, Copy, Debug)]
pub struct Autoscaler<'a> {
    /// The object.
    pub resource: Resource<'a>,
    /// Which kind it is.
    pub kind: AutoscalerKind,
}

/// What an autoscaler scales.
#[derive(Clone, Copy, Debug)]
pub struct ScaleTarget<'a> {
    /// The reference as a whole.
    pub node: Node<'a>,
    /// `kind`; a ScaledObject's default is `Deployment`.
    pub kind: &'a str,
    /// `name`.
    pub name: Field<'a, &'a str>,
}

/// A resource whose use decides over the number of pods.
#[derive(Clone, Copy, Debug)]
pub struct ResourceMetric<'a> {
    /// Where it is written: the name of the resource, or the old percentage.
    pub node: Option<Node<'a>>,
    /// `cpu` or `memory`, mostly.
    pub name: &'a str,
    /// The one container that is measured; all of them if `None`.
    pub container: Option<&'a str>,
    /// Whether the target is a share of what is requested, not an amount.
    pub is_utilization: bool,
}

impl<'a> Autoscaler<'a> {
    /// `resource` as an autoscaler, when it is one.
    #[must_use]
    pub fn new(resource: Resource<'a>) -> Option<Self> {
        let kind = match (resource.group(), resource.kind) {
            ("autoscaling", "HorizontalPodAutoscaler") => AutoscalerKind::Horizontal,
            ("autoscaling.k8s.io", "VerticalPodAutoscaler") => AutoscalerKind::Vertical,
            ("keda.sh", "ScaledObject") => AutoscalerKind::Keda,
            _ => return None,
        };
        Some(Self { resource, kind })
    }

    /// What it scales, where a name is written.
    #[must_use]
    pub fn target(&self) -> Option<ScaleTarget<'a>> {
        let (key, default) = match self.kind {
            AutoscalerKind::Horizontal => ("scaleTargetRef", ""),
            AutoscalerKind::Vertical => ("targetRef", ""),
            AutoscalerKind::Keda => ("scaleTargetRef", "Deployment"),
        };
        let node = self.resource.spec()?.get(key)?;
        let name = text_field(Some(node), "name", "");
        name.is_written().then(|| ScaleTarget {
            node,
            kind: text_field(Some(node), "kind", default).value,
            name,
        })
    }

    /// The fewest pods it may leave: 1 by default, 0 with KEDA.
    #[must_use]
    pub fn min_replicas(&self) -> Field<'a, i64> {
        match self.kind {
            AutoscalerKind::Keda => int_field(self.resource.spec(), "minReplicaCount", 0),
            _ => int_field(self.resource.spec(), "minReplicas", 1),
        }
    }

    /// The most pods it may make; a VerticalPodAutoscaler makes none.
    #[must_use]
    pub fn max_replicas(&self) -> Field<'a, i64> {
        match self.kind {
            AutoscalerKind::Keda => int_field(self.resource.spec(), "maxReplicaCount", 100),
            _ => int_field(self.resource.spec(), "maxReplicas", 1),
        }
    }

    /// Whether it changes the number of pods.
    #[must_use]
    pub fn scales_pods(&self) -> bool {
        self.kind != AutoscalerKind::Vertical
    }

    /// The resources that a HorizontalPodAutoscaler targets; cpu where it names
    /// no metric at all. Nothing for other kinds.
    #[must_use]
    pub fn resource_metrics(&self) -> Vec<ResourceMetric<'a>> {
        let Some(spec) = self.resource.spec() else {
            return Vec::new();
        };
        if self.kind != AutoscalerKind::Horizontal {
            return Vec::new();
        }
        let metrics = spec.get("metrics").filter(|it| it.items().next().is_some());
        match metrics {
            Some(metrics) => metrics.items().filter_map(resource_metric).collect(),
            None => vec![ResourceMetric {
                node: spec.get("targetCPUUtilizationPercentage"),
                name: "cpu",
                container: None,
                is_utilization: true,
            }],
        }
    }
}

fn resource_metric(metric: Node<'_>) -> Option<ResourceMetric<'_>> {
    let source = match metric.get("type")?.as_str()? {
        "Resource" => metric.get("resource")?,
        "ContainerResource" => metric.get("containerResource")?,
        _ => return None,
    };
    let name = source.get("name")?;
    let target = source.at(&["target", "type"]).and_then(Node::as_str);
    // v2beta1 had the percentage beside the name.
    let old = source.get("targetAverageUtilization").is_some();
    Some(ResourceMetric {
        node: Some(name),
        name: name.as_str()?,
        container: source.get("container").and_then(Node::as_str),
        is_utilization: old || target == Some("Utilization"),
    })
}
