//! What stands around an object: the folder of its file, the documents in the
//! run that could not be read, and what kustomizations do with the files.
//!
//! A run over a whole repository holds many sets of objects that are never
//! applied together: bases and overlays, examples, test data. A rule that
//! misses something may therefore only speak where enough is known, which is
//! near the object; and it has to know that a patch is no object.

use crate::parse::{Document, Node};
use crate::source::Source;
use rustc_hash::{FxHashMap, FxHashSet};

/// What the sources of a run say besides their objects.
#[derive(Debug, Default)]
pub struct Surroundings<'a> {
    /// The folder of each source, as a number.
    folders: Vec<u32>,
    unread: Vec<&'a Document>,
    patches: FxHashSet<u32>,
    generated: FxHashSet<&'a str>,
    transformed: FxHashSet<u32>,
}

impl<'a> Surroundings<'a> {
    /// Reads them out of `sources` and of all their `documents`.
    pub fn new(sources: &'a [Source], documents: impl IntoIterator<Item = &'a Document>) -> Self {
        let mut found = Self::default();
        let mut folders = FxHashMap::<&str, u32>::default();
        let mut files = FxHashMap::<&str, u32>::default();
        for (index, source) in (0..).zip(sources) {
            let next = u32::try_from(folders.len()).unwrap_or(u32::MAX);
            let folder = folder_of(source.name());
            found.folders.push(*folders.entry(folder).or_insert(next));
            files.insert(source.name(), index);
        }
        for document in documents {
            let Some(root) = document.root() else {
                if holds_text(document) {
                    found.unread.push(document);
                }
                continue;
            };
            let source = sources.get(document.source() as usize);
            let name = source.map_or("", Source::name);
            if is_kustomization(name, root) {
                found.read_kustomization(name, root, &files, &folders);
            }
        }
        found
    }

    fn read_kustomization(
        &mut self,
        name: &str,
        root: Node<'a>,
        files: &FxHashMap<&str, u32>,
        folders: &FxHashMap<&str, u32>,
    ) {
        let here = folder_of(name);
        for list in ["patches", "patchesStrategicMerge", "patchesJson6902"] {
            for item in root.get(list).into_iter().flat_map(Node::items) {
                let path = item.get("path").unwrap_or(item).as_str();
                let path = path.map(|path| join(here, path));
                self.patches
                    .extend(path.and_then(|path| files.get(path.as_str())));
            }
        }
        for list in ["configMapGenerator", "secretGenerator"] {
            let items = root.get(list).into_iter().flat_map(Node::items);
            self.generated
                .extend(items.filter_map(|item| item.get("name")?.as_str()));
        }
        let renames = ["namespace", "namePrefix", "nameSuffix"];
        if renames.iter().any(|key| root.get(key).is_some()) {
            self.transformed.extend(folders.get(here));
        }
        let resources = ["resources", "bases"].into_iter();
        for item in resources
            .filter_map(|list| root.get(list))
            .flat_map(Node::items)
        {
            let path = item.as_str().map(|path| join(here, path));
            if renames.iter().any(|key| root.get(key).is_some()) {
                self.transformed
                    .extend(path.and_then(|path| folders.get(path.as_str())));
            }
        }
    }

    /// The number of the folder that a source is in.
    #[must_use]
    pub fn folder(&self, source: u32) -> u32 {
        self.folders.get(source as usize).copied().unwrap_or(0)
    }

    /// Whether a kustomization of the run uses the source as a patch, so that
    /// what is in it is no whole object.
    #[must_use]
    pub fn is_patch(&self, source: u32) -> bool {
        self.patches.contains(&source)
    }

    /// Whether a kustomization of the run puts the objects of the folder into
    /// another namespace, or renames them.
    #[must_use]
    pub fn is_transformed(&self, folder: u32) -> bool {
        self.transformed.contains(&folder)
    }

    /// Whether a kustomization of the run makes a ConfigMap or Secret of that name.
    #[must_use]
    pub fn is_generated(&self, name: &str) -> bool {
        self.generated.contains(name)
    }

    /// Whether a document that could not be read may hold an object of that
    /// name, or labels with that value: one whose text has it, or a template
    /// beside `source`, whose text may become anything.
    #[must_use]
    pub fn may_hide(&self, text: &str, source: u32) -> bool {
        let folder = self.folder(source);
        self.unread.iter().any(|document| {
            let written = document.span().text(document.text());
            let beside = self.folder(document.source()) == folder;
            written.contains(text) || beside && written.contains("{{")
        })
    }
}

/// Whether a document without a tree has something in it besides comments.
fn holds_text(document: &Document) -> bool {
    let text = document.span().text(document.text());
    text.lines().any(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && !line.starts_with("---")
    })
}

fn is_kustomization(name: &str, root: Node<'_>) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let version = root.get("apiVersion").and_then(Node::as_str);
    matches!(
        file,
        "kustomization.yaml" | "kustomization.yml" | "Kustomization"
    ) || version.is_some_and(|it| it.starts_with("kustomize.config.k8s.io/"))
}

/// The part of a name before its last `/`; empty for a bare name.
fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path` as seen from `folder`, without `.` and `..` where they can be resolved.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let root = if folder.starts_with('/') { "/" } else { "" };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if !matches!(parts.last(), None | Some(&"..")) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_without_dots() {
        assert_eq!(join("a/b", "../c/./d.yaml"), "a/c/d.yaml");
        assert_eq!(join("", "x.yaml"), "x.yaml");
        assert_eq!(join("/a", "x.yaml"), "/a/x.yaml");
        assert_eq!(join("../a", "../../x"), "../../x");
        assert_eq!(join("./a", "x"), "./a/x");
    }
}
