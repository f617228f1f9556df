//! The paths of nodes, as findings name them.

use super::node::Node;
use std::fmt::Write as _;

impl<'a> Node<'a> {
    /// Its path from the top of the document: `spec.containers[0].image`, and
    /// `metadata.annotations[example.com/a]` for keys that are not identifiers.
    #[must_use]
    pub fn path(self) -> String {
        self.document()
            .root()
            .map_or_else(String::new, |top| self.path_below(top))
    }

    /// Its path from `top`: the path inside an item of a `List`. Outside of
    /// `top` it is the path from the top of the document.
    #[must_use]
    pub fn path_below(self, top: Node<'a>) -> String {
        let mut steps = Vec::new();
        let mut node = self;
        while node != top {
            let Some(parent) = node.parent() else { break };
            steps.push(node);
            node = parent;
        }
        let mut path = String::new();
        for step in steps.into_iter().rev() {
            match step.key() {
                Some(key) => push_key(&mut path, key.as_str().unwrap_or_default()),
                None => {
                    let _ = write!(path, "[{}]", step.number());
                }
            }
        }
        path
    }
}

fn push_key(path: &mut String, key: &str) {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    if key.is_empty() || !key.chars().all(plain) {
        let _ = write!(path, "[{key}]");
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}
