//! Edits of manifests that several rules offer.
//!
//! Each gives `None` where it could touch more than it says: text that is
//! elsewhere as well by an alias, or lines that hold something else.

use crate::fix::Edit;
use crate::parse::{Node, Style};
use crate::source::Span;

/// Replaces `part` of a scalar by `text`, if it occurs exactly once.
/// `text` must mean itself in any quotes, and without.
#[must_use]
pub fn replace_part(node: Node<'_>, part: &str, text: &str) -> Option<Edit> {
    let span = part_span(node, part).filter(|_| !node.is_aliased())?;
    Some(Edit {
        span,
        text: text.to_owned(),
    })
}

/// Where `part` is in a scalar as it is written, if it is there exactly once.
pub(super) fn part_span(node: Node<'_>, part: &str) -> Option<Span> {
    let mut found = node.raw().match_indices(part).map(|(at, _)| at);
    let at = found.next().filter(|_| !part.is_empty())?;
    let start = node.span().start as usize + at;
    let once = found.next().is_none();
    once.then(|| Span::from_usize(start, start + part.len()))
}

/// Removes the entry that `value` is the value of, with its lines; there must be
/// other entries beside it.
#[must_use]
pub fn remove_entry(value: Node<'_>) -> Option<Edit> {
    let (key, map) = (value.key()?, value.parent()?);
    let alone = map.entries().nth(1).is_none();
    if alone || value.is_aliased() || map.style() != Style::Block {
        return None;
    }
    let text = value.document().text();
    let start = text.get(..key.span().start as usize)?.rfind('\n')? + 1;
    let end = value.span().end.max(key.span().end) as usize;
    let rest = text.get(end..)?;
    let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let indent = text.get(start..key.span().start as usize)?;
    // A comment on the line belongs to the entry and moves with it. After a key
    // without a value the colon is still to come.
    let after = rest[..line].trim_start_matches(':').trim();
    let own = indent.trim_matches(' ').is_empty() && (after.is_empty() || after.starts_with('#'));
    own.then(|| Edit {
        span: Span::from_usize(start, end + line),
        text: String::new(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::fix::apply;
    use crate::parse::parse;
    use crate::source::Source;

    fn without(text: &str, key: &str) -> Option<String> {
        let source = Source::new("a.yaml", text);
        let parsed = parse(&source, 0);
        let root = parsed.documents[0].root().unwrap();
        let map = root.items().next().unwrap_or(root);
        let edit = remove_entry(map.entry(key)?.value)?;
        apply(text, &[edit])
    }

    #[test]
    fn an_entry_goes_with_its_lines() {
        assert_eq!(
            without("a: 1\nb: # why\n  c: 2\nd: 3\n", "b").unwrap(),
            "a: 1\nd: 3\n"
        );
        assert_eq!(without("a: 1\nb: 2 # why", "b").unwrap(), "a: 1\n");
    }

    #[test]
    fn what_shares_its_line_stays() {
        assert_eq!(without("- a: 1\n  b: 2\n", "a"), None);
        assert_eq!(without("{a: 1, b: 2}\n", "a"), None);
        assert_eq!(without("\na: 1\n", "a"), None);
    }
}
