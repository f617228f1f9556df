//! The mistakes that people make in YAML, recognized in the text around the
//! place where reading failed.

use super::diagnose::{Mistake, Verdict};
use super::event::Reason;
use crate::source::Span;

/// How long a key may be, in characters.
const LONGEST_KEY: usize = 1024;

impl Mistake<'_> {
    /// The mistake that best explains the failure, if it is a known one.
    pub(super) fn cause(&self, long_quote: Option<Span>) -> Option<Verdict> {
        if self.reason == Reason::ControlCharacter || self.reason == Reason::Separator {
            return None;
        }
        self.conflict_marker()
            .or_else(|| self.template())
            .or_else(|| self.forgotten_quote(long_quote))
            .or_else(|| self.odd_space())
    }

    /// `<<<<<<<` and its kin, anywhere before the failure: everything after it is chance.
    fn conflict_marker(&self) -> Option<Verdict> {
        let chunk = self.chunk.text(self.text);
        let mut at = self.chunk.start as usize;
        for line in chunk.split_inclusive('\n') {
            let marked = ["<<<<<<< ", ">>>>>>> ", "||||||| "];
            if marked.iter().any(|marker| line.starts_with(marker)) {
                return Some(
                    Verdict::new(self.rest_of_line(at), "this is a merge conflict marker")
                        .help("resolve the conflict"),
                );
            }
            at += line.len();
        }
        None
    }

    /// `{{ … }}`: a template that has not been rendered.
    fn template(&self) -> Option<Verdict> {
        let line = self.line_start(self.at);
        let content = self.rest_of_line(line).text(self.text);
        let (open, close) = [("{{", "}}"), ("{%", "%}")]
            .into_iter()
            .find(|(open, _)| content.contains(open))?;
        let at = self.rest_of_line(line).start as usize + content.find(open)?;
        let rest = self.rest_of_line(at).text(self.text);
        let length = rest.find(close).map_or(rest.len(), |end| end + close.len());
        let span = Span::from_usize(at, at + length);
        let message = format!("{} is a template, not YAML", span.text(self.text));
        Some(Verdict::new(span, message).help("check what the template renders to"))
    }

    /// A quote that was forgotten ends at the next one, lines later.
    fn forgotten_quote(&self, long_quote: Option<Span>) -> Option<Verdict> {
        let quote = long_quote?;
        let (start, end) = (quote.start as usize, quote.end as usize);
        let next_line = start + self.text[start..end].find('\n')? + 1;
        let near = end <= self.at && self.line_start(self.at) <= self.line_start(end);
        let content = self.rest_of_line(next_line).text(self.text);
        let content = content.strip_prefix("- ").unwrap_or(content);
        let word = content.split([':', ' ']).next().unwrap_or_default();
        let is_key = !word.is_empty() && content[word.len()..].starts_with(':');
        (near && is_key).then(|| self.unclosed_quote(start))
    }

    /// A character that looks like a space but is not YAML whitespace.
    fn odd_space(&self) -> Option<Verdict> {
        for at in [self.at, self.context] {
            let line = self.rest_of_line(self.line_start(at));
            let content = line.text(self.text);
            let from = line.start as usize;
            let odd = |c: char| {
                !c.is_ascii() && c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}')
            };
            let Some((offset, found)) = content.char_indices().find(|it| odd(it.1)) else {
                continue;
            };
            let before = &content[..offset];
            if !(before.trim_start_matches(odd).is_empty() || before.ends_with([':', '-', ' '])) {
                continue;
            }
            let span = self.characters(from + offset, 1);
            let name = match found {
                '\u{A0}' => "a non-breaking space",
                '\u{FEFF}' => "a byte order mark",
                '\u{3000}' => "an ideographic space",
                _ => "a space that is not ASCII",
            };
            let message = format!("{name} (U+{:04X}) is not YAML whitespace", u32::from(found));
            return Some(Verdict::new(span, message).help("replace it with an ordinary space"));
        }
        None
    }

    pub(super) fn unclosed_quote(&self, start: usize) -> Verdict {
        let line = self.rest_of_line(start);
        let quote = self.characters(start, 1);
        let name = match quote.text(self.text) {
            "\"" => "double",
            _ => "single",
        };
        Verdict::new(line, format!("the {name} quote is never closed")).help(format!(
            "close it with {} at the end",
            quote.text(self.text)
        ))
    }

    /// A tab where indentation is expected.
    pub(super) fn tab(&self) -> Verdict {
        let from = self.at;
        let rest = &self.text[from..];
        let length = rest.len() - rest.trim_start_matches(['\t', ' ']).len();
        let span = Span::from_usize(from, from + length.max(1));
        Verdict::new(span, "a tab indents this line; YAML allows only spaces")
            .help("replace the tab with spaces")
    }

    /// A character with which no value can start.
    pub(super) fn no_token(&self) -> Verdict {
        let found = self.characters(self.at, 1);
        match found.text(self.text) {
            "\t" => self.tab(),
            "%" if self.is_after_value() => Verdict::new(found, "% follows the value")
                .help("remove it: some shells print it where output has no final line break"),
            "" => Verdict::new(self.end(), "the document ends too early"),
            other => {
                let span = self.rest_of_line(self.at);
                Verdict::new(span, format!("no value can start with {other}"))
                    .help("quote the value")
            }
        }
    }

    /// Whether a value, not just a key or a dash, is before the place on its line.
    fn is_after_value(&self) -> bool {
        let before = self.text[self.line_start(self.at)..self.at].trim_end();
        !(before.is_empty() || before.ends_with([':', '-', ',', '[', '{']))
    }

    /// Text without a colon at the place of a key.
    pub(super) fn key_without_colon(&self) -> Verdict {
        let line = self.rest_of_line(self.context);
        let content = line.text(self.text);
        if let Some(verdict) = self.glued(line) {
            return verdict;
        }
        Verdict::new(
            line,
            format!("expected `key: value`, found {}", quoted(content)),
        )
        .help(no_key_help(content))
    }

    /// `replicas:2` or `-name`, where a space is missing.
    fn glued(&self, line: Span) -> Option<Verdict> {
        let content = line.text(self.text);
        if let Some(item) = content.strip_prefix('-')
            && item
                .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\'' | '{' | '['))
        {
            let message = format!("a space is missing after the dash of {}", quoted(content));
            return Some(Verdict::new(line, message).help(format!("write - {item}")));
        }
        let colon = content.find(':')?;
        let (name, rest) = (&content[..colon], &content[colon + 1..]);
        let is_name = !name.is_empty() && !name.contains([' ', '"', '\'']);
        if !is_name || rest.is_empty() || rest.starts_with([' ', '/', ':']) {
            return None;
        }
        let message = format!("a space is missing after the colon of {}", quoted(name));
        Some(Verdict::new(line, message).help(format!("write {name}: {rest}")))
    }

    /// A colon that makes no key: in a value, or after text that is not a key.
    pub(super) fn value_not_allowed(&self) -> Verdict {
        let first = self.rest_of_line(self.context);
        let content = first.text(self.text);
        let colon = content
            .find(": ")
            .filter(|colon| self.context + colon < self.at);
        let value = colon.map(|colon| {
            let after = &content[colon + 1..];
            let start = self.context + colon + 1 + (after.len() - after.trim_start().len());
            Span::new(Span::from_usize(start, start).start, first.end)
        });
        if self.line_start(self.context) == self.line_start(self.at) {
            if self.at - self.context > LONGEST_KEY {
                let key = Span::from_usize(self.context, self.at);
                return Verdict::new(key, "a key is at most 1024 characters long");
            }
            let value = value.unwrap_or(first);
            let message = format!(
                "{} has a colon and a space in it",
                quoted(value.text(self.text))
            );
            return Verdict::new(value, message).help("quote the value");
        }
        let start = self.rest_of_line(self.line_start(self.at)).start as usize;
        let key = Span::from_usize(start, self.at);
        let name = quoted(key.text(self.text));
        if let Some(value) = value {
            let message =
                format!("{name} is indented deeper than the key before it, which has a value");
            return Verdict::new(key, message)
                .related(value, "this value continues on the next line")
                .help("align the keys, or quote the value");
        }
        if let Some(verdict) = self.glued(first) {
            return verdict;
        }
        Verdict::new(key, format!("{name} follows text that is not a key"))
            .related(first, "this text has no colon")
            .help(no_key_help(content))
    }

    /// `*` or `&` without a name.
    pub(super) fn anchor_name(&self) -> Verdict {
        let value = self.rest_of_line(self.context);
        let content = value.text(self.text);
        if let Some(bold) = content.strip_prefix("**") {
            let length = bold.find("**").map_or(2, |at| at + 4);
            let span = Span::from_usize(self.context, self.context + length);
            let message = format!("{} is Markdown, not YAML", quoted(span.text(self.text)));
            return Verdict::new(span, message).help("remove the asterisks, or quote the value");
        }
        let (sign, what) = match content.starts_with('&') {
            true => ('&', "names an anchor"),
            false => ('*', "refers to an anchor"),
        };
        let message = format!(
            "{} starts with {sign}, which {what} in YAML",
            quoted(content)
        );
        Verdict::new(value, message).help("quote the value")
    }

    /// Something where a key or a dash should be.
    pub(super) fn misplaced(&self) -> Verdict {
        let here = self.word_at(self.at);
        let found = here.text(self.text);
        if !self.before_on_line(self.at).is_empty() {
            let rest = self.rest_of_line(self.at);
            let message = format!("{} follows the value", quoted(rest.text(self.text)));
            let before = self.before_on_line(self.at);
            return Verdict::new(rest, message).help(quote_help(before));
        }
        let column = |at: usize| at - self.line_start(at);
        let (mine, theirs) = (column(self.at), column(self.context));
        let start = self.characters(self.context, 1);
        let verdict = |message: String| Verdict::new(here, message);
        if let Some(glued) = self.glued(self.rest_of_line(self.context)) {
            return glued;
        }
        match self.reason {
            Reason::ExpectedDash if mine == theirs => verdict(format!(
                "{} is aligned with the dash of the list",
                quoted(found)
            ))
            .help("align it with the first key of the list item")
            .related(start, "the list starts here"),
            Reason::ExpectedKey if mine == theirs && found.starts_with('-') => {
                verdict("expected a key, found a list item".to_owned())
                    .help("indent the list below its key, or remove the dash")
                    .related(start, "the mapping starts here")
            }
            Reason::ExpectedKey if mine > theirs && self.column_above() == theirs => {
                verdict(format!(
                    "{} is indented deeper than the key before it, which has a value",
                    quoted(found)
                ))
                .help("align it with its siblings")
            }
            _ if mine > theirs => verdict(format!(
                "{} is indented by {mine} space{}, which matches no line above it",
                quoted(found),
                if mine == 1 { "" } else { "s" }
            ))
            .help("align it with its siblings"),
            _ => verdict(format!("{} is not expected here", quoted(found))),
        }
    }

    /// Where the first key of the last line before the mistake is.
    fn column_above(&self) -> usize {
        let before = &self.text[self.chunk.start as usize..self.line_start(self.at)];
        let is_text = |line: &&str| {
            let content = line.trim_start();
            !content.is_empty() && !content.starts_with('#')
        };
        let line = before.lines().rev().find(is_text).unwrap_or_default();
        line.len() - line.trim_start_matches([' ', '-']).len()
    }

    /// Nothing where a value should be.
    pub(super) fn no_content(&self) -> Verdict {
        let here = self.characters(self.at, 1);
        let flow = self.text.as_bytes().get(self.context);
        if self.at >= self.end_of_content() && matches!(flow, Some(b'[' | b'{')) {
            return self.unclosed_bracket();
        }
        match here.text(self.text) {
            "" | "\n" => Verdict::new(self.end(), "the document ends too early"),
            found => Verdict::new(here, format!("expected a value, found {}", quoted(found)))
                .help("quote the value if it is text"),
        }
    }

    /// No comma and no closing bracket inside `[…]` or `{…}`.
    pub(super) fn in_flow(&self, close: &'static str) -> Verdict {
        let open = self.characters(self.context, 1);
        let here = self.characters(self.at, 1);
        if let wrong @ ("]" | "}") = here.text(self.text) {
            let message = format!("{} is closed by {wrong}", open.text(self.text));
            let help = format!("write {close}");
            return Verdict::new(here, message)
                .related(open, "it is opened here")
                .help(help);
        }
        let word = self.word_at(self.at);
        let inside = word.text(self.text).trim_end_matches([']', '}', ',']).len();
        let word = Span::from_usize(self.at, self.at + inside);
        if !self.is_closed(close) || word.is_empty() {
            return self.unclosed_bracket();
        }
        let message = format!(
            "a comma or {close} is missing before {}",
            quoted(word.text(self.text))
        );
        let verdict = Verdict::new(word, message).related(open, "it is opened here");
        let before = &self.text[..self.at];
        match before.ends_with(['"', '\'']) {
            true => verdict.help(quote_help(before)),
            false => verdict,
        }
    }

    fn unclosed_bracket(&self) -> Verdict {
        let line = self.rest_of_line(self.context);
        let open = self.characters(self.context, 1);
        let message = format!("the bracket {} is never closed", open.text(self.text));
        Verdict::new(line, message).help("close it, or quote the value if it is text")
    }

    /// Whether the bracket at the context is closed before the next line that
    /// looks like one outside it.
    fn is_closed(&self, close: &str) -> bool {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let start = self.line_start(self.context);
        let own = indent(&self.text[start..self.context]);
        let end = self.end_of_content();
        let mut lines = self.text[self.context..end].split('\n');
        let first = lines.next().unwrap_or_default();
        first.contains(close)
            || lines
                .take_while(|line| indent(line) > own || line.trim_start().starts_with(close))
                .any(|line| line.contains(close))
    }
}

/// What to do about text that is not a key.
fn no_key_help(content: &str) -> String {
    if content.trim_matches(['.', '…']).is_empty() {
        return "remove the dots, or make them a comment with #".to_owned();
    }
    match content.split_once('=') {
        Some((name, value)) if !name.contains(' ') => format!("write {name}: {value}"),
        _ => "write a key with : and a space after it, or make it a comment with #".to_owned(),
    }
}

/// What to do about text after a value that ends with `before`.
fn quote_help(before: &str) -> &'static str {
    match before.as_bytes().last() {
        Some(b'"') => "write \\\" for a quote inside double quotes, or quote the whole value",
        Some(b'\'') => "write '' for a quote inside single quotes, or quote the whole value",
        _ => "remove it, or quote the whole value",
    }
}

/// Text for a message: in quotes, and not longer than a line has room for.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let (text, more) = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    };
    match text.contains('"') {
        true => format!("`{text}{more}`"),
        false => format!("\"{text}{more}\""),
    }
}
