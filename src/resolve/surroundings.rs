//! What is around an object: the folder of its file, the documents in the
//! run that could not be read, and what kustomizations do with the files.
//!
//! A run over a whole repository holds many sets of objects that are never
//! applied together: bases and overlays, examples, test data. A rule that
//! misses something may therefore report only if enough is known, which is
//! near the object; and it has to know that a patch is not an object.

use super::kustomize::{InlinePatch, Kustomization, PatchFile, Tree, folder_of};
use crate::parse::Document;
use crate::source::Source;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{HashMap, HashSet};

/// What the sources of a run say besides their objects.
#[derive(Debug, Default)]
pub struct Surroundings<'a> {
    /// The folder of each source, as a number.
    folders: Vec<u32>,
    unread: Vec<&'a Document>,
    patches: FxHashSet<u32>,
    generated: HashSet<&'a str>,
    transformed: FxHashSet<u32>,
    /// The images that kustomizations pin, by the sources that these take up.
    images: FxHashMap<u32, Vec<&'a str>>,
    merges: Vec<Merge<'a>>,
    /// Patches that are written in kustomizations, each with its number in `merged`.
    inline: Vec<(InlinePatch<'a>, usize)>,
    /// For each kustomization that merges files, the sources of its objects.
    merged: Vec<FxHashSet<u32>>,
}

/// A file that a kustomization of the run merges into its objects.
#[derive(Debug)]
pub struct Merge<'a> {
    /// The entry of the kustomization.
    pub file: PatchFile<'a>,
    /// The source of the patch.
    pub patch: u32,
    /// All sources that the objects of the kustomization come from, where they are
    /// known and show the names of the objects; see [`Surroundings::merged`].
    pub merged: Option<usize>,
}

impl<'a> Surroundings<'a> {
    /// Reads them out of `sources` and of all their `documents`.
    #[must_use]
    pub fn new(sources: &'a [Source], documents: &[&'a Document]) -> Self {
        let mut found = Self::default();
        let mut folders = HashMap::<&str, u32>::new();
        let mut files = HashMap::<&'a str, u32>::new();
        for (index, source) in (0..).zip(sources) {
            let next = u32::try_from(folders.len()).unwrap_or(u32::MAX);
            let folder = folder_of(source.name());
            found.folders.push(*folders.entry(folder).or_insert(next));
            files.insert(source.name(), index);
            // So do kubebuilder and many others lay them out, listed or not.
            if source.is_patch() || folder == "patches" || folder.ends_with("/patches") {
                found.patches.insert(index);
            }
        }
        let unread = documents.iter().copied();
        let unread = unread.filter(|it| it.root().is_none() && holds_text(it));
        found.unread = unread.collect();
        let read = |document: &&'a Document| {
            let name = sources.get(document.source() as usize).map(Source::name);
            Kustomization::read(name.unwrap_or(""), document.root()?)
        };
        let kustomizations: Vec<_> = documents.par_iter().filter_map(read).collect();
        found.add_kustomizations(&kustomizations, &files);
        found
    }

    fn add_kustomizations(&mut self, all: &[Kustomization<'a>], files: &HashMap<&'a str, u32>) {
        let tree = Tree::new(all, files);
        for (index, kustomization) in all.iter().enumerate() {
            let patches = kustomization.patches.iter();
            self.patches
                .extend(patches.filter_map(|path| files.get(path.as_str())));
            self.generated.extend(&kustomization.generated);
            self.add_merges(&tree, index, kustomization);
            if !kustomization.renames && kustomization.images.is_empty() {
                continue;
            }
            for source in tree.reach(index).sources {
                if kustomization.renames {
                    self.transformed.insert(source);
                }
                let images = self.images.entry(source).or_default();
                images.extend(&kustomization.images);
            }
        }
    }

    fn add_merges(&mut self, tree: &Tree<'_, 'a>, index: usize, kustomization: &Kustomization<'a>) {
        let first = self.merges.len();
        for file in &kustomization.patch_files {
            let path = file.node.as_str().unwrap_or_default();
            self.merges
                .extend(tree.source(kustomization, path).map(|patch| Merge {
                    file: *file,
                    patch,
                    merged: None,
                }));
        }
        let added = &mut self.merges[first..];
        if added.iter().all(|it| it.file.has_target) && kustomization.inline.is_empty() {
            return;
        }
        let reach = tree.reach(index);
        if reach.is_complete {
            let all = self.merged.len();
            added.iter_mut().for_each(|it| it.merged = Some(all));
            let inline = kustomization.inline.iter().cloned();
            self.inline.extend(inline.map(|it| (it, all)));
            self.merged.push(reach.sources);
        }
    }

    /// The files that kustomizations of the run merge into their objects.
    #[must_use]
    pub fn merges(&self) -> &[Merge<'a>] {
        &self.merges
    }

    /// The patches that are written in kustomizations of the run whose objects are all
    /// known, each with its index in [`Surroundings::merged`].
    #[must_use]
    pub fn inline_patches(&self) -> &[(InlinePatch<'a>, usize)] {
        &self.inline
    }

    /// For each kustomization with [`Merge`]s the sources of its objects.
    #[must_use]
    pub fn merged(&self) -> &[FxHashSet<u32>] {
        &self.merged
    }

    /// The number of the folder that a source is in.
    #[must_use]
    pub fn folder(&self, source: u32) -> u32 {
        self.folders.get(source as usize).copied().unwrap_or(0)
    }

    /// Whether a kustomization of the run uses the source as a patch, or its folder
    /// is called `patches`, so that what is in it is not a whole object.
    #[must_use]
    pub fn is_patch(&self, source: u32) -> bool {
        self.patches.contains(&source)
    }

    /// Whether a kustomization of the run puts the objects of the source into
    /// another namespace, or renames them.
    #[must_use]
    pub fn is_transformed(&self, source: u32) -> bool {
        self.transformed.contains(&source)
    }

    /// Whether a kustomization of the run gives the image of that name (without
    /// tag and digest) a tag or digest in what it takes up of the source.
    #[must_use]
    pub fn pins_image(&self, name: &str, source: u32) -> bool {
        let images = self.images.get(&source);
        images.is_some_and(|images| images.contains(&name))
    }

    /// Whether a kustomization of the run makes a ConfigMap or Secret of that name.
    #[must_use]
    pub fn is_generated(&self, name: &str) -> bool {
        self.generated.contains(name)
    }

    /// The documents that could not be read: their contents are unknown.
    #[must_use]
    pub fn unread(&self) -> &[&'a Document] {
        &self.unread
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
