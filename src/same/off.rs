//! Fields that belong to features that are off by default: the server drops them,
//! and they differ in nothing. Facts of the feature gates of each release.

use crate::parse::Node;

/// From this minor on containers may have rules for restarts, and images as volumes.
const RULES: u8 = 35;

/// Whether the server of 1.`minor` drops the field.
/// `path` is that of the object that has it.
pub(super) fn is_dropped(path: &str, (of, field): (&str, &str), minor: u8) -> bool {
    // Containers that start one after the other could always restart.
    let restarts = of == "Container" && field == "restartPolicy";
    is_off(of, field)
        || minor < on_since(of, field)
        || restarts && minor < RULES && !path.contains("initContainers[")
}

/// Whether the server of 1.`minor` drops an item of a list of such objects.
pub(super) fn is_item_dropped(of: &str, item: Node<'_>, minor: u8) -> bool {
    let image = || item.get("image").is_some_and(|it| !it.is_null());
    of == "Volume" && minor < RULES && image()
}

/// Whether a field belongs to a feature that no release has on.
fn is_off(of: &str, field: &str) -> bool {
    match field {
        "user" => of == "KeyToPath" || of == "DownwardAPIVolumeFile" || of.ends_with("Projection"),
        "defaultUser" => of.ends_with("VolumeSource"),
        "mode" => of == "EmptyDirVolumeSource" || of == "GRPCAction",
        "stopSignal" => of == "Lifecycle",
        "strategy" | "preferredHolder" => of == "LeaseSpec",
        "deprecatedTopology" => of == "Endpoint",
        "schedulingGroup" | "evictionResponders" => of == "PodSpec",
        "bindMountOptions" => of == "VolumeMount",
        "protocol" => of == "HTTPGetAction",
        "configSource" | "podPreemptionPolicy" => of == "NodeSpec",
        "bools" | "ints" | "strings" | "versions" => of == "DeviceAttribute",
        "compatibilityGroups" => of == "DeviceCounterConsumption",
        "nodeAllocatableResources" => of == "Device",
        "skipNodeOperations" | "partitionTypeAttribute" => of == "ResourceSliceSpec",
        "derivedAttributes" => matches!(
            of,
            "DeviceRequest" | "ExactDeviceRequest" | "DeviceSubRequest"
        ),
        "compositePodGroupTemplates" => of == "WorkloadSpec",
        "parentCompositePodGroupName" => of == "PodGroupSpec",
        "defaultPartitionTypeAttribute" => of == "ResourcePoolStatusRequestSpec",
        "scheduling" => of == "JobSpec",
        "schedulingConstraints" | "resourceClaims" | "preemptionPolicy" => {
            of == "PodGroupSpec" || of == "PodGroupTemplate"
        }
        _ => false,
    }
}

/// The first minor release that has the feature of a field on; 0 for other fields.
fn on_since(of: &str, field: &str) -> u8 {
    match (of, field) {
        ("PodSpec", "hostnameOverride")
        | ("Container", "restartPolicyRules")
        | ("EnvVarSource", "fileKeyRef")
        | ("HPAScalingRules", "tolerance")
        | ("CSIDriverSpec", "nodeAllocatableUpdatePeriodSeconds") => 35,
        ("DeviceRequest" | "ExactDeviceRequest" | "DeviceSubRequest", "capacity")
        | ("DeviceCapacity", "requestPolicy")
        | ("DeviceClassSpec", "extendedResourceName")
        | ("ResourceSliceSpec", "sharedCounters" | "perDeviceNodeSelection") => 36,
        ("Device" | "BasicDevice", _) => match field {
            "taints"
            | "allowMultipleAllocations"
            | "consumesCounters"
            | "nodeName"
            | "nodeSelector"
            | "allNodes"
            | "bindingConditions"
            | "bindingFailureConditions"
            | "bindsToNode" => 36,
            _ => 0,
        },
        ("RollingUpdateStatefulSetStrategy", "maxUnavailable")
        | ("CSIDriverSpec", "preventPodSchedulingIfMissing")
        | ("VolumeProjection", "podCertificate" | "clusterTrustBundle") => 37,
        _ => 0,
    }
}
