//! What went wrong in a document, said to a person, where the mistake is.
//!
//! A scanner notices a mistake where it can go no further, which is often lines
//! after it: a forgotten quote ends at the next quote, text without a colon
//! becomes part of the next key. So the common mistakes are looked for first
//! (`causes`), in the text around; what is left is told as the scanner has it.

use super::causes::quoted;
use super::event::{Problem, Reason};
use crate::finding::{Finding, Place, Related, Severity};
use crate::source::Span;

/// A document that cannot be read, and the text around the place.
pub(super) struct Mistake<'a> {
    pub(super) text: &'a str,
    pub(super) chunk: Span,
    pub(super) reason: Reason,
    /// Where it was noticed.
    pub(super) at: usize,
    /// Where the thing starts that was being read.
    pub(super) context: usize,
}

/// What is said about it.
pub(super) struct Verdict {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) related: Option<(Span, &'static str)>,
}

impl Verdict {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
            related: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn related(mut self, span: Span, message: &'static str) -> Self {
        self.related = Some((span, message));
        self
    }
}

impl<'a> Mistake<'a> {
    pub(super) fn new(text: &'a str, chunk: Span, problem: Problem) -> Self {
        let (start, end) = (chunk.start as usize, chunk.end as usize);
        let end = end.min(text.len());
        let inside = |at: usize| text.floor_char_boundary(at.clamp(start, end));
        Self {
            text,
            chunk,
            reason: problem.reason,
            at: inside(problem.at),
            context: inside(problem.context),
        }
    }

    /// The finding. `long_quote` is the last quoted scalar of several lines.
    pub(super) fn finding(&self, source: u32, long_quote: Option<Span>) -> Finding {
        let verdict = self.cause(long_quote).unwrap_or_else(|| self.plainly());
        let place = |span| Place { source, span };
        let mut finding = Finding::new(
            "yaml-syntax",
            Severity::Error,
            place(verdict.span),
            verdict.message,
        );
        finding.help = verdict.help;
        finding.related = (verdict.related.into_iter())
            .map(|(span, message)| Related {
                place: place(span),
                message: message.to_owned(),
            })
            .collect();
        finding
    }

    /// What the reader has to say, without guessing at a cause.
    fn plainly(&self) -> Verdict {
        match self.reason {
            Reason::ControlCharacter => self.control_character(),
            Reason::NoToken => self.no_token(),
            Reason::KeyWithoutColon => self.key_without_colon(),
            Reason::ValueNotAllowed => self.value_not_allowed(),
            Reason::TabInPlain | Reason::TabInBlockScalar => self.tab(),
            Reason::UnclosedQuote | Reason::MarkerInQuote => self.unclosed_quote(self.context),
            Reason::AnchorName => self.anchor_name(),
            Reason::Directive | Reason::DirectiveWithoutStart => self.directive(),
            Reason::ExpectedDash | Reason::ExpectedKey => self.misplaced(),
            Reason::NoContent => self.no_content(),
            Reason::ExpectedInFlowSequence => self.in_flow("]"),
            Reason::ExpectedInFlowMapping => self.in_flow("}"),
            Reason::Separator => self.separator(),
            Reason::Json => self.json(),
            _ => self.scalar().unwrap_or_else(|| self.refused()),
        }
    }

    /// What is wrong inside one scalar, tag or indicator.
    fn scalar(&self) -> Option<Verdict> {
        let here = self.word_at(self.at);
        Some(match self.reason {
            Reason::EntryNotAllowed => {
                Verdict::new(here, "a list item cannot start on the line of its key")
                    .help("put the list on the next line, or write it as [a, b]")
            }
            Reason::KeyNotAllowed => Verdict::new(here, "no key can start here"),
            Reason::BlockScalarHeader => {
                let indicator = self.characters(self.context, 1).text(self.text);
                let message = format!("no text may follow {indicator} on its line");
                Verdict::new(self.rest_of_line(self.at), message)
                    .help("start the text on the next line, indented")
            }
            Reason::ZeroIndicator => Verdict::new(here, "a block cannot be indented by 0")
                .help("remove the number: the first line sets the indentation"),
            Reason::UnknownEscape => {
                let escape = self.characters(self.at, 2);
                let message = format!("{} is not a valid escape sequence", escape.text(self.text));
                Verdict::new(escape, message)
                    .help("in double quotes write \\\\ for a backslash, or use single quotes")
            }
            Reason::NotHex | Reason::NotUnicode => {
                let escape = self.escape_at(self.at);
                let message = format!("{} is not a valid character", escape.text(self.text));
                Verdict::new(escape, message).help(
                    "\\x takes 2 hexadecimal digits, \\u 4 and \\U 8; write \\\\ for a backslash",
                )
            }
            Reason::Tag => {
                let start = self.word_at(self.context);
                Verdict::new(
                    start,
                    format!("{} is not a valid tag", start.text(self.text)),
                )
                .help("a value that starts with ! must be quoted")
            }
            Reason::UndefinedTagHandle => {
                let tag = here.text(self.text);
                Verdict::new(
                    here,
                    format!("the tag {tag} uses a handle that is not defined"),
                )
            }
            Reason::TooDeep => Verdict::new(here, "nested deeper than 10000 levels"),
            _ => return None,
        })
    }

    /// What is well-formed, but cannot be made an object.
    fn refused(&self) -> Verdict {
        let here = match self.reason {
            Reason::UnknownAnchor
            | Reason::SelfReference
            | Reason::ExcessiveAliasing
            | Reason::TooManyCopies => self.alias_at(self.at),
            _ => self.word_at(self.at),
        };
        let found = here.text(self.text);
        let verdict = |message: String| Verdict::new(here, message);
        match self.reason {
            Reason::UnknownAnchor => verdict(format!(
                "unknown anchor {}",
                quoted(found.trim_start_matches('*'))
            ))
            .help("a value that starts with * refers to an anchor; quote it if it is text"),
            Reason::SelfReference => verdict(format!("{found} refers to a value that contains it")),
            Reason::ExcessiveAliasing => {
                verdict("too much of the document comes from aliases".to_owned())
                    .help("write the values out; Kubernetes refuses documents that expand so far")
            }
            Reason::TooManyCopies => verdict("the aliases expand to too many values".to_owned())
                .help("write the values out; Kubernetes may accept them, plimsoll does not read so many"),
            Reason::NestedMerges => verdict("too many merge keys inside each other".to_owned())
                .help("merge the values of the inner `<<`; plimsoll reads no more than 32 levels"),
            Reason::ComplexKey => verdict("a mapping or list cannot be a key".to_owned())
                .help("quote the key, or the whole value if it is text"),
            Reason::NullKey => verdict("a key cannot be null".to_owned()).help("quote the key"),
            Reason::HugeKey => {
                verdict(format!("the number {found} is too large for a key")).help("quote the key")
            }
            Reason::MergeValue => verdict("<< requires a mapping or a list of mappings".to_owned()),
            Reason::NotANumber => {
                verdict(format!("JSON cannot represent {found}")).help("quote the value if it is text")
            }
            Reason::WrongTag if found.parse().is_ok_and(f64::is_infinite) => {
                verdict(format!("the number {found} is too large"))
            }
            Reason::WrongTag => verdict(format!("{found} does not match its tag")),
            _ => verdict("the value is not base64, which !!binary requires".to_owned()),
        }
    }

    fn control_character(&self) -> Verdict {
        let span = self.characters(self.at, 1);
        let code = span.text(self.text).chars().next().map_or(0, u32::from);
        Verdict::new(
            span,
            format!("the control character U+{code:04X} is not allowed"),
        )
        .help("remove it, or write it as an escape sequence in double quotes")
    }

    fn directive(&self) -> Verdict {
        let span = self.rest_of_line(self.line_start(self.context));
        Verdict::new(span, "Kubernetes does not read YAML directives")
            .help("remove the line; if it is text, indent or quote it")
    }

    fn separator(&self) -> Verdict {
        let span = self.rest_of_line(self.at);
        let found = span.text(self.text);
        let verdict = Verdict::new(
            span,
            format!(
                "{} follows --- on the same line, where only a comment is allowed",
                quoted(found)
            ),
        );
        let line = self.rest_of_line(self.line_start(self.at)).text(self.text);
        verdict.help(if line.starts_with("-----") {
            "a line that starts with --- separates documents: indent the text below its key"
        } else {
            "start the document on the next line"
        })
    }

    fn json(&self) -> Verdict {
        let found = self.characters(self.at, 1);
        if self.text[self.context..].starts_with('"') && self.context < self.at {
            let span = self.rest_of_line(self.context);
            let message = match found.text(self.text) {
                "" | "\n" | "\r" => "this string is never closed",
                _ => "JSON does not allow all characters of this string",
            };
            return Verdict::new(span, message);
        }
        let word = self.word_at(self.at);
        match found.text(self.text) {
            "" => Verdict::new(
                self.end(),
                "the JSON ends before all its brackets are closed",
            ),
            "\"" if self.context < self.at => {
                let message = format!("a comma is missing before {}", quoted(word.text(self.text)));
                Verdict::new(word, message)
            }
            other => {
                let message = format!("JSON does not allow {} here", quoted(other));
                Verdict::new(found, message)
            }
        }
    }
}
