//! Text to [`Document`]s, read exactly as Kubernetes reads it.

pub mod node;

pub use node::{Document, Entry, Node, Style, Value};

use crate::finding::Finding;
use crate::source::Source;

/// The documents of a source, and what is wrong with its text.
#[derive(Debug)]
pub struct Parsed {
    /// All documents, empty ones included, in order.
    pub documents: Vec<Document>,
    /// What is wrong with the text; the documents that are not concerned are whole.
    pub findings: Vec<Finding>,
}

/// Reads all documents of `source`; `id` is its number in the run.
#[must_use]
pub fn parse(source: &Source, id: u32) -> Parsed {
    let _ = (source, id);
    Parsed {
        documents: Vec::new(),
        findings: Vec::new(),
    }
}
