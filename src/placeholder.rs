//! Values that something else fills in before the API server sees them: `${NAME}`
//! of Flux and envsubst, `{{ … }}` of template engines, and what SOPS encrypted.
//!
//! Nobody knows their type, so nothing is said of it.

use regex::Regex;

/// How SOPS writes a value that it has encrypted.
const ENCRYPTED: &str = "ENC[AES256_GCM,";

/// The forms of placeholders in a run.
#[derive(Clone, Debug, Default)]
pub struct Placeholders {
    /// The only forms, where any are given.
    patterns: Vec<Regex>,
}

impl Placeholders {
    /// Those that match one of `patterns`; the usual ones where there is none.
    #[must_use]
    pub fn new(patterns: Vec<Regex>) -> Self {
        Self { patterns }
    }

    /// The first placeholder in a text, encrypted values included.
    #[must_use]
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        if let Some(at) = text.find(ENCRYPTED) {
            let end = text[at..].find(']').map_or(text.len(), |it| at + it + 1);
            return Some(&text[at..end]);
        }
        if self.patterns.is_empty() {
            return usual(text);
        }
        let mut patterns = self.patterns.iter();
        patterns.find_map(|it| it.find(text)).map(|it| it.as_str())
    }
}

/// Whether a text has been encrypted by SOPS, in part at least.
#[must_use]
pub fn is_encrypted(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), ENCRYPTED.as_bytes()).is_some()
}

/// `${NAME}`, with a default or an offset after the name, `$(NAME)`, and `{{ … }}`.
fn usual(text: &str) -> Option<&str> {
    const FRAMES: [(&str, &str); 3] = [("${", "}"), ("$(", ")"), ("{{", "}}")];
    FRAMES.iter().find_map(|(open, close)| {
        text.match_indices(open).find_map(|(at, _)| {
            let inside = &text[at + open.len()..];
            let length = inside.find(close)?;
            let is_name = *open == "{{" || begins_with_name(&inside[..length], *open == "${");
            is_name.then(|| &text[at..at + open.len() + length + close.len()])
        })
    })
}

/// Whether a text is a name of a variable, with an operator of the shell after it
/// where `operators` are allowed.
fn begins_with_name(text: &str, operators: bool) -> bool {
    let wordy = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let rest = text.trim_start_matches(wordy);
    let name = &text[..text.len() - rest.len()];
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    is_name
        && (rest.is_empty() || operators && rest.starts_with([':', '-', '=', '+', '?', '#', '/']))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_found() {
        let usual = Placeholders::default();
        for (text, found) in [
            ("${REPLICAS}", "${REPLICAS}"),
            ("web:${TAG:=1.4.2}", "${TAG:=1.4.2}"),
            ("${a:-b}-x", "${a:-b}"),
            ("$(IMAGE)", "$(IMAGE)"),
            ("a {{ .Values.x }} b", "{{ .Values.x }}"),
            (
                "ENC[AES256_GCM,data:ab,iv:c,type:int]",
                "ENC[AES256_GCM,data:ab,iv:c,type:int]",
            ),
        ] {
            assert_eq!(usual.find(text), Some(found), "{text}");
        }
        for text in [
            "",
            "$HOME",
            "${}",
            "${1}",
            "$(date +%s)",
            "{a}",
            "5$",
            "${A",
            "ENC[x]",
        ] {
            assert_eq!(usual.find(text), None, "{text}");
        }
    }

    #[test]
    fn patterns_take_the_place_of_the_usual_forms() {
        let own = Placeholders::new(vec![Regex::new("<%[a-z]+%>").unwrap()]);
        assert_eq!(own.find("a<%tag%>"), Some("<%tag%>"));
        assert_eq!(own.find("${TAG}"), None);
        assert!(own.find("ENC[AES256_GCM,data:a]").is_some());
    }
}
