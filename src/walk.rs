//! Paths to files: what there is to check.
//!
//! Folders are searched as ripgrep searches them: `.gitignore` and `.ignore`
//! hold (inside of a repository or not; see [`crate::ignored`]), hidden entries and symbolic links are
//! skipped, so that a loop of links cannot catch us and no file comes twice.
//! What is named on the command line is always taken.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that do input and output"
)]

mod left_out;

use crate::ignored::Ignored;
use crate::nearest::nearest;
use crate::open;
use crate::unchecked::{Unchecked, Why};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What counts as a manifest by its name, in lower case.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// What to leave out, and how to name the rest.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that names and globs are relative to; by default the current one.
    pub base: Option<PathBuf>,
    /// How deep to look into folders: 1 is no further than their own files.
    pub depth: Option<usize>,
    /// Whether `.gitignore`, `.ignore` and git's own exclusions hold.
    pub respect_gitignore: bool,
    /// Globs in the syntax of `.gitignore`, relative to the base.
    pub exclude: Vec<String>,
    /// Whether `exclude` holds for paths that were named, too.
    pub force_exclude: bool,
    /// Threads that walk a large tree; by default one for each core.
    pub threads: Option<NonZeroUsize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            base: None,
            depth: None,
            respect_gitignore: true,
            exclude: Vec::new(),
            force_exclude: false,
            threads: None,
        }
    }
}

/// A file to check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Where to read it.
    pub path: PathBuf,
    /// Its name in reports: relative to the base where it lies below
    /// it, with `/` between the parts.
    pub name: String,
    /// Whether it was named, and not found in a folder.
    pub named: bool,
}

/// A path that could not be looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The path as it was given, or as it was found.
    pub path: String,
    /// Why not.
    pub message: String,
    /// What may have been meant.
    pub hint: Option<String>,
}

/// What a walk found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// The files, each once, sorted by name.
    pub files: Vec<File>,
    /// What could not be looked at, sorted by path.
    pub problems: Vec<Problem>,
    /// Helm charts by their folder, with the templates (folders, or files that
    /// were named) that were left out because they are not YAML yet.
    pub charts: BTreeMap<String, Vec<String>>,
    /// What else is left out and may hold manifests, sorted by path.
    pub unchecked: Vec<Unchecked>,
}

/// Finds the files to check in `paths`.
///
/// # Errors
/// The first invalid glob of [`Options::exclude`], with the reason.
pub fn walk(paths: &[PathBuf], options: &Options) -> Result<Found, ignore::Error> {
    let current = || std::env::current_dir().ok();
    let search = Search {
        options,
        exclude: globs(&options.exclude)?,
        base: options.base.clone().or_else(current).unwrap_or_default(),
        ignored: options.respect_gitignore.then(Ignored::default),
        found: Mutex::default(),
        left_out: Mutex::default(),
    };
    for path in paths {
        search.path(path);
    }
    let too_long = search.ignored.iter().flat_map(Ignored::take_too_long);
    let too_long: Vec<Problem> = too_long.map(|it| search.too_long(&it)).collect();
    let left_out = search.left_out.into_inner();
    let left_out = left_out.unwrap_or_else(PoisonError::into_inner);
    let mut found = search
        .found
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    found.unchecked = left_out::manifests(left_out, &search.base);
    found.unchecked.sort();
    found.unchecked.dedup();
    found.problems.extend(too_long);
    if paths.len() > 1 {
        remove_repeated(&mut found.files);
    }
    found
        .files
        .sort_by_cached_key(|file| file.name.replace('/', "\0"));
    found.problems.sort_by(|a, b| a.path.cmp(&b.path));
    found.problems.dedup();
    Ok(found)
}

fn globs(lines: &[String]) -> Result<Gitignore, ignore::Error> {
    let mut builder = GitignoreBuilder::new("");
    builder.allow_unclosed_class(false);
    for line in lines {
        builder.add_line(None, line)?;
    }
    builder.build()
}

/// Keeps one of several ways to the same file: the one that was given first.
fn remove_repeated(files: &mut Vec<File>) {
    let mut seen = FxHashSet::default();
    files.retain(|file| {
        let path = file.path.canonicalize();
        seen.insert(path.unwrap_or_else(|_| file.path.clone()))
    });
}

/// Whether a tree has many folders, as far as a look into the first ones tells.
fn is_large(folder: &Path) -> bool {
    let mut folders = vec![folder.to_path_buf()];
    for at in 0..LOOKS {
        let Some(entries) = folders.get(at).map(std::fs::read_dir) else {
            return false;
        };
        let entries = entries.into_iter().flatten().flatten();
        let below = entries.filter(|it| it.file_type().is_ok_and(|it| it.is_dir()));
        folders.extend(below.take(MANY).map(|it| it.path()));
        if folders.len() > MANY {
            return true;
        }
    }
    false
}

/// Into how many folders [`is_large`] looks, and how many make a tree a large one.
const LOOKS: usize = 16;
const MANY: usize = 64;

struct Search<'a> {
    options: &'a Options,
    exclude: Gitignore,
    base: PathBuf,
    /// The rules of the trees, where they hold.
    ignored: Option<Ignored>,
    found: Mutex<Found>,
    left_out: Mutex<Vec<left_out::Entry>>,
}

impl Search<'_> {
    /// Looks at a path of the command line.
    fn path(&self, path: &Path) {
        let name = self.name(path);
        if self.options.force_exclude && self.is_below_excluded(&name, path.is_dir()) {
            return;
        }
        if let Some(chart) = self.chart_around(path) {
            self.add(|found| found.charts.entry(chart).or_default().push(name));
        } else if path.is_dir() {
            self.folder(path);
        } else if path.exists() {
            let path = path.to_path_buf();
            let named = true;
            self.add(|found| found.files.push(File { path, name, named }));
        } else {
            self.add(|found| found.problems.push(missing(path)));
        }
    }

    fn folder(&self, folder: &Path) {
        // Rules are matched against paths from the root of the disk.
        let real = folder
            .canonicalize()
            .unwrap_or_else(|_| folder.to_path_buf());
        let walker = WalkBuilder::new(folder)
            .standard_filters(false)
            .hidden(false)
            .max_depth(self.options.depth)
            .threads(self.threads_for(folder))
            .build_parallel();
        walker.run(|| {
            Box::new(|entry| match entry {
                Ok(entry) => self.entry(entry, folder, &real),
                Err(error) => {
                    self.add(|found| found.problems.push(problem(folder, &error)));
                    WalkState::Continue
                }
            })
        });
    }

    /// Threads that wait for each other sleep for a millisecond at a time, which is
    /// longer than most trees take.
    fn threads_for(&self, folder: &Path) -> usize {
        if !is_large(folder) {
            return 1;
        }
        // Zero is one for each core.
        self.options.threads.map_or(0, NonZeroUsize::get)
    }

    /// Looks at what was found in `folder`, whose path without links is `real`.
    fn entry(&self, entry: DirEntry, folder: &Path, real: &Path) -> WalkState {
        let is_folder = entry.file_type().is_some_and(|it| it.is_dir());
        let is_link = entry.path_is_symlink();
        let is_wanted = is_folder || is_link || is_manifest(entry.path());
        if entry.depth() == 0 || !is_wanted {
            return WalkState::Continue;
        }
        if entry.file_name() == ".git" {
            return WalkState::Skip;
        }
        let name = self.name(entry.path());
        if self.exclude.matched(&name, is_folder).is_ignore() {
            return WalkState::Skip;
        }
        let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        if let Some(why) = self.why_left_out(&entry, &real.join(below)) {
            self.leave_out(entry.into_path(), is_folder, why);
            return WalkState::Skip;
        }
        if is_link {
            self.link(entry.into_path(), real);
            return WalkState::Continue;
        }
        if is_folder {
            let Some(chart) = self.chart_of(entry.path()) else {
                return WalkState::Continue;
            };
            self.add(|found| found.charts.entry(chart).or_default().push(name));
            return WalkState::Skip;
        }
        let path = entry.into_path();
        let named = false;
        self.add(|found| found.files.push(File { path, name, named }));
        WalkState::Continue
    }

    /// Why an entry that lies at the path `real` is left out, if it is.
    fn why_left_out(&self, entry: &DirEntry, real: &Path) -> Option<Why> {
        let kind = entry.file_type()?;
        let by = |it: &Ignored| it.by(real, kind.is_dir());
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            return Some(Why::Hidden);
        }
        if let Some(by) = self.ignored.as_ref().and_then(by) {
            return Some(Why::Ignored(by));
        }
        let is_usual = kind.is_dir() || kind.is_file() || kind.is_symlink();
        (!is_usual).then_some(Why::Special)
    }

    /// Notes a link, unless what it refers to is found without it, is not there, or is no
    /// manifest by its name.
    fn link(&self, path: PathBuf, root: &Path) {
        let Ok(target) = path.canonicalize() else {
            return;
        };
        let is_folder = target.is_dir();
        let is_meant = is_folder || is_manifest(&path);
        if is_meant && !target.starts_with(root) {
            let why = match is_folder || target.is_file() {
                true => Why::Link,
                false => Why::Special,
            };
            self.leave_out(path, is_folder, why);
        }
    }

    fn leave_out(&self, path: PathBuf, is_folder: bool, why: Why) {
        let mut all = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(left_out::Entry {
            path,
            is_folder,
            why,
        });
    }

    /// A file of rules that do not hold, because there are too many.
    fn too_long(&self, file: &Path) -> Problem {
        let current = self.base.canonicalize();
        let below = current.ok().and_then(|it| file.strip_prefix(it).ok());
        Problem {
            path: below.unwrap_or(file).display().to_string(),
            message: "the file is too long, and its rules are not applied".to_owned(),
            hint: Some("shorten it, or use --no-respect-gitignore".to_owned()),
        }
    }

    fn add(&self, change: impl FnOnce(&mut Found)) {
        change(&mut self.found.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The name of `path` in reports.
    fn name(&self, path: &Path) -> String {
        name(&self.base, path)
    }

    /// Whether a glob matches `name` or a folder that it lies in.
    fn is_below_excluded(&self, name: &str, is_folder: bool) -> bool {
        let parents = Path::new(name).ancestors().enumerate();
        parents
            .filter(|(_, path)| !path.as_os_str().is_empty())
            .any(|(up, path)| self.exclude.matched(path, up > 0 || is_folder).is_ignore())
    }

    /// The Helm chart whose templates `path`, or a folder that it lies in, is.
    fn chart_around(&self, path: &Path) -> Option<String> {
        let path = self.base.join(path);
        let folders = if path.is_dir() {
            path.as_path()
        } else {
            path.parent()?
        };
        folders.ancestors().find_map(|folder| self.chart_of(folder))
    }

    /// The Helm chart whose templates `folder` holds.
    fn chart_of(&self, folder: &Path) -> Option<String> {
        Some(match self.name(chart_of(folder)?) {
            name if name.is_empty() => ".".to_owned(),
            name => name,
        })
    }
}

/// The folder of the Helm chart whose templates `folder` holds.
#[must_use]
pub fn chart_of(folder: &Path) -> Option<&Path> {
    let is_named = folder.file_name().is_some_and(|it| it == "templates");
    let chart = folder.parent().filter(|_| is_named)?;
    // Helm takes no folder for a chart whose file lacks these.
    let text = open::text(&chart.join("Chart.yaml"), LONGEST_CHART);
    let is_chart = |text: &String| ["apiVersion", "name"].iter().all(|it| text.contains(it));
    text.ok()
        .flatten()
        .is_some_and(|it| is_chart(&it))
        .then_some(chart)
}

/// How many bytes a Chart.yaml may have.
const LONGEST_CHART: usize = 1 << 20;

/// The name of `path` in reports, as seen from `base`.
fn name(base: &Path, path: &Path) -> String {
    let below = path.strip_prefix(base).unwrap_or(path);
    let plain: PathBuf = below
        .components()
        .filter(|it| *it != std::path::Component::CurDir)
        .collect();
    let name = plain.to_string_lossy();
    match std::path::MAIN_SEPARATOR {
        '/' => name.into_owned(),
        other => name.replace(other, "/"),
    }
}

/// Whether a file may hold manifests, by its name.
#[must_use]
pub fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    // kustomize looks for a file of this name, too.
    let is_bare = path.file_name().is_some_and(|it| it == "Kustomization");
    is_bare
        || extension.is_some_and(|it| {
            EXTENSIONS
                .iter()
                .any(|known| it.eq_ignore_ascii_case(known))
        })
}

fn missing(path: &Path) -> Problem {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    let siblings: Vec<String> = std::fs::read_dir(parent.unwrap_or(Path::new(".")))
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let mut siblings: Vec<&str> = siblings.iter().map(String::as_str).collect();
    siblings.sort_unstable();
    let near = nearest(&wanted, siblings);
    Problem {
        path: path.display().to_string(),
        message: "no such file or folder".to_owned(),
        hint: near.map(|near| format!("did you mean `{}`?", path.with_file_name(near).display())),
    }
}

fn problem(folder: &Path, error: &ignore::Error) -> Problem {
    let mut path = folder;
    let mut inner = error;
    loop {
        inner = match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = at;
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            _ => break,
        };
    }
    Problem {
        path: path.display().to_string(),
        message: inner.io_error().map_or_else(|| inner.to_string(), reason),
        hint: None,
    }
}

/// An error of the operating system in its own words, without its number.
#[must_use]
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    text.to_lowercase()
}
