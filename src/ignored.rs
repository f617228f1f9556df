//! The rules of a tree about files to leave out: `.ignore`, `.gitignore`, and
//! git's own exclusions.
//!
//! The walker of the `ignore` crate opens such files itself, whatever they are
//! and however long, and what it makes of a rule takes hundreds of times its
//! length. So they are read here: regular files only (others hold no rules, as
//! for git), no more text than [`LIMIT`], and each once. The crate matches.

use crate::open;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// How many bytes of rules may hold for one folder, its parents' included. The
/// longest ignore files that people write have a tenth of it.
const LIMIT: usize = 128 << 10;

/// How many bytes of rules are kept, so that other folders need not read theirs
/// again.
const KEPT: usize = 2 * LIMIT;

/// The rules of the folders that were asked for.
#[derive(Debug, Default)]
pub struct Ignored {
    known: RwLock<Known>,
    too_long: Mutex<Vec<PathBuf>>,
}

#[derive(Debug, Default)]
struct Known {
    folders: HashMap<PathBuf, Arc<Folder>>,
    /// How much text their rules have.
    size: usize,
}

/// The rules that a folder adds to those above it.
#[derive(Debug, Default)]
struct Folder {
    /// The nearest folder above that has rules.
    above: Option<Arc<Folder>>,
    dot_ignore: Option<Gitignore>,
    gitignore: Option<Gitignore>,
    /// What `.git/info/exclude` and the user's own configuration say.
    exclude: Option<Gitignore>,
    /// Rules of git further up are those of another repository.
    is_repository: bool,
    /// How much text the rules that hold here have.
    size: usize,
}

impl Ignored {
    /// The name of the file by whose rules `path` is left out, when it is. The
    /// folders that `path` lies in are not looked at.
    #[must_use]
    pub fn by(&self, path: &Path, is_folder: bool) -> Option<&'static str> {
        let rules = self.folder(path.parent()?);
        let first = |kind: fn(&Folder) -> Option<&Gitignore>, within: bool| {
            let found = rules.and_above(within).filter_map(kind);
            let mut found = found.map(|it| it.matched(path, is_folder));
            found.find(|it| !it.is_none()).map(|it| it.is_ignore())
        };
        let decided = first(|it| it.dot_ignore.as_ref(), false)
            .map(|left_out| (left_out, ".ignore"))
            .or_else(|| first(|it| it.gitignore.as_ref(), true).map(|it| (it, ".gitignore")))
            .or_else(|| first(|it| it.exclude.as_ref(), true).map(|it| (it, ".git/info/exclude")));
        decided.filter(|it| it.0).map(|it| it.1)
    }

    /// Whether git would leave out `path`, which need not be there, or a folder that
    /// it lies in.
    #[must_use]
    pub fn is_by_git(&self, path: &Path) -> bool {
        let Ok(path) = std::path::absolute(path) else {
            return false;
        };
        let path = plain(&path);
        let parts = path.ancestors().enumerate();
        let mut inside = parts.take_while(|(_, it)| !it.join(".git").exists());
        let by_git = |by: &str| by != ".ignore";
        inside.any(|(up, path)| self.by(path, up > 0).is_some_and(by_git))
    }

    /// The files whose rules do not hold, because there are too many, since this was
    /// asked last.
    pub fn take_too_long(&self) -> Vec<PathBuf> {
        let mut paths = self.too_long.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut paths)
    }

    /// The rules that hold in a folder.
    fn folder(&self, folder: &Path) -> Arc<Folder> {
        let mut rules = Arc::default();
        let mut unknown = Vec::new();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        for at in folder.ancestors() {
            if let Some(found) = known.folders.get(at) {
                rules = Arc::clone(found);
                break;
            }
            unknown.push(at);
        }
        drop(known);
        for at in unknown.into_iter().rev() {
            let above = rules.size;
            rules = self.read(at, rules);
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.keep(at, &rules, rules.size - above);
        }
        rules
    }

    /// The rules of a folder below one with the rules `above`.
    fn read(&self, path: &Path, above: Arc<Folder>) -> Arc<Folder> {
        if !path.is_dir() {
            return above;
        }
        let mut folder = Folder {
            size: above.size,
            ..Folder::default()
        };
        folder.dot_ignore = self.rules(path, &[path.join(".ignore")], &mut folder.size);
        folder.gitignore = self.rules(path, &[path.join(".gitignore")], &mut folder.size);
        let git = path.join(".git");
        if git.exists() {
            let own = common(path, &git).map(|it| it.join("info/exclude"));
            let files: Vec<PathBuf> = gitconfig_excludes_path().into_iter().chain(own).collect();
            folder.exclude = self.rules(path, &files, &mut folder.size);
            folder.is_repository = true;
        }
        if folder.is_repository || folder.dot_ignore.is_some() || folder.gitignore.is_some() {
            folder.above = Some(above);
            return Arc::new(folder);
        }
        above
    }

    /// The rules in `files`, of which the last decides; `None` when there are none.
    fn rules(&self, root: &Path, files: &[PathBuf], size: &mut usize) -> Option<Gitignore> {
        let mut builder = GitignoreBuilder::new(root);
        for file in files {
            match open::text(file, LIMIT - *size) {
                Ok(Some(text)) => {
                    *size += text.len();
                    for line in text.trim_start_matches('\u{feff}').lines() {
                        // A line that git would not understand holds for nothing there either.
                        let _ = builder.add_line(None, line);
                    }
                }
                Ok(None) => {
                    let too_long = self.too_long.lock();
                    let mut too_long = too_long.unwrap_or_else(PoisonError::into_inner);
                    too_long.push(file.clone());
                }
                Err(_) => {}
            }
        }
        builder.build().ok().filter(|it| !it.is_empty())
    }
}

impl Known {
    /// Keeps the rules of a folder, of which it brings `own` bytes itself.
    fn keep(&mut self, path: &Path, rules: &Arc<Folder>, own: usize) {
        self.size += own;
        if self.size > KEPT {
            self.folders.clear();
            self.size = rules.size;
        }
        self.folders.insert(path.to_path_buf(), Arc::clone(rules));
    }
}

impl Folder {
    /// This and the folders above, as far as the repository goes if `within` it.
    fn and_above(&self, within: bool) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), move |it| {
            let above = it.above.as_deref();
            above.filter(|_| !(within && it.is_repository))
        })
    }
}

/// Where the repository of a folder keeps what its working trees share.
fn common(folder: &Path, git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_path_buf());
    }
    // A working tree has a file that tells where its part of the repository is.
    let line = |path: &Path| open::text(path, LIMIT).ok().flatten();
    let own = folder.join(line(git)?.strip_prefix("gitdir: ")?.trim_end());
    let common = line(&own.join("commondir"));
    Some(common.map_or(own.clone(), |it| own.join(it.trim_end())))
}

/// A path without `..`, by its text alone: it need not be there.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = plain.pop(),
            other => plain.push(other),
        }
    }
    plain
}
