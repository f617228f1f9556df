//! `plimsoll check --fix` and `--diff`: writes the files that were fixed, or
//! prints what would be written.

use super::args::CheckArgs;
use super::input::Input;
use super::terminal::{self, Out};
use super::{Error, FAILURE, whole};
use crate::fix_all::Fixed;
use crate::patch;
use crate::read;
use crate::report::text::visible;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Whether fixes are to be made at all.
pub(super) fn is_wanted(args: &CheckArgs) -> bool {
    args.fix || args.diff || args.fix_only
}

/// Prints the differences; true where there is any.
pub(super) fn print_diff(done: &Fixed, input: &Input, out: &mut Out) -> io::Result<bool> {
    let mut any = false;
    for (_, before, source) in done.changed(&input.sources) {
        let name = visible(source.name().trim_start_matches('/'));
        let patch = patch::unified(&name, before, source.text());
        out.write_all(patch.as_bytes())?;
        any = true;
    }
    Ok(any)
}

/// Writes the files that have changed, and standard input to standard output.
/// Gives the exit code of a failure, where there was one.
pub(super) fn write(done: &Fixed, input: &Input, out: &mut Out) -> Result<Option<u8>, Error> {
    let mut failed = None;
    for (index, before, source) in done.changed(&input.sources) {
        let Some(path) = input.paths.get(index).and_then(Option::as_ref) else {
            continue;
        };
        if let Err(error) = replace(path, before, source.text()) {
            terminal::say(&format!("error: {}: not fixed: {error}", source.name()))?;
            failed = Some(FAILURE);
        }
    }
    if let Some(bytes) = &input.stdin {
        failed = pass_on(bytes, done, input, out)?.or(failed);
    }
    Ok(failed)
}

/// Writes standard input to standard output, fixed. Where nothing is fixed, or what was read
/// is not UTF-8 or too much, the bytes are passed on as they came: a filter must not lose
/// its input. Gives the exit code of a failure.
fn pass_on(bytes: &[u8], done: &Fixed, input: &Input, out: &mut Out) -> Result<Option<u8>, Error> {
    let mut changed = done.changed(&input.sources);
    let fixed = changed.find(|(index, ..)| *index == 0);
    match fixed {
        Some((_, before, source)) if before.as_bytes() == bytes => {
            out.raw(source.text().as_bytes())?;
            return Ok(None);
        }
        _ => out.raw(bytes)?,
    }
    if bytes.len() > read::LIMIT {
        out.raw_from(&mut io::stdin().lock())?;
    }
    let reason = match fixed {
        Some(_) => "its encoding is not UTF-8",
        None if bytes.len() > read::LIMIT => "it is too large",
        None => return Ok(None),
    };
    terminal::say(&format!("error: standard input: not fixed: {reason}"))?;
    Ok(Some(FAILURE))
}

/// Replaces the file that contains `before` by `after`. Permissions and the owner
/// stay, and so does a symbolic link to it.
fn replace(path: &Path, before: &str, after: &str) -> io::Result<()> {
    let refuse = |reason: &str| Err(io::Error::other(reason));
    let target = fs::canonicalize(path)?;
    if path.is_symlink() && whole::is_outside(&target) {
        return refuse("it is a symbolic link out of the current folder");
    }
    if fs::read(&target)? != before.as_bytes() {
        // It has another encoding, or it was changed meanwhile.
        return refuse("the file is not UTF-8, or has just changed");
    }
    let metadata = fs::metadata(&target)?;
    if metadata.permissions().readonly() {
        return refuse("the file is read-only");
    }
    if whole::names(&metadata) > 1 {
        return refuse("it has several hard links, and the others would keep the old text");
    }
    whole::replace(&target, |file| file.write_all(after.as_bytes()))
}
