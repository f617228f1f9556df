//! What went wrong, said to a person.

use super::event::{Problem, Reason};
use crate::finding::{Finding, Place, Severity};
use crate::source::{Source, Span};

/// The finding for a document that cannot be read.
pub(super) fn finding(source: &Source, id: u32, chunk: Span, problem: Problem) -> Finding {
    let end = chunk
        .end
        .min(u32::try_from(source.text().len()).unwrap_or(u32::MAX));
    let clamp = |at: usize| Span::from_usize(at, at).start.clamp(chunk.start, end);
    let at = clamp(problem.at);
    let span = Span::at(at);
    let message = match problem.reason {
        Reason::UnknownAnchor => "unknown anchor".to_owned(),
        other => format!("{other:?}"),
    };
    Finding::new(
        "yaml-syntax",
        Severity::Error,
        Place { source: id, span },
        message,
    )
}
