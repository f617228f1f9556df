//! How the server prints the values of fields that may not change: as JSON of its
//! own types.

use super::super::shape::{Member, Shape};

/// The role that a binding gives.
pub(super) const ROLE: Shape = Shape::Object(&[
    Member::kept("apiGroup", "APIGroup", "\"rbac.authorization.k8s.io\""),
    Member::kept("kind", "Kind", "\"\""),
    Member::kept("name", "Name", "\"\""),
]);

/// What is migrated to another version of storage.
pub(super) const MIGRATION: Shape = Shape::Object(&[Member::of(
    "resource",
    "Resource",
    "{\"group\":\"\",\"resource\":\"\"}",
    &Shape::Object(&[
        Member::kept("group", "group", "\"\""),
        Member::kept("resource", "resource", "\"\""),
    ]),
)]);

/// A driver of volumes on a node.
pub(super) const DRIVER: Shape = Shape::Object(&[
    Member::kept("name", "Name", "\"\""),
    Member::kept("nodeID", "NodeID", "\"\""),
    Member::kept("topologyKeys", "TopologyKeys", "null"),
    Member::of(
        "allocatable",
        "Allocatable",
        "null",
        &Shape::Object(&[Member::kept("count", "Count", "null")]),
    ),
]);
/// [`DRIVER`] of releases that let the count change.
pub(super) const DRIVER_WITHOUT_COUNT: Shape = Shape::Object(&[
    Member::kept("name", "Name", "\"\""),
    Member::kept("nodeID", "NodeID", "\"\""),
    Member::kept("topologyKeys", "TopologyKeys", "null"),
    Member::kept("", "Allocatable", "null"),
]);

/// What an Event is about.
pub(super) const REFERENCE: Shape = Shape::Object(&[
    Member::kept("kind", "Kind", "\"\""),
    Member::kept("namespace", "Namespace", "\"\""),
    Member::kept("name", "Name", "\"\""),
    Member::kept("uid", "UID", "\"\""),
    Member::kept("apiVersion", "APIVersion", "\"\""),
    Member::kept("resourceVersion", "ResourceVersion", "\"\""),
    Member::kept("fieldPath", "FieldPath", "\"\""),
]);

/// The nodes that a volume can be reached from.
pub(super) const AFFINITY: Shape = Shape::Object(&[Member::of(
    "required",
    "Required",
    "null",
    &Shape::Object(&[Member::of(
        "nodeSelectorTerms",
        "NodeSelectorTerms",
        "null",
        &NODE_TERMS,
    )]),
)]);
/// Terms of a selector of nodes.
pub(super) const NODE_TERMS: Shape = Shape::List(&NODE_TERM);
/// One of [`NODE_TERMS`].
pub(super) const NODE_TERM: Shape = Shape::Object(&[
    Member::of("matchExpressions", "MatchExpressions", "null", &NODE_NEEDS),
    Member::of("matchFields", "MatchFields", "null", &NODE_NEEDS),
]);
const NODE_NEEDS: Shape = Shape::List(&Shape::Object(&[
    Member::kept("key", "Key", "\"\""),
    Member::kept("operator", "Operator", "\"\""),
    Member::kept("values", "Values", "null"),
]));

/// The policy of a Job for pods that fail.
pub(super) const FAILURE: Shape = Shape::Object(&[Member::of(
    "rules",
    "Rules",
    "null",
    &Shape::List(&Shape::Object(&[
        Member::kept("action", "Action", "\"\""),
        Member::of(
            "onExitCodes",
            "OnExitCodes",
            "null",
            &Shape::Object(&[
                Member::kept("containerName", "ContainerName", "null"),
                Member::kept("operator", "Operator", "\"\""),
                Member::kept("values", "Values", "null"),
            ]),
        ),
        Member::of(
            "onPodConditions",
            "OnPodConditions",
            "null",
            &Shape::List(&Shape::Object(&[
                Member::kept("type", "Type", "\"\""),
                Member::kept("status", "Status", "\"True\""),
            ])),
        ),
    ])),
)]);

/// What an address belongs to.
pub(super) const PARENT: Shape = Shape::Object(&[
    Member::kept("group", "Group", "\"\""),
    Member::kept("resource", "Resource", "\"\""),
    Member::kept("namespace", "Namespace", "\"\""),
    Member::kept("name", "Name", "\"\""),
]);

/// Which volume is attached to which node.
pub(super) const ATTACHMENT: Shape = Shape::Object(&[
    Member::kept("attacher", "Attacher", "\"\""),
    Member::of(
        "source",
        "Source",
        "{\"PersistentVolumeName\":null,\"InlineVolumeSpec\":null}",
        &Shape::Object(&[
            Member::kept("persistentVolumeName", "PersistentVolumeName", "null"),
            Member::kept("inlineVolumeSpec", "InlineVolumeSpec", "null"),
        ]),
    ),
    Member::kept("nodeName", "NodeName", "\"\""),
]);

/// What releases before 1.37 do not print of a [`CLAIM`].
pub(super) const NEWEST: &str = ",\"DerivedAttributes\":null";

/// A claim of devices.
pub(super) const CLAIM: Shape = Shape::Object(&[Member::of(
    "devices",
    "Devices",
    "{\"Requests\":null,\"Constraints\":null,\"Config\":null}",
    &DEVICES,
)]);
/// The template of a [`CLAIM`], whose metadata has no name of its own.
pub(super) const CLAIM_TEMPLATE: Shape = Shape::Object(&[
    Member::kept("metadata.labels", "labels", ""),
    Member::kept("metadata.annotations", "annotations", ""),
    Member::of(
        "spec",
        "Spec",
        "{\"Devices\":{\"Requests\":null,\"Constraints\":null,\"Config\":null}}",
        &CLAIM,
    ),
]);
const DEVICES: Shape = Shape::Object(&[
    Member::of("requests", "Requests", "null", &Shape::List(&REQUEST)),
    Member::of(
        "constraints",
        "Constraints",
        "null",
        &Shape::List(&CONSTRAINT),
    ),
    Member::of("config", "Config", "null", &Shape::List(&CONFIG)),
]);
const REQUEST: Shape = Shape::Object(&[
    Member::kept("name", "Name", "\"\""),
    Member::of("exactly", "Exactly", "null", &EXACT),
    Member::of(
        "firstAvailable",
        "FirstAvailable",
        "null",
        &Shape::List(&ALTERNATIVE),
    ),
]);
const EXACT: Shape = Shape::Object(&[
    Member::kept("deviceClassName", "DeviceClassName", "\"\""),
    Member::of("selectors", "Selectors", "null", &Shape::List(&CHOICE)),
    Member::kept("allocationMode", "AllocationMode", "\"ExactCount\""),
    Member::kept("count", "Count", "1"),
    Member::kept("adminAccess", "AdminAccess", "null"),
    Member::of(
        "tolerations",
        "Tolerations",
        "null",
        &Shape::List(&TOLERATION),
    ),
    Member::of("capacity", "Capacity", "null", &CAPACITY),
    Member::kept("", "DerivedAttributes", "null"),
]);
const ALTERNATIVE: Shape = Shape::Object(&[
    Member::kept("name", "Name", "\"\""),
    Member::kept("deviceClassName", "DeviceClassName", "\"\""),
    Member::of("selectors", "Selectors", "null", &Shape::List(&CHOICE)),
    Member::kept("allocationMode", "AllocationMode", "\"ExactCount\""),
    Member::kept("count", "Count", "1"),
    Member::of(
        "tolerations",
        "Tolerations",
        "null",
        &Shape::List(&TOLERATION),
    ),
    Member::of("capacity", "Capacity", "null", &CAPACITY),
    Member::kept("", "DerivedAttributes", "null"),
]);
const CHOICE: Shape = Shape::Object(&[Member::of(
    "cel",
    "CEL",
    "null",
    &Shape::Object(&[Member::kept("expression", "Expression", "\"\"")]),
)]);
const TOLERATION: Shape = Shape::Object(&[
    Member::kept("key", "Key", "\"\""),
    Member::kept("operator", "Operator", "\"Equal\""),
    Member::kept("value", "Value", "\"\""),
    Member::kept("effect", "Effect", "\"\""),
    Member::kept("tolerationSeconds", "TolerationSeconds", "null"),
]);
const CAPACITY: Shape = Shape::Object(&[Member::of(
    "requests",
    "Requests",
    "null",
    &Shape::Quantities,
)]);
const CONSTRAINT: Shape = Shape::Object(&[
    Member::kept("requests", "Requests", "null"),
    Member::kept("matchAttribute", "MatchAttribute", "null"),
    Member::kept("distinctAttribute", "DistinctAttribute", "null"),
]);
const CONFIG: Shape = Shape::Object(&[
    Member::kept("requests", "Requests", "null"),
    Member::of(
        "opaque",
        "Opaque",
        "null",
        &Shape::Object(&[
            Member::kept("driver", "Driver", "\"\""),
            Member::kept("parameters", "Parameters", "null"),
        ]),
    ),
]);
