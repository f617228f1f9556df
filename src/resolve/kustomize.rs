//! What kustomizations do with the files of a run.
//!
//! Nothing is built here. It is only worked out which files are patches, which
//! objects come from generators, and which files reach the cluster with another
//! namespace or other images than they are written with.

use crate::parse::{Document, Node, parse};
use crate::source::{Source, join};
use rustc_hash::FxHashSet;
use std::collections::HashMap;

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
    /// Those that it uses as strategic merge patches, or as lists of operations, with
    /// what is said of each.
    pub(super) patch_files: Vec<PatchFile<'a>>,
    /// Strategic merge patches that are written in it and have no target.
    pub(super) inline: Vec<InlinePatch<'a>>,
    /// Whether it changes namespaces or names.
    pub(super) renames: bool,
    /// Whether something makes, names or removes objects of it in a way that its
    /// files do not show.
    is_opaque: bool,
}

/// An entry of a kustomization that names a file as a patch.
#[derive(Clone, Copy, Debug)]
pub struct PatchFile<'a> {
    /// The scalar that holds the path.
    pub node: Node<'a>,
    /// Whether a target says which objects it is for.
    pub has_target: bool,
}

impl<'a> Kustomization<'a> {
    /// The kustomization in the file of that name, if it is one.
    pub(super) fn read(name: &'a str, root: Node<'a>) -> Option<Self> {
        if !is_kustomization(name, root) {
            return None;
        }
        let folder = folder_of(name);
        let items = |list: &'static str| root.get(list).into_iter().flat_map(Node::items);
        let path = |node: Node<'_>| node.as_str().map(|path| join(folder, path));
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
            patches: patches(root).map(|it| join(folder, it)).collect(),
            generated: generators
                .into_iter()
                .flat_map(items)
                .filter_map(|it| it.get("name")?.as_str())
                .collect(),
            images: items("images")
                .filter(pinned)
                .filter_map(|it| it.get("name")?.as_str())
                .collect(),
            patch_files: patch_files(root).collect(),
            inline: inline_patches(root).collect(),
            renames: renames.iter().any(|key| root.get(key).is_some()),
            is_opaque: OPAQUE.iter().any(|key| root.get(key).is_some())
                || root.get("kind").and_then(Node::as_str) == Some("Component"),
        })
    }
}

/// The files that a kustomization uses as patches, and the texts of those that are
/// in it.
pub fn patches<'a>(root: Node<'a>) -> impl Iterator<Item = &'a str> {
    ["patches", "patchesStrategicMerge", "patchesJson6902"]
        .into_iter()
        .filter_map(move |list| root.get(list))
        .flat_map(Node::items)
        .filter_map(|it| it.get("path").unwrap_or(it).as_str())
}

/// Fields that make, rename or remove objects; names of patches are then not to be
/// found in the files.
const OPAQUE: [&str; 10] = [
    "namePrefix",
    "nameSuffix",
    "components",
    "generators",
    "transformers",
    "helmCharts",
    "helmChartInflationGenerator",
    "configurations",
    "configMapGenerator",
    "secretGenerator",
];

/// A strategic merge patch that is written in a kustomization.
#[derive(Clone, Debug)]
pub struct InlinePatch<'a> {
    /// The scalar that holds it.
    pub node: Node<'a>,
    /// Kind and name of each object that it is for.
    pub objects: Vec<(String, String)>,
}

/// The patches without a target that are written in a kustomization.
fn inline_patches<'a>(root: Node<'a>) -> impl Iterator<Item = InlinePatch<'a>> {
    let entries = |list: &'static str| root.get(list).into_iter().flat_map(Node::items);
    let is_file = |it: &Node<'a>| it.as_str().is_some_and(|it| is_local(it, Wanted::File));
    let merges = entries("patchesStrategicMerge").filter(move |it| !is_file(it));
    let patches = entries("patches").filter(|it| it.get("target").is_none());
    let patches = patches.filter_map(|it| it.get("patch"));
    merges.chain(patches).filter_map(|node| {
        let parsed = parse(&Source::new("patch.yaml", node.as_str()?), 0);
        let roots = parsed.documents.iter().filter_map(Document::root);
        let text = |root: Node<'_>, keys: &[&str]| Some(root.at(keys)?.as_str()?.to_owned());
        let object = |it| Some((text(it, &["kind"])?, text(it, &["metadata", "name"])?));
        let objects: Vec<_> = roots.filter_map(object).collect();
        (!objects.is_empty()).then_some(InlinePatch { node, objects })
    })
}

/// The entries that name a file as a patch.
fn patch_files<'a>(root: Node<'a>) -> impl Iterator<Item = PatchFile<'a>> {
    let entries = |list: &'static str| root.get(list).into_iter().flat_map(Node::items);
    let is_file = |it: &Node<'a>| it.as_str().is_some_and(|it| is_local(it, Wanted::File));
    let merges = entries("patchesStrategicMerge").map(|node| (node, false));
    let patches = entries("patches").filter_map(|it| {
        let target = it.get("target").is_some_and(Node::is_map);
        Some((it.get("path")?, target))
    });
    merges
        .chain(patches)
        .filter(move |(node, _)| is_file(node))
        .map(|(node, has_target)| PatchFile { node, has_target })
}

/// The names that kustomize looks for in a folder.
pub const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a document is a kustomization, by the name of its file or its version.
#[must_use]
pub fn is_kustomization(file: &str, root: Node<'_>) -> bool {
    let version = root.get("apiVersion").and_then(Node::as_str);
    let is_named = NAMES.contains(&file.rsplit('/').next().unwrap_or(file));
    is_named || version.is_some_and(|it| it.starts_with("kustomize.config.k8s.io/"))
}

/// What a kustomization expects of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A file.
    File,
    /// A file, or a folder with a kustomization.
    FileOrFolder,
}

/// A path that a kustomization names.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// The scalar that holds it.
    pub node: Node<'a>,
    /// The path, as seen from the folder of the kustomization.
    pub path: &'a str,
    /// What is to be there.
    pub wanted: Wanted,
}

/// The local paths that a kustomization names, those left out that stand for
/// something elsewhere: URLs, repositories, inline patches, placeholders.
#[must_use]
pub fn listed<'a>(root: Node<'a>) -> Vec<Listed<'a>> {
    let items = |key: &'static str| root.get(key).into_iter().flat_map(Node::items);
    let mut found = Vec::new();
    let mut add = |node: Option<Node<'a>>, wanted| {
        let named = node.and_then(|it| Some((it, it.as_str()?)));
        let Some((node, text)) = named else { return };
        // A generator may give the file another key: `key=path`.
        let path = match wanted {
            Wanted::File => text.rsplit_once('=').map_or(text, |(_, path)| path),
            Wanted::FileOrFolder => text,
        };
        if is_local(path, wanted) {
            found.push(Listed { node, path, wanted });
        }
    };
    for key in MAKERS {
        items(key).for_each(|it| add(Some(it), Wanted::FileOrFolder));
    }
    for key in ["patchesStrategicMerge", "crds", "configurations"] {
        items(key).for_each(|it| add(Some(it), Wanted::File));
    }
    for key in ["patches", "patchesJson6902", "replacements"] {
        items(key).for_each(|it| add(it.get("path"), Wanted::File));
    }
    for generator in items("configMapGenerator").chain(items("secretGenerator")) {
        for list in ["files", "envs"]
            .into_iter()
            .filter_map(|it| generator.get(it))
        {
            list.items().for_each(|it| add(Some(it), Wanted::File));
        }
        add(generator.get("env"), Wanted::File);
    }
    for chart in items("helmCharts") {
        add(chart.get("valuesFile"), Wanted::File);
        let more = chart.get("additionalValuesFiles").into_iter();
        more.flat_map(Node::items)
            .for_each(|it| add(Some(it), Wanted::File));
    }
    add(root.at(&["openapi", "path"]), Wanted::File);
    found
}

/// The fields whose items are objects, or folders that make some.
const MAKERS: [&str; 6] = [
    "resources",
    "bases",
    "components",
    "generators",
    "transformers",
    "validators",
];

/// Whether a text is a path on this machine, and surely so.
fn is_local(text: &str, wanted: Wanted) -> bool {
    let first = text.split('/').next().unwrap_or_default();
    // `github.com/owner/repository`
    let may_be_host = wanted == Wanted::FileOrFolder && text.contains('/');
    let is_host = may_be_host && first.contains('.') && !matches!(first, "." | "..");
    let elsewhere = ["://", "//", "?ref=", "?version=", "git@", "git::"];
    // An inline patch, or something that is filled in later.
    let no_path = ['\n', '{', '}', '$', '*', ':', '<'];
    !text.is_empty()
        && !is_host
        && !text.contains(no_path)
        && !elsewhere.iter().any(|it| text.contains(it))
}

/// The kustomizations of a run by their folders, and its files by their names.
pub(super) struct Tree<'t, 'a> {
    all: &'t [Kustomization<'a>],
    files: &'t HashMap<&'a str, u32>,
    by_folder: HashMap<&'a str, usize>,
}

/// What a kustomization is made of.
pub(super) struct Reach {
    /// The files that it takes up, those of others that it builds on included.
    pub(super) sources: FxHashSet<u32>,
    /// Whether these are all files that its objects come from, and show their names.
    pub(super) is_complete: bool,
}

impl<'t, 'a> Tree<'t, 'a> {
    pub(super) fn new(all: &'t [Kustomization<'a>], files: &'t HashMap<&'a str, u32>) -> Self {
        let by_folder = all.iter().enumerate().map(|(index, it)| (it.folder, index));
        Self {
            all,
            files,
            by_folder: by_folder.collect(),
        }
    }

    /// The source of a file as seen from the folder of `from`.
    pub(super) fn source(&self, from: &Kustomization<'_>, path: &str) -> Option<u32> {
        self.files.get(join(from.folder, path).as_str()).copied()
    }

    /// What the kustomization at `from` is made of.
    pub(super) fn reach(&self, from: usize) -> Reach {
        let mut found = Reach {
            sources: FxHashSet::default(),
            is_complete: true,
        };
        let mut seen = FxHashSet::default();
        let mut waiting = vec![from];
        while let Some(index) = waiting.pop() {
            if !seen.insert(index) {
                continue;
            }
            found.is_complete &= !self.all[index].is_opaque;
            for path in &self.all[index].resources {
                match (
                    self.files.get(path.as_str()),
                    self.by_folder.get(path.as_str()),
                ) {
                    (Some(&source), _) => _ = found.sources.insert(source),
                    (None, Some(&other)) => waiting.push(other),
                    (None, None) => found.is_complete = false,
                }
            }
        }
        found
    }
}

/// The part of a name before its last `/`; empty for a bare name.
pub(super) fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}
