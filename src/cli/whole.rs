//! Writes a file all at once: whoever reads it meanwhile finds what was there before, or all
//! of what is there now.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// The file that is being written beside the one that it will replace.
static ASIDE: Mutex<Option<PathBuf>> = Mutex::new(None);

static HANDLER: Once = Once::new();

/// The exit code of a process that was interrupted, as shells have it.
const INTERRUPTED: i32 = 130;

fn aside_now() -> MutexGuard<'static, Option<PathBuf>> {
    ASIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on the process leaves no half-written file behind when it is interrupted or
/// terminated.
fn clean_up_on_interrupt() {
    // Without a handler the file is left, as it is when the process is killed.
    let _ = ctrlc::set_handler(|| {
        // The lock stays with this thread, so that no other file is begun before the end.
        let aside = aside_now();
        if let Some(path) = &*aside {
            let _ = fs::remove_file(path);
        }
        process::exit(INTERRUPTED);
    });
}

/// Puts what `fill` writes in the place of the file at `path`, with the permissions and the
/// owner that it has.
pub(super) fn replace(
    path: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let aside = aside(path);
    let mut file = create(&aside)?;
    let written = fill(&mut file)
        .and_then(|()| keep_attributes(path, &aside, &file))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        // What is left of it helps nobody; the first error is the one to tell.
        let _ = fs::remove_file(&aside);
    }
    *aside_now() = None;
    written
}

/// Creates the file aside, and notes it for an interruption.
fn create(aside: &Path) -> io::Result<File> {
    HANDLER.call_once(clean_up_on_interrupt);
    let mut noted = aside_now();
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(aside)?;
    *noted = Some(aside.to_path_buf());
    Ok(file)
}

/// Writes a report to a file that was named. A repository may hold symbolic links of that
/// name: nothing is written through one.
pub(super) fn report(
    path: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let is_device = path.starts_with("/dev")
        || fs::symlink_metadata(path).is_ok_and(|it| !it.is_file() && !it.is_symlink());
    if is_device {
        return fill(&mut OpenOptions::new().write(true).open(path)?);
    }
    if path.is_symlink() {
        return Err(io::Error::other("is a symbolic link"));
    }
    if leads_out(path)? {
        return Err(io::Error::other(
            "its folder is a symbolic link out of the current folder",
        ));
    }
    replace(path, fill)
}

/// Whether a path that goes down from the current folder ends elsewhere.
fn leads_out(path: &Path) -> io::Result<bool> {
    let goes_down = |it: Component<'_>| matches!(it, Component::Normal(_) | Component::CurDir);
    if !path.components().all(goes_down) {
        return Ok(false);
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(is_outside(&fs::canonicalize(Path::new(".").join(folder))?))
}

/// Whether a path without symbolic links is not below the current folder.
pub(super) fn is_outside(path: &Path) -> bool {
    fs::canonicalize(".").is_ok_and(|here| !path.starts_with(here))
}

/// A name beside the file, so that both are on one file system. It is short, whatever the
/// file is called: a longer name may be too long.
fn aside(path: &Path) -> PathBuf {
    path.with_file_name(format!(".plimsoll-{}", std::process::id()))
}

/// Gives the file aside what the one that it replaces has.
fn keep_attributes(path: &Path, aside: &Path, file: &File) -> io::Result<()> {
    let Ok(before) = fs::metadata(path) else {
        return Ok(());
    };
    keep_owner(&before, aside)?;
    // After the owner: a change of it takes permissions away.
    file.set_permissions(before.permissions())
}

#[cfg(unix)]
fn keep_owner(before: &fs::Metadata, aside: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let now = fs::metadata(aside)?;
    if (before.uid(), before.gid()) == (now.uid(), now.gid()) {
        return Ok(());
    }
    chown(aside, Some(before.uid()), Some(before.gid()))
        .map_err(|error| io::Error::other(format!("its owner cannot be kept: {error}")))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
fn keep_owner(_: &fs::Metadata, _: &Path) -> io::Result<()> {
    Ok(())
}

/// How many names the file has.
#[cfg(unix)]
pub(super) fn names(file: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

/// How many names the file has, as far as it can be known.
#[cfg(not(unix))]
pub(super) fn names(_: &fs::Metadata) -> u64 {
    1
}
