//! Where a `$ref` leads: within its file, to a file beside it, or by `$id`.

use crate::kube::url::unescape;
use crate::parse::{Document, Node};
use crate::source::join;
use std::sync::Arc;

/// Reads the file at a path; else the reason why not.
pub type Load<'l> = &'l mut dyn FnMut(&str) -> Result<Arc<Document>, String>;

/// Files that one schema may draw upon.
const FILES: usize = 256;

/// A node by the number of its file and its own.
pub(super) type NodeId = (usize, u32);

/// The files that a schema is made of.
pub(super) struct Files<'l> {
    /// By path; the first is the one that the schema of the whole is in.
    all: Vec<(String, Arc<Document>)>,
    load: Load<'l>,
}

impl<'l> Files<'l> {
    pub(super) fn new(path: &str, document: Arc<Document>, load: Load<'l>) -> Self {
        let all = vec![(path.to_owned(), document)];
        Self { all, load }
    }

    pub(super) fn document(&self, file: usize) -> Option<Arc<Document>> {
        self.all.get(file).map(|(_, document)| Arc::clone(document))
    }

    pub(super) fn path(&self, file: usize) -> &str {
        self.all.get(file).map_or("", |(path, _)| path)
    }

    /// Where the reference `text` leads that is in the schema `at`.
    pub(super) fn follow(
        &mut self,
        file: usize,
        at: Node<'_>,
        text: &str,
    ) -> Result<NodeId, String> {
        let (target, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (file, top) = match target {
            "" => (file, resource_of(at).id()),
            target => self.find(file, at, target)?,
        };
        let document = self.document(file).ok_or("no such file")?;
        let top = document.node(top).ok_or("no such file")?;
        let found = match fragment.strip_prefix('/') {
            Some(pointer) => point(top, pointer),
            None if fragment.is_empty() => Some(top),
            None => anchor(top, fragment),
        };
        let found = found.ok_or_else(|| format!("there is nothing at #{fragment}"))?;
        Ok((file, found.id()))
    }

    /// The file, or the part of one with an `$id`, that `target` names.
    fn find(&mut self, file: usize, at: Node<'_>, target: &str) -> Result<NodeId, String> {
        let base = self.base(file, at);
        let wanted = absolute(&base, target);
        for (index, (path, document)) in self.all.iter().enumerate() {
            let Some(root) = document.root() else {
                continue;
            };
            if *path == wanted {
                return Ok((index, root.id()));
            }
            let named = below(root).find(|it| id_of(*it).is_some() && base_of(path, *it) == wanted);
            if let Some(node) = named {
                return Ok((index, node.id()));
            }
        }
        let path = self.path(file).to_owned();
        let own = self.base(file, resource_of_root(at));
        let beside = match own.rsplit_once('/') {
            _ if !is_url(&wanted) => Some(wanted.as_str()),
            Some((folder, _)) => wanted
                .strip_prefix(folder)
                .and_then(|it| it.strip_prefix('/')),
            None => None,
        };
        // Of a place on the network only the last name may be here too.
        let name = beside.or_else(|| wanted.rsplit('/').next());
        let path = match is_url(&wanted) {
            true => absolute(&path, name.unwrap_or_default()),
            false => wanted.clone(),
        };
        let known = self.all.iter().position(|it| it.0 == path);
        if known.is_none() && self.all.len() >= FILES {
            return Err("too many files".to_owned());
        }
        let index = match known {
            Some(index) => index,
            None => {
                let document = (self.load)(&path).map_err(|reason| match is_url(&wanted) {
                    true => format!("nothing is downloaded, and {path}: {reason}"),
                    false => format!("{path}: {reason}"),
                })?;
                self.all.push((path, document));
                self.all.len() - 1
            }
        };
        let document = self.document(index);
        let root = document.as_deref().and_then(Document::root);
        Ok((index, root.ok_or("the file is empty")?.id()))
    }

    /// What references in `at` are relative to.
    fn base(&self, file: usize, at: Node<'_>) -> String {
        base_of(self.path(file), at)
    }
}

fn resource_of_root(at: Node<'_>) -> Node<'_> {
    at.document().root().unwrap_or(at)
}

/// The nodes from `top` on, itself first.
fn below(top: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let document = top.document();
    let end = top.id() + top.size();
    let nodes = (top.id()..end).filter_map(|id| document.node(id));
    nodes.filter(|it| it.is_map())
}

/// The `$id` of a schema, but for those that are anchors.
fn id_of(schema: Node<'_>) -> Option<&str> {
    let text = schema.get("$id").or_else(|| schema.get("id"))?.as_str()?;
    let text = text.split('#').next().unwrap_or_default();
    (!text.is_empty()).then_some(text)
}

fn chain(at: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(Some(at), |it| it.parent())
}

/// The schema with an `$id` that `at` is in, or else the whole document.
fn resource_of(at: Node<'_>) -> Node<'_> {
    let named = chain(at).find(|it| id_of(*it).is_some());
    named.unwrap_or_else(|| resource_of_root(at))
}

fn base_of(path: &str, at: Node<'_>) -> String {
    let mut ids: Vec<&str> = chain(at).filter_map(id_of).collect();
    ids.reverse();
    let one = |base: String, id: &str| absolute(&base, id);
    ids.into_iter().fold(path.to_owned(), one)
}

fn is_url(text: &str) -> bool {
    text.contains("://") || text.starts_with("urn:")
}

/// `reference` as seen from `base`, a path or an address.
fn absolute(base: &str, reference: &str) -> String {
    if is_url(reference) {
        return reference.to_owned();
    }
    let Some((scheme, rest)) = base.split_once("://") else {
        return match reference.starts_with('/') {
            true => reference.to_owned(),
            false => join(base.rsplit_once('/').map_or("", |it| it.0), reference),
        };
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let folder = match reference.starts_with('/') {
        true => "",
        false => path.rsplit_once('/').map_or("", |it| it.0),
    };
    format!("{scheme}://{host}/{}", join(folder, reference))
}

/// The value that a JSON pointer refers to.
fn point<'a>(top: Node<'a>, pointer: &str) -> Option<Node<'a>> {
    pointer.split('/').try_fold(top, |at, step| {
        let step = unescape(step, false).replace("~1", "/").replace("~0", "~");
        match at.is_seq() {
            true => at.items().nth(step.parse().ok()?),
            false => at.get(&step),
        }
    })
}

/// The schema that calls itself so.
fn anchor<'a>(top: Node<'a>, name: &str) -> Option<Node<'a>> {
    let is_named = |schema: &Node<'a>| {
        let text = |key: &str| schema.get(key).and_then(Node::as_str);
        let old = ["$id", "id"].into_iter().filter_map(text);
        let mut new = ["$anchor", "$dynamicAnchor"].into_iter().filter_map(text);
        new.any(|it| it == name)
            || old
                .filter_map(|it| it.strip_prefix('#'))
                .any(|it| it == name)
    };
    below(top).find(is_named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_seen_from_their_base() {
        assert_eq!(absolute("a/b.json", "c.json"), "a/c.json");
        assert_eq!(absolute("a/b.json", "../c.json"), "c.json");
        assert_eq!(absolute("b.json", "c.json"), "c.json");
        assert_eq!(absolute("https://x.org/a/b", "c"), "https://x.org/a/c");
        assert_eq!(absolute("https://x.org/a/b", "/c"), "https://x.org/c");
        assert_eq!(absolute("https://x.org", "c"), "https://x.org/c");
        assert_eq!(absolute("a/b", "http://y"), "http://y");
    }
}
