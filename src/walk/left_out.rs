//! Which of the entries that a walk leaves out look like manifests.

use super::{is_manifest, name};
use crate::open;
use crate::unchecked::{Unchecked, Why};
use std::path::{Path, PathBuf};

/// How many skipped files and folders are checked; of more, each entry that the
/// walk found counts as one that may hold manifests.
const MOST: usize = 1000;

/// How many bytes of a file tell whether it looks like a manifest.
const HEAD: usize = 64 << 10;

/// An entry that the walk found and left out.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) is_folder: bool,
    pub(super) why: Why,
}

/// The files among `entries`, and in the folders among them, that look like manifests,
/// named from `base`.
pub(super) fn manifests(mut entries: Vec<Entry>, base: &Path) -> Vec<Unchecked> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let mut looked = 0;
    let mut found = Vec::new();
    for entry in entries {
        let mut add = |path: &Path| {
            let (path, why) = (name(base, path), entry.why);
            found.push(Unchecked { path, why });
        };
        let is_counted = matches!(entry.why, Why::Ignored(_) | Why::Hidden);
        if !is_counted || looked >= MOST {
            add(&entry.path);
        } else if entry.is_folder {
            search(&entry.path, &mut looked, &mut add);
        } else {
            looked += 1;
            if is_like_manifest(&entry.path) {
                add(&entry.path);
            }
        }
    }
    found
}

/// Looks into a folder, without following links, as long as there are not too many entries.
fn search(folder: &Path, looked: &mut usize, add: &mut impl FnMut(&Path)) {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        for entry in entries {
            if *looked >= MOST {
                return add(&folder);
            }
            *looked += 1;
            let path = entry.path();
            match entry.file_type() {
                Ok(it) if it.is_dir() && entry.file_name() != ".git" => folders.push(path),
                Ok(it) if it.is_file() && is_manifest(&path) && is_like_manifest(&path) => {
                    add(&path);
                }
                _ => {}
            }
        }
    }
}

/// Whether the head of a file names the two fields that every manifest has.
fn is_like_manifest(path: &Path) -> bool {
    let head = open::head(path, HEAD).unwrap_or_default();
    let has = |key: &[u8]| memchr::memmem::find(&head, key).is_some();
    has(b"apiVersion") && has(b"kind")
}
