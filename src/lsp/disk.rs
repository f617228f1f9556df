//! The files of a workspace folder, as the command line finds and reads them.

use crate::ignored::Ignored;
use crate::source::Source;
use crate::{read, walk};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// All manifests below `root`. What cannot be read is skipped: it is said by
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
    let ignored = Ignored::default();
    let read = |file: walk::File| {
        let source = read::file(&file.path, &file.name, file.named).ok()??;
        let source = beside(&file.path, source, &ignored);
        Some((file.path, source))
    };
    found.files.into_par_iter().filter_map(read).collect()
}

/// The manifest at `path`, when it can be read.
pub(super) fn manifest(root: &Path, path: &Path) -> Option<Source> {
    let source = read::file(path, &name(root, path), false).ok()??;
    Some(beside(path, source, &Ignored::default()))
}

/// Whether `path` is a template of a Helm chart, which is not YAML yet.
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
    beside(&path, source, &Ignored::default())
}

/// The source at `path` with what the disk says about the paths that it names.
fn beside(path: &Path, source: Source, ignored: &Ignored) -> Source {
    let folder = path.parent().unwrap_or(Path::new(""));
    read::with_absent(source, folder, ignored)
}
