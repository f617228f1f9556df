//! What the API server refuses on creation beyond the shape: the checks that it
//! has in code, with its own paths and messages.
//!
//! Each file holds one topic and reads the nodes directly, with the defaults
//! that the server fills in before it looks. Kinds that are not listed in
//! [`create`] are not judged here.

#![allow(
    clippy::collapsible_match,
    reason = "an arm says which value, the condition in it what is wrong with it"
)]

mod annotations;
mod at;
mod autoscaler;
mod claim;
mod config;
mod container;
mod env;
mod ephemeral;
mod ingress;
mod job;
mod meta;
mod network;
mod pod;
mod pod_resources;
mod policies;
mod probe;
mod projected;
mod quota;
mod rbac;
mod report;
mod resources;
mod scheduling;
mod security;
mod selector;
mod service;
mod small;
mod update;
mod volume;
mod workload;

use crate::catalog::Minor;
use crate::finding::Finding;
use crate::kube::names;
use crate::resolve::Resource;
use at::At;
use report::Api;

pub use update::update;

type Check = for<'a, 'b, 'o> fn(&'b mut Api<'a, 'o>, At<'a>);

/// Checks what creating the object would check, and says whether its kind is
/// known here.
///
/// Reports `api-required`, `api-invalid`, `api-unsupported`, `api-duplicate`,
/// `api-forbidden`, `api-too-long`, `api-too-many` and `api-not-found`. Values of
/// a wrong type are passed over: [`super::check`] reports them.
pub fn create(resource: &Resource<'_>, minor: Minor, out: &mut Vec<Finding>) -> bool {
    judge(resource, minor, out).is_some()
}

/// [`create`], which says down to which minor release the verdict is the same;
/// `None` where the kind is not known here.
pub(super) fn judge(
    resource: &Resource<'_>,
    minor: Minor,
    out: &mut Vec<Finding>,
) -> Option<Minor> {
    let check = check_of(resource.group(), resource.version(), resource.kind)?;
    let mut api = Api::new(*resource, minor, out);
    check(&mut api, At::new(resource.node));
    Some(api.oldest_alike())
}

/// Checks the `metadata` of a custom resource.
pub(super) fn metadata(
    resource: &Resource<'_>,
    minor: Minor,
    namespaced: bool,
    out: &mut Vec<Finding>,
) {
    let mut api = Api::new(*resource, minor, out);
    let identity = meta::Identity {
        name: names::dns_subdomain,
        namespaced,
    };
    meta::plain(&mut api, At::new(resource.node).get("metadata"), identity);
}

fn check_of(group: &str, version: &str, kind: &str) -> Option<Check> {
    Some(match (group, version, kind) {
        ("", "v1", "Pod") => pod::check,
        ("", "v1", "PodTemplate") => workload::pod_template,
        ("", "v1", "ReplicationController") => workload::replication_controller,
        ("", "v1", "Service") => service::check,
        ("", "v1", "ConfigMap") => config::config_map,
        ("", "v1", "Secret") => config::secret,
        ("", "v1", "PersistentVolumeClaim") => claim::check,
        ("", "v1", "PersistentVolume") => claim::persistent_volume,
        ("", "v1", "Namespace") => small::namespace,
        ("", "v1", "ServiceAccount") => small::service_account,
        ("", "v1", "LimitRange") => quota::limit_range,
        ("", "v1", "ResourceQuota") => quota::resource_quota,
        ("", "v1", "Endpoints") => network::endpoints,
        ("apps", "v1", "Deployment") => workload::deployment,
        ("apps", "v1", "ReplicaSet") => workload::replica_set,
        ("apps", "v1", "StatefulSet") => workload::stateful_set,
        ("apps", "v1", "DaemonSet") => workload::daemon_set,
        ("batch", "v1", "Job") => job::job,
        ("batch", "v1", "CronJob") => job::cron_job,
        ("autoscaling", "v1", "HorizontalPodAutoscaler") => autoscaler::v1,
        ("autoscaling", "v2", "HorizontalPodAutoscaler") => autoscaler::v2,
        ("policy", "v1", "PodDisruptionBudget") => small::disruption_budget,
        ("networking.k8s.io", "v1", "Ingress") => ingress::check,
        ("networking.k8s.io", "v1", "IngressClass") => ingress::class,
        ("networking.k8s.io", "v1", "NetworkPolicy") => network::policy,
        ("rbac.authorization.k8s.io", "v1", "Role") => rbac::role,
        ("rbac.authorization.k8s.io", "v1", "ClusterRole") => rbac::cluster_role,
        ("rbac.authorization.k8s.io", "v1", "RoleBinding") => rbac::role_binding,
        ("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding") => rbac::cluster_role_binding,
        ("scheduling.k8s.io", "v1", "PriorityClass") => small::priority_class,
        ("storage.k8s.io", "v1", "StorageClass") => small::storage_class,
        ("coordination.k8s.io", "v1", "Lease") => small::lease,
        ("node.k8s.io", "v1", "RuntimeClass") => small::runtime_class,
        ("discovery.k8s.io", "v1", "EndpointSlice") => network::endpoint_slice,
        _ => return None,
    })
}
