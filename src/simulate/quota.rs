//! ResourceQuotas: which pods one counts, what they use of it, and what each
//! container must say because of it.
//!
//! A quota, too, acts on pods when they are created, so that a workload beyond
//! it is accepted and then stays short of pods. Pods that are stopping count
//! until they are gone; pods that ended do not.

use super::footprint::{Amounts, Needs, PodNeeds, Qos};
use crate::kube::quantity::{Format, Quantity};
use crate::parse::Node;
use crate::resolve::view::{Container, Pod, ResourceAmount, Service};
use crate::resolve::{Bundle, Resource};

/// A ResourceQuota.
#[derive(Clone, Debug)]
pub struct Quota<'a> {
    /// The object.
    pub resource: Resource<'a>,
    /// What it allows.
    pub hard: Vec<Hard<'a>>,
    scopes: Vec<QuotaScope<'a>>,
}

/// One entry of `spec.hard`.
#[derive(Clone, Copy, Debug)]
pub struct Hard<'a> {
    /// What is counted: `pods`, `requests.cpu`, `count/jobs.batch`, …
    pub name: &'a str,
    /// How much of it there may be.
    pub amount: Quantity,
    /// Where it is written.
    pub node: Node<'a>,
}

/// A condition on the pods that a quota counts.
#[derive(Clone, Debug)]
struct QuotaScope<'a> {
    name: &'a str,
    operator: &'a str,
    values: Vec<&'a str>,
}

impl<'a> Quota<'a> {
    /// `resource` as a quota, when it is one.
    #[must_use]
    pub fn new(resource: Resource<'a>) -> Option<Self> {
        if !resource.is("", "ResourceQuota") {
            return None;
        }
        let spec = resource.spec()?;
        let hard = spec.get("hard").into_iter().flat_map(Node::entries);
        let hard = hard.filter_map(|entry| {
            Some(Hard {
                name: entry.name(),
                amount: ResourceAmount::read(entry.value)?.quantity()?,
                node: entry.value,
            })
        });
        let names = spec.get("scopes").into_iter().flat_map(Node::items);
        let names = names.filter_map(|it| QuotaScope::named(it.as_str()?));
        let selected = spec.at(&["scopeSelector", "matchExpressions"]);
        let selected = selected.into_iter().flat_map(Node::items);
        Some(Self {
            resource,
            hard: hard.collect(),
            scopes: names.chain(selected.filter_map(QuotaScope::read)).collect(),
        })
    }

    /// How many quotas of a namespace are checked; nobody writes more.
    pub(super) const MOST: usize = 16;

    /// The quotas that hold for `resource`: those of its namespace that are
    /// applied together with it.
    #[must_use]
    pub fn of(bundle: &Bundle<'a>, resource: &Resource<'_>) -> Vec<Self> {
        let quotas = bundle.near(resource, "", "ResourceQuota").copied();
        quotas
            .filter(|it| !bundle.is_patch(it))
            .take(Self::MOST)
            .filter_map(Self::new)
            .collect()
    }

    /// Whether it counts this pod.
    #[must_use]
    pub fn counts(&self, needs: &PodNeeds<'_>) -> bool {
        self.scopes.iter().all(|scope| scope.has(needs))
    }

    /// The amounts that each container has to state because of this quota, but
    /// that are not stated: the container with the name of each (`limits.cpu`).
    ///
    /// Kubernetes demands it for cpu and memory only, and not where the pod as a
    /// whole says what it needs.
    #[must_use]
    pub fn unstated(&self, needs: &PodNeeds<'a>) -> Vec<(Container<'a>, Hard<'a>)> {
        if needs.has_whole() {
            return Vec::new();
        }
        let demanded = |hard: &&Hard<'_>| match hard.name.split_once('.') {
            Some(("requests" | "limits", name)) => matches!(name, "cpu" | "memory"),
            _ => matches!(hard.name, "cpu" | "memory"),
        };
        let demanded: Vec<_> = self.hard.iter().filter(demanded).copied().collect();
        let containers = needs.containers.iter();
        let missing = containers.flat_map(|it| {
            let lacks = |hard: &&Hard<'_>| pod_usage(hard.name, &it.needs).is_none();
            let lacking = demanded.iter().filter(lacks);
            lacking.map(|hard| (it.container, *hard))
        });
        missing.collect()
    }
}

impl<'a> QuotaScope<'a> {
    fn named(name: &'a str) -> Option<Self> {
        Some(Self {
            name,
            operator: "Exists",
            values: Vec::new(),
        })
    }

    fn read(node: Node<'a>) -> Option<Self> {
        let values = node.get("values").into_iter().flat_map(Node::items);
        Some(Self {
            name: node.get("scopeName")?.as_str()?,
            operator: node.get("operator")?.as_str()?,
            values: values.filter_map(Node::as_str).collect(),
        })
    }

    fn has(&self, needs: &PodNeeds<'_>) -> bool {
        let pod = &needs.pod;
        match self.name {
            "Terminating" => ends_by_itself(pod),
            "NotTerminating" => !ends_by_itself(pod),
            "BestEffort" => needs.qos() == Qos::BestEffort,
            "NotBestEffort" => needs.qos() != Qos::BestEffort,
            "PriorityClass" => self.has_priority(pod),
            "CrossNamespacePodAffinity" => asks_other_namespaces(pod),
            _ => false,
        }
    }

    fn has_priority(&self, pod: &Pod<'_>) -> bool {
        let class = pod.spec().and_then(|spec| spec.get("priorityClassName"));
        let class = class.and_then(Node::as_str).filter(|it| !it.is_empty());
        let listed = class.is_some_and(|class| self.values.contains(&class));
        match self.operator {
            "Exists" => class.is_some(),
            "DoesNotExist" => class.is_none(),
            "In" => listed,
            "NotIn" => !listed,
            _ => false,
        }
    }
}

/// `spec.activeDeadlineSeconds` of the pod: that of a Job does not count.
fn ends_by_itself(pod: &Pod<'_>) -> bool {
    let deadline = pod.spec().and_then(|it| it.get("activeDeadlineSeconds"));
    deadline.and_then(Node::as_i64).is_some_and(|it| it >= 0)
}

fn asks_other_namespaces(pod: &Pod<'_>) -> bool {
    let affinity = pod.spec().and_then(|spec| spec.get("affinity"));
    let kinds = ["podAffinity", "podAntiAffinity"];
    let lists = kinds.into_iter().filter_map(|kind| affinity?.get(kind));
    let terms = lists.flat_map(|kind| {
        let required = kind.get("requiredDuringSchedulingIgnoredDuringExecution");
        let preferred = kind.get("preferredDuringSchedulingIgnoredDuringExecution");
        let preferred = preferred.into_iter().flat_map(Node::items);
        let preferred = preferred.filter_map(|it| it.get("podAffinityTerm"));
        required.into_iter().flat_map(Node::items).chain(preferred)
    });
    terms.into_iter().any(|term| {
        let listed = term.get("namespaces").and_then(|it| it.items().next());
        listed.is_some() || term.get("namespaceSelector").is_some()
    })
}

/// What a pod with these needs uses of the entry `name` of a quota; `None` where
/// it does not touch it.
#[must_use]
pub fn pod_usage(name: &str, needs: &Needs<'_>) -> Option<Quantity> {
    if matches!(name, "pods" | "count/pods") {
        return Some(one());
    }
    if let Some(name) = name.strip_prefix("limits.") {
        let known = matches!(name, "cpu" | "memory" | "ephemeral-storage");
        return needs.limits.get(name).filter(|_| known);
    }
    let native = |name: &str| {
        matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-")
    };
    match name.strip_prefix("requests.") {
        Some(name) => {
            let counted = native(name) || name.contains('/');
            needs.requests.get(name).filter(|_| counted)
        }
        None => needs.requests.get(name).filter(|_| native(name)),
    }
}

fn one() -> Quantity {
    count(1)
}

fn count(number: usize) -> Quantity {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    Quantity::from_value(number, Format::DecimalSi)
}

/// What an object other than a pod uses of the entry `name` of a quota by being
/// there; nothing where it does not touch it. `claims` are the volume claims that
/// a StatefulSet makes of its templates, each with its number.
#[must_use]
pub fn object_usage(name: &str, resource: &Resource<'_>) -> Quantity {
    if let Some(counted) = name.strip_prefix("count/") {
        let (plural, group) = counted.split_once('.').unwrap_or((counted, ""));
        let fits = resource.group() == group && self::plural(resource.kind) == plural;
        return if fits { one() } else { Quantity::ZERO };
    }
    if !resource.group().is_empty() {
        return Quantity::ZERO;
    }
    let by_kind = match name {
        "configmaps" => "ConfigMap",
        "secrets" => "Secret",
        "services" => "Service",
        "persistentvolumeclaims" => "PersistentVolumeClaim",
        "replicationcontrollers" => "ReplicationController",
        "resourcequotas" => "ResourceQuota",
        "requests.storage" => return storage(resource),
        _ => return service_usage(name, resource),
    };
    if resource.kind == by_kind {
        one()
    } else {
        Quantity::ZERO
    }
}

/// The name of a kind's resource: its plural in lower case.
fn plural(kind: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if kind.ends_with('s') => format!("{kind}es"),
        None => format!("{kind}s"),
    }
}

fn storage(resource: &Resource<'_>) -> Quantity {
    let spec = resource
        .spec()
        .filter(|_| resource.kind == "PersistentVolumeClaim");
    let requests = spec.and_then(|spec| spec.at(&["resources", "requests"]));
    Amounts::read(requests).amount("storage")
}

fn service_usage(name: &str, resource: &Resource<'_>) -> Quantity {
    let Some(service) = Service::new(*resource) else {
        return Quantity::ZERO;
    };
    let kind = service.kind().value;
    let number = match name {
        "services.loadbalancers" => usize::from(kind == "LoadBalancer"),
        "services.nodeports" => {
            let spec = resource.spec();
            let automatic = spec.and_then(|it| it.get("allocateLoadBalancerNodePorts"));
            let all = kind == "NodePort"
                || kind == "LoadBalancer" && automatic.and_then(Node::as_bool) != Some(false);
            let fixed = |node: Node<'_>| node.get("nodePort").is_some();
            let counts = |node: Node<'_>| all || kind == "LoadBalancer" && fixed(node);
            service.ports().filter(|port| counts(port.node)).count()
        }
        _ => 0,
    };
    count(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_use_what_the_entries_of_a_quota_name() {
        let mut needs = Needs::default();
        needs.requests.set("cpu", Quantity::from_milli(500));
        needs.requests.set("nvidia.com/gpu", one());
        needs.limits.set("memory", count(1024));
        let used = |name| pod_usage(name, &needs).map(Quantity::milli_value);
        assert_eq!(used("pods"), Some(1000));
        assert_eq!(used("cpu"), Some(500));
        assert_eq!(used("requests.cpu"), Some(500));
        assert_eq!(used("limits.cpu"), None);
        assert_eq!(used("limits.memory"), Some(1_024_000));
        assert_eq!(used("requests.nvidia.com/gpu"), Some(1000));
        assert_eq!(used("nvidia.com/gpu"), None);
    }

    #[test]
    fn plurals_are_those_of_the_api() {
        assert_eq!(plural("Ingress"), "ingresses");
        assert_eq!(plural("NetworkPolicy"), "networkpolicies");
        assert_eq!(plural("CronJob"), "cronjobs");
    }
}
