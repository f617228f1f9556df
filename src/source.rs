//! The text of one file with its name, and positions in it.
//!
//! All positions inside plimsoll are byte offsets ([`Span`]); lines and columns
//! are worked out only where something is shown to a person or an editor. That
//! keeps parsing free of line counting, and makes one index per file serve
//! every finding in it.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A half-open range of byte offsets into a [`Source`]'s text.
///
/// Offsets are `u32`: the reader refuses files of 4 GiB long before.
///
/// ```
/// let span = plimsoll::Span::new(6, 9);
/// assert_eq!(span.text("kind: Pod"), "Pod");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte; never less than `start`.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`; an inverted pair becomes empty at `start`.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// A span from `usize` offsets, which saturate at `u32::MAX`.
    #[must_use]
    pub fn from_usize(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self::new(clamp(start), clamp(end))
    }

    /// The empty span at `offset`.
    #[must_use]
    pub fn at(offset: u32) -> Self {
        Self {
            start: offset,
            end: offset,
        }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies inside this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The bytes of `text` this span covers, or `""` where it does not fit it.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// The span as a range of `usize`.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A line and a column, both counted from 1; the column counts characters
/// (Unicode scalar values), which is what people and most tools mean by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One file (or standard input): its name as the user knows it, and its text.
///
/// Cloning is cheap: text and line index are shared.
///
/// ```
/// let source = plimsoll::Source::new("a.yaml", "apiVersion: v1\nkind: Pod\n");
/// let at = source.position(21);
/// assert_eq!((at.line, at.column), (2, 7));
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    lines: Arc<OnceLock<Vec<u32>>>,
    characters: Arc<OnceLock<Vec<u32>>>,
    role: Role,
    defects: Arc<[Defect]>,
    absent: Arc<[Absent]>,
    is_patch: bool,
}

/// A path that a kustomization names and that is not there: only who reads the
/// disk can tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Absent {
    /// As it is written.
    pub path: Box<str>,
    /// There is a folder of that name, but no kustomization in it.
    pub is_folder: bool,
}

/// What was wrong with the bytes of a file before they became text; a finding
/// is made of it when the file is checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Defect {
    /// Name of the rule that it is reported under.
    pub rule: &'static str,
    /// Where in the text.
    pub span: Span,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}

/// Why a [`Source`] takes part in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Role {
    /// It is checked: findings in it are reported.
    #[default]
    Checked,
    /// It is checked, but nobody named it: it was found in a folder. That it
    /// cannot be read matters only where it may be a manifest.
    Found,
    /// It is only known: references may resolve into it, nothing in it is reported.
    Context,
}

impl Source {
    /// A source that is checked. `name` is shown in reports, with `/` separators.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            lines: Arc::default(),
            characters: Arc::default(),
            role: Role::Checked,
            defects: Arc::default(),
            absent: Arc::default(),
            is_patch: false,
        }
    }

    /// The same source, with the missing files that it names.
    #[must_use]
    pub fn with_absent(mut self, absent: Vec<Absent>) -> Self {
        self.absent = absent.into();
        self
    }

    /// The missing files that it names.
    #[must_use]
    pub fn absent(&self) -> &[Absent] {
        &self.absent
    }

    /// The same source, with what was wrong with its bytes.
    #[must_use]
    pub fn with_defects(mut self, defects: Vec<Defect>) -> Self {
        self.defects = defects.into();
        self
    }

    /// The same source with another text, as if it had been read so.
    #[must_use]
    pub fn with_text(&self, text: impl Into<Arc<str>>) -> Self {
        Self {
            name: Arc::clone(&self.name),
            role: self.role,
            absent: Arc::clone(&self.absent),
            is_patch: self.is_patch,
            ..Self::new("", text)
        }
    }

    /// The same source, found and not named.
    #[must_use]
    pub fn as_found(mut self) -> Self {
        self.role = Role::Found;
        self
    }

    /// The same source, but only as context for others.
    #[must_use]
    pub fn as_context(mut self) -> Self {
        self.role = Role::Context;
        self
    }

    /// The same source, known to be a patch: a kustomization that takes no part in
    /// the run names it.
    #[must_use]
    pub fn as_patch(mut self) -> Self {
        self.is_patch = true;
        self
    }

    /// Whether it is known to be a patch.
    #[must_use]
    pub fn is_patch(&self) -> bool {
        self.is_patch
    }

    /// The name shown in reports.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, shared.
    #[must_use]
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// What was wrong with its bytes.
    #[must_use]
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }

    /// Why it takes part in the run.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Byte offset of the start of each line; built once, on first use.
    #[must_use]
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0)
                .chain(breaks.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)))
                .collect()
        })
    }

    /// The line (from 0) that holds `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|&start| start <= offset) - 1
    }

    /// The span of line `line` (from 0) without its line break; empty past the end.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let length = Span::from_usize(self.text.len(), self.text.len()).end;
        let Some(&start) = starts.get(line) else {
            return Span::at(length);
        };
        let end = starts.get(line + 1).map_or(length, |&next| next - 1);
        let span = Span::new(start, end);
        match span.text(&self.text).ends_with('\r') {
            true => Span::new(start, end - 1),
            false => span,
        }
    }

    /// Line and column (from 1, in characters) of `offset`. A byte order mark
    /// at the start of the text takes no column: no editor shows it.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts().get(line).copied().unwrap_or_default();
        let before = Span::new(start, offset);
        let has_mark = start == 0 && before.text(&self.text).starts_with('\u{feff}');
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX - 1) + 1,
            column: self.characters(before) - u32::from(has_mark) + 1,
        }
    }

    /// How many characters a span has. A line may be a whole file, with a finding in
    /// each of its words, so they are not counted from its start each time.
    #[must_use]
    pub fn characters(&self, span: Span) -> u32 {
        self.characters_to(span.end) - self.characters_to(span.start)
    }

    /// How many characters start before `offset`.
    fn characters_to(&self, offset: u32) -> u32 {
        let bytes = self.text.as_bytes();
        let offset = (offset as usize).min(bytes.len());
        let counted = self.characters.get_or_init(|| {
            let mut sum = 0;
            let mut add = |chunk| {
                let before = sum;
                sum += starts_in(chunk);
                before
            };
            bytes.chunks(COUNTED).map(&mut add).collect()
        });
        let at = offset / COUNTED;
        let start = at * COUNTED;
        let Some(before) = counted.get(at) else {
            // Just at the end of the last chunk.
            let last = counted.last().copied().unwrap_or_default();
            return last + starts_in(&bytes[offset.saturating_sub(COUNTED)..]);
        };
        before + starts_in(&bytes[start..offset])
    }
}

/// After how many bytes the number of characters is kept.
const COUNTED: usize = 1 << 10;

/// How many characters start in that piece of a text.
fn starts_in(bytes: &[u8]) -> u32 {
    let starts = bytes.iter().filter(|byte| **byte & 0xC0 != 0x80);
    u32::try_from(starts.count()).unwrap_or(u32::MAX)
}

/// `path` as seen from `folder`, without `.` and `..` where they can be resolved.
#[must_use]
pub fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let root = if folder.starts_with('/') { "/" } else { "" };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if !matches!(parts.last(), None | Some(&"..")) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

/// Whether text that cannot be read may hold an object: it has a key that objects have.
#[must_use]
pub fn may_hold_object(text: &[u8]) -> bool {
    let keys: [&[u8]; 3] = [b"apiVersion", b"kind:", b"\"kind\""];
    keys.iter()
        .any(|key| memchr::memmem::find(text, key).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_without_dots() {
        assert_eq!(join("a/b", "../c/./d.yaml"), "a/c/d.yaml");
        assert_eq!(join("", "x.yaml"), "x.yaml");
        assert_eq!(join("/a", "x.yaml"), "/a/x.yaml");
        assert_eq!(join("../a", "../../x"), "../../x");
        assert_eq!(join("./a", "x"), "./a/x");
    }

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("a.yaml", "a: é\r\nbé: x\n");
        let at = source.text().find('x').map_or(0, |n| n as u32);
        assert_eq!(source.position(at), Position { line: 2, column: 5 });
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        let end = source.text().len() as u32;
        assert_eq!(source.position(end), Position { line: 3, column: 1 });
    }

    #[test]
    fn characters_are_counted_as_if_from_the_start() {
        for length in [0, 1, 1023, 1024, 1025, 2048, 5000] {
            let text: String = "aé가😀".chars().cycle().take(length).collect();
            let source = Source::new("a.yaml", text.as_str());
            for (number, (at, _)) in (0u32..).zip(text.char_indices()) {
                let span = Span::from_usize(0, at);
                assert_eq!(source.characters(span), number, "{length} {at}");
            }
            let all = Span::from_usize(0, text.len());
            assert_eq!(source.characters(all) as usize, length);
        }
    }

    #[test]
    fn a_line_span_leaves_the_line_break_out() {
        let source = Source::new("a.yaml", "one\r\ntwo\nlast");
        let lines: Vec<&str> = (0..4)
            .map(|line| source.line_span(line).text(source.text()))
            .collect();
        assert_eq!(lines, ["one", "two", "last", ""]);
    }
}
