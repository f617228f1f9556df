//! Mapping keys: how they become the strings that JSON needs, and which are the same.

use super::build::Key;
use super::event::Reason;
use super::stored::Stored;
use crate::kube::base64;
use rustc_hash::FxHasher;
use std::hash::Hasher as _;

/// Mappings of up to that many keys are searched pair by pair.
const SMALL: usize = 24;

/// A key as a string.
#[derive(Debug, PartialEq)]
pub(super) enum Canonical {
    /// As it is written.
    Same,
    Other(String),
    Refused(Reason),
}

/// The string that Kubernetes makes of a key of another type, written as `text`.
pub(super) fn canonical(key: Stored, text: &str) -> Canonical {
    let name = match key {
        Stored::Bool(it) => it.to_string(),
        Stored::Int(it) => it.to_string(),
        Stored::Float(it) => float(it),
        Stored::Uint(_) => return Canonical::Refused(Reason::HugeKey),
        Stored::Null => return Canonical::Refused(Reason::NullKey),
        Stored::Str(_) | Stored::Map { .. } | Stored::Seq(_) => return Canonical::Same,
    };
    match name == text {
        true => Canonical::Same,
        false => Canonical::Other(name),
    }
}

/// A float as a key: Go's `%g` with the precision of an `f32`.
fn float(key: f64) -> String {
    #[allow(clippy::cast_possible_truncation)]
    let single = key as f32;
    if single.is_nan() {
        return ".nan".to_owned();
    }
    if single.is_infinite() {
        return if single > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{single:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return single.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// A hash of a key, to compare keys by.
#[inline]
pub(super) fn hash(name: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    let wide = hasher.finish();
    (wide ^ (wide >> 32)) as u32
}

/// The keys that a later one replaces, each with the next of the same name.
pub(super) fn duplicates<'a>(keys: &[Key], name: impl Fn(&Key) -> &'a str) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    if keys.len() <= SMALL {
        for (at, earlier) in keys.iter().enumerate() {
            let later = keys[at + 1..]
                .iter()
                .find(|it| it.hash == earlier.hash && name(it) == name(earlier));
            found.extend(later.map(|later| (earlier.node, later.node)));
        }
        return found;
    }
    let mut sorted: Vec<&Key> = keys.iter().collect();
    sorted.sort_unstable_by(|a, b| {
        (a.hash.cmp(&b.hash))
            .then_with(|| name(a).cmp(name(b)))
            .then_with(|| a.node.cmp(&b.node))
    });
    for pair in sorted.windows(2) {
        if pair[0].hash == pair[1].hash && name(pair[0]) == name(pair[1]) {
            found.push((pair[0].node, pair[1].node));
        }
    }
    found.sort_unstable();
    found
}

/// Decodes base64. Bytes that are not UTF-8 become U+FFFD, as they do in JSON.
pub(super) fn base64(text: &str) -> Option<String> {
    let bytes = base64::decode(text)?;
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // Go replaces each byte by its own.
        text.extend(chunk.invalid().iter().map(|_| '\u{FFFD}'));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_strings_as_in_kubernetes() {
        for (key, expected) in [
            (1.5, "1.5"),
            (1.1, "1.1"),
            (1e300, ".inf"),
            (1e21, "1e+21"),
            (1e-7, "1e-07"),
            (f64::NAN, ".nan"),
            (2.345_678_912_3, "2.3456788"),
            (1e5, "100000"),
            (1e6, "1e+06"),
        ] {
            assert_eq!(float(key), expected);
        }
        assert_eq!(canonical(Stored::Bool(true), "true"), Canonical::Same);
        let yes = canonical(Stored::Bool(true), "yes");
        assert_eq!(yes, Canonical::Other("true".into()));
        let null = canonical(Stored::Null, "~");
        assert_eq!(null, Canonical::Refused(Reason::NullKey));
    }

    #[test]
    fn each_key_is_paired_with_the_next_of_its_name() {
        let names = |n: u32| ["a", "b", "a", "c", "a"][n as usize % 5];
        let key = |node| Key {
            hash: hash(names(node)),
            node,
        };
        let keys: Vec<Key> = (0..5).map(key).collect();
        assert_eq!(duplicates(&keys, |it| names(it.node)), [(0, 2), (2, 4)]);
        let many: Vec<Key> = (0..30).map(key).collect();
        assert_eq!(duplicates(&many, |it| names(it.node)).len(), 27);
    }

    #[test]
    fn base64_is_padded_and_standard() {
        assert_eq!(base64("aGVsbG8=").as_deref(), Some("hello"));
        assert_eq!(base64("aGVs\nbG8h").as_deref(), Some("hello!"));
        assert_eq!(base64("4oI=").as_deref(), Some("\u{FFFD}\u{FFFD}"));
        assert_eq!(base64("aGVsbG8"), None);
        assert_eq!(base64("a-Vs"), None);
        assert_eq!(base64(""), Some(String::new()));
    }
}
