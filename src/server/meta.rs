//! `metadata`: names, namespaces, labels, annotations, owners and finalizers.

use super::at::At;
use super::report::{Api, NameCheck};
use super::shape::{self, Shape};
use crate::kube::go::Quoted;
use crate::kube::names;
use std::borrow::Cow;

/// Letters that the server appends to a `generateName`; all are as valid as these.
const GENERATED: &str = "aaaaa";
/// Longest part of a `generateName` that goes into the name, in bytes.
const GENERATED_FROM: usize = 58;

/// How an object of a kind is identified.
#[derive(Clone, Copy)]
pub(crate) struct Identity {
    /// What its name must look like.
    pub(crate) name: NameCheck,
    /// Whether it lives in a namespace.
    pub(crate) namespaced: bool,
}

/// The object's name, or one like the server will generate.
pub(crate) fn name<'a>(metadata: At<'a>) -> Cow<'a, str> {
    let name = metadata.str_of("name");
    let prefix = metadata.str_of("generateName");
    if !name.is_empty() || prefix.is_empty() {
        return Cow::Borrowed(name);
    }
    let mut end = prefix.len().min(GENERATED_FROM);
    while !prefix.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}{GENERATED}", &prefix[..end]))
}

/// `metadata` of an object whose kind has its own check of names.
pub(crate) fn check<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, identity: Identity) {
    let prefix = metadata.get("generateName");
    if !prefix.str().is_empty() {
        generated(api, prefix, &identity);
    }
    rest(api, metadata, identity);
    for finalizer in metadata.items_of("finalizers") {
        finalizer_is_known(api, finalizer, finalizer.str());
    }
}

/// `metadata` of an object whose kind has no check of its own: prefixes of names
/// are checked, finalizers need no domain.
pub(crate) fn generic<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, identity: Identity) {
    let prefix = metadata.get("generateName");
    if !prefix.str().is_empty() {
        api.faults(prefix, prefix.str(), (identity.name)(prefix.str()));
    }
    rest(api, metadata, identity);
}

/// [`check`] for kinds whose finalizers need no domain.
pub(crate) fn plain<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, identity: Identity) {
    let prefix = metadata.get("generateName");
    if !prefix.str().is_empty() {
        generated(api, prefix, &identity);
    }
    rest(api, metadata, identity);
}

/// The server labels some objects that have no labels as their template is.
pub(crate) fn template_labels<'a>(api: &mut Api<'a, '_>, top: At<'a>) {
    let own = top.at(["metadata", "labels"]);
    if own.is_empty() {
        let from = top.at(["spec", "template", "metadata", "labels"]);
        labels(api, own.showing(from));
    }
}

fn generated<'a>(api: &mut Api<'a, '_>, prefix: At<'a>, identity: &Identity) {
    let masked = names::generate_name_masked(prefix.str());
    api.faults(prefix, prefix.str(), (identity.name)(&masked));
}

/// What the server asks of the metadata of any object that comes in another's place.
pub(crate) fn kept<'a>(api: &mut Api<'a, '_>, metadata: At<'a>) {
    labels(api, metadata.get("labels"));
    annotations(api, metadata.get("annotations"));
    owners(api, metadata.get("ownerReferences"));
    finalizers(api, metadata.get("finalizers"));
}

/// [`check`] for kinds that leave the `generateName` to the name that it gives.
pub(crate) fn rest<'a>(api: &mut Api<'a, '_>, metadata: At<'a>, identity: Identity) {
    let prefix = metadata.get("generateName");
    if !prefix.str().is_empty() && !api.since(35) {
        generated(api, prefix, &identity);
    }
    let at = metadata.get("name");
    let name = match at.str() {
        "" => name(metadata),
        name => Cow::Borrowed(name),
    };
    if name.is_empty() {
        if at.text().is_some() {
            api.required(at, "name or generateName is required");
        }
    } else {
        api.faults(at, &name, (identity.name)(&name));
    }
    let namespace = metadata.get("namespace");
    if identity.namespaced {
        api.named_if_set(namespace, names::dns_label);
    }
    if !sets_generation(api.resource.group(), api.resource.kind) {
        api.not_negative(metadata.get("generation"));
    }
    kept(api, metadata);
}

/// Whether creation sets the generation, whatever is written.
fn sets_generation(group: &str, kind: &str) -> bool {
    match group {
        "" => matches!(kind, "Pod" | "PodTemplate" | "ReplicationController"),
        "apps" => kind != "ControllerRevision",
        "admissionregistration.k8s.io"
        | "autoscaling"
        | "batch"
        | "flowcontrol.apiserver.k8s.io"
        | "lifecycle.k8s.io"
        | "policy" => true,
        "networking.k8s.io" => !matches!(kind, "IPAddress" | "ServiceCIDR"),
        "resource.k8s.io" => matches!(kind, "DeviceClass" | "DeviceTaintRule" | "ResourceSlice"),
        // Those of custom resources, too.
        _ => {
            matches!(kind, "EndpointSlice" | "PriorityClass")
                || group.contains('.') && !group.ends_with(".k8s.io")
        }
    }
}

/// What objects that the server names itself are to have: labels and annotations.
pub(crate) fn of_template<'a>(api: &mut Api<'a, '_>, metadata: At<'a>) {
    annotations(api, metadata.get("annotations"));
    labels(api, metadata.get("labels"));
    if let Some(node) = metadata.node() {
        for entry in node.entries() {
            let name = entry.name();
            let empty = entry.value.is_null()
                || entry.value.as_str() == Some("")
                || name != "deletionGracePeriodSeconds" && entry.value.as_i64() == Some(0);
            if !matches!(name, "annotations" | "labels") && !empty {
                // The server spells the field as Go does, but for the first letter.
                let said = if name == "uid" { "uID" } else { name };
                api.forbidden(
                    metadata.get(said).showing(At::new(entry.value)),
                    "cannot be set",
                );
            }
        }
    }
}

/// A mapping of labels, or of labels that are asked for.
pub(crate) fn labels<'a>(api: &mut Api<'a, '_>, labels: At<'a>) {
    for (key, entry) in labels.entries() {
        let value = entry.str();
        let (bad_key, bad_value) = (names::label_key(key), names::label_value(value));
        if bad_key.is_err() || bad_value.is_err() {
            // The server names the mapping; the entry is where to look.
            let at = labels.showing(entry);
            api.faults(at, key, bad_key);
            api.faults(at, value, bad_value);
        }
    }
}

pub(crate) fn annotations<'a>(api: &mut Api<'a, '_>, annotations: At<'a>) {
    let mut size = 0;
    for (key, value) in annotations.entries() {
        api.faults(annotations, key, names::annotation_key(key));
        size += key.len() + value.str().len();
    }
    if size > names::ANNOTATIONS_TOTAL_MAX {
        api.too_long(annotations, names::ANNOTATIONS_TOTAL_MAX);
    }
}

fn owners<'a>(api: &mut Api<'a, '_>, owners: At<'a>) {
    let mut controller: Option<At<'a>> = None;
    let mut repeated: Vec<&str> = Vec::new();
    for (index, owner) in owners.items().enumerate() {
        if index > 0 && is_repeated(owners, index, owner) {
            repeated.push(owner.str_of("uid"));
            continue;
        }
        let version = owner.get("apiVersion");
        let text = version.str();
        let is_wrong = text.matches('/').count() > 1 || text.ends_with('/');
        let missing = |key: &str| owner.get(key).text() == Some("");
        let is_banned = text == "v1" && owner.str_of("kind") == "Event";
        if is_wrong
            || is_banned
            || ["apiVersion", "kind", "name", "uid"]
                .into_iter()
                .any(missing)
        {
            owner_faults(api, owners, owner, (is_wrong, is_banned));
        }
        if !owner.is_on("controller") {
            continue;
        }
        let Some(first) = controller else {
            controller = Some(owner);
            continue;
        };
        let id = |it: At<'a>| format!("{}/{}", it.str_of("kind"), it.str_of("name"));
        let detail = format!(
            "Only one reference can have Controller set to true. Found \"true\" in references for {} and {}",
            id(first),
            id(owner)
        );
        api.invalid_object(owners, &Shape::List(&shape::OWNER), &detail);
    }
    if !repeated.is_empty() {
        let uids = repeated.join(", ");
        api.warn_text(owners, format!(".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {uids}"));
    }
}

/// How many entries before one are looked at, to bound the work on a hostile list.
const OWNERS_COMPARED: usize = 64;

/// Whether an owner is there already: the server drops it before it validates.
fn is_repeated(owners: At<'_>, index: usize, owner: At<'_>) -> bool {
    let Some(node) = owner.node() else {
        return false;
    };
    let mut before = owners.items().take(index.min(OWNERS_COMPARED));
    before.any(|it| it.node().is_some_and(|other| other.equals(node)))
}

/// Releases before 1.37 leave the index out of these paths.
fn owner_faults<'a>(
    api: &mut Api<'a, '_>,
    owners: At<'a>,
    owner: At<'a>,
    (is_wrong, is_banned): (bool, bool),
) {
    let indexed = api.since(37);
    let whole = if indexed {
        owner
    } else {
        owners.showing(owner)
    };
    let at = |key| match owner.get(key) {
        at if indexed => at,
        at if at.is_set() => owners.get(key).showing(at),
        _ => owners.get(key).showing(owner),
    };
    let version = owner.get("apiVersion");
    if is_wrong && indexed {
        let detail = "must be <group>/<version> or <version>";
        api.invalid_text(version, version.str(), detail);
    }
    if !indexed && (is_wrong || version.text() == Some("")) {
        api.invalid_text(at("apiVersion"), version.str(), "version must not be empty");
    }
    for key in ["apiVersion", "kind", "name", "uid"] {
        if owner.get(key).text() != Some("") {
            continue;
        }
        if indexed {
            api.required(at(key), "must not be empty");
        } else if key != "apiVersion" {
            api.invalid_text(at(key), "", "must not be empty");
        }
    }
    if is_banned {
        let detail = "/v1, Kind=Event is disallowed from being an owner";
        api.invalid_object(whole, &shape::OWNER, detail);
    }
}

fn finalizers<'a>(api: &mut Api<'a, '_>, finalizers: At<'a>) {
    let (mut orphan, mut foreground) = (false, false);
    for finalizer in finalizers.items() {
        let text = finalizer.str();
        api.faults(finalizers, text, names::label_key(text));
        orphan |= text == "orphan";
        foreground |= text == "foregroundDeletion";
    }
    if orphan && foreground {
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        api.invalid_node(finalizers, detail);
    }
}

/// A finalizer without a domain must be one of the server's own.
pub(crate) fn finalizer_is_known<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    let known = matches!(text, "kubernetes" | "orphan" | "foregroundDeletion");
    if !text.contains('/') && !known {
        let detail = "name is neither a standard finalizer name nor is it fully qualified";
        api.invalid(at, Quoted(text), detail);
    }
}
