//! Bytes to a [`Source`]: encodings, limits, and data that is not text.
//!
//! Text is decoded as kubectl does it: UTF-16 with a byte order mark, else
//! UTF-8 in which every bad byte sequence becomes U+FFFD. Offsets in a source
//! are those of the file, byte for byte, except in a file that is UTF-16.

use crate::ignored::Ignored;
use crate::open::open;
use crate::parse;
use crate::resolve::kustomize::{self, Wanted};
use crate::source::{Absent, Defect, Source, Span, may_hold_object};
use std::io::{self, Read};
use std::path::Path;

/// Files of more bytes are not checked. The largest object that etcd takes has
/// 1.5 MiB, so one of these is a dump of a whole cluster, or no manifest at all.
pub const LIMIT: usize = 32 << 20;

/// How many bytes tell whether a file is text, and whether it may hold an object.
const HEAD: usize = 64 << 10;

/// Reads a file. One that nobody `named` has to be a regular file.
///
/// `None` means that it is too large or binary, was only found (not
/// `named`), and does not look like a manifest: nothing that anybody asked for.
///
/// # Errors
/// Whatever the operating system says.
pub fn file(path: &Path, name: &str, named: bool) -> io::Result<Option<Source>> {
    let file = open(path, named)?;
    let size = file.metadata().map_or(0, |it| it.len());
    let bytes = limited(file, size)?;
    let is_data = bytes.len() > LIMIT || is_binary(&bytes);
    if is_data && !named && !is_like_object(&bytes) {
        return Ok(None);
    }
    let source = source(bytes, name);
    Ok(Some(if named { source } else { source.as_found() }))
}

/// A source from `folder` that knows which of the paths that it names as a
/// kustomization are not there. A kustomization in a file of another name is a
/// template or an example: nobody builds it where it is. What git leaves out is
/// made on the spot, or must not be in the repository.
#[must_use]
pub fn with_absent(source: Source, folder: &Path, ignored: &Ignored) -> Source {
    let name = source.name().rsplit('/').next().unwrap_or_default();
    if !kustomize::NAMES.contains(&name) {
        return source;
    }
    let parsed = parse::parse(&source, 0);
    let roots = parsed.documents.iter().filter_map(|it| it.root());
    let roots = roots.filter(|it| kustomize::is_kustomization(source.name(), *it));
    let listed = roots.flat_map(kustomize::listed);
    let absent = listed.filter_map(|it| absent(folder, it.path, it.wanted, ignored));
    let absent: Vec<Absent> = absent.collect();
    source.with_absent(absent)
}

fn absent(folder: &Path, path: &str, wanted: Wanted, ignored: &Ignored) -> Option<Absent> {
    let full = folder.join(path);
    let is_folder = full.is_dir();
    let has_own = || kustomize::NAMES.iter().any(|it| full.join(it).exists());
    let is_there = match is_folder {
        true => wanted == Wanted::File || has_own(),
        // What cannot be looked at may be there.
        false => full.try_exists().unwrap_or(true),
    };
    (!is_there && (is_folder || !ignored.is_by_git(&full))).then(|| Absent {
        path: path.into(),
        is_folder,
    })
}

/// Reads standard input to its end.
///
/// # Errors
/// Whatever the operating system says.
pub fn stdin(name: &str) -> io::Result<Source> {
    Ok(source(stdin_bytes()?, name))
}

/// The bytes of standard input; of more than [`LIMIT`] one more than that, and the rest is
/// left to be read.
///
/// # Errors
/// Whatever the operating system says.
pub fn stdin_bytes() -> io::Result<Vec<u8>> {
    limited(io::stdin().lock(), 0)
}

/// One byte more than the limit tells that it is too much. The `size` that a file
/// or a pipe claims only spares reading it in pieces.
fn limited(from: impl Read, size: u64) -> io::Result<Vec<u8>> {
    let most = LIMIT as u64 + 1;
    // The byte beyond the end is where its end is noticed.
    let claimed = usize::try_from(size.min(most)).unwrap_or(LIMIT);
    let mut bytes = Vec::with_capacity(claimed + 1);
    from.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A source without text, for a file of more than [`LIMIT`] bytes.
#[must_use]
pub fn too_large(name: &str) -> Source {
    Source::new(name, "").with_defects(vec![Defect {
        rule: "file-too-large",
        span: Span::at(0),
        message: format!("the file is larger than {} MiB", LIMIT >> 20),
        help: "check its parts one by one, or skip it with `--exclude`",
    }])
}

/// The text of `bytes`, with what is wrong with them. Data that is not text, or
/// too much of it, gives a source without text.
#[must_use]
pub fn source(bytes: Vec<u8>, name: &str) -> Source {
    if bytes.len() > LIMIT {
        return too_large(name);
    }
    if is_binary(&bytes) {
        return Source::new(name, "").with_defects(vec![Defect {
            rule: "binary-file",
            span: Span::at(0),
            message: "the file is binary data, which kubectl does not read".to_owned(),
            help: "save it as UTF-8 (UTF-16 needs a byte order mark), \
                   or skip it with `--exclude`",
        }]);
    }
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes, name),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes, name),
        _ => narrow(bytes, name),
    }
}

fn narrow(bytes: Vec<u8>, name: &str) -> Source {
    match String::from_utf8(bytes) {
        Ok(text) => Source::new(name, text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let bad = error.as_bytes().get(at).copied().unwrap_or_default();
            let message = format!("byte 0x{bad:02x} is not UTF-8; it is read as `\u{fffd}`");
            Source::new(name, text).with_defects(vec![encoding(at, message)])
        }
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16, name: &str) -> Source {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut first_bad = None;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        if decoded.is_err() {
            first_bad.get_or_insert(text.len());
        }
        text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if !rest.is_empty() {
        first_bad.get_or_insert(text.len());
        text.push(char::REPLACEMENT_CHARACTER);
    }
    let defect = first_bad.map(|at| {
        let message = "incomplete UTF-16 character; it is read as `\u{fffd}`";
        encoding(at, message.to_owned())
    });
    Source::new(name, text).with_defects(defect.into_iter().collect())
}

fn encoding(at: usize, message: String) -> Defect {
    Defect {
        rule: "yaml-encoding",
        span: Span::from_usize(at, at + char::REPLACEMENT_CHARACTER.len_utf8()),
        message,
        help: "save the file as UTF-8",
    }
}

/// Whether it is not text: a NUL where the rest is not UTF-8 either, or where
/// there are many. A single one among text is left to the parser, which refuses
/// only the document that it is in.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    if matches!(head, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
        return false;
    }
    let nuls = memchr::memchr_iter(0, head).count();
    // The head may end inside of a character.
    let is_utf8 = std::str::from_utf8(head).map_or_else(|it| it.error_len().is_none(), |_| true);
    nuls > 0 && (!is_utf8 || nuls * 10 > head.len())
}

/// Whether its head looks like that of an object, in whatever encoding.
fn is_like_object(bytes: &[u8]) -> bool {
    let mut head = bytes[..bytes.len().min(HEAD)].to_vec();
    head.retain(|&byte| byte != 0);
    may_hold_object(&head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(source: &Source) -> Vec<&'static str> {
        source.defects().iter().map(|it| it.rule).collect()
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xFEFF)
            .chain(text.encode_utf16())
            .flat_map(bytes)
            .collect()
    }

    #[test]
    fn utf_16_with_a_mark_is_text() {
        for bytes in [
            utf16("a: é😀\n", u16::to_le_bytes),
            utf16("a: é😀\n", u16::to_be_bytes),
        ] {
            let source = source(bytes, "a.yaml");
            assert_eq!(source.text(), "a: é😀\n");
            assert_eq!(source.defects(), []);
        }
    }

    #[test]
    fn broken_utf_16_is_reported_once() {
        let mut bytes = utf16("a: b\n", u16::to_le_bytes);
        bytes.extend([0x00, 0xD8, b'x', 0, 7]);
        let source = source(bytes, "a.yaml");
        assert_eq!(source.text(), "a: b\n\u{fffd}x\u{fffd}");
        assert_eq!(rules(&source), ["yaml-encoding"]);
        assert_eq!(source.defects()[0].span, Span::new(5, 8));
    }

    #[test]
    fn bad_bytes_become_replacement_characters_and_one_defect() {
        let source = source(b"a: caf\xe9\nb: \xff\n".to_vec(), "a.yaml");
        assert_eq!(source.text(), "a: caf\u{fffd}\nb: \u{fffd}\n");
        assert_eq!(rules(&source), ["yaml-encoding"]);
        assert_eq!(source.defects()[0].span, Span::new(6, 9));
        assert!(source.defects()[0].message.contains("0xe9"));
    }

    #[test]
    fn a_byte_order_mark_stays_so_that_offsets_are_those_of_the_file() {
        let source = source(b"\xef\xbb\xbfa: b\n".to_vec(), "a.yaml");
        assert_eq!(source.text().len(), 8);
        assert_eq!(source.position(3).column, 1);
    }

    #[test]
    fn binary_data_is_no_text_but_one_nul_is_a_matter_of_the_parser() {
        assert_eq!(
            rules(&source(b"\x7fELF\0\0\xff\xfe".to_vec(), "a.yaml")),
            ["binary-file"]
        );
        let unmarked: Vec<u8> = "kind: Pod".bytes().flat_map(|it| [it, 0]).collect();
        assert_eq!(rules(&source(unmarked, "a.yaml")), ["binary-file"]);
        assert_eq!(
            rules(&source(b"a: b\n---\nkind: a\0b\n".to_vec(), "a.yaml")),
            [""; 0]
        );
    }

    #[test]
    fn a_file_above_the_limit_has_no_text() {
        let large = source(vec![b'#'; LIMIT + 1], "a.yaml");
        assert_eq!((rules(&large), large.text()), (vec!["file-too-large"], ""));
        assert_eq!(rules(&source(vec![b'#'; LIMIT], "a.yaml")), [""; 0]);
    }
}
