//! Manifests of a revision, read through the `git` command.

use super::Error;
use crate::read;
use crate::source::Source;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
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
    /// Reads `BASE`, `BASE..`, `BASE..HEAD`, and `BASE...HEAD`, which starts where
    /// the two went apart.
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
    if revision.starts_with('-') {
        return Err(Error::new(format!("`{revision}` is no revision")));
    }
    let kind = output(&["cat-file", "-t", &format!("{revision}^{{commit}}")])?;
    if kind != b"commit\n" {
        return Err(Error::new(format!("`{revision}` is no revision")));
    }
    let mut arguments = vec!["ls-tree", "-r", "-z", revision, "--"];
    let names: Vec<String> = paths.iter().map(|it| it.display().to_string()).collect();
    arguments.extend(names.iter().map(String::as_str));
    let listing = output(&arguments)?;
    let files = listing.split(|byte| *byte == 0).filter_map(blob);
    read_all(files.collect())
}

/// The number and the name of a file in a listing, when it is a manifest by its name.
fn blob(line: &[u8]) -> Option<(String, String)> {
    let line = String::from_utf8_lossy(line);
    let (head, name) = line.split_once('\t')?;
    let mut words = head.split(' ');
    let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
    let is_file = kind == "blob" && mode != "120000";
    let lower = name.to_ascii_lowercase();
    let ends = [".yaml", ".yml", ".json"];
    let is_manifest = is_file && ends.iter().any(|it| lower.ends_with(it));
    is_manifest.then(|| (id.to_owned(), name.to_owned()))
}

/// Reads the files through one process, one after the other.
fn read_all(files: Vec<(String, String)>) -> Result<Vec<Source>, Error> {
    let broken = || Error::new("git ended before all files were read");
    let mut child = Command::new("git")
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(cannot_run)?;
    let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(broken());
    };
    let mut from = BufReader::new(from);
    let mut sources = Vec::with_capacity(files.len());
    for (id, name) in files {
        let bytes = file(&id, &mut to, &mut from).ok_or_else(broken)?;
        sources.push(read::source(bytes, &name).as_found());
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

/// What a git command prints.
fn output(arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let done = Command::new("git")
        .args(arguments)
        .output()
        .map_err(cannot_run)?;
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
    Error::new(format!("git cannot be run: {error}"))
}
