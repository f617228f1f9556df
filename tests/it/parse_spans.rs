//! Where scalars stand, and what they say, against a second reader of YAML.
//!
//! The recorded goldens hold values to Kubernetes' own; this holds spans to
//! another parser, where both read the same.
use crate::parse_support;
use granit_parser::{Event, Parser, ScalarStyle};
use plimsoll::parse::{Node, Style, parse};
use plimsoll::source::Source;
use std::ops::Range;

/// Texts that YAML 1.1, or Kubernetes, reads otherwise than YAML 1.2.
const APART: &[&str] = &[
    "plain colon comma in flow",
    "collection mapping empty flow key",
    "collection sequence empty flow key",
    "collection flow mapping colon end",
    "json leading nbsp",
];

/// The scalars that the other parser sees, if it reads the text: span and text.
/// Block scalars are left out: their spans start elsewhere there.
fn theirs(text: &str) -> Option<Vec<(Range<usize>, String)>> {
    let mut found = Vec::new();
    let mut parser = Parser::new_from_str(text);
    loop {
        let (event, span) = parser.next_event()?.ok()?;
        match event {
            Event::Scalar(value, style, ..) => {
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let range = span.byte_range()?;
                if !block && !range.is_empty() {
                    found.push((range, value.into_owned()));
                }
            }
            Event::DocumentEnd => return Some(found),
            _ => {}
        }
    }
}

/// The scalars that we see; only those with a text of their own have one here.
fn ours(text: &str) -> Option<Vec<(Range<usize>, Option<String>)>> {
    let parsed = parse(&Source::new("a.yaml", text), 0);
    let document = parsed.documents.first()?;
    document.root()?;
    let mut ids = 0..;
    let nodes = std::iter::from_fn(|| document.node(ids.next()?));
    let is_scalar = |node: &Node<'_>| {
        let block = matches!(node.style(), Style::Literal | Style::Folded);
        !(node.is_map() || node.is_seq() || block || node.span().is_empty())
    };
    let scalar = |node: Node<'_>| {
        let own = node.style() != Style::Plain || node.as_str() == Some(node.raw());
        let text = node.as_str().filter(|_| own).map(str::to_owned);
        (node.span().range(), text)
    };
    Some(nodes.filter(is_scalar).map(scalar).collect())
}

/// Whether both read the text and see the same; `None` where they do not compare.
fn same(text: &str) -> Option<bool> {
    // Aliases and merges are copies here; a break that is none in YAML 1.2 moves everything.
    if text.contains(['*', '&', '!', '\u{85}', '\u{2028}', '\u{2029}', '\u{FEFF}'])
        || text.contains("<<")
    {
        return None;
    }
    let (theirs, ours) = (theirs(text)?, ours(text)?);
    let pairs = theirs.iter().zip(&ours);
    let mut apart = pairs.filter(|(their, our)| {
        their.0 != our.0 || our.1.as_ref().is_some_and(|text| *text != their.1)
    });
    Some(theirs.len() == ours.len() && apart.next().is_none())
}

#[test]
fn scalars_stand_where_another_parser_sees_them() {
    let results: Vec<(String, bool)> = parse_support::torture()
        .into_iter()
        .filter(|(_, text)| text.len() < 5_000)
        .filter_map(|(name, text)| Some((name, same(&text)?)))
        .collect();
    assert!(
        results.len() > 300,
        "only {} texts are read by both",
        results.len()
    );
    let apart: Vec<&str> = (results.iter().filter(|it| !it.1))
        .map(|it| it.0.as_str())
        .collect();
    assert_eq!(apart, APART);
}
