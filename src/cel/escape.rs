//! Field names as rules write them: what is not a name of CEL is escaped.

use std::borrow::Cow;

/// Words that CEL keeps for itself.
const WORDS: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Whether a word is one that CEL keeps for itself.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    WORDS.binary_search(&word).is_ok()
}

/// What stands for the characters that no name of CEL has.
const CODES: [(&str, &str); 4] = [
    ("underscores__", "__"),
    ("dot__", "."),
    ("dash__", "-"),
    ("slash__", "/"),
];

/// The name under which rules see the field `name`; `None` when they cannot.
pub(super) fn escape(name: &str) -> Option<Cow<'_, str>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    if name.is_empty()
        || name.starts_with(|c: char| c.is_ascii_digit())
        || !name.chars().all(is_part)
    {
        return None;
    }
    if is_reserved(name) {
        return Some(Cow::Owned(format!("__{name}__")));
    }
    if !name.contains("__") && !name.contains(['-', '.', '/']) {
        return Some(Cow::Borrowed(name));
    }
    let mut out = String::with_capacity(name.len() + 8);
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        match CODES.iter().find(|(_, text)| rest.starts_with(text)) {
            Some((code, text)) => {
                out.push_str("__");
                out.push_str(code);
                rest = &rest[text.len()..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    Some(Cow::Owned(out))
}

/// The field that `name` stands for: `__dash__` for `-` and so on.
pub(super) fn unescape(name: &str) -> String {
    if !name.contains("__") {
        return name.to_owned();
    }
    let bare = name.strip_prefix("__").and_then(|it| it.strip_suffix("__"));
    if let Some(word) = bare.filter(|it| is_reserved(it)) {
        return word.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find("__") {
        out.push_str(&rest[..at]);
        let after = &rest[at + 2..];
        match CODES.iter().find(|(code, _)| after.starts_with(code)) {
            Some((code, text)) => {
                out.push_str(text);
                rest = &after[code.len()..];
            }
            None => {
                out.push_str("__");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
