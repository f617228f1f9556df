//! What the checks look at, and the words that their messages share.

use crate::parse::Node;
use std::collections::BTreeSet;

/// The keys of the lists of containers, in the order of a visit.
const LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// A pod or template as the checks see it.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    /// The mapping with `metadata` and `spec`.
    pub(super) node: Node<'a>,
    /// `spec`; an absent one has nothing to complain about.
    pub(super) spec: Option<Node<'a>>,
    /// All containers, in the order in which the plugin visits them.
    pub(super) containers: Vec<Node<'a>>,
    /// Whether it is a Pod and not a template.
    pub(super) is_pod: bool,
    /// Whether the server gives a host port to each port on the host's network.
    pub(super) fills_host_ports: bool,
}

/// A violation of one check.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Violation<'a> {
    /// In short: `host namespaces`.
    pub(super) reason: &'static str,
    /// Who does what; without the parentheses that messages put around it.
    pub(super) detail: String,
    /// The fields at fault, or what they are missing in.
    pub(super) places: Vec<Node<'a>>,
}

impl Violation<'_> {
    /// As the plugin writes it.
    pub(super) fn message(&self) -> String {
        match self.detail.as_str() {
            "" => self.reason.to_owned(),
            detail => format!("{} ({detail})", self.reason),
        }
    }
}

impl<'a> Subject<'a> {
    pub(super) fn new(node: Node<'a>, is_pod: bool, fills_host_ports: bool) -> Self {
        let spec = node.get("spec");
        let lists = LISTS.into_iter().filter_map(|list| spec?.get(list));
        Self {
            node,
            spec,
            containers: lists.flat_map(Node::items).collect(),
            is_pod,
            fills_host_ports,
        }
    }

    /// The pod without containers, then with each of them alone.
    pub(super) fn parts(&self) -> impl Iterator<Item = Self> {
        let with = |containers| Self {
            containers,
            ..*self
        };
        let each = self.containers.iter().map(move |it| with(vec![*it]));
        std::iter::once(with(Vec::new())).chain(each)
    }

    /// A field of `spec`.
    pub(super) fn get(&self, keys: &[&str]) -> Option<Node<'a>> {
        self.spec?.at(keys)
    }

    /// An annotation of the pod.
    pub(super) fn annotations(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        let all = self.node.at(&["metadata", "annotations"]);
        let entries = all.into_iter().flat_map(Node::entries);
        entries.map(|entry| (entry.name(), entry.value))
    }

    /// Whether the pod runs on Windows by its own word.
    pub(super) fn is_windows(&self) -> bool {
        self.get(&["os", "name"]).and_then(Node::as_str) == Some("windows")
    }

    /// Whether the pod has a user namespace of its own.
    pub(super) fn has_own_users(&self) -> bool {
        self.get(&["hostUsers"]).and_then(Node::as_bool) == Some(false)
    }

    /// A field of the pod's security context.
    pub(super) fn context(&self, key: &str) -> Option<Node<'a>> {
        self.get(&["securityContext", key])
    }
}

/// A field of a container's security context.
pub(super) fn context<'a>(container: Node<'a>, key: &str) -> Option<Node<'a>> {
    container.at(&["securityContext", key])
}

/// The name of a container or volume, empty when it has none.
pub(super) fn name(node: Node<'_>) -> &str {
    text(node.get("name"))
}

/// The text of a field, empty when it is absent.
pub(super) fn text(node: Option<Node<'_>>) -> &str {
    node.and_then(Node::as_str).unwrap_or_default()
}

pub(super) fn is_true(node: Option<Node<'_>>) -> bool {
    node.and_then(Node::as_bool) == Some(true)
}

/// The last node that is there on the way along `keys`: where to point when what
/// they refer to is missing.
pub(super) fn deepest<'a>(node: Node<'a>, keys: &[&str]) -> Node<'a> {
    let mut at = node;
    for key in keys {
        let Some(next) = at.get(key) else { break };
        at = next;
    }
    if at == node { label(node) } else { at }
}

/// The name of a container or volume, to point at it as a whole.
pub(super) fn label(node: Node<'_>) -> Node<'_> {
    node.get("name").unwrap_or(node)
}

/// `"a", "b"`, without regard to quotes in the texts, as the plugin writes it.
pub(super) fn quoted<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for item in items {
        text.push_str(if text.is_empty() { "\"" } else { "\", \"" });
        text.push_str(item.as_ref());
    }
    if !text.is_empty() {
        text.push('"');
    }
    text
}

pub(super) fn plural<'t>(one: &'t str, many: &'t str, count: usize) -> &'t str {
    if count == 1 { one } else { many }
}

/// `container "a"` or `containers "a", "b"`.
pub(super) fn containers(names: &[&str]) -> String {
    let noun = plural("container", "containers", names.len());
    format!("{noun} {}", quoted(names))
}

/// Who sets something bad: the pod, containers, or both.
pub(super) fn setters(pod: bool, names: &[&str]) -> String {
    let mut all = Vec::new();
    if pod {
        all.push("pod".to_owned());
    }
    if !names.is_empty() {
        all.push(containers(names));
    }
    all.join(" and ")
}

/// Values found bad, sorted and each once.
pub(super) type Values<T = String> = BTreeSet<T>;
