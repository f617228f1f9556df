//! Text to [`Document`]s, read exactly as Kubernetes reads it.
//!
//! Four steps: `split` cuts the text into documents, a reader
//! (`yaml` or `json_events`) turns each into events, `build` turns the events
//! into the arena of [`node`], and `diagnose` turns what went wrong into findings.

mod alias;
mod around;
mod build;
mod causes;
mod diagnose;
mod equal;
mod event;
mod json;
mod json_events;
mod key;
pub mod node;
mod path;
pub mod scalar;
mod split;
mod stored;
mod yaml;

pub use json::{lines, to_json};
pub use node::{Document, Entry, Node, Style, Value};
pub(crate) use stored::key_bit;

use crate::finding::{Finding, Place, Severity};
use crate::source::{Source, Span};
use build::{Tree, build};
use diagnose::Mistake;
use event::{Events, Problem, Reason};
use json_events::JsonEvents;
use split::{Chunk, ChunkKind, split};
use std::sync::OnceLock;
use yaml::YamlEvents;

/// A source, read.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// Its documents in order, empty ones and refused ones included.
    pub documents: Vec<Document>,
    /// What is wrong with how it is written: `yaml-syntax`, `duplicate-key` and
    /// `yaml-dropped-text`.
    pub findings: Vec<Finding>,
}

/// Reads `source`, whose number in the run is `id`.
///
/// A mistake in one document never hides another: the one that Kubernetes would
/// refuse has no root and a finding, the others are read.
#[must_use]
pub fn parse(source: &Source, id: u32) -> Parsed {
    parse_among(source, id, 1)
}

/// [`parse`], for one of that many sources, all of which are kept: together they may
/// bring no more copies of aliases than memory has room for.
#[must_use]
pub fn parse_among(source: &Source, id: u32, sources: usize) -> Parsed {
    let mut reader = Reader {
        source,
        id,
        copies: alias::allowed_copies(source.text().len(), sources),
        parsed: Parsed::default(),
    };
    for chunk in split(source.text()) {
        reader.read(chunk);
    }
    reader.parsed
}

/// Reads the chunks of one source.
struct Reader<'a> {
    source: &'a Source,
    id: u32,
    /// How many more nodes aliases may bring.
    copies: usize,
    parsed: Parsed,
}

impl Reader<'_> {
    fn read(&mut self, chunk: Chunk) {
        let (start, end) = (chunk.span.start as usize, chunk.span.end as usize);
        let text = self.source.text();
        let copies = &mut self.copies;
        let outcome = match chunk.form {
            ChunkKind::Yaml if text[start..end].ends_with('\n') => {
                read_yaml(text, start, end, copies)
            }
            ChunkKind::Yaml => {
                // Kubernetes reads line by line and ends each with a line break.
                let mut ended = String::with_capacity(end + 1);
                ended.push_str(&text[..end]);
                ended.push('\n');
                read_yaml(&ended, start, end + 1, copies)
            }
            ChunkKind::Json => Outcome::new(build(
                text,
                end - start,
                JsonEvents::new(text, start),
                copies,
            )),
            ChunkKind::BadSeparator(at) => {
                Outcome::refused(Problem::new(Reason::Separator, at, start))
            }
            ChunkKind::BadJson(problem) => Outcome::refused(problem),
        };
        self.finish(chunk, outcome);
    }

    fn finish(&mut self, chunk: Chunk, outcome: Outcome) {
        let index = u32::try_from(self.parsed.documents.len()).unwrap_or(u32::MAX);
        let mut document = Document {
            text: self.source.shared_text(),
            decoded: outcome.decoded,
            nodes: Vec::new(),
            comments: outcome.comments,
            source: self.id,
            index,
            span: without_marker(self.source.text(), chunk.span),
            places: OnceLock::new(),
        };
        let first = self.parsed.findings.len();
        match outcome.result {
            Ok(tree) => {
                for &(earlier, later) in &tree.duplicates {
                    let finding = self.duplicate_key(&tree, earlier, later);
                    self.parsed.findings.extend(finding);
                }
                document.nodes = tree.nodes;
                if let Some(at) = outcome.end {
                    let finding = self.dropped_text(chunk.span, at);
                    self.parsed.findings.extend(finding);
                }
            }
            Err(problem) => {
                // What was meant as JSON is told what is wrong with it as JSON.
                let problem = match chunk.not_json {
                    Some(not_json) if is_like_json(chunk.span.text(self.source.text())) => not_json,
                    _ => problem,
                };
                let mistake = Mistake::new(self.source.text(), chunk.span, problem);
                let finding = mistake.finding(self.id, outcome.long_quote);
                self.parsed.findings.push(finding);
            }
        }
        for finding in &mut self.parsed.findings[first..] {
            finding.document = index;
        }
        self.parsed.documents.push(document);
    }

    fn place(&self, span: Span) -> Place {
        Place {
            source: self.id,
            span,
        }
    }

    fn duplicate_key(&self, tree: &Tree, earlier: u32, later: u32) -> Option<Finding> {
        let span = |id: u32| tree.nodes.get(id as usize).map(|data| data.span);
        let (first, second) = (span(earlier)?, span(later)?);
        let name = second.text(self.source.text());
        let message = format!("duplicate key {name} in this mapping");
        let finding = Finding::new(
            "duplicate-key",
            Severity::Error,
            self.place(second),
            message,
        );
        Some(
            finding
                .with_related(self.place(first), "first set here; this value is lost")
                .with_help("remove one of the two, or merge their values"),
        )
    }

    /// What follows the end of the document in its chunk, which Kubernetes never looks at.
    fn dropped_text(&self, chunk: Span, end: usize) -> Option<Finding> {
        let text = self.source.text();
        let rest = text.get(end..chunk.end as usize)?;
        let mut at = end;
        for line in rest.split_inclusive('\n') {
            let content = line.trim();
            if !content.is_empty() && !content.starts_with('#') {
                let start = at + (line.len() - line.trim_start().len());
                let span = Span::from_usize(start, start + content.len());
                let message = "this text is ignored: the document ended before it";
                let finding = Finding::new(
                    "yaml-dropped-text",
                    Severity::Warning,
                    self.place(span),
                    message.to_owned(),
                );
                return Some(finding.with_help(
                    "start a new document with a line that contains only ---, or remove the text",
                ));
            }
            at += line.len();
        }
        None
    }
}

/// Whether a text that starts with `{` continues as JSON does.
fn is_like_json(text: &str) -> bool {
    text.trim_start()
        .strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// The span of a chunk without the `---` line that it may begin with.
fn without_marker(text: &str, span: Span) -> Span {
    let chunk = span.text(text);
    if !chunk.starts_with("---") {
        return span;
    }
    let line = chunk.find('\n').map_or(chunk.len(), |at| at + 1);
    Span::from_usize(span.start as usize + line, span.end as usize)
}

/// What reading one chunk came to.
struct Outcome {
    result: Result<Tree, Problem>,
    decoded: String,
    comments: Vec<node::Comment>,
    /// Where the document ended, when that may be before the end of its chunk.
    end: Option<usize>,
    /// The last quoted scalar of several lines.
    long_quote: Option<Span>,
}

impl Outcome {
    fn new(built: (Result<Tree, Problem>, impl Events)) -> Self {
        let (result, events) = built;
        let (decoded, comments) = events.finish();
        Self {
            result,
            decoded,
            comments,
            end: None,
            long_quote: None,
        }
    }

    fn refused(problem: Problem) -> Self {
        Self {
            result: Err(problem),
            decoded: String::new(),
            comments: Vec::new(),
            end: None,
            long_quote: None,
        }
    }
}

/// How many bytes Kubernetes' YAML reader takes at a time.
const READ_BLOCK: usize = 512;

fn read_yaml(text: &str, start: usize, end: usize, copies: &mut usize) -> Outcome {
    // A byte order mark may begin any document.
    let content = match text[start..end].starts_with('\u{FEFF}') {
        true => start + '\u{FEFF}'.len_utf8(),
        false => start,
    };
    let control = yaml::chars::control_character(text, content, end);
    let limit = control.unwrap_or(end);
    let events = YamlEvents::new(&text.as_bytes()[..limit], content);
    let (result, events) = build(text, limit - content, events, copies);
    let (ended, reached, long_quote) = (events.end(), events.reached(), events.long_quote());
    let mut outcome = Outcome::new((result, events));
    outcome.end = ended;
    outcome.long_quote = long_quote;
    if let Some(at) = control {
        // It does no harm only where it is so far behind the end of the document
        // that it is never read.
        let read = start + (reached + 1 - start).next_multiple_of(READ_BLOCK);
        if outcome.result.is_err() || at < read {
            outcome.result = Err(Problem::new(Reason::ControlCharacter, at, at));
        }
    }
    outcome
}
