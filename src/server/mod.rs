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

pub(crate) mod admission;
mod annotations;
pub(crate) mod at;
mod autoscaler;
mod capacity;
mod certificate;
mod claim;
mod cluster;
mod config;
mod container;
mod device;
mod device_slice;
mod env;
mod ephemeral;
mod event;
mod eviction;
mod expression;
mod flow;
mod gang;
mod ingress;
mod job;
pub(crate) mod meta;
mod network;
mod pod;
mod pod_resources;
mod policies;
mod policy;
mod probe;
mod projected;
mod quota;
mod rbac;
pub(crate) mod report;
mod resources;
mod scheduling;
mod security;
mod selector;
mod service;
pub(crate) mod shape;
mod small;
mod storage;
mod update;
mod volume;
mod warnings;
pub(crate) mod webhook;
mod workload;

use crate::catalog::Minor;
use crate::finding::Finding;
use crate::kube::names;
use crate::resolve::Resource;
use at::At;
use meta::Identity;
use report::Api;

pub(crate) use update::update;

/// The group of webhooks and admission policies.
const ADMISSION: &str = "admissionregistration.k8s.io";

/// A check of a whole object.
pub(crate) type Check = for<'a, 'b, 'o> fn(&'b mut Api<'a, 'o>, At<'a>);

/// How much of an object was checked here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// All that the server checks in code.
    Whole,
    /// What all kinds have in common; the schema knows more of the rest.
    Metadata,
}

/// Checks what creating the object would check, by the check of its kind (see
/// [`check_of`]). Says how far the kind is known here, and down to which minor release
/// the verdict is the same; `None` for kinds that are not Kubernetes' own.
///
/// Reports `api-required`, `api-invalid`, `api-unsupported`, `api-duplicate`,
/// `api-forbidden`, `api-too-long`, `api-too-many` and `api-not-found`, and where
/// there is none of them `api-warning`. Values of a wrong type are skipped:
/// decoding reports them.
pub(crate) fn create(
    check: Option<Check>,
    resource: &Resource<'_>,
    minor: Minor,
    out: &mut Vec<Finding>,
) -> Option<(Extent, Minor)> {
    let mut api = Api::new(*resource, minor, out);
    let top = At::new(resource.node);
    let extent = match check {
        Some(check) => {
            check(&mut api, top);
            if api.count() == 0 {
                warnings::check(&mut api, top);
            }
            Extent::Whole
        }
        None => {
            let identity = identity_of(resource.group(), resource.kind)?;
            meta::check(&mut api, top.get("metadata"), identity);
            Extent::Metadata
        }
    };
    let oldest = api.oldest_alike();
    api.close();
    Some((extent, oldest))
}

/// The server leaves it to the path to say what is missing; a line of a report
/// may be without it.
pub(crate) fn name_the_missing(finding: &mut Finding) {
    // The server draws an expression below its words; a report does that itself.
    if let Some(end) = finding.message.find('\n') {
        finding.message.truncate(end);
    }
    if finding.message == "Required value"
        && let Some(field) = finding.field.as_deref()
    {
        let name = last_of(field);
        finding.message = format!("Required value: {name} is missing");
    }
}

/// The last part of a path; a key in brackets may have dots, and stays with what it is in.
fn last_of(path: &str) -> &str {
    let end = path.rfind('[').filter(|_| path.ends_with(']'));
    let start = path[..end.unwrap_or(path.len())].rfind('.');
    &path[start.map_or(0, |it| it + 1)..]
}

/// Checks the `metadata` of a custom resource.
pub(crate) fn metadata(
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

/// How objects are identified of whose kinds no more is checked here.
fn identity_of(group: &str, kind: &str) -> Option<Identity> {
    Some(match (group, kind) {
        ("resource.k8s.io", "ResourceClaim" | "ResourceClaimTemplate" | "PodSchedulingContext")
        | ("scheduling.k8s.io", "Workload" | "PodGroup" | "CompositePodGroup")
        | ("certificates.k8s.io", "PodCertificateRequest") => small::NAMESPACED,
        (
            "resource.k8s.io",
            "DeviceClass"
            | "ResourceSlice"
            | "DeviceTaintRule"
            | "ResourcePoolStatusRequest"
            | "ResourceClass",
        ) => small::CLUSTER,
        _ => return None,
    })
}

/// Kinds about devices that pods ask for.
fn device_kind(version: &str, kind: &str) -> Option<Check> {
    Some(match (version, kind) {
        ("v1" | "v1beta1" | "v1beta2", "ResourceClaim") => device::claim,
        ("v1" | "v1beta1" | "v1beta2", "ResourceClaimTemplate") => device::template,
        ("v1" | "v1beta1" | "v1beta2", "DeviceClass") => device::class,
        ("v1alpha3", "ResourcePoolStatusRequest") => device_slice::status_request,
        ("v1" | "v1beta2" | "v1alpha3", "DeviceTaintRule") => device_slice::taint_rule,
        ("v1" | "v1beta2", "ResourceSlice") => device_slice::slice,
        _ => return None,
    })
}

/// The check of a kind, but for definitions of custom kinds: those have a stage of their own.
pub(crate) fn check_of(group: &str, version: &str, kind: &str) -> Option<Check> {
    let of = match group {
        "" => core_kind,
        "apps" | "batch" | "autoscaling" | "policy" => workload_kind,
        "networking.k8s.io" | "discovery.k8s.io" | "events.k8s.io" | "coordination.k8s.io" => {
            network_kind
        }
        "storage.k8s.io" | "storagemigration.k8s.io" | "node.k8s.io" | "scheduling.k8s.io" => {
            storage_kind
        }
        _ => control_kind,
    };
    of(group, version, kind)
}

/// Kinds of the core group.
fn core_kind(group: &str, version: &str, kind: &str) -> Option<Check> {
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
        ("", "v1", "Node") => cluster::node,
        ("", "v1", "Event") => event::core,
        ("", "v1", "Binding") => cluster::binding,
        _ => return None,
    })
}

/// Kinds that run pods, and what scales and protects them.
fn workload_kind(group: &str, version: &str, kind: &str) -> Option<Check> {
    Some(match (group, version, kind) {
        ("apps", "v1", "ControllerRevision") => cluster::controller_revision,
        ("apps", "v1", "Deployment") => workload::deployment,
        ("apps", "v1", "ReplicaSet") => workload::replica_set,
        ("apps", "v1", "StatefulSet") => workload::stateful_set,
        ("apps", "v1", "DaemonSet") => workload::daemon_set,
        ("batch", "v1", "Job") => job::job,
        ("batch", _, "CronJob") => job::cron_job,
        ("autoscaling", "v1", "HorizontalPodAutoscaler") => autoscaler::v1,
        ("autoscaling", "v2" | "v2beta2", "HorizontalPodAutoscaler") => autoscaler::v2,
        ("policy", _, "PodDisruptionBudget") => small::disruption_budget,
        _ => return None,
    })
}

/// Kinds about addresses, and what components tell one another.
fn network_kind(group: &str, version: &str, kind: &str) -> Option<Check> {
    Some(match (group, version, kind) {
        ("networking.k8s.io", "v1", "Ingress") => ingress::check,
        ("networking.k8s.io", "v1", "IngressClass") => ingress::class,
        ("networking.k8s.io", "v1", "NetworkPolicy") => network::policy,
        ("networking.k8s.io", _, "IPAddress") => cluster::ip_address,
        ("networking.k8s.io", _, "ServiceCIDR") => cluster::service_cidr,
        ("discovery.k8s.io", "v1", "EndpointSlice") => network::endpoint_slice,
        ("events.k8s.io", "v1", "Event") => event::strict,
        ("coordination.k8s.io", "v1", "Lease") => small::lease,
        ("coordination.k8s.io", "v1alpha2" | "v1beta1", "LeaseCandidate") => event::lease_candidate,
        _ => return None,
    })
}

/// Kinds about volumes, and classes of pods.
fn storage_kind(group: &str, version: &str, kind: &str) -> Option<Check> {
    Some(match (group, version, kind) {
        ("storage.k8s.io", "v1", "StorageClass") => storage::class,
        ("storage.k8s.io", "v1", "CSIDriver") => storage::driver,
        ("storage.k8s.io", "v1", "CSINode") => storage::node,
        ("storage.k8s.io", _, "CSIStorageCapacity") => storage::capacity,
        ("storage.k8s.io", _, "VolumeAttachment") => storage::attachment,
        ("storage.k8s.io", _, "VolumeAttributesClass") => storage::attributes_class,
        ("storagemigration.k8s.io", "v1" | "v1beta1", "StorageVersionMigration") => {
            cluster::storage_version_migration
        }
        ("storagemigration.k8s.io", "v1alpha1", "StorageVersionMigration") => {
            cluster::storage_version_migration_alpha
        }
        ("node.k8s.io", "v1" | "v1beta1", "RuntimeClass") => small::runtime_class,
        ("scheduling.k8s.io", _, "PriorityClass") => small::priority_class,
        ("scheduling.k8s.io", "v1beta1", "Workload") => gang::workload,
        ("scheduling.k8s.io", "v1beta1", "PodGroup") => gang::pod_group,
        _ => return None,
    })
}

/// Kinds that govern the server itself.
fn control_kind(group: &str, version: &str, kind: &str) -> Option<Check> {
    Some(match (group, version, kind) {
        ("rbac.authorization.k8s.io", _, "Role") => rbac::role,
        ("rbac.authorization.k8s.io", _, "ClusterRole") => rbac::cluster_role,
        ("rbac.authorization.k8s.io", _, "RoleBinding") => rbac::role_binding,
        ("rbac.authorization.k8s.io", _, "ClusterRoleBinding") => rbac::cluster_role_binding,
        (ADMISSION, "v1", "ValidatingWebhookConfiguration") => webhook::validating,
        (ADMISSION, "v1", "MutatingWebhookConfiguration") => webhook::mutating,
        (ADMISSION, _, "ValidatingAdmissionPolicy") => policy::validating,
        (ADMISSION, _, "ValidatingAdmissionPolicyBinding") => policy::validating_binding,
        (ADMISSION, _, "MutatingAdmissionPolicy") => policy::mutating,
        (ADMISSION, _, "MutatingAdmissionPolicyBinding") => policy::mutating_binding,
        ("lifecycle.k8s.io", "v1alpha1", "EvictionRequest") => eviction::request,
        ("apiregistration.k8s.io", "v1", "APIService") => cluster::api_service,
        ("certificates.k8s.io", "v1", "CertificateSigningRequest") => certificate::signing_request,
        ("certificates.k8s.io", _, "ClusterTrustBundle") => certificate::trust_bundle,
        ("resource.k8s.io", version, kind) => return device_kind(version, kind),
        ("flowcontrol.apiserver.k8s.io", _, "FlowSchema") => flow::schema,
        ("flowcontrol.apiserver.k8s.io", "v1" | "v1beta3", "PriorityLevelConfiguration") => {
            flow::level
        }
        _ => return None,
    })
}
