//! The files of a workspace folder.

use crate::source::Source;
use ignore::WalkBuilder;
use std::path::{Path, PathBuf};

/// All manifests below `root`.
pub(super) fn manifests(root: &Path) -> Vec<(PathBuf, Source)> {
    let walk = WalkBuilder::new(root).require_git(false).build();
    let paths = walk.flatten().map(ignore::DirEntry::into_path);
    paths
        .filter(|path| is_manifest(path))
        .filter_map(|path| Some((path.clone(), manifest(root, &path)?)))
        .collect()
}

/// The manifest at `path`, when it can be read.
pub(super) fn manifest(root: &Path, path: &Path) -> Option<Source> {
    let text = std::fs::read_to_string(path).ok()?;
    Some(Source::new(name(root, path), text))
}

/// Whether the name says that a file may hold manifests.
pub(super) fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    extension.is_some_and(|it| matches!(it, "yaml" | "yml" | "json"))
}

/// How reports name the file.
pub(super) fn name(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}
