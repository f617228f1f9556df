//! One folder of the workspace: its files, the buffers laid over them, and the
//! report on all of them together.

use super::disk;
use super::lines::Encoding;
use super::protocol::Change;
use super::text::{self, Text};
use super::uri;
use crate::config::Config;
use crate::engine::{Cache, Engine, Report};
use crate::finding::Finding;
use crate::source::{Defect, Source};
use std::path::{Path, PathBuf};

/// Where a project gets its files from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Files {
    /// All files below the root, open or not: a folder of the workspace.
    Folder,
    /// Only what is open: files outside of all folders, by directory.
    Loose,
}

/// A file on disk, a buffer of the editor, or both.
#[derive(Debug)]
pub(super) struct File {
    /// Its canonical URI.
    key: String,
    /// Its URI as the client spells it.
    pub(super) uri: String,
    on_disk: Option<Text>,
    buffer: Option<Buffer>,
}

#[derive(Debug)]
struct Buffer {
    version: i64,
    text: Text,
}

impl File {
    fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            uri: key.to_owned(),
            on_disk: None,
            buffer: None,
        }
    }

    /// What is checked: the buffer where it is open, what is on disk otherwise.
    fn text(&self) -> Option<&Text> {
        let buffer = self.buffer.as_ref().map(|buffer| &buffer.text);
        buffer.or(self.on_disk.as_ref())
    }

    /// The version of its buffer, when it is open.
    pub(super) fn version(&self) -> Option<i64> {
        self.buffer.as_ref().map(|buffer| buffer.version)
    }

    /// Takes over what is on disk. Text that is the same stays the very same, so
    /// that it is not checked again.
    fn set_on_disk(&mut self, found: Option<Source>) {
        let known = self.on_disk.as_ref().map(|it| content(&it.source));
        if known != found.as_ref().map(content) {
            self.on_disk = found.map(Text::of_file);
        }
    }
}

/// A document that is known, in its project, after a check.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checked<'a> {
    pub(super) project: &'a Project,
    pub(super) file: &'a File,
    pub(super) text: &'a Text,
    pub(super) findings: &'a [Finding],
}

/// The files that are checked together.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) root: PathBuf,
    pub(super) scope: Files,
    engine: Engine,
    /// Sorted by key; the index is the number of the source in the run. All have a text.
    files: Vec<File>,
    cache: Cache,
    report: Report,
    /// Something changed since the report was made.
    stale: bool,
}

impl Project {
    /// A project without files; see [`Project::reload`].
    pub(super) fn new(root: PathBuf, scope: Files, config: &Config) -> Self {
        Self {
            root,
            scope,
            engine: Engine::new(config.clone()),
            files: Vec::new(),
            cache: Cache::default(),
            report: Report::default(),
            stale: true,
        }
    }

    /// Reads the files of the folder that `owned` holds for, and forgets those
    /// that are gone.
    pub(super) fn reload(&mut self, owned: impl Fn(&Path) -> bool) {
        if self.scope == Files::Loose {
            return;
        }
        let found = disk::manifests(&self.root).into_iter();
        let mut found: Vec<(String, Source)> = found
            .filter(|(path, _)| owned(path))
            .map(|(path, source)| (uri::from_path(&path), source))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        for file in &mut self.files {
            let key = |found: &(String, Source)| found.0.cmp(&file.key);
            if found.binary_search_by(key).is_err() {
                file.set_on_disk(None);
            }
        }
        for (key, source) in found {
            self.file_mut(&key).set_on_disk(Some(source));
        }
        self.tidy();
    }

    /// Reads one file again.
    pub(super) fn reread(&mut self, key: &str, path: &Path) {
        if self.index(key).is_some() {
            let found = disk::manifest(&self.root, path);
            self.file_mut(key).set_on_disk(found);
            self.tidy();
        }
    }

    /// Lays a buffer over the file `key`, which the client spells `uri`.
    pub(super) fn open(&mut self, key: &str, uri: String, version: i64, text: String) {
        let path = uri::to_path(&uri);
        let name = path.map_or_else(|| uri.clone(), |path| disk::name(&self.root, &path));
        let source = disk::with_absent(&self.root, Source::new(name, text));
        let file = self.file_mut(key);
        file.uri = uri;
        file.buffer = Some(Buffer {
            version,
            text: Text::of_buffer(source),
        });
        self.stale = true;
    }

    /// Changes a buffer; what is not open is left alone.
    pub(super) fn change(
        &mut self,
        key: &str,
        version: Option<i64>,
        changes: Vec<Change>,
        encoding: Encoding,
    ) {
        let Some(index) = self.index(key) else { return };
        let Some(buffer) = &mut self.files[index].buffer else {
            return;
        };
        let old = &buffer.text.source;
        let text = text::edit(old.text(), changes, encoding);
        let new = disk::with_absent(&self.root, Source::new(old.name(), text));
        buffer.text = Text::of_buffer(new);
        buffer.version = version.unwrap_or(buffer.version);
        self.stale = true;
    }

    /// Takes a buffer away: what is on disk counts again.
    pub(super) fn close(&mut self, key: &str) {
        if let Some(index) = self.index(key) {
            self.files[index].buffer = None;
            self.tidy();
        }
    }

    /// Takes all buffers out: key, URI, version and text of each.
    pub(super) fn take_buffers(&mut self) -> Vec<(String, String, i64, String)> {
        let mut taken = Vec::new();
        for file in &mut self.files {
            if let Some(Buffer { version, text }) = file.buffer.take() {
                let text = text.source.text().to_owned();
                taken.push((file.key.clone(), file.uri.clone(), version, text));
            }
        }
        self.tidy();
        taken
    }

    /// Brings the report up to date.
    pub(super) fn check(&mut self) {
        if std::mem::take(&mut self.stale) {
            let texts = self.files.iter().filter_map(File::text);
            let sources: Vec<Source> = texts.map(|text| text.source.clone()).collect();
            self.report = self.engine.check_again(&sources, &mut self.cache);
            self.report.shorten();
        }
    }

    /// Whether it has no file.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether it has the file `key`.
    pub(super) fn holds(&self, key: &str) -> bool {
        self.index(key).is_some()
    }

    /// The document `key`.
    pub(super) fn document(&self, key: &str) -> Option<Checked<'_>> {
        self.checked(self.index(key)?)
    }

    /// All documents, in the order of their URIs.
    pub(super) fn documents(&self) -> impl Iterator<Item = Checked<'_>> {
        (0..self.files.len()).filter_map(|index| self.checked(index))
    }

    /// The document that is number `source` of the run.
    pub(super) fn source(&self, source: u32) -> Option<(&File, &Text)> {
        let file = self.files.get(source as usize)?;
        Some((file, file.text()?))
    }

    fn checked(&self, index: usize) -> Option<Checked<'_>> {
        let source = u32::try_from(index).ok()?;
        let (file, text) = self.source(source)?;
        let all = &self.report.findings;
        let from = all.partition_point(|it| it.place.source < source);
        let to = all.partition_point(|it| it.place.source <= source);
        Some(Checked {
            project: self,
            file,
            text,
            findings: &all[from..to],
        })
    }

    fn index(&self, key: &str) -> Option<usize> {
        self.files
            .binary_search_by(|file| file.key.as_str().cmp(key))
            .ok()
    }

    /// The file `key`, made where it is not there. The caller gives it a text.
    fn file_mut(&mut self, key: &str) -> &mut File {
        let found = self
            .files
            .binary_search_by(|file| file.key.as_str().cmp(key));
        let index = found.unwrap_or_else(|index| {
            self.files.insert(index, File::new(key));
            index
        });
        &mut self.files[index]
    }

    /// Drops files that are neither open nor on disk.
    fn tidy(&mut self) {
        self.files.retain(|file| file.text().is_some());
        self.stale = true;
    }
}

fn content(source: &Source) -> (&str, &[Defect]) {
    (source.text(), source.defects())
}
