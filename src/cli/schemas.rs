//! `--schema-location`: reads definitions and JSON Schema files.

use super::{Error, terminal};
use crate::parse::{Document, parse};
use crate::schema::{Definition, Definitions, Template};
use crate::{read, walk};
use rustc_hash::FxHashSet;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Folders inside of folders that are looked into.
const DEPTH: u32 = 16;

/// Which kinds matter, by their names in lower case; others need not be read.
pub(super) type Wanted<'w> = &'w dyn Fn(&str) -> bool;

/// What is at the places that `--schema-location` names.
#[derive(Default)]
pub(super) struct Loaded {
    /// All that is wanted.
    pub(super) definitions: Definitions,
    /// The places that have schemas, but none that is wanted.
    pub(super) unused: Vec<String>,
}

/// Reads what the places hold.
pub(super) fn load(locations: &[String], wanted: Wanted<'_>) -> Result<Loaded, Error> {
    let mut loaded = Loaded::default();
    let definitions = &mut loaded.definitions;
    let mut read = Files::default();
    for location in locations {
        if location == "default" {
            continue;
        }
        if location.contains("://") {
            let message = format!("--schema-location {location}: URLs are not supported");
            let hint = "download the schemas first, and pass the file or folder";
            return Err(Error::with_hint(message, Some(hint.to_owned())));
        }
        let (root, templates) = templates(location)?;
        let root = PathBuf::from(root);
        if !root.exists() {
            let message = format!("--schema-location {location}: no such file or folder");
            return Err(Error::new(message));
        }
        let mut found = Vec::new();
        if root.is_dir() {
            files(&root, 0, &mut FxHashSet::default(), &mut found);
        } else {
            found.push(root.clone());
        }
        found.sort();
        let mut holds = Holds::Nothing;
        for path in found {
            let to = (&mut *definitions, &mut read);
            let added = add(to, &root, &path, &templates, wanted);
            let added = added.map_err(|error| {
                Error::new(format!("{}: {}", path.display(), walk::reason(&error)))
            })?;
            holds = holds.max(added);
        }
        match holds {
            Holds::Nothing => terminal::say(&format!(
                "warning: --schema-location {location}: no schema found"
            ))?,
            Holds::Others => loaded.unused.push(location.clone()),
            Holds::Wanted => {}
        }
    }
    Ok(loaded)
}

/// The folder that a template starts with, and the layouts below it.
fn templates(location: &str) -> Result<(&str, Vec<Template>), Error> {
    let Some(at) = location.find("{{") else {
        return Ok((location, Template::usual()));
    };
    let (root, below) = match location[..at].rfind('/') {
        Some(slash) => (&location[..slash.max(1)], &location[slash + 1..]),
        None => (".", location),
    };
    let template = Template::new(below).map_err(|field| {
        let hint = "supported fields are .Group, .ResourceKind, .ResourceAPIVersion, .KindSuffix, .StrictSuffix and .NormalizedKubernetesVersion";
        let message = format!("--schema-location: unknown field {field:?} in a template");
        Error::with_hint(message, Some(hint.to_owned()))
    })?;
    Ok((root, vec![template]))
}

/// The files below a folder. Links are followed, but to each folder once: a few that
/// refer to each other make more paths than anybody can walk.
fn files(folder: &Path, depth: u32, seen: &mut FxHashSet<PathBuf>, found: &mut Vec<PathBuf>) {
    if !folder.canonicalize().is_ok_and(|it| seen.insert(it)) {
        return;
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|_| depth < DEPTH) {
        let path = entry.path();
        let Ok(what) = path.metadata() else {
            continue;
        };
        if what.is_dir() {
            files(&path, depth + 1, seen, found);
        } else if what.is_file() && walk::is_manifest(&path) {
            found.push(path);
        }
    }
}

/// What a file is good for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    /// It is neither a definition nor a schema that is named as the templates say.
    Nothing,
    /// It is for kinds that do not matter.
    Others,
    /// It is for a kind that is wanted.
    Wanted,
}

impl Holds {
    fn one_that(is_wanted: bool) -> Self {
        if is_wanted {
            Self::Wanted
        } else {
            Self::Others
        }
    }
}

/// Adds what a file defines.
fn add(
    (definitions, files): (&mut Definitions, &mut Files),
    root: &Path,
    path: &Path,
    templates: &[Template],
    wanted: Wanted<'_>,
) -> std::io::Result<Holds> {
    let text = |path: &Path| path.to_string_lossy().replace('\\', "/");
    let below = text(path.strip_prefix(root).unwrap_or(path));
    let file = below.rsplit('/').next().unwrap_or_default();
    // A file by itself, or in the folder of one group, tells its group by the folder
    // that it is in.
    let parts: Vec<_> = path.components().rev().take(2).collect();
    let beside = text(&parts.iter().rev().collect::<PathBuf>());
    let names = [below.as_str(), beside.as_str(), file];
    let named = templates
        .iter()
        .find_map(|it| names.iter().find_map(|name| it.named(name)));
    if named.as_ref().is_some_and(|it| !wanted(&it.kind)) {
        return Ok(Holds::Others);
    }
    let mut holds = named.as_ref().map_or(Holds::Nothing, |_| Holds::Wanted);
    let Some(source) = read::file(path, &text(path), path == root)? else {
        return Ok(holds);
    };
    let parsed = parse(&source, u32::MAX);
    for document in &parsed.documents {
        let Some(root) = document.root() else {
            continue;
        };
        let items = root.get("items").into_iter().flat_map(|it| it.items());
        let mut is_definition = false;
        for object in std::iter::once(root).chain(items) {
            if let Some(definition) = Definition::new(object, u32::MAX) {
                is_definition = true;
                holds = holds.max(Holds::one_that(wanted(&definition.kind.to_lowercase())));
                definitions.add(Arc::new(definition), source.text());
            }
        }
        is_definition |= root.get("kind").is_some_and(|it| !it.is_map());
        if let Some(named) = named.as_ref().filter(|_| !is_definition) {
            let document = Arc::new(document.clone());
            let path = path.to_string_lossy().replace('\\', "/");
            let mut load = |path: &str| files.load(path);
            let definition = Definition::of_json_schema(&path, document, named, &mut load);
            if let Some(definition) = definition {
                definitions.add(Arc::new(definition), source.text());
            }
        }
    }
    Ok(holds)
}

/// The files that schemas refer to, each read once.
#[derive(Default)]
struct Files {
    read: HashMap<String, Result<Arc<Document>, String>>,
}

impl Files {
    fn load(&mut self, path: &str) -> Result<Arc<Document>, String> {
        let known = self.read.entry(path.to_owned());
        known.or_insert_with(|| one(Path::new(path))).clone()
    }
}

/// The one document in a file.
fn one(path: &Path) -> Result<Arc<Document>, String> {
    let source = read::file(path, &path.to_string_lossy(), false);
    let source = source.map_err(|error| walk::reason(&error))?;
    let source = source.ok_or("it is too large, or binary data")?;
    let document = parse(&source, u32::MAX).documents.into_iter().next();
    document.map(Arc::new).ok_or("it is empty".to_owned())
}
