//! Defaults that depend on other fields, or that are objects; the constant ones are
//! in the catalog. Facts of the `SetDefaults` functions of Kubernetes.

use super::fields::{POINTERS, VALUES};
use crate::kube::image::PullPolicy;
use crate::parse::{Node, Value};

/// What the server puts where a field is absent.
#[derive(Clone, Copy, Debug)]
pub(super) enum DefaultValue<'a> {
    /// A constant, as JSON.
    Const(&'static str),
    /// The value of another field.
    Node(Node<'a>),
    /// An object without fields.
    Empty,
}

/// The type that a field is of and its name.
type FieldOf<'t> = (&'t str, &'t str);

fn is_among(list: &[&str], (of, field): FieldOf<'_>) -> bool {
    let found = list.binary_search_by(|entry| {
        let (owner, name) = entry.split_once('.').unwrap_or_default();
        owner.cmp(of).then_with(|| name.cmp(field))
    });
    found.is_ok()
}

/// Whether absent differs from zero.
pub(super) fn is_pointer(of: &str, field: &str) -> bool {
    // Old versions have the fields of one type in another.
    let of = match of {
        "DeviceRequest" => "ExactDeviceRequest",
        _ => of,
    };
    is_among(&POINTERS, (of, field))
}

/// Whether an object that is absent is as good as empty.
pub(super) fn is_value(of: &str, field: &str) -> bool {
    is_among(&VALUES, (of, field)) || field == "status"
}

/// Whether the server writes the field itself, whatever a manifest says; `path` is
/// that of the object that has it.
pub(super) fn is_servers_own(path: &str, of: &str, field: &str) -> bool {
    match of {
        "ObjectMeta" if path == "metadata" => matches!(
            field,
            "creationTimestamp"
                | "deletionGracePeriodSeconds"
                | "deletionTimestamp"
                | "generation"
                | "managedFields"
                | "resourceVersion"
                | "selfLink"
                | "uid"
        ),
        "NamespaceSpec" => field == "finalizers",
        "CertificateSigningRequest" if path.is_empty() => matches!(field, "spec" | "status"),
        "ObjectReference" if path.starts_with("secrets[") => field != "name",
        "PersistentVolumeClaim" if field != "status" => matches!(field, "apiVersion" | "kind"),
        _ => field == "status" && path.is_empty(),
    }
}

/// Whether the server keeps what it has where a new object leaves the field out;
/// `path` is that of the object that has it.
pub(super) fn is_kept(path: &str, of: &str, field: &str) -> bool {
    match of {
        "ServiceSpec" => matches!(
            field,
            "clusterIP" | "clusterIPs" | "ipFamilies" | "ipFamilyPolicy" | "healthCheckNodePort"
        ),
        "ServicePort" => field == "nodePort",
        "PersistentVolumeClaimSpec" if path == "spec" => {
            matches!(field, "dataSource" | "dataSourceRef")
        }
        "Secret" => field == "stringData",
        _ => false,
    }
}

/// Whether `kubectl` or a controller keeps its own notes in the annotation.
pub(super) fn is_note_of_tools(key: &str) -> bool {
    matches!(
        key,
        "deployment.kubernetes.io/revision"
            | "deprecated.daemonset.template.generation"
            | "kubectl.kubernetes.io/last-applied-configuration"
    )
}

/// Whether the server fills in a default although something is written.
pub(super) fn counts_as_absent((of, field): FieldOf<'_>, node: Node<'_>) -> bool {
    let is_collection = node.is_map() || node.is_seq();
    is_zero(node) && (is_collection || !is_pointer(of, field))
}

/// Whether a value is zero or empty.
pub(super) fn is_zero(node: Node<'_>) -> bool {
    match node.value() {
        Value::Str(text) => text.is_empty(),
        Value::Int(number) => number == 0,
        Value::Bool(it) => !it,
        Value::Seq(count) | Value::Map(count) => count == 0,
        _ => false,
    }
}

/// The default of a field of `owner`, where the catalog does not have it.
pub(super) fn of<'a>(
    (of, field): FieldOf<'_>,
    owner: Option<Node<'a>>,
    is_pod: bool,
) -> Option<DefaultValue<'a>> {
    let get = |key: &str| owner.and_then(|it| it.get(key));
    let text = |key: &str| get(key).and_then(Node::as_str).unwrap_or_default();
    match of {
        "Container" | "EphemeralContainer" => match field {
            "imagePullPolicy" => Some(pull_policy(text("image"))),
            _ => None,
        },
        "ImageVolumeSource" if field == "pullPolicy" => Some(pull_policy(text("reference"))),
        "PodSpec" => match field {
            "securityContext" => Some(DefaultValue::Empty),
            "enableServiceLinks" if is_pod => Some(DefaultValue::Const("true")),
            "serviceAccountName" => get("serviceAccount").map(DefaultValue::Node),
            _ => None,
        },
        "ResourceRequirements" if field == "requests" && is_pod => {
            get("limits").map(DefaultValue::Node)
        }
        "Volume" if field == "emptyDir" => {
            let mut entries = owner.into_iter().flat_map(Node::entries);
            let bare = !entries.any(|it| it.name() != "name" && !it.value.is_null());
            bare.then_some(DefaultValue::Empty)
        }
        "ServiceAccountTokenProjection" if field == "expirationSeconds" => {
            Some(DefaultValue::Const("3600"))
        }
        "ExactDeviceRequest" | "DeviceSubRequest" => match (field, text("allocationMode")) {
            ("allocationMode", _) => Some(DefaultValue::Const("\"ExactCount\"")),
            ("count", "" | "ExactCount") => Some(DefaultValue::Const("1")),
            _ => None,
        },
        "DeviceToleration" if field == "operator" => Some(DefaultValue::Const("\"Equal\"")),
        "JobSpec" => job(field, &get),
        "ServiceSpec" | "ServicePort" | "SessionAffinityConfig" | "ClientIPConfig" => {
            service(of, field, &get)
        }
        _ => strategy(of, field, &get).or_else(|| other((of, field), &get)),
    }
}

type Get<'g, 'a> = &'g dyn Fn(&str) -> Option<Node<'a>>;

fn pull_policy(image: &str) -> DefaultValue<'static> {
    DefaultValue::Const(match PullPolicy::default_for(image) {
        PullPolicy::Always => "\"Always\"",
        _ => "\"IfNotPresent\"",
    })
}

fn job<'a>(field: &str, get: Get<'_, 'a>) -> Option<DefaultValue<'a>> {
    let is_set = |key: &str| get(key).is_some();
    Some(match field {
        "completions" if !is_set("parallelism") => DefaultValue::Const("1"),
        "backoffLimit" if is_set("backoffLimitPerIndex") => DefaultValue::Const("2147483647"),
        "backoffLimit" => DefaultValue::Const("6"),
        "podReplacementPolicy" if is_set("podFailurePolicy") => DefaultValue::Const("\"Failed\""),
        "podReplacementPolicy" => DefaultValue::Const("\"TerminatingOrFailed\""),
        _ => return None,
    })
}

fn service<'a>(of: &str, field: &str, get: Get<'_, 'a>) -> Option<DefaultValue<'a>> {
    let text = |key: &str| get(key).and_then(Node::as_str).unwrap_or_default();
    let kind = text("type");
    let is_outside = matches!(kind, "NodePort" | "LoadBalancer")
        || get("externalIPs").is_some_and(|it| it.items().next().is_some());
    match (of, field) {
        ("ServicePort", "targetPort") => get("port").map(DefaultValue::Node),
        ("ServiceSpec", "externalTrafficPolicy") if is_outside => {
            Some(DefaultValue::Const("\"Cluster\""))
        }
        ("ServiceSpec", "internalTrafficPolicy") if kind != "ExternalName" => {
            Some(DefaultValue::Const("\"Cluster\""))
        }
        ("ServiceSpec", "allocateLoadBalancerNodePorts") if kind == "LoadBalancer" => {
            Some(DefaultValue::Const("true"))
        }
        ("ServiceSpec", "sessionAffinityConfig") if text("sessionAffinity") == "ClientIP" => {
            Some(DefaultValue::Empty)
        }
        ("SessionAffinityConfig", "clientIP") => Some(DefaultValue::Empty),
        ("ClientIPConfig", "timeoutSeconds") => Some(DefaultValue::Const("10800")),
        _ => None,
    }
}

/// How controllers replace their pods.
fn strategy<'a>(of: &str, field: &str, get: Get<'_, 'a>) -> Option<DefaultValue<'a>> {
    let kind = get("type").and_then(Node::as_str).unwrap_or_default();
    Some(match (of, field) {
        ("DeploymentStrategy" | "DaemonSetUpdateStrategy", "rollingUpdate")
            if matches!(kind, "" | "RollingUpdate") =>
        {
            DefaultValue::Empty
        }
        ("StatefulSetUpdateStrategy", "rollingUpdate") if kind.is_empty() => DefaultValue::Empty,
        ("RollingUpdateDeployment", "maxUnavailable" | "maxSurge") => {
            DefaultValue::Const("\"25%\"")
        }
        ("RollingUpdateDaemonSet", "maxUnavailable") => DefaultValue::Const("1"),
        ("RollingUpdateDaemonSet", "maxSurge") => DefaultValue::Const("0"),
        ("RollingUpdateStatefulSetStrategy", "partition") => DefaultValue::Const("0"),
        ("RollingUpdateStatefulSetStrategy", "maxUnavailable") => DefaultValue::Const("1"),
        ("StatefulSetSpec", "podManagementPolicy") => DefaultValue::Const("\"OrderedReady\""),
        ("StatefulSetSpec", "persistentVolumeClaimRetentionPolicy") => DefaultValue::Empty,
        ("StatefulSetPersistentVolumeClaimRetentionPolicy", _) => DefaultValue::Const("\"Retain\""),
        _ => return None,
    })
}

fn other<'a>((of, field): FieldOf<'_>, get: Get<'_, 'a>) -> Option<DefaultValue<'a>> {
    const RBAC: DefaultValue<'static> = DefaultValue::Const("\"rbac.authorization.k8s.io\"");
    let text = |key: &str| get(key).and_then(Node::as_str).unwrap_or_default();
    Some(match (of, field) {
        ("RoleRef", "apiGroup") => RBAC,
        ("Subject", "apiGroup") if matches!(text("kind"), "User" | "Group") => RBAC,
        ("IngressClassParametersReference", "scope") => DefaultValue::Const("\"Cluster\""),
        ("EndpointPort", "name") => DefaultValue::Const("\"\""),
        ("EndpointPort", "protocol") => DefaultValue::Const("\"TCP\""),
        ("NetworkPolicySpec", "policyTypes") => {
            let leaves = get("egress").is_some_and(|it| it.items().next().is_some());
            DefaultValue::Const(match leaves {
                true => "[\"Ingress\",\"Egress\"]",
                false => "[\"Ingress\"]",
            })
        }
        ("CSIDriverSpec", "attachRequired") => DefaultValue::Const("true"),
        ("CSIDriverSpec", "podInfoOnMount" | "storageCapacity" | "requiresRepublish") => {
            DefaultValue::Const("false")
        }
        ("CSIDriverSpec", "seLinuxMount" | "preventPodSchedulingIfMissing") => {
            DefaultValue::Const("false")
        }
        ("CSIDriverSpec", "fsGroupPolicy") => DefaultValue::Const("\"ReadWriteOnceWithFSType\""),
        ("CSIDriverSpec", "volumeLifecycleModes") => DefaultValue::Const("[\"Persistent\"]"),
        ("PodGroupSpec", "disruptionMode") => DefaultValue::Const("{\"single\":{}}"),
        ("HPAScalingRules", "selectPolicy") => DefaultValue::Const("\"Max\""),
        ("MatchResources", "namespaceSelector" | "objectSelector") => DefaultValue::Empty,
        ("QueuingConfiguration", "queues") => DefaultValue::Const("64"),
        ("QueuingConfiguration", "handSize") => DefaultValue::Const("8"),
        ("QueuingConfiguration", "queueLengthLimit") => DefaultValue::Const("50"),
        ("ServiceReference", "port") => DefaultValue::Const("443"),
        ("ReplicationControllerSpec", "selector") => {
            DefaultValue::Node(get("template")?.at(&["metadata", "labels"])?)
        }
        _ => return None,
    })
}
