//! A file's text to the texts of its documents, exactly as kubectl splits it.
//!
//! Kubernetes does not split by YAML's rules but by lines: one that starts with
//! `---` ends a document, wherever it is, and may be followed by nothing but a
//! comment. A file whose first character is `{` is a stream of JSON values as
//! long as it lasts. Splitting before parsing also means that a mistake in one
//! document cannot reach the next.

use super::event::{Events, Kind, Problem};
use super::json_events::JsonEvents;
use crate::source::Span;
use memchr::memmem;

/// How far into a file kubectl looks for the `{` of a JSON stream, in bytes.
const JSON_LOOKAHEAD: usize = 4096;

/// One document's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Chunk {
    pub(crate) span: Span,
    pub(crate) form: ChunkKind,
    /// Why it is not JSON, although it starts like it.
    pub(crate) not_json: Option<Problem>,
}

/// What a chunk holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ChunkKind {
    Yaml,
    Json,
    /// Text follows `---`, at that offset. Kubernetes drops the document before it too.
    BadSeparator(usize),
    /// Neither JSON nor anything else: reading ends here.
    BadJson(Problem),
}

/// Splits `text` into documents, empty ones included.
pub(crate) fn split(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    // The reader stage may leave a byte order mark; Kubernetes drops it.
    let start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let start = start.min('\u{FEFF}'.len_utf8());
    if !is_json(&text.as_bytes()[start..]) {
        split_yaml(text, start, &mut chunks);
    } else if let Some((from, problem)) = split_json(text, start, &mut chunks) {
        let first = chunks.len();
        split_yaml(text, from, &mut chunks);
        if let Some(chunk) = chunks.get_mut(first) {
            chunk.not_json = Some(problem);
        }
    }
    chunks
}

/// Whether the first character that is not white space is a `{`.
fn is_json(bytes: &[u8]) -> bool {
    let head = bytes.get(..JSON_LOOKAHEAD).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head);
    head.trim_start().starts_with('{')
}

fn split_yaml(text: &str, from: usize, chunks: &mut Vec<Chunk>) {
    let bytes = text.as_bytes();
    let finder = memmem::Finder::new("\n---");
    let next_marker = |at: usize| finder.find(&bytes[at..]).map(|found| at + found + 1);
    let mut start = from;
    // A marker at the very start of a chunk belongs to it.
    let mut search = from;
    loop {
        let first_line = search == start && bytes[start..].starts_with(b"---");
        let marker = match first_line {
            true => Some(start),
            false => next_marker(search),
        };
        let Some(marker) = marker else { break };
        let rest = &bytes[marker..];
        let line_end = marker + memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1);
        let line = &text[marker + 3..line_end];
        let after = line.trim_start();
        if !after.is_empty() && !after.starts_with('#') {
            let at = line_end - after.len();
            chunks.push(chunk(start, line_end, ChunkKind::BadSeparator(at)));
            (start, search) = (line_end, line_end);
        } else if first_line {
            // The next marker may follow at once; look from the line break on.
            search = line_end.saturating_sub(1).max(start + 1);
        } else {
            chunks.push(chunk(start, marker, ChunkKind::Yaml));
            (start, search) = (line_end, line_end);
        }
    }
    if start < text.len() {
        chunks.push(chunk(start, text.len(), ChunkKind::Yaml));
    }
}

fn chunk(start: usize, end: usize, form: ChunkKind) -> Chunk {
    Chunk {
        span: Span::from_usize(start, end),
        form,
        not_json: None,
    }
}

/// Takes JSON values from `start` on; returns where YAML continues, if anywhere,
/// and why that is not JSON.
fn split_json(text: &str, start: usize, chunks: &mut Vec<Chunk>) -> Option<(usize, Problem)> {
    let mut consumed = start;
    loop {
        let rest = &text[consumed..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        if spaces == rest.len() {
            return None;
        }
        match json_end(text, consumed + spaces) {
            Ok(end) => {
                chunks.push(chunk(consumed + spaces, end, ChunkKind::Json));
                consumed = end;
            }
            Err(problem) => {
                // After two values it remains a JSON stream.
                let yaml_from = match chunks.len() {
                    0 | 1 => skip_white_space(text, consumed),
                    _ => None,
                };
                if yaml_from.is_none() {
                    let bad = chunk(consumed + spaces, text.len(), ChunkKind::BadJson(problem));
                    chunks.push(bad);
                }
                return yaml_from.map(|from| (from, problem));
            }
        }
    }
}

/// Where the JSON value that starts at `start` ends, or where it is wrong.
fn json_end(text: &str, start: usize) -> Result<usize, Problem> {
    let mut events = JsonEvents::new(text, start);
    loop {
        let event = events.next()?;
        if matches!(event.kind, Kind::Done) {
            return Ok(event.span.end as usize);
        }
    }
}

/// White space up to and including the first line break, as kubectl skips it
/// when it gives up on JSON. It looks at four bytes at a time and gives up
/// altogether when there are fewer.
fn skip_white_space(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = &text[at..];
        if rest.len() < 4 {
            return None;
        }
        let first = rest.chars().next()?;
        if !first.is_whitespace() {
            return Some(at);
        }
        at += first.len_utf8();
        if first == '\n' {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        let chunks = split(text);
        chunks.into_iter().map(|it| it.span.text(text)).collect()
    }

    #[test]
    fn documents_end_at_lines_that_start_with_three_dashes() {
        assert_eq!(texts("a\n---\nb"), ["a\n", "b"]);
        assert_eq!(texts("---\na\n--- # c\r\nb\n---\n"), ["---\na\n", "b\n"]);
        assert_eq!(texts("---\n---\na"), ["---\n", "a"]);
        assert_eq!(texts("a\n---\n---\nb"), ["a\n", "---\nb"]);
        assert_eq!(texts("# only\n"), ["# only\n"]);
        assert_eq!(texts("a\n ---\nb"), ["a\n ---\nb"]);
        assert_eq!(texts("---"), ["---"]);
        assert!(texts("").is_empty());
    }

    #[test]
    fn text_after_the_dashes_spoils_the_document_before() {
        let chunks = split("a\n--- b\nc");
        assert_eq!(chunks[0].form, ChunkKind::BadSeparator(6));
        assert_eq!(texts("a\n--- b\nc"), ["a\n--- b\n", "c"]);
    }

    #[test]
    fn json_values_follow_one_another() {
        assert_eq!(texts("{} {\"a\":1}\n[]"), ["{}", "{\"a\":1}", "[]"]);
        assert_eq!(texts("{}\n---\na: 1\n"), ["{}", "---\na: 1\n"]);
        assert_eq!(texts("{a: 1}\n"), ["{a: 1}\n"]);
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(texts("\u{FEFF}---\na"), ["---\na"]);
    }
}
