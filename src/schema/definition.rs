//! CustomResourceDefinitions: which kinds there are, and by which schema each
//! version of them is checked.

use super::compile::{compile, compile_json};
use super::json::{JsonSchema, Load};
use super::location::Named;
use super::model::Schema;
use crate::parse::{Document, Node};
use rustc_hash::FxHasher;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// `subresources.scale`: where a controller of sizes reads and writes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scale {
    /// The path of the wanted replicas, as written.
    pub spec_replicas: String,
    /// The path of the replicas that there are.
    pub status_replicas: String,
    /// The path of the selector, where one is given.
    pub label_selector: Option<String>,
}

/// One version of a kind.
#[derive(Clone, PartialEq, Debug)]
pub struct Version {
    /// Its name: `v1`.
    pub name: String,
    /// Whether objects of it may be created.
    pub served: bool,
    /// What they are checked by; nothing but the metadata when there is none.
    pub schema: Schema,
    /// The JSON Schema that takes its place, but for what only the server knows of:
    /// defaults, kinds of lists, and rules.
    pub json: Option<JsonSchema>,
    /// Whether creation drops the status.
    pub has_status: bool,
    /// Its sub-resource for scaling.
    pub scale: Option<Scale>,
}

/// A kind as a CustomResourceDefinition defines it.
#[derive(Clone, PartialEq, Debug)]
pub struct Definition {
    /// The source that it is in; the highest number for what was given apart.
    pub source: u32,
    /// The group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The name of the resource; empty where nothing says it.
    pub plural: String,
    /// Its names are in lower case, as those of files are.
    pub is_loose: bool,
    /// The group is the first label of its name only.
    pub is_short: bool,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether unknown fields stay: `preserveUnknownFields` of old definitions.
    pub preserve: bool,
    /// Its versions, in the order in which they are written.
    pub versions: Vec<Version>,
}

impl Definition {
    /// The group and kind that the object `node` defines, if it is a definition.
    #[must_use]
    pub fn defined(node: Node<'_>) -> Option<(&str, &str)> {
        let is_definition = node.get("kind")?.is_text("CustomResourceDefinition")
            && matches!(
                node.get("apiVersion")?.as_str()?,
                "apiextensions.k8s.io/v1" | "apiextensions.k8s.io/v1beta1"
            );
        let spec = node.get("spec").filter(|_| is_definition)?;
        let kind = spec.get("names")?.get("kind")?.as_str()?;
        Some((spec.get("group")?.as_str()?, kind))
    }

    /// What the object `node` defines; `None` when it is not a definition, or one
    /// that is incomplete, as patches of definitions do.
    #[must_use]
    pub fn new(node: Node<'_>, source: u32) -> Option<Self> {
        let text = |keys: &[&str]| node.at(keys).and_then(Node::as_str);
        let (group, kind) = Self::defined(node)?;
        let is_old = text(&["apiVersion"])? == "apiextensions.k8s.io/v1beta1";
        let spec = node.get("spec")?;
        let preserve = spec.get("preserveUnknownFields").and_then(Node::as_bool);
        let versions = versions(spec, is_old);
        (!versions.is_empty()).then_some(())?;
        Some(Self {
            source,
            group: group.to_owned(),
            kind: kind.to_owned(),
            plural: text(&["spec", "names", "plural"])
                .unwrap_or_default()
                .to_owned(),
            is_loose: false,
            is_short: false,
            namespaced: text(&["spec", "scope"]).or(is_old.then_some("Namespaced"))?
                == "Namespaced",
            preserve: preserve.unwrap_or(is_old),
            versions,
        })
    }

    /// What the JSON Schema file at `path` says of the kind that its name gives;
    /// `load` reads the files that it refers to. `None` for an empty file.
    #[must_use]
    pub fn of_json_schema(
        path: &str,
        document: Arc<Document>,
        named: &Named,
        load: Load<'_>,
    ) -> Option<Self> {
        let (group, is_short) = match &named.group {
            Ok(group) => (group, false),
            Err(label) => (label, true),
        };
        let schema = compile_json(document.root()?);
        Some(Self {
            source: u32::MAX,
            group: group.clone(),
            kind: named.kind.clone(),
            plural: String::new(),
            is_loose: true,
            is_short,
            namespaced: true,
            preserve: false,
            versions: vec![Version {
                name: named.version.clone().unwrap_or_default(),
                served: true,
                schema,
                json: Some(JsonSchema::compile(path, document, load)),
                has_status: false,
                scale: None,
            }],
        })
    }

    /// Whether it defines the kind.
    fn defines(&self, group: &str, kind: &str) -> bool {
        let group = match self.is_short {
            true => group.split('.').next().unwrap_or_default(),
            false => group,
        };
        let is_same =
            self.group == group || self.is_loose && self.group.eq_ignore_ascii_case(group);
        is_same && (self.kind == kind || self.is_loose && self.kind.eq_ignore_ascii_case(kind))
    }

    /// `apiVersion` of the objects of a version.
    #[must_use]
    pub fn api_version(&self, version: &Version) -> String {
        format!("{}/{}", self.group, version.name)
    }

    /// The version of that name; a file without one in its name is for all.
    #[must_use]
    pub fn version(&self, name: &str) -> Option<&Version> {
        let fits = |it: &&Version| it.name == name || self.is_loose && it.name.is_empty();
        self.versions.iter().find(fits)
    }
}

fn versions(spec: Node<'_>, is_old: bool) -> Vec<Version> {
    // The old layout may have one schema for all versions, and one version only.
    let shared = spec
        .at(&["validation", "openAPIV3Schema"])
        .filter(|_| is_old);
    let shared_resources = spec.get("subresources").filter(|_| is_old);
    let make = |node: Option<Node<'_>>, name: &str| {
        let own = node.and_then(|it| it.at(&["schema", "openAPIV3Schema"]));
        let schema = own.or(shared);
        let resources = node
            .and_then(|it| it.get("subresources"))
            .or(shared_resources);
        let served = node.and_then(|it| it.get("served")).and_then(Node::as_bool);
        // A definition without a schema is refused; nothing is known of its objects.
        let open = || Schema {
            preserve: true,
            ..Schema::default()
        };
        Version {
            name: name.to_owned(),
            served: served.unwrap_or(node.is_none()),
            schema: schema.map_or_else(open, compile),
            json: None,
            has_status: resources.and_then(|it| it.get("status")).is_some(),
            scale: resources.and_then(|it| it.get("scale")).map(scale),
        }
    };
    let listed = spec.get("versions").into_iter().flat_map(Node::items);
    let mut found: Vec<Version> = listed
        .filter_map(|it| Some(make(Some(it), it.get("name")?.as_str()?)))
        .collect();
    let single = spec
        .get("version")
        .and_then(Node::as_str)
        .filter(|_| is_old);
    if let Some(name) = single.filter(|_| found.is_empty()) {
        found.push(make(None, name));
    }
    found
}

fn scale(node: Node<'_>) -> Scale {
    let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    Scale {
        spec_replicas: text("specReplicasPath").unwrap_or_default(),
        status_replicas: text("statusReplicasPath").unwrap_or_default(),
        label_selector: text("labelSelectorPath"),
    }
}

/// All definitions of a run.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// By the kind in lower case, as files name it.
    by_kind: HashMap<String, Vec<Arc<Definition>>>,
    key: u64,
}

impl Definitions {
    /// Adds a definition; `text` is what it was read from.
    pub fn add(&mut self, definition: Arc<Definition>, text: &str) {
        let mut hasher = FxHasher::default();
        (self.key, text, definition.source).hash(&mut hasher);
        self.key = hasher.finish();
        let kind = definition.kind.to_lowercase();
        self.by_kind.entry(kind).or_default().push(definition);
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_kind.is_empty()
    }

    /// A number that differs when the definitions differ.
    #[must_use]
    pub fn key(&self) -> u64 {
        self.key
    }

    /// All of them, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Definition> {
        self.by_kind.values().flatten().map(Arc::as_ref)
    }

    /// The definitions of a kind; several where a run holds several copies.
    pub fn of(&self, group: &str, kind: &str) -> impl Iterator<Item = &Definition> {
        let found = match self.by_kind.is_empty() {
            true => None,
            false => self.by_kind.get(&kind.to_lowercase()),
        };
        let found = found.map_or(&[][..], Vec::as_slice).iter();
        found
            .map(Arc::as_ref)
            .filter(move |it| it.defines(group, kind))
    }
}
