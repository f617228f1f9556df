//! The folders of the workspace, and the files outside of them.

use super::disk;
use super::lines::Encoding;
use super::project::{Checked, Files, Project};
use super::protocol::{DidChange, FileEvent, OpenedDocument};
use super::uri;
use crate::config::Config;
use crate::walk;
use std::path::{Path, PathBuf};

/// All projects: one for each folder, and one for each directory outside of
/// them that something is open in. Folders are separate projects, as they are
/// for the command line: two checkouts of one repository do not disturb each other.
#[derive(Debug)]
pub(super) struct Workspace {
    projects: Vec<Project>,
    config: Config,
    pub(super) encoding: Encoding,
    /// The folders are to be read (again) before the next check: once for any
    /// number of events.
    unread: bool,
}

impl Workspace {
    /// A workspace of the folders with these URIs.
    pub(super) fn new(folders: &[String], encoding: Encoding, config: Config) -> Self {
        let mut workspace = Self {
            projects: Vec::new(),
            config,
            encoding,
            unread: true,
        };
        workspace.change_folders(folders, &[]);
        workspace
    }

    /// Adds and removes folders, and gives each buffer to the project that it
    /// belongs to now.
    pub(super) fn change_folders(&mut self, added: &[String], removed: &[String]) {
        let buffers: Vec<_> = self
            .projects
            .iter_mut()
            .flat_map(Project::take_buffers)
            .collect();
        let removed: Vec<PathBuf> = removed.iter().filter_map(|it| uri::to_path(it)).collect();
        self.projects
            .retain(|it| it.scope == Files::Folder && !removed.contains(&it.root));
        for root in added.iter().filter_map(|it| uri::to_path(it)) {
            if self.projects.iter().all(|it| it.root != root) {
                self.projects
                    .push(Project::new(root, Files::Folder, &self.config));
            }
        }
        self.unread = true;
        for (key, uri, version, text) in buffers {
            self.owner(&key).open(&key, uri, version, text);
        }
    }

    /// Has the files of all folders read again.
    pub(super) fn reload(&mut self) {
        self.unread = true;
    }

    fn read(&mut self) {
        if !std::mem::take(&mut self.unread) {
            return;
        }
        let roots: Vec<PathBuf> = self.roots().map(Path::to_path_buf).collect();
        for project in &mut self.projects {
            let root = project.root.clone();
            let owner = |path: &Path| deepest(roots.iter().map(PathBuf::as_path), path);
            project.reload(|path| owner(path) == Some(root.as_path()));
        }
    }

    /// A document was opened.
    pub(super) fn open(&mut self, document: OpenedDocument) {
        if is_ours(&document) {
            let key = uri::canonical(&document.uri);
            let OpenedDocument {
                uri, version, text, ..
            } = document;
            self.owner(&key).open(&key, uri, version, text);
        }
    }

    /// A document was edited.
    pub(super) fn change(&mut self, change: DidChange) {
        let key = uri::canonical(&change.text_document.uri);
        let version = change.text_document.version;
        let encoding = self.encoding;
        if let Some(project) = self.holder(&key) {
            project.change(&key, version, change.content_changes, encoding);
        }
    }

    /// A document was closed.
    pub(super) fn close(&mut self, uri: &str) {
        let key = uri::canonical(uri);
        if let Some(project) = self.holder(&key) {
            project.close(&key);
        }
        self.projects
            .retain(|it| it.scope == Files::Folder || !it.is_empty());
    }

    /// Files changed on disk. A known file whose content changed is read again;
    /// anything else (new, gone, an ignore file, a chart) may change what the
    /// folders hold.
    pub(super) fn files_changed(&mut self, events: &[FileEvent]) {
        const CHANGED: u8 = 2;
        let known = |event: &FileEvent| {
            let path = uri::to_path(&event.uri)?;
            let plain = event.kind == CHANGED && walk::is_manifest(&path);
            plain.then(|| (uri::from_path(&path), path))
        };
        let Some(known) = events.iter().map(known).collect::<Option<Vec<_>>>() else {
            return self.reload();
        };
        for (key, path) in known {
            if let Some(project) = self.holder(&key) {
                project.reread(&key, &path);
            }
        }
    }

    /// Brings all reports up to date.
    pub(super) fn check(&mut self) {
        self.read();
        self.projects.iter_mut().for_each(Project::check);
    }

    /// The document that a client names by `uri`, checked.
    pub(super) fn document(&mut self, uri: &str) -> Option<Checked<'_>> {
        self.read();
        let key = uri::canonical(uri);
        let project = self.holder(&key)?;
        project.check();
        project.document(&key)
    }

    /// All documents of the last check, project by project.
    pub(super) fn documents(&self) -> impl Iterator<Item = Checked<'_>> {
        self.projects.iter().flat_map(Project::documents)
    }

    fn roots(&self) -> impl Iterator<Item = &Path> {
        let folders = self.projects.iter().filter(|it| it.scope == Files::Folder);
        folders.map(|it| it.root.as_path())
    }

    /// The project that has the file.
    fn holder(&mut self, key: &str) -> Option<&mut Project> {
        self.projects.iter_mut().find(|it| it.holds(key))
    }

    /// The project that the file belongs to, whether it has it yet or not.
    fn owner(&mut self, key: &str) -> &mut Project {
        let path = uri::to_path(key).unwrap_or_default();
        let folder = deepest(self.roots(), &path).map(Path::to_path_buf);
        let scope = folder.as_ref().map_or(Files::Loose, |_| Files::Folder);
        let beside = || path.parent().map(Path::to_path_buf).unwrap_or_default();
        let root = folder.unwrap_or_else(beside);
        let same = |it: &Project| it.scope == scope && it.root == root;
        let index = self.projects.iter().position(same).unwrap_or_else(|| {
            self.projects.push(Project::new(root, scope, &self.config));
            self.projects.len() - 1
        });
        &mut self.projects[index]
    }
}

/// Whether a document is YAML or JSON, by its name or by its language, and no
/// template of it.
fn is_ours(document: &OpenedDocument) -> bool {
    let language = document.language_id.to_ascii_lowercase();
    let spoken = language == "json" || language.contains("yaml");
    let path = uri::to_path(&document.uri);
    path.map_or(spoken, |path| {
        (spoken || walk::is_manifest(&path)) && !disk::is_template(&path)
    })
}

/// The deepest of `roots` that holds `path`.
fn deepest<'a>(roots: impl Iterator<Item = &'a Path>, path: &Path) -> Option<&'a Path> {
    roots
        .filter(|root| path.starts_with(root))
        .max_by_key(|root| root.as_os_str().len())
}
