//! Manifests of a revision, read through the `git` command.

use super::Error;
use crate::source::Source;
use crate::{read, walk};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};

/// What `--git` asks for.
#[derive(Debug)]
pub(super) struct Range {
    /// The revision before.
    pub(super) base: String,
    /// The revision after; `None` for the files as they are.
    pub(super) head: Option<String>,
}

impl Range {
    /// Reads `BASE`, `BASE..`, `BASE..HEAD`, and `BASE...HEAD`, which starts at
    /// their merge base.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let head = |it: &str| match it {
            "" => "HEAD".to_owned(),
            other => other.to_owned(),
        };
        if let Some((base, tip)) = text.split_once("...") {
            let (base, tip) = (head(base), head(tip));
            let fork = output(&["merge-base", "--", &base, &tip])?;
            let base = String::from_utf8_lossy(&fork).trim().to_owned();
            return Ok(Self {
                base,
                head: Some(tip),
            });
        }
        Ok(match text.split_once("..") {
            Some((base, tip)) => Self {
                base: head(base),
                head: Some(head(tip)),
            },
            None => Self {
                base: text.to_owned(),
                head: None,
            },
        })
    }
}

/// The manifests of `revision` below `paths`, with names as seen from here.
pub(super) fn sources(revision: &str, paths: &[PathBuf]) -> Result<Vec<Source>, Error> {
    check_revision(revision)?;
    let names: Vec<String> = paths.iter().map(|it| it.display().to_string()).collect();
    let mut arguments = vec!["ls-tree", "-r", "-z", "--long", revision, "--"];
    arguments.extend(names.iter().map(String::as_str));
    let listing = output(&arguments)?;
    let blobs = listing.split(|byte| *byte == 0).filter_map(blob);
    read_all(&blobs.collect::<Vec<_>>())
}

/// Whether `revision` has a file or folder at `path`, as seen from here.
pub(super) fn has(revision: &str, path: &Path) -> Result<bool, Error> {
    check_revision(revision)?;
    let name = path.display().to_string();
    // A folder is listed by what it holds: that of the repository has no entry of its own.
    Ok(!output(&["ls-tree", "-r", "--name-only", revision, "--", &name])?.is_empty())
}

fn check_revision(revision: &str) -> Result<(), Error> {
    let unknown = || Error::new(format!("`{revision}` is not a git revision"));
    if revision.starts_with('-') {
        return Err(unknown());
    }
    let kind = output(&["cat-file", "-t", &format!("{revision}^{{commit}}")])?;
    (kind == b"commit\n").then_some(()).ok_or_else(unknown)
}

/// A file of a revision.
struct Blob {
    id: String,
    name: String,
    size: usize,
}

/// A file in a listing, if it is a manifest by its name.
fn blob(line: &[u8]) -> Option<Blob> {
    let line = String::from_utf8_lossy(line);
    let (head, name) = line.split_once('\t')?;
    let mut words = head.split_ascii_whitespace();
    let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
    // Of an object that is missing there is no size; reading it says so.
    let size = words.next()?.parse().unwrap_or(0);
    let is_file = kind == "blob" && mode != "120000";
    (is_file && walk::is_manifest(Path::new(name))).then(|| Blob {
        id: id.to_owned(),
        name: name.to_owned(),
        size,
    })
}

/// Reads the files through one process, one after the other; those over the limit are
/// not asked for.
fn read_all(blobs: &[Blob]) -> Result<Vec<Source>, Error> {
    let broken = || Error::new("git exited before all files were read");
    let mut child = git()
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(cannot_run)?;
    let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(broken());
    };
    let mut from = BufReader::new(from);
    let mut sources = Vec::with_capacity(blobs.len());
    for Blob { id, name, size } in blobs {
        let source = match *size > read::LIMIT {
            true => read::too_large(name),
            false => read::source(file(id, &mut to, &mut from).ok_or_else(broken)?, name),
        };
        sources.push(source.as_found());
    }
    drop(to);
    // It has given all that was asked for; how it ends does not matter.
    let _ = child.wait();
    Ok(sources)
}

/// One file: a line with its size, its bytes, and a line break.
fn file(id: &str, to: &mut ChildStdin, from: &mut impl BufRead) -> Option<Vec<u8>> {
    writeln!(to, "{id}").ok()?;
    to.flush().ok()?;
    let mut head = String::new();
    from.read_line(&mut head).ok()?;
    let size: usize = head.trim_end().rsplit(' ').next()?.parse().ok()?;
    let mut bytes = Vec::new();
    from.take(size as u64 + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() == size + 1).then(|| {
        bytes.truncate(size);
        bytes
    })
}

/// A `git` that only reads the objects that are there. The repository may be a stranger's,
/// and its configuration names commands: for objects that are missing here (a promisor
/// remote), for hooks and for watching files. A bare repository among the files of another
/// one is not a repository.
fn git() -> Command {
    let mut git = Command::new("git");
    git.args(["--no-replace-objects", "--literal-pathspecs", "--no-pager"]);
    for setting in [
        "safe.bareRepository=explicit",
        "protocol.allow=never",
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
        "core.sshCommand=false",
        "credential.helper=",
    ] {
        git.args(["-c", setting]);
    }
    git.env("GIT_NO_LAZY_FETCH", "1")
        // It holds whatever the configuration allows; no protocol has this name.
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    git
}

/// What a git command prints.
fn output(arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let done = git().args(arguments).output().map_err(cannot_run)?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let reason = String::from_utf8_lossy(&done.stderr);
    let reason = reason.lines().next().unwrap_or("it failed");
    let reason = reason.trim_start_matches("fatal: ");
    Err(Error::new(format!("git: {reason}")))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` wants"
)]
fn cannot_run(error: std::io::Error) -> Error {
    Error::new(format!("cannot run git: {error}"))
}
