//! Field names as rules write them: what is no name of CEL is escaped.

/// Words of CEL that a field may be called.
const WORDS: &[&str] = &[
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// The field that `name` stands for: `__dash__` for `-` and so on.
pub(super) fn unescape(name: &str) -> String {
    if !name.contains("__") {
        return name.to_owned();
    }
    let bare = name.strip_prefix("__").and_then(|it| it.strip_suffix("__"));
    if let Some(word) = bare.filter(|it| WORDS.contains(it)) {
        return word.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find("__") {
        out.push_str(&rest[..at]);
        let after = &rest[at + 2..];
        let known = [
            ("underscores__", "__"),
            ("dot__", "."),
            ("dash__", "-"),
            ("slash__", "/"),
        ];
        match known.iter().find(|(code, _)| after.starts_with(code)) {
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
