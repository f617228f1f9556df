//! The resources of Kubernetes' own API groups, by the names that URLs and RBAC
//! rules have for them.

/// Stands for all groups, resources or verbs.
pub const ANY: &str = "*";

/// The resources of Kubernetes 1.37 by group, and those that earlier versions
/// had; from the REST storage of each group.
const RESOURCES: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "bindings",
            "componentstatuses",
            "configmaps",
            "endpoints",
            "events",
            "limitranges",
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "podtemplates",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "serviceaccounts",
            "services",
        ],
    ),
    (
        "apps",
        &[
            "controllerrevisions",
            "daemonsets",
            "deployments",
            "replicasets",
            "statefulsets",
        ],
    ),
    ("batch", &["cronjobs", "jobs"]),
    ("autoscaling", &["horizontalpodautoscalers"]),
    ("policy", &["poddisruptionbudgets", "podsecuritypolicies"]),
    (
        "networking.k8s.io",
        &[
            "ingressclasses",
            "ingresses",
            "ipaddresses",
            "networkpolicies",
            "servicecidrs",
        ],
    ),
    (
        "rbac.authorization.k8s.io",
        &[
            "clusterrolebindings",
            "clusterroles",
            "rolebindings",
            "roles",
        ],
    ),
    (
        "storage.k8s.io",
        &[
            "csidrivers",
            "csinodes",
            "csistoragecapacities",
            "storageclasses",
            "volumeattachments",
            "volumeattributesclasses",
        ],
    ),
    (
        "admissionregistration.k8s.io",
        &[
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
            "mutatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "validatingwebhookconfigurations",
        ],
    ),
    ("apiextensions.k8s.io", &["customresourcedefinitions"]),
    ("apiregistration.k8s.io", &["apiservices"]),
    (
        "authentication.k8s.io",
        &["selfsubjectreviews", "tokenreviews"],
    ),
    (
        "authorization.k8s.io",
        &[
            "localsubjectaccessreviews",
            "selfsubjectaccessreviews",
            "selfsubjectrulesreviews",
            "subjectaccessreviews",
        ],
    ),
    (
        "certificates.k8s.io",
        &["certificatesigningrequests", "clustertrustbundles"],
    ),
    ("coordination.k8s.io", &["leases"]),
    ("discovery.k8s.io", &["endpointslices"]),
    ("events.k8s.io", &["events"]),
    (
        "flowcontrol.apiserver.k8s.io",
        &["flowschemas", "prioritylevelconfigurations"],
    ),
    ("node.k8s.io", &["runtimeclasses"]),
    ("scheduling.k8s.io", &["priorityclasses"]),
    ("metrics.k8s.io", &["nodes", "pods"]),
];

/// A group that has nothing left, but that old manifests still name.
const EMPTIED: &str = "extensions";

/// Whether a group is one of Kubernetes' own, or stands for all.
#[must_use]
pub fn is_own_group(group: &str) -> bool {
    matches!(group, ANY | EMPTIED) || RESOURCES.iter().any(|(known, _)| *known == group)
}

/// The groups that have a resource of that name; none if it is unknown.
pub fn groups_of(name: &str) -> impl Iterator<Item = &'static str> {
    let holders = RESOURCES
        .iter()
        .filter(move |(_, names)| names.contains(&name));
    holders.map(|(group, _)| *group)
}

/// The names of all resources; one that two groups have comes twice.
pub fn names() -> impl Iterator<Item = &'static str> {
    RESOURCES
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_found_by_name_in_all_their_groups() {
        assert_eq!(groups_of("deployments").collect::<Vec<_>>(), ["apps"]);
        assert_eq!(
            groups_of("events").collect::<Vec<_>>(),
            ["", "events.k8s.io"]
        );
        assert_eq!(groups_of("widgets").next(), None);
        assert!(is_own_group("extensions") && is_own_group("") && !is_own_group("example.com"));
    }
}
