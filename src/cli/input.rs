//! The sources of a run: walks, reads, and says what could not be read.

use super::args::FileArgs;
use super::{Error, terminal};
use crate::ignored::Ignored;
use crate::parse::parse;
use crate::resolve::kustomize;
use crate::source::{Source, join};
use crate::unchecked::{Unchecked, Why};
use crate::{read, walk};
use memchr::memmem;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// With fewer files and fewer bytes than these, starting threads takes longer
/// than the work.
const FEW_FILES: usize = 16;
const FEW_BYTES: usize = 64 << 10;

/// A kind is a label of DNS in lower case, which has no more characters.
const LONGEST_KIND: usize = 63;

/// What there is to check, and what came of getting it.
pub(super) struct Input {
    /// Standard input first, then the files by name.
    pub(super) sources: Vec<Source>,
    /// Where each of the sources was read; standard input has no path.
    pub(super) paths: Vec<Option<PathBuf>>,
    /// The bytes of standard input, if that was asked for.
    pub(super) stdin: Option<Vec<u8>>,
    /// Helm charts whose templates were left out; see [`walk::Found::charts`].
    pub(super) charts: BTreeMap<String, Vec<String>>,
    /// What was left out although it may hold manifests.
    pub(super) unchecked: Vec<Unchecked>,
    /// Whether a path could not be read.
    pub(super) failed: bool,
    /// What was walked, to tell what is beside it.
    options: walk::Options,
    /// The folders of the files that were named.
    folders: BTreeSet<PathBuf>,
    /// The folders that were named.
    walked: Vec<PathBuf>,
}

/// The sources below `paths`; `jobs` threads read them, by default one for each core.
pub(super) fn gather(
    paths: &[PathBuf],
    args: &FileArgs,
    jobs: Option<NonZeroUsize>,
) -> Result<Input, Error> {
    let options = walk::Options {
        respect_gitignore: !args.no_respect_gitignore,
        exclude: args.exclude.clone(),
        force_exclude: args.force_exclude,
        threads: jobs,
        ..walk::Options::default()
    };
    let (stdin, paths): (Vec<PathBuf>, Vec<PathBuf>) = paths
        .iter()
        .cloned()
        .partition(|path| path.as_os_str() == "-");
    let found =
        walk::walk(&paths, &options).map_err(|error| Error::new(format!("--exclude: {error}")))?;
    let mut input = Input {
        sources: Vec::with_capacity(found.files.len() + 1),
        paths: Vec::with_capacity(found.files.len() + 1),
        stdin: None,
        unchecked: found.unchecked,
        charts: found.charts,
        failed: !found.problems.is_empty(),
        options,
        folders: folders_of(&found.files),
        walked: paths.into_iter().filter(|it| it.is_dir()).collect(),
    };
    complain(&found.problems)?;
    if !stdin.is_empty() {
        let bytes = read::stdin_bytes()
            .map_err(|error| Error::new(format!("standard input: {}", walk::reason(&error))))?;
        input
            .sources
            .push(read::source(bytes.clone(), &args.stdin_filename));
        input.stdin = Some(bytes);
        input.paths.push(None);
    }
    input.read(found.files, jobs)?;
    let templates = input.charts.values().flatten().map(|path| Unchecked {
        path: path.clone(),
        why: Why::Template,
    });
    let templates: Vec<_> = templates.collect();
    input.unchecked.extend(templates);
    Ok(input)
}

/// The words that are behind `kind` in any source, in lower case.
pub(super) fn kinds(sources: &[Source]) -> HashSet<String> {
    let mut found = HashSet::default();
    for source in sources {
        let text = source.text();
        for at in memmem::find_iter(text.as_bytes(), b"kind") {
            let rest = text.get(at + 4..).unwrap_or_default();
            let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
            let ends = |c: &(usize, char)| !c.1.is_alphanumeric();
            let end = rest.char_indices().take(LONGEST_KIND + 1).find(ends);
            let end = end.map_or(rest.len(), |it| it.0);
            if end <= LONGEST_KIND {
                found.insert(rest[..end].to_lowercase());
            }
        }
    }
    found
}

impl Input {
    fn read(&mut self, files: Vec<walk::File>, jobs: Option<NonZeroUsize>) -> Result<(), Error> {
        let ignored = Ignored::default();
        let read = |file: &walk::File| {
            let folder = file.path.parent().unwrap_or(Path::new(""));
            let source = read::file(&file.path, &file.name, file.named)?;
            io::Result::Ok(source.map(|it| read::with_absent(it, folder, &ignored)))
        };
        let results: Vec<_> = if files.len() < FEW_FILES {
            files.iter().map(read).collect()
        } else {
            start_threads(jobs, false);
            files.par_iter().map(read).collect()
        };
        let mut problems = Vec::new();
        for (file, result) in files.into_iter().zip(results) {
            match result {
                Ok(Some(source)) => {
                    self.sources.push(source);
                    self.paths.push(Some(file.path));
                }
                Ok(None) => {
                    let (path, why) = (file.name, Why::Data);
                    self.unchecked.push(Unchecked { path, why });
                }
                Err(error) => problems.push(walk::Problem {
                    path: file.name,
                    message: walk::reason(&error),
                    hint: None,
                }),
            }
        }
        let bytes: usize = self.sources.iter().map(|source| source.text().len()).sum();
        start_threads(jobs, bytes < FEW_BYTES);
        self.failed |= !problems.is_empty();
        Ok(complain(&problems)?)
    }

    /// Adds the kustomizations in the folders of the files that were named and up to
    /// two folders above those and the folders that were walked, as context: one of
    /// them may use a file as a patch. False when there is none.
    pub(super) fn add_kustomizations(&mut self) -> bool {
        let marked = self.mark_patches();
        let known: HashSet<String> = self.sources.iter().map(|it| it.name().to_owned()).collect();
        let beside = self.folders.iter().map(PathBuf::as_path);
        let above = beside
            .clone()
            .chain(self.walked.iter().map(PathBuf::as_path));
        let above = above.flat_map(|it| it.ancestors().skip(1).take(2));
        let folders: BTreeSet<&Path> = beside.chain(above).collect();
        let candidates = folders.into_iter().flat_map(|folder| {
            let names = kustomize::NAMES.iter();
            names.map(|it| folder.join(it))
        });
        let candidates: Vec<PathBuf> = candidates.filter(|it| it.is_file()).collect();
        let found = walk::walk(&candidates, &self.options).unwrap_or_default();
        let new = found.files.iter().filter(|it| !known.contains(&it.name));
        let read = new.filter_map(|it| read::file(&it.path, &it.name, false).ok()?);
        let before = self.sources.len();
        self.sources.extend(read.map(Source::as_context));
        marked || self.sources.len() > before
    }

    /// Marks the files that kustomizations above the current folder use as patches:
    /// those have no name here. True when there are some.
    fn mark_patches(&mut self) -> bool {
        let full = |path: &Path| std::path::absolute(path).unwrap_or_default();
        let here = full(Path::new("."));
        let roots = self.folders.iter().chain(&self.walked);
        let above = roots.flat_map(|it| {
            let root = full(it);
            let above = root.ancestors().skip(1).take(2);
            above.map(PathBuf::from).collect::<Vec<_>>()
        });
        let above: BTreeSet<PathBuf> = above.filter(|it| !it.starts_with(&here)).collect();
        let patches: HashSet<String> = above.iter().flat_map(|it| patches_in(it)).collect();
        let mut marked = false;
        if !patches.is_empty() {
            for (source, path) in self.sources.iter_mut().zip(&self.paths) {
                let name = path.as_ref().map(|it| plain(&full(it)));
                if name.is_some_and(|it| patches.contains(&it)) {
                    *source = source.clone().as_patch();
                    marked = true;
                }
            }
        }
        marked
    }

    /// Adds what is beside the files that were named, as context: an object
    /// that one of them misses may be there. False when there is nothing more.
    pub(super) fn add_neighbors(&mut self) -> bool {
        let known: HashSet<String> = self.sources.iter().map(|it| it.name().to_owned()).collect();
        let folders: Vec<PathBuf> = std::mem::take(&mut self.folders).into_iter().collect();
        self.options.depth = Some(1);
        let found = walk::walk(&folders, &self.options).unwrap_or_default();
        let new = found
            .files
            .iter()
            .filter(|file| !known.contains(&file.name));
        // What cannot be read is ignored here: nobody asked for it.
        let read = new.filter_map(|file| read::file(&file.path, &file.name, false).ok()?);
        let before = self.sources.len();
        self.sources.extend(read.map(Source::as_context));
        self.sources.len() > before
    }
}

/// The files that the kustomization in a folder uses as patches.
fn patches_in(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for name in kustomize::NAMES {
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        let Ok(Some(source)) = read::file(&path, name, false) else {
            continue;
        };
        let parsed = parse(&source, 0);
        let roots = parsed.documents.iter().filter_map(|it| it.root());
        let paths = roots.flat_map(kustomize::patches);
        found.extend(paths.map(|it| plain(&folder.join(it))));
    }
    found
}

/// A path without `.` and `..`, to compare it with others.
fn plain(path: &Path) -> String {
    join("", &path.to_string_lossy().replace('\\', "/"))
}

fn folders_of(files: &[walk::File]) -> BTreeSet<PathBuf> {
    let named = files.iter().filter(|file| file.named);
    let folders = named.filter_map(|file| file.path.parent());
    let or_here = |folder: &Path| match folder.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => folder.to_path_buf(),
    };
    folders.map(or_here).collect()
}

/// Sets up the threads that the work is shared among, at the first call.
fn start_threads(jobs: Option<NonZeroUsize>, is_little: bool) {
    let builder = match jobs {
        Some(jobs) if jobs.get() > 1 => ThreadPoolBuilder::new().num_threads(jobs.get()),
        None if !is_little => ThreadPoolBuilder::new(),
        _ => ThreadPoolBuilder::new().num_threads(1).use_current_thread(),
    };
    // It fails where threads are there already, which is as well.
    let _ = builder.build_global();
}

fn complain(problems: &[walk::Problem]) -> io::Result<()> {
    for problem in problems {
        terminal::say(&format!("error: {}: {}", problem.path, problem.message))?;
        if let Some(hint) = &problem.hint {
            terminal::say(&format!("  hint: {hint}"))?;
        }
    }
    Ok(())
}
