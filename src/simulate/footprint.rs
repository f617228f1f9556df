//! What one pod takes of a cluster: its requests and limits as the scheduler
//! and the quota count them, and the class of service that follows from them.
//!
//! Amounts are those of the running pod, not of the manifest: a limit without a
//! request is a request as well, sidecars count beside the app, and an init
//! container counts where it needs more than all that runs later.

use crate::kube::quantity::Quantity;
use crate::parse::Node;
use crate::resolve::view::{Container, ContainerRole, Pod, ResourceAmount};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// Amounts of resources by name, ordered by it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Amounts<'a>(BTreeMap<&'a str, Quantity>);

impl<'a> Amounts<'a> {
    /// The amounts of a mapping such as `requests`; what is not a quantity is left out.
    #[must_use]
    pub fn read(node: Option<Node<'a>>) -> Self {
        let entries = node.into_iter().flat_map(Node::entries);
        let amounts = entries.filter_map(|entry| {
            let amount = ResourceAmount::read(entry.value)?;
            Some((entry.name(), amount.quantity()?))
        });
        Self(amounts.collect())
    }

    /// The amount of that resource.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Quantity> {
        self.0.get(name).copied()
    }

    /// The amount of that resource, nothing if it has none.
    #[must_use]
    pub fn amount(&self, name: &str) -> Quantity {
        self.get(name).unwrap_or(Quantity::ZERO)
    }

    /// Sets the amount of a resource.
    pub fn set(&mut self, name: &'a str, amount: Quantity) {
        self.0.insert(name, amount);
    }

    /// Sets what is not set yet, and says which resources those were.
    pub fn fill(&mut self, defaults: &Self) -> Vec<&'a str> {
        let missing = |name: &&str| !self.0.contains_key(name);
        let filled: Vec<&'a str> = defaults.0.keys().copied().filter(missing).collect();
        for name in &filled {
            self.set(name, defaults.amount(name));
        }
        filled
    }

    /// Adds `times` times `other`.
    pub fn add(&mut self, other: &Self, times: i64) {
        for (name, amount) in &other.0 {
            *self.0.entry(name).or_insert(Quantity::ZERO) += *amount * times;
        }
    }

    /// Takes the larger amount of each resource.
    pub fn raise(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let own = self.0.entry(name).or_insert(*amount);
            *own = (*own).max(*amount);
        }
    }

    /// All of them, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Quantity)> + use<'_, 'a> {
        self.0.iter().map(|(name, amount)| (*name, *amount))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `cpu 500m, memory 1Gi`; `nothing` where there is none.
impl fmt::Display for Amounts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing");
        }
        for (index, (name, amount)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name} {amount}")?;
        }
        Ok(())
    }
}

/// As Kubernetes prints them: `{"cpu":"500m"}`.
impl Serialize for Amounts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, it)| (*name, it.to_string())))
    }
}

/// Requests and limits.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Needs<'a> {
    /// What is set aside for it.
    pub requests: Amounts<'a>,
    /// What it may use at most.
    pub limits: Amounts<'a>,
}

impl<'a> Needs<'a> {
    /// The needs of a `resources` mapping; a limit without a request is one as well.
    #[must_use]
    pub fn read(resources: Option<Node<'a>>) -> Self {
        let mut needs = Self::as_written(resources);
        needs.requests.fill(&needs.limits);
        needs
    }

    /// The needs of a `resources` mapping, and nothing else.
    fn as_written(resources: Option<Node<'a>>) -> Self {
        let part = |key| Amounts::read(resources.and_then(|it| it.get(key)));
        Self {
            requests: part("requests"),
            limits: part("limits"),
        }
    }

    /// Its class by itself.
    fn class(&self) -> Qos {
        let of = |name: &str| {
            let (request, limit) = (self.requests.amount(name), self.limits.amount(name));
            match request == limit {
                true if request.is_zero() => Qos::BestEffort,
                true => Qos::Guaranteed,
                false => Qos::Burstable,
            }
        };
        of("cpu").with(of("memory"))
    }
}

/// How a pod fares when its node runs short.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Qos {
    /// All containers have limits of cpu and memory that equal their requests.
    Guaranteed,
    /// Something is requested or limited.
    Burstable,
    /// Nothing is.
    BestEffort,
}

impl Qos {
    fn with(self, other: Self) -> Self {
        if self == other { self } else { Self::Burstable }
    }

    /// Its name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Guaranteed => "Guaranteed",
            Self::Burstable => "Burstable",
            Self::BestEffort => "BestEffort",
        }
    }
}

/// A container with what it needs after defaulting.
#[derive(Clone, Debug)]
pub struct ContainerNeeds<'a> {
    /// The container.
    pub container: Container<'a>,
    /// What it needs.
    pub needs: Needs<'a>,
}

/// What the containers of a pod need, one by one, and the pod as a whole.
#[derive(Clone, Debug)]
pub struct PodNeeds<'a> {
    /// The pod.
    pub pod: Pod<'a>,
    /// Init and sidecar containers, then app containers, in their order.
    pub containers: Vec<ContainerNeeds<'a>>,
    /// `spec.resources` of the pod, which replaces the sum of its containers.
    pub whole: Needs<'a>,
    /// `spec.overhead`: what running the pod costs beside its containers.
    pub overhead: Amounts<'a>,
}

impl<'a> PodNeeds<'a> {
    /// What the pod needs as far as its own manifest says.
    #[must_use]
    pub fn read(pod: Pod<'a>) -> Self {
        let containers = pod.init_containers().chain(pod.app_containers());
        let containers = containers.map(|container| ContainerNeeds {
            container,
            needs: Needs::read(container.node.get("resources")),
        });
        let spec = pod.spec();
        Self {
            pod,
            containers: containers.collect(),
            whole: Needs::as_written(spec.and_then(|spec| spec.get("resources"))),
            overhead: Amounts::read(spec.and_then(|spec| spec.get("overhead"))),
        }
    }

    /// Whether the pod as a whole says what it needs.
    #[must_use]
    pub fn has_whole(&self) -> bool {
        let all = self.whole.requests.iter().chain(self.whole.limits.iter());
        all.into_iter().any(|(name, _)| is_of_whole_pod(name))
    }

    /// What the scheduler and the quota count.
    #[must_use]
    pub fn total(&self) -> Needs<'a> {
        let mut total = self.without_overhead();
        total.requests.add(&self.overhead, 1);
        for (name, amount) in self.overhead.iter() {
            let limit = total.limits.amount(name);
            if !limit.is_zero() {
                total.limits.set(name, limit + amount);
            }
        }
        total
    }

    /// What a LimitRange counts of a pod.
    #[must_use]
    pub fn without_overhead(&self) -> Needs<'a> {
        let mut total = Needs {
            requests: self.combined(|needs| &needs.requests),
            limits: self.combined(|needs| &needs.limits),
        };
        if self.has_whole() {
            let whole = self.whole(&total.requests);
            for (name, amount) in whole.requests.iter() {
                total.requests.set(name, amount);
            }
            for (name, amount) in whole.limits.iter() {
                total.limits.set(name, amount);
            }
        }
        total
    }

    /// What the pod as a whole asks for. What it only limits it requests as its
    /// containers do or, if they do not, up to the limit.
    fn whole(&self, combined: &Amounts<'a>) -> Needs<'a> {
        let mut whole = self.whole.clone();
        whole.requests.0.retain(|name, _| is_of_whole_pod(name));
        whole.limits.0.retain(|name, _| is_of_whole_pod(name));
        for (name, limit) in whole.limits.iter() {
            let default = combined.get(name).unwrap_or(limit);
            whole.requests.0.entry(name).or_insert(default);
        }
        whole
    }

    fn combined(&self, part: for<'n> fn(&'n Needs<'a>) -> &'n Amounts<'a>) -> Amounts<'a> {
        let all = self.containers.iter();
        combine(all.map(|it| (it.container.role, part(&it.needs))))
    }

    /// Its class of service.
    #[must_use]
    pub fn qos(&self) -> Qos {
        if self.has_whole() {
            return self.whole(&self.combined(|needs| &needs.requests)).class();
        }
        let classes = self.containers.iter().map(|it| it.needs.class());
        classes.reduce(Qos::with).unwrap_or(Qos::BestEffort)
    }
}

/// Resources that a pod can ask for as a whole.
fn is_of_whole_pod(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || name.starts_with("hugepages-")
}

/// What containers take together. App containers and sidecars run beside each
/// other; an init container runs alone with the sidecars that started before it.
pub fn combine<'a: 'b, 'b>(
    containers: impl Iterator<Item = (ContainerRole, &'b Amounts<'a>)>,
) -> Amounts<'a> {
    let (mut beside, mut sidecars, mut first) =
        (Amounts::default(), Amounts::default(), Amounts::default());
    for (role, amounts) in containers {
        match role {
            ContainerRole::App => beside.add(amounts, 1),
            ContainerRole::Sidecar => {
                beside.add(amounts, 1);
                sidecars.add(amounts, 1);
                first.raise(&sidecars);
            }
            ContainerRole::Init => {
                let mut alone = sidecars.clone();
                alone.add(amounts, 1);
                first.raise(&alone);
            }
            ContainerRole::Ephemeral => {}
        }
    }
    beside.raise(&first);
    beside
}

#[cfg(test)]
mod tests {
    use super::*;
    use ContainerRole::{App, Init, Sidecar};

    fn milli(containers: &[(ContainerRole, i64)]) -> i64 {
        let amounts: Vec<_> = containers
            .iter()
            .map(|(role, milli)| {
                let mut amounts = Amounts::default();
                amounts.set("cpu", Quantity::from_milli(*milli));
                (*role, amounts)
            })
            .collect();
        let total = combine(amounts.iter().map(|(role, amounts)| (*role, amounts)));
        total.amount("cpu").milli_value()
    }

    #[test]
    fn init_containers_count_by_their_peak_and_sidecars_by_their_order() {
        assert_eq!(
            milli(&[
                (Init, 500),
                (Sidecar, 100),
                (Init, 800),
                (App, 200),
                (App, 300)
            ]),
            900
        );
        assert_eq!(milli(&[(Init, 2000), (App, 100)]), 2000);
        assert_eq!(milli(&[(Sidecar, 100), (Sidecar, 100), (App, 300)]), 500);
        assert_eq!(
            milli(&[(Sidecar, 100), (Init, 900), (Sidecar, 100), (App, 300)]),
            1000
        );
    }

    #[test]
    fn the_class_needs_all_containers_and_both_resources() {
        let needs = |pairs: &[(&'static str, i64, i64)]| {
            let mut needs = Needs::default();
            for (name, request, limit) in pairs {
                needs.requests.set(name, Quantity::from_milli(*request));
                needs.limits.set(name, Quantity::from_milli(*limit));
            }
            needs.class()
        };
        assert_eq!(needs(&[]), Qos::BestEffort);
        assert_eq!(needs(&[("nvidia.com/gpu", 1, 1)]), Qos::BestEffort);
        assert_eq!(needs(&[("cpu", 1, 1)]), Qos::Burstable);
        assert_eq!(needs(&[("cpu", 1, 1), ("memory", 2, 2)]), Qos::Guaranteed);
        assert_eq!(needs(&[("cpu", 1, 1), ("memory", 1, 2)]), Qos::Burstable);
        assert_eq!(Qos::Guaranteed.with(Qos::BestEffort), Qos::Burstable);
    }
}
