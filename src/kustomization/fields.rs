//! The fields of a kustomization: names and forms of the types in
//! `sigs.k8s.io/kustomize/api/types` v0.21.3.

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum FieldType {
    /// A string.
    Text,
    /// `true` or `false`.
    Bool,
    /// An integer.
    Int,
    /// A list of strings.
    Texts,
    /// A mapping from strings to strings.
    Pairs,
    /// A mapping with anything in it.
    Free,
    /// A mapping with known fields.
    Object(&'static [Field]),
    /// A list of such mappings.
    List(&'static [Field]),
}

/// A name with what it may hold.
pub(super) type Field = (&'static str, FieldType);

use FieldType::{Bool, Free, Int, List, Object, Pairs, Text, Texts};

/// The fields of a `Kustomization`, and of a `Component`.
pub(super) const KUSTOMIZATION: &[Field] = &[
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", Object(METADATA)),
    ("openapi", Pairs),
    ("namePrefix", Text),
    ("nameSuffix", Text),
    ("namespace", Text),
    ("commonLabels", Pairs),
    ("labels", List(LABEL)),
    ("commonAnnotations", Pairs),
    ("patchesStrategicMerge", Texts),
    ("patchesJson6902", List(PATCH)),
    ("patches", List(PATCH)),
    ("images", List(IMAGE)),
    ("imageTags", List(IMAGE)),
    ("replacements", List(REPLACEMENT)),
    ("replicas", List(REPLICA)),
    ("vars", List(VAR)),
    ("sortOptions", Object(SORT)),
    ("resources", Texts),
    ("components", Texts),
    ("crds", Texts),
    ("bases", Texts),
    ("configMapGenerator", List(CONFIG_MAP)),
    ("secretGenerator", List(SECRET)),
    ("helmGlobals", Object(HELM_GLOBALS)),
    ("helmCharts", List(HELM_CHART)),
    ("helmChartInflationGenerator", List(HELM_INFLATION)),
    ("generatorOptions", Object(OPTIONS)),
    ("configurations", Texts),
    ("generators", Texts),
    ("transformers", Texts),
    ("validators", Texts),
    ("buildMetadata", Texts),
];

const METADATA: &[Field] = &[
    ("name", Text),
    ("namespace", Text),
    ("labels", Pairs),
    ("annotations", Pairs),
];

const FIELD_SPEC: &[Field] = &[
    ("group", Text),
    ("version", Text),
    ("kind", Text),
    ("path", Text),
    ("create", Bool),
];

const LABEL: &[Field] = &[
    ("pairs", Pairs),
    ("includeSelectors", Bool),
    ("includeTemplates", Bool),
    ("includeVolumeClaimTemplates", Bool),
    ("fields", List(FIELD_SPEC)),
];

const SELECTOR: &[Field] = &[
    ("group", Text),
    ("version", Text),
    ("kind", Text),
    ("name", Text),
    ("namespace", Text),
    ("annotationSelector", Text),
    ("labelSelector", Text),
];

const PATCH: &[Field] = &[
    ("path", Text),
    ("patch", Text),
    ("target", Object(SELECTOR)),
    (
        "options",
        Object(&[("allowNameChange", Bool), ("allowKindChange", Bool)]),
    ),
];

const IMAGE: &[Field] = &[
    ("name", Text),
    ("newName", Text),
    ("tagSuffix", Text),
    ("newTag", Text),
    ("digest", Text),
];

const FIELD_OPTIONS: &[Field] = &[
    ("delimiter", Text),
    ("index", Int),
    ("encoding", Text),
    ("create", Bool),
];

const REPLACEMENT: &[Field] = &[
    ("path", Text),
    ("sourceValue", Text),
    (
        "source",
        Object(&[
            ("group", Text),
            ("version", Text),
            ("kind", Text),
            ("name", Text),
            ("namespace", Text),
            ("fieldPath", Text),
            ("options", Object(FIELD_OPTIONS)),
        ]),
    ),
    (
        "targets",
        List(&[
            ("select", Object(SELECTOR)),
            ("reject", List(SELECTOR)),
            ("fieldPaths", Texts),
            ("options", Object(FIELD_OPTIONS)),
        ]),
    ),
];

const REPLICA: &[Field] = &[("name", Text), ("count", Int)];

const VAR: &[Field] = &[
    ("name", Text),
    (
        "objref",
        Object(&[
            ("apiVersion", Text),
            ("group", Text),
            ("version", Text),
            ("kind", Text),
            ("name", Text),
            ("namespace", Text),
        ]),
    ),
    ("fieldref", Object(&[("fieldPath", Text)])),
];

const SORT: &[Field] = &[
    ("order", Text),
    (
        "legacySortOptions",
        Object(&[("orderFirst", Texts), ("orderLast", Texts)]),
    ),
];

const OPTIONS: &[Field] = &[
    ("labels", Pairs),
    ("annotations", Pairs),
    ("disableNameSuffixHash", Bool),
    ("immutable", Bool),
];

const SECRET: &[Field] = &[
    ("type", Text),
    ("namespace", Text),
    ("name", Text),
    ("behavior", Text),
    ("literals", Texts),
    ("files", Texts),
    ("envs", Texts),
    ("env", Text),
    ("options", Object(OPTIONS)),
];

/// Those of a Secret, but for the first.
const CONFIG_MAP: &[Field] = SECRET.split_at(1).1;

const HELM_GLOBALS: &[Field] = &[("chartHome", Text), ("configHome", Text)];

const HELM_CHART: &[Field] = &[
    ("name", Text),
    ("version", Text),
    ("repo", Text),
    ("releaseName", Text),
    ("namespace", Text),
    ("additionalValuesFiles", Texts),
    ("valuesFile", Text),
    ("valuesInline", Free),
    ("valuesMerge", Text),
    ("includeCRDs", Bool),
    ("skipHooks", Bool),
    ("apiVersions", Texts),
    ("kubeVersion", Text),
    ("nameTemplate", Text),
    ("skipTests", Bool),
    ("debug", Bool),
    ("devel", Bool),
];

const HELM_INFLATION: &[Field] = &[
    ("chartName", Text),
    ("chartVersion", Text),
    ("chartRepoUrl", Text),
    ("chartHome", Text),
    ("chartRepoName", Text),
    ("helmBin", Text),
    ("helmHome", Text),
    ("values", Text),
    ("valuesLocal", Free),
    ("valuesMerge", Text),
    ("releaseName", Text),
    ("releaseNamespace", Text),
    ("extraArgs", Texts),
];
