//! What a Role or ClusterRole allows.

use crate::parse::Node;
use crate::resolve::Resource;

/// One item of the `rules` of a Role or ClusterRole.
#[derive(Clone, Copy, Debug)]
pub struct PolicyRule<'a> {
    /// Its mapping.
    pub node: Node<'a>,
}

impl<'a> PolicyRule<'a> {
    /// The rules of a Role or ClusterRole; none for other objects.
    #[must_use]
    pub fn of(resource: &Resource<'a>) -> Vec<Self> {
        let group = "rbac.authorization.k8s.io";
        if !resource.is(group, "Role") && !resource.is(group, "ClusterRole") {
            return Vec::new();
        }
        let rules = resource.node.get("rules").into_iter().flat_map(Node::items);
        rules.map(|node| Self { node }).collect()
    }

    /// The items of one of its lists: `apiGroups`, `resources`, `verbs`.
    pub fn items(&self, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.node.get(key).into_iter().flat_map(Node::items)
    }

    /// The items of a list that are strings.
    pub fn texts(&self, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.items(key).filter_map(Node::as_str)
    }
}
