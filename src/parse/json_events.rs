//! JSON text to events, exactly as strict as Go's `encoding/json`.
//!
//! kubectl reads a file that starts with `{` as JSON, where `"\/"` and
//! surrogate pairs are right, a tab is white space and a trailing comma is wrong,
//! all unlike YAML.

use super::event::{Event, Events, Kind, Problem, Reason};
use super::node::{Comment, Style};
use super::stored::Text;
use crate::source::Span;

/// How deep Go lets JSON nest.
const MAX_DEPTH: usize = 10_000;

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Value,
    /// After `[`: a value or `]`.
    FirstItem,
    /// After `{`: a key or `}`.
    FirstKey,
    /// After a value inside a collection: a comma or its end.
    Next,
    Done,
}

/// The JSON reader of one value.
#[derive(Debug)]
pub(crate) struct JsonEvents<'a> {
    text: &'a str,
    pos: usize,
    state: State,
    /// For each open collection, whether it is an object.
    open: Vec<bool>,
    decoded: String,
}

impl<'a> JsonEvents<'a> {
    /// Reads the value that starts at `start`.
    pub(crate) fn new(text: &'a str, start: usize) -> Self {
        Self {
            text,
            pos: start,
            state: State::Value,
            open: Vec::new(),
            decoded: String::new(),
        }
    }

    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.pos).copied().unwrap_or(0)
    }

    fn problem(&self, context: usize) -> Problem {
        Problem::new(Reason::Json, self.pos, context)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\r' | b'\n') {
            self.pos += 1;
        }
    }

    /// An event for the text since `start`; a whole value has been read with it.
    fn completed(&mut self, kind: Kind, start: usize) -> Event {
        self.state = match self.open.is_empty() {
            true => State::Done,
            false => State::Next,
        };
        Event::bare(kind, Span::from_usize(start, self.pos))
    }

    fn value(&mut self) -> Result<Event, Problem> {
        let start = self.pos;
        match self.peek() {
            b'{' => self.start_collection(true),
            b'[' => self.start_collection(false),
            b'"' => {
                let text = self.string()?;
                Ok(self.completed(Kind::Scalar(Style::Double, text), start))
            }
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => Err(self.problem(start)),
        }
    }

    fn start_collection(&mut self, object: bool) -> Result<Event, Problem> {
        let start = self.pos;
        self.open.push(object);
        if self.open.len() > MAX_DEPTH {
            return Err(Problem::new(Reason::TooDeep, start, start));
        }
        self.pos += 1;
        let (kind, state) = match object {
            true => (Kind::MapStart(Style::Flow), State::FirstKey),
            false => (Kind::SeqStart(Style::Flow), State::FirstItem),
        };
        self.state = state;
        Ok(Event::bare(kind, Span::from_usize(start, self.pos)))
    }

    fn end_collection(&mut self) -> Event {
        let start = self.pos;
        self.pos += 1;
        self.open.pop();
        self.completed(Kind::End, start)
    }

    fn literal(&mut self, word: &str) -> Result<Event, Problem> {
        let start = self.pos;
        for expected in word.bytes() {
            if self.peek() != expected {
                return Err(self.problem(start));
            }
            self.pos += 1;
        }
        Ok(self.plain(start))
    }

    fn plain(&mut self, start: usize) -> Event {
        let span = Span::from_usize(start, self.pos);
        self.completed(Kind::Scalar(Style::Plain, Text::Source(span)), start)
    }

    fn number(&mut self) -> Result<Event, Problem> {
        let start = self.pos;
        if self.peek() == b'-' {
            self.pos += 1;
        }
        match self.peek() {
            b'0' => self.pos += 1,
            _ => self.digits(start)?,
        }
        if self.peek() == b'.' {
            self.pos += 1;
            self.digits(start)?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.pos += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.pos += 1;
            }
            self.digits(start)?;
        }
        let event = self.plain(start);
        let number: f64 = self.text[start..self.pos].parse().unwrap_or_default();
        // One that is too large for a float is refused by its tag.
        let tag = number.is_infinite().then_some(0);
        Ok(Event { tag, ..event })
    }

    fn digits(&mut self, context: usize) -> Result<(), Problem> {
        let start = self.pos;
        while self.peek().is_ascii_digit() {
            self.pos += 1;
        }
        match self.pos > start {
            true => Ok(()),
            false => Err(self.problem(context)),
        }
    }

    fn string(&mut self) -> Result<Text, Problem> {
        let open = self.pos;
        self.pos += 1;
        let (mut run, buffer) = (self.pos, self.decoded.len());
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    self.decoded.push_str(&self.text[run..self.pos]);
                    self.escape(open)?;
                    run = self.pos;
                }
                0..=0x1F => return Err(self.problem(open)),
                _ => self.pos += 1,
            }
        }
        let end = self.pos;
        self.pos += 1;
        if run == open + 1 {
            return Ok(Text::Source(Span::from_usize(run, end)));
        }
        self.decoded.push_str(&self.text[run..end]);
        Ok(Text::Decoded(Span::from_usize(buffer, self.decoded.len())))
    }

    fn escape(&mut self, open: usize) -> Result<(), Problem> {
        self.pos += 1;
        let decoded = match self.peek() {
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            it @ (b'"' | b'\\' | b'/') => char::from(it),
            b'u' => return self.unicode_escape(open),
            _ => return Err(self.problem(open)),
        };
        self.pos += 1;
        self.decoded.push(decoded);
        Ok(())
    }

    /// `\uNNNN`, two of them for characters beyond the first plane; half a pair
    /// reads as U+FFFD.
    fn unicode_escape(&mut self, open: usize) -> Result<(), Problem> {
        let first = self.code_unit(open)?;
        let mut decoded = char::from_u32(first);
        if (0xD800..0xDC00).contains(&first) && self.text[self.pos..].starts_with("\\u") {
            let before = self.pos;
            self.pos += 1;
            let second = self.code_unit(open)?;
            if (0xDC00..0xE000).contains(&second) {
                decoded = char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            } else {
                self.pos = before;
            }
        }
        self.decoded.push(decoded.unwrap_or('\u{FFFD}'));
        Ok(())
    }

    fn code_unit(&mut self, open: usize) -> Result<u32, Problem> {
        self.pos += 1;
        let mut value = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.peek()).to_digit(16) else {
                return Err(self.problem(open));
            };
            value = value << 4 | digit;
            self.pos += 1;
        }
        Ok(value)
    }

    fn key(&mut self) -> Result<Event, Problem> {
        let start = self.pos;
        if self.peek() != b'"' {
            return Err(self.problem(start));
        }
        let text = self.string()?;
        let span = Span::from_usize(start, self.pos);
        self.skip_blanks();
        if self.peek() != b':' {
            return Err(self.problem(start));
        }
        self.pos += 1;
        self.state = State::Value;
        Ok(Event::bare(Kind::Scalar(Style::Double, text), span))
    }

    fn next_entry(&mut self) -> Result<Event, Problem> {
        let object = self.open.last().copied().unwrap_or_default();
        match (self.peek(), object) {
            (b'}', true) | (b']', false) => return Ok(self.end_collection()),
            (b',', _) => self.pos += 1,
            // The context before the place tells a missing comma from other mistakes.
            _ => return Err(self.problem(self.pos.saturating_sub(1))),
        }
        self.skip_blanks();
        match object {
            true => self.key(),
            false => self.value(),
        }
    }
}

impl Events for JsonEvents<'_> {
    fn next(&mut self) -> Result<Event, Problem> {
        if self.state == State::Done {
            return Ok(Event::bare(
                Kind::Done,
                Span::from_usize(self.pos, self.pos),
            ));
        }
        self.skip_blanks();
        match (self.state, self.peek()) {
            (State::FirstItem, b']') | (State::FirstKey, b'}') => Ok(self.end_collection()),
            (State::FirstKey, _) => self.key(),
            (State::Next, _) => self.next_entry(),
            _ => self.value(),
        }
    }

    fn decoded(&self) -> &str {
        &self.decoded
    }

    fn decode(&mut self, text: &str) -> Text {
        let start = self.decoded.len();
        self.decoded.push_str(text);
        Text::Decoded(Span::from_usize(start, self.decoded.len()))
    }

    fn tag(&self, _id: u32) -> &str {
        "tag:yaml.org,2002:float"
    }

    fn finish(self) -> (String, Vec<Comment>) {
        (self.decoded, Vec::new())
    }
}
