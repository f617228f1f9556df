//! What kustomizations do with the files of a run.
//!
//! Nothing is built here. It is only worked out which files are patches, which
//! objects come from generators, and which files reach the cluster with another
//! namespace or other images than they are written with.

use crate::parse::Node;
use rustc_hash::{FxHashMap, FxHashSet};

/// What one `kustomization.yaml` says.
#[derive(Debug)]
pub(super) struct Kustomization<'a> {
    folder: &'a str,
    /// Files and folders that it takes up.
    resources: Vec<String>,
    /// Files that it uses as patches.
    pub(super) patches: Vec<String>,
    /// ConfigMaps and Secrets that it makes.
    pub(super) generated: Vec<&'a str>,
    /// Images that it gives a tag or digest.
    pub(super) images: Vec<&'a str>,
    /// Whether it changes namespaces or names.
    pub(super) renames: bool,
}

impl<'a> Kustomization<'a> {
    /// The kustomization in the file of that name, if it is one.
    pub(super) fn read(name: &'a str, root: Node<'a>) -> Option<Self> {
        let file = name.rsplit('/').next().unwrap_or(name);
        let version = root.get("apiVersion").and_then(Node::as_str);
        let usual = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
        let written = version.is_some_and(|it| it.starts_with("kustomize.config.k8s.io/"));
        if !usual.contains(&file) && !written {
            return None;
        }
        let folder = folder_of(name);
        let items = |list: &'static str| root.get(list).into_iter().flat_map(Node::items);
        let path = |node: Node<'_>| node.as_str().map(|path| join(folder, path));
        let patches = ["patches", "patchesStrategicMerge", "patchesJson6902"]
            .into_iter()
            .flat_map(items);
        let generators = ["configMapGenerator", "secretGenerator"];
        let pinned = |it: &Node<'_>| it.get("newTag").or_else(|| it.get("digest")).is_some();
        let renames = ["namespace", "namePrefix", "nameSuffix"];
        Some(Self {
            folder,
            resources: ["resources", "bases", "components"]
                .into_iter()
                .flat_map(items)
                .filter_map(path)
                .collect(),
            patches: patches
                .filter_map(|it| path(it.get("path").unwrap_or(it)))
                .collect(),
            generated: generators
                .into_iter()
                .flat_map(items)
                .filter_map(|it| it.get("name")?.as_str())
                .collect(),
            images: items("images")
                .filter(pinned)
                .filter_map(|it| it.get("name")?.as_str())
                .collect(),
            renames: renames.iter().any(|key| root.get(key).is_some()),
        })
    }
}

/// The files that the kustomization at `from` takes up, those of others that it
/// builds on included.
pub(super) fn reach(
    all: &[Kustomization<'_>],
    from: usize,
    files: &FxHashMap<&str, u32>,
) -> FxHashSet<u32> {
    let by_folder: FxHashMap<&str, usize> = all
        .iter()
        .enumerate()
        .map(|(index, it)| (it.folder, index))
        .collect();
    let mut found = FxHashSet::default();
    let mut seen = FxHashSet::default();
    let mut waiting = vec![from];
    while let Some(index) = waiting.pop() {
        if !seen.insert(index) {
            continue;
        }
        for path in &all[index].resources {
            match files.get(path.as_str()) {
                Some(&source) => _ = found.insert(source),
                None => waiting.extend(by_folder.get(path.as_str())),
            }
        }
    }
    found
}

/// The part of a name before its last `/`; empty for a bare name.
pub(super) fn folder_of(name: &str) -> &str {
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
