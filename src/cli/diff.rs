//! `plimsoll diff`: what applying changed manifests does.

use super::args::{DiffArgs, FileArgs};
use super::git::{self, Range};
use super::input;
use super::schemas;
use super::tell;
use super::terminal::Out;
use super::{CLEAN, Error, FAILURE, FINDINGS};
use crate::catalog::Catalog;
use crate::config::Config;
use crate::diff::{self, Context};
use crate::engine::Engine;
use crate::report::diff::Comparison;
use crate::schema::Definitions;
use crate::source::Source;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &DiffArgs, out: &mut Out) -> Result<u8, Error> {
    let (old, new) = sides(args)?;
    // With half of the files, the other half would look removed.
    if old.failed || new.failed {
        return Ok(FAILURE);
    }
    let mut config = Config::default();
    config.namespace.clone_from(&args.namespace);
    config.kubernetes = args.kubernetes_version.map(Into::into);
    let engine = Engine::new(config);
    let catalog = Catalog::builtin();
    let definitions = definitions(args, &new.sources)?;
    let context = Context {
        catalog: &catalog,
        minor: engine.kubernetes(),
        definitions: &definitions,
    };
    let look = out.look;
    let bad = engine.survey(&old.sources, |before| {
        engine.survey(&new.sources, |after| {
            let diff = diff::compare(context, before, after);
            let comparison = Comparison {
                diff: &diff,
                old: &old.sources,
                new: &new.sources,
            };
            let written = (args.format.write)(&comparison, &look, out);
            written.map(|()| diff.is_bad())
        })
    })?;
    let old_unread = tell_unread(&engine, &old.sources)?;
    let unread = tell_unread(&engine, &new.sources)? || old_unread;
    Ok(if bad || unread { FINDINGS } else { CLEAN })
}

/// The schemas of `--schema-location` for the kinds of these objects.
fn definitions(args: &DiffArgs, sources: &[Source]) -> Result<Definitions, Error> {
    if args.schema_location.is_empty() {
        return Ok(Definitions::default());
    }
    let kinds = input::kinds(sources);
    let loaded = schemas::load(&args.schema_location, &|kind| kinds.contains(kind))?;
    Ok(loaded.definitions)
}

/// The manifests of one side.
struct Side {
    sources: Vec<Source>,
    /// Whether a path could not be read.
    failed: bool,
}

fn sides(args: &DiffArgs) -> Result<(Side, Side), Error> {
    let Some(range) = &args.git else {
        let [old, new] = args.paths.as_slice() else {
            let hint = "plimsoll diff OLD NEW, or plimsoll diff --git BASE[..HEAD] [PATH…]";
            return Err(Error::with_hint(
                "expected two files or folders: the current manifests and the new ones",
                Some(hint.to_owned()),
            ));
        };
        return Ok((files(old, &args.files)?, files(new, &args.files)?));
    };
    let here = [PathBuf::from(".")];
    let paths = match args.paths.as_slice() {
        [] => &here,
        some => some,
    };
    let range = Range::parse(range)?;
    let here = existing(paths, &range)?;
    let old = revision(&range.base, paths)?;
    let new = match &range.head {
        Some(head) => revision(head, paths)?,
        None => {
            let input = input::gather(&here, &args.files, None)?;
            tell::unchecked(&input.unchecked, false)?;
            Side {
                sources: input.sources,
                failed: input.failed,
            }
        }
    };
    Ok((old, new))
}

/// The paths that exist among the files, if that is the new side. Each must exist on one
/// side: a typo would look as if nothing changed.
fn existing(paths: &[PathBuf], range: &Range) -> Result<Vec<PathBuf>, Error> {
    let mut here = Vec::new();
    for path in paths {
        let is_here = range.head.is_none() && path.exists();
        let is_there = |revision: &String| git::has(revision, path);
        let is_known = is_here
            || path == Path::new(".")
            || is_there(&range.base)?
            || range.head.as_ref().map_or(Ok(false), is_there)?;
        if !is_known {
            let message = format!("{}: no such file or folder on either side", path.display());
            return Err(Error::new(message));
        }
        here.extend(is_here.then(|| path.clone()));
    }
    Ok(here)
}

fn files(path: &PathBuf, args: &FileArgs) -> Result<Side, Error> {
    let input = input::gather(std::slice::from_ref(path), args, None)?;
    tell::unchecked(&input.unchecked, false)?;
    Ok(Side {
        sources: input.sources,
        failed: input.failed,
    })
}

fn revision(name: &str, paths: &[PathBuf]) -> Result<Side, Error> {
    Ok(Side {
        sources: git::sources(name, paths)?,
        failed: false,
    })
}

/// Reports which documents could not be read, and are therefore not compared. True if
/// there are some.
fn tell_unread(engine: &Engine, sources: &[Source]) -> Result<bool, Error> {
    const UNREAD: [&str; 3] = ["yaml-syntax", "binary-file", "file-too-large"];
    tell::findings(engine, sources, |it| UNREAD.contains(&it.rule))
}
