//! An object of Kubernetes in a document.

use crate::finding::ObjectRef;
use crate::parse::{Document, Node};

/// Whether objects of a kind live in namespaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// In a namespace; unknown kinds count as these.
    Namespaced,
    /// In none.
    Cluster,
}

/// A mapping that has both `apiVersion` and `kind`, as strings.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    /// The object's own mapping: the document's root, or an item of a `List`.
    pub node: Node<'a>,
    /// `apiVersion` as written.
    pub api_version: &'a str,
    /// `kind` as written.
    pub kind: &'a str,
    /// Read once, since every look-up by name compares it.
    name: &'a str,
    written_namespace: Option<&'a str>,
    /// Where it lands.
    namespace: &'a str,
}

impl<'a> Resource<'a> {
    /// `node` as an object, when it has `apiVersion` and `kind`.
    #[must_use]
    pub fn new(
        node: Node<'a>,
        current_namespace: &'a str,
        scope_of: impl Fn(&str, &str) -> Scope,
    ) -> Option<Self> {
        let api_version = node.get("apiVersion")?.as_str()?;
        let kind = node.get("kind")?.as_str()?;
        let identity = (api_version, kind);
        Some(Self::identified(
            node,
            identity,
            current_namespace,
            scope_of,
        ))
    }

    /// `node` as an object of that version and kind.
    fn identified(
        node: Node<'a>,
        (api_version, kind): (&'a str, &'a str),
        current_namespace: &'a str,
        scope_of: impl Fn(&str, &str) -> Scope,
    ) -> Self {
        let metadata = node.get("metadata");
        let text = |key: &str| metadata?.get(key)?.as_str();
        let written_namespace = text("namespace").filter(|it| !it.is_empty());
        let namespace = match scope_of(api_version, kind) {
            Scope::Cluster => "",
            Scope::Namespaced => written_namespace.unwrap_or(current_namespace),
        };
        Self {
            node,
            api_version,
            kind,
            name: text("name").unwrap_or_default(),
            written_namespace,
            namespace,
        }
    }

    /// The API group; empty for the core group.
    #[must_use]
    pub fn group(&self) -> &'a str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The version without the group.
    #[must_use]
    pub fn version(&self) -> &'a str {
        let (_, version) = self
            .api_version
            .split_once('/')
            .unwrap_or(("", self.api_version));
        version
    }

    /// Whether it is of that group and kind, in any version.
    #[must_use]
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.group() == group
    }

    /// The number of its source in the run.
    #[must_use]
    pub fn source(&self) -> u32 {
        self.node.document().source()
    }

    /// Where it is among all objects of the run: source, document, node.
    #[must_use]
    pub fn rank(&self) -> (u32, u32, u32) {
        let document = self.node.document();
        (document.source(), document.index(), self.node.id())
    }

    /// Whether its kind is none of Kubernetes' own, so that a program that
    /// plimsoll does not know makes something of it.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        let group = self.group();
        let own = group.strip_suffix(".k8s.io");
        let own = own.is_some_and(|it| it == "rbac.authorization" || !it.contains('.'));
        group.contains('.') && !own
    }

    /// `metadata`.
    #[must_use]
    pub fn metadata(&self) -> Option<Node<'a>> {
        self.node.get("metadata")
    }

    /// `spec`.
    #[must_use]
    pub fn spec(&self) -> Option<Node<'a>> {
        self.node.get("spec")
    }

    /// `metadata.name`; empty when there is none.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The namespace it lands in: as written, else the current one; empty for
    /// cluster-scoped kinds.
    #[must_use]
    pub fn namespace(&self) -> &'a str {
        self.namespace
    }

    /// `metadata.namespace` as written, when it is a non-empty string.
    #[must_use]
    pub fn written_namespace(&self) -> Option<&'a str> {
        self.written_namespace
    }

    /// The value of an annotation.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&'a str> {
        self.metadata()?.get("annotations")?.get(key)?.as_str()
    }

    /// Its labels as written on the object (not on a template).
    pub fn labels(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let labels = self.metadata().and_then(|meta| meta.get("labels"));
        text_pairs(labels)
    }

    /// Its identity, owned, for reports.
    #[must_use]
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            api_version: self.api_version.to_owned(),
            kind: self.kind.to_owned(),
            namespace: self.namespace().to_owned(),
            name: self.name().to_owned(),
        }
    }
}

/// The pairs of a mapping whose values are strings.
pub(crate) fn text_pairs<'a>(
    node: Option<Node<'a>>,
) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    node.into_iter()
        .flat_map(Node::entries)
        .filter_map(|entry| Some((entry.name(), entry.value.as_str()?)))
}

/// All objects of a document: the root, or the items if it is a `List` (as `kubectl get
/// -o yaml` writes it) or a typed list such as `ConfigMapList`. Items of a typed list that
/// say neither version nor kind have those of the list, as for kubectl.
pub fn resources<'a>(
    document: &'a Document,
    current_namespace: &'a str,
    scope_of: impl Fn(&str, &str) -> Scope + Copy,
) -> Vec<Resource<'a>> {
    let Some(root) = document.root() else {
        return Vec::new();
    };
    let Some(list) = Resource::new(root, current_namespace, scope_of) else {
        return Vec::new();
    };
    let items = root.entry("items").map(|it| it.value);
    let items = items.filter(|it| it.is_seq() || it.is_null());
    let (Some(items), Some(kind)) = (items, list.kind.strip_suffix("List")) else {
        return vec![list];
    };
    let item = |node: Node<'a>| {
        let is_bare = node.is_map() && node.get("apiVersion").or(node.get("kind")).is_none();
        match is_bare && !kind.is_empty() {
            true => {
                let identity = (list.api_version, kind);
                Some(Resource::identified(
                    node,
                    identity,
                    current_namespace,
                    scope_of,
                ))
            }
            false => Resource::new(node, current_namespace, scope_of),
        }
    };
    items.items().filter_map(item).collect()
}
