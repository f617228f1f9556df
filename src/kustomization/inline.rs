//! A text within a text: a document that is the value of a scalar, with the way
//! back from places in it to places in the file.

use crate::decode::explain;
use crate::finding::{Finding, Place};
use crate::parse::{Document, Node, Parsed, Style, parse};
use crate::source::{Source, Span};

/// The documents that a scalar holds.
pub(super) struct Inline<'a> {
    /// The scalar.
    node: Node<'a>,
    /// Where each line of the text begins, in the text and in the file; empty where
    /// the text is not there line by line.
    lines: Vec<(u32, u32)>,
    documents: Vec<Document>,
}

impl<'a> Inline<'a> {
    /// Reads the text of a scalar; what is wrong with how it is written goes to
    /// `out`.
    pub(super) fn read(node: Node<'a>, text: &str, out: &mut Vec<Finding>) -> Self {
        let inner = Source::new("patch", text);
        let Parsed {
            documents,
            findings,
        } = parse(&inner, node.document().source());
        let read = Self {
            node,
            lines: lines(node, text).unwrap_or_default(),
            documents,
        };
        out.extend(findings.into_iter().map(|it| read.lift(it)));
        read
    }

    pub(super) fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.documents.iter().filter_map(Document::root)
    }

    pub(super) fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// A finding about the text as one about the file. An edit would have to keep
    /// the indentation and quotes around it, so none is offered.
    pub(super) fn lift(&self, mut finding: Finding) -> Finding {
        finding.document = self.node.document().index();
        finding.place = self.place(finding.place);
        for related in &mut finding.related {
            related.place = self.place(related.place);
        }
        finding.fix = None;
        finding
    }

    fn place(&self, place: Place) -> Place {
        let span = self.span(place.span).unwrap_or(head(self.node));
        Place { span, ..place }
    }

    fn span(&self, span: Span) -> Option<Span> {
        let at = |offset: u32| {
            let index = self.lines.partition_point(|it| it.0 <= offset);
            let (inner, outer) = *self.lines.get(index.checked_sub(1)?)?;
            Some(outer + (offset - inner))
        };
        // The end belongs to the line of what is before it.
        let last = span.end.max(span.start + 1) - 1;
        Some(Span::new(
            at(span.start)?,
            at(last)? + u32::from(!span.is_empty()),
        ))
    }
}

/// [`Node::head`]; for a text of many lines the key that it belongs to.
pub(super) fn head(node: Node<'_>) -> Span {
    match node.style() {
        Style::Literal | Style::Folded => node.key().map_or(explain::first_line(node), Node::span),
        _ => node.head(),
    }
}

/// Where the lines of a text are that is written as it is, but for indentation.
fn lines(node: Node<'_>, text: &str) -> Option<Vec<(u32, u32)>> {
    let span = node.span();
    let file = node.document().text();
    let written = span.text(file);
    let mut outer = span.start;
    let mut rest = written;
    match node.style() {
        Style::Literal => {
            let header = written.find('\n')? + 1;
            outer += u32::try_from(header).ok()?;
            rest = &written[header..];
        }
        Style::Single | Style::Double if !text.contains('\n') => {
            outer += 1;
            rest = written.get(1..)?;
        }
        Style::Plain if !text.contains('\n') => {}
        _ => return None,
    }
    let (mut found, mut inner) = (Vec::new(), 0);
    let mut written = rest.split_inclusive('\n');
    for line in text.split_inclusive('\n') {
        let full = written.next().unwrap_or_default();
        let bare = line.trim_end_matches('\n');
        let indent = match node.style() {
            Style::Literal => full
                .trim_end_matches(['\n', '\r'])
                .strip_suffix(bare)?
                .len(),
            _ => full.strip_prefix(bare).map(|_| 0)?,
        };
        found.push((inner, outer + u32::try_from(indent).ok()?));
        inner += u32::try_from(line.len()).ok()?;
        outer += u32::try_from(full.len()).ok()?;
    }
    Some(found)
}
