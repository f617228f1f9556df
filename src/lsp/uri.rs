//! `file:` URIs to paths, and back.
//!
//! Clients differ in what they escape (`C%3A` or `C:`, `[` or `%5B`), and some
//! send what no strict parser takes. So reading is tolerant, and one spelling,
//! that of [`from_path`], identifies a file here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The path of a `file:` URI; `None` for other schemes, other hosts, and what is
/// no UTF-8.
pub(super) fn to_path(uri: &str) -> Option<PathBuf> {
    let (scheme, rest) = uri.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = rest
        .split(['?', '#'])
        .next()
        .filter(|it| it.starts_with('/'))?;
    let path = decode(path)?;
    let drive = path.as_bytes().get(2) == Some(&b':');
    let path = if cfg!(windows) && drive {
        &path[1..]
    } else {
        &path
    };
    Some(PathBuf::from(path))
}

/// The `file:` URI of an absolute path, with all but unreserved characters escaped.
pub(super) fn from_path(path: &Path) -> String {
    let mut uri = String::from("file://");
    if cfg!(windows) {
        uri.push('/');
    }
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// The one spelling that identifies what `uri` names.
pub(super) fn canonical(uri: &str) -> String {
    to_path(uri).map_or_else(|| uri.to_owned(), |path| from_path(&path))
}

/// `text` with its `%XX` resolved; a `%` that starts none stands for itself.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => bytes.push(high << 4 | low),
            None => bytes.push(*first),
        }
        rest = tail.get(escaped.map_or(0, |_| 2)..).unwrap_or_default();
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        for path in ["/", "/a b/ü[1]#?.yaml", "/100%/가.yml", "/c:/x", "/%41"] {
            let uri = from_path(Path::new(path));
            assert_eq!(to_path(&uri).as_deref(), Some(Path::new(path)), "{uri}");
            assert!(uri.is_ascii());
        }
    }

    #[test]
    fn one_file_has_one_spelling() {
        let spelled = ["file:///a/[x].yaml", "FILE:///a/%5bx%5D.yaml"];
        let spelled = spelled.map(canonical);
        assert_eq!(
            spelled,
            ["file:///a/%5Bx%5D.yaml", "file:///a/%5Bx%5D.yaml"]
        );
        assert_eq!(canonical("file://localhost/a"), "file:///a");
        assert_eq!(canonical("untitled:Untitled-1"), "untitled:Untitled-1");
    }

    #[test]
    fn what_names_no_path_here_is_refused() {
        for uri in ["", "file:", "file://host/a", "http://x/a", "file:///%ff"] {
            assert_eq!(to_path(uri), None, "{uri}");
        }
        assert_eq!(to_path("file:///a%2"), Some(PathBuf::from("/a%2")));
    }
}
