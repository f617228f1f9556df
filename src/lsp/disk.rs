//! The files of a workspace folder, as the command line finds and reads them.

use crate::source::Source;
use crate::{read, walk};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// All manifests below `root`. What cannot be read is passed over: it is said by
/// `plimsoll check`, and an editor shows findings in files that it can open.
pub(super) fn manifests(root: &Path) -> Vec<(PathBuf, Source)> {
    let paths = [root.to_path_buf()];
    let options = walk::Options {
        base: Some(root.to_path_buf()),
        ..walk::Options::default()
    };
    let Ok(found) = walk::walk(&paths, &options) else {
        return Vec::new();
    };
    let read = |file: walk::File| {
        let source = read::file(&file.path, &file.name, file.named).ok()??;
        Some((file.path, source))
    };
    found.files.into_par_iter().filter_map(read).collect()
}

/// The manifest at `path`, when it can be read.
pub(super) fn manifest(root: &Path, path: &Path) -> Option<Source> {
    read::file(path, &name(root, path), false).ok()?
}

/// Whether `path` is a template of a Helm chart, which is no YAML yet.
pub(super) fn is_template(path: &Path) -> bool {
    path.ancestors().any(|it| walk::chart_of(it).is_some())
}

/// How reports name the file.
pub(super) fn name(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}

/// The buffer `source` with what the disk says about the paths that it names.
pub(super) fn with_absent(root: &Path, source: Source) -> Source {
    let path = root.join(source.name());
    let folder = path.parent().unwrap_or(root).to_path_buf();
    read::with_absent(source, &folder)
}
