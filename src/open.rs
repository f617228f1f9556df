//! Opens files, and only those that reading comes to an end of.
//!
//! A folder or a schema may name a pipe that nobody writes to, or a device
//! without end; a pull request of a few bytes can bring one as a symbolic link.
//! What a person names is opened whatever it is, as `cat` opens it, so that
//! `plimsoll check <(helm template .)` works.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that do input and output"
)]

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Opens the file at `path`, which a person named or which was only found or
/// referred to.
///
/// # Errors
/// Whatever the operating system says, and that a file that nobody named is not
/// a regular one.
pub fn open(path: &Path, named: bool) -> io::Result<File> {
    if named {
        return File::open(path);
    }
    // Only to open a pipe may already block, so it is looked at first.
    let is_regular = std::fs::metadata(path)?.is_file();
    let file = is_regular.then(|| File::open(path)).transpose()?;
    file.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
}

/// The first bytes of a regular file, `limit` at most.
///
/// # Errors
/// As [`open`], for a file that nobody named.
pub fn head(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path, false)?
        .take(limit as u64)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a regular file of at most `limit` bytes; `None` for a longer one.
/// Bytes that are not UTF-8 become U+FFFD.
///
/// # Errors
/// As [`open`], for a file that nobody named.
pub fn text(path: &Path, limit: usize) -> io::Result<Option<String>> {
    let bytes = head(path, limit + 1)?;
    let text = || String::from_utf8_lossy(&bytes).into_owned();
    Ok((bytes.len() <= limit).then(text))
}
