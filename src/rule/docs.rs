//! The documentation of a rule, taken apart into prose and examples.
//!
//! One text serves `plimsoll explain`, hover and the tests: the tests run every
//! example as it is, readers get it without the marks that only tests need.
//!
//! An example is a fenced block whose info string is `yaml`, a verdict and
//! options: ```` ```yaml bad in=container ````. Below a line at fault is a
//! comment with carets and the message, `#  ^^^^ message`.

/// A piece of a rule's documentation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part<'a> {
    /// Markdown, other code blocks included.
    Prose(&'a str),
    /// An example.
    Example(Example<'a>),
}

/// What the rule has to say about an example.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It reports what the marks say, and nothing else.
    Bad,
    /// It is silent.
    Good,
    /// The example before, with the fix of every finding applied.
    Fixed,
}

impl Verdict {
    fn named(name: &str) -> Option<Self> {
        match name {
            "bad" => Some(Self::Bad),
            "good" => Some(Self::Good),
            "fixed" => Some(Self::Fixed),
            _ => None,
        }
    }
}

/// A manifest, or a fragment of one, that shows the rule at work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Example<'a> {
    /// What the rule says about it.
    pub verdict: Verdict,
    /// `in=…`: what the text is a fragment of; a whole file otherwise.
    pub within: Option<&'a str>,
    /// `file=…`: its name, when several files make one example.
    pub file: Option<&'a str>,
    /// `kubernetes=…`: the version or range to check against; the newest otherwise.
    pub kubernetes: Option<&'a str>,
    /// The text as written, marks included.
    pub text: &'a str,
}

impl<'a> Example<'a> {
    fn of(info: &'a str, text: &'a str) -> Option<Self> {
        let mut words = info.split_whitespace();
        let verdict = words.next().filter(|&word| word == "yaml");
        let verdict = verdict.and_then(|_| Verdict::named(words.next()?))?;
        let mut example = Self {
            verdict,
            within: None,
            file: None,
            kubernetes: None,
            text,
        };
        for word in words {
            match word.split_once('=')? {
                ("in", value) => example.within = Some(value),
                ("file", value) => example.file = Some(value),
                ("kubernetes", value) => example.kubernetes = Some(value),
                _ => return None,
            }
        }
        Some(example)
    }

    /// The text as a reader wants it: without the marks.
    #[must_use]
    pub fn plain(&self) -> String {
        without_marks(self.text)
    }
}

/// `text` without the lines that are [`is_mark`].
#[must_use]
pub fn without_marks(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !is_mark(line)).collect()
}

/// Whether a line only marks the line above: a comment that starts with carets.
#[must_use]
pub fn is_mark(line: &str) -> bool {
    let comment = line.trim_start().strip_prefix('#');
    comment.is_some_and(|rest| rest.trim_start().starts_with('^'))
}

/// The parts of `docs`, in order.
#[must_use]
pub fn parts(docs: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = docs;
    // Where the search continues; a block that is not an example stays in the prose before it.
    let mut from = 0;
    while let Some(block) = next_block(rest, from) {
        let Some(example) = Example::of(block.info, block.text) else {
            from = block.end;
            continue;
        };
        push_prose(&mut parts, &rest[..block.start]);
        parts.push(Part::Example(example));
        rest = &rest[block.end..];
        from = 0;
    }
    push_prose(&mut parts, rest);
    parts
}

/// The examples of `docs`, in order.
pub fn examples(docs: &str) -> impl Iterator<Item = Example<'_>> {
    parts(docs).into_iter().filter_map(|part| match part {
        Part::Example(example) => Some(example),
        Part::Prose(_) => None,
    })
}

fn push_prose<'a>(parts: &mut Vec<Part<'a>>, text: &'a str) {
    let text = text.trim();
    if !text.is_empty() {
        parts.push(Part::Prose(text));
    }
}

/// A fenced block; `start` and `end` take in its fences.
#[derive(Clone, Copy, Debug)]
struct Block<'a> {
    start: usize,
    end: usize,
    info: &'a str,
    text: &'a str,
}

const FENCE: &str = "```";

fn next_block(docs: &str, from: usize) -> Option<Block<'_>> {
    let start = line_starting(docs, from, FENCE)?;
    let (info, body) = docs[start + FENCE.len()..].split_once('\n')?;
    let text_start = docs.len() - body.len();
    let close = line_starting(docs, text_start, FENCE)?;
    let end = docs[close..]
        .find('\n')
        .map_or(docs.len(), |at| close + at + 1);
    Some(Block {
        start,
        end,
        info: info.trim(),
        text: &docs[text_start..close],
    })
}

/// The first line from `from` on (itself the start of a line) with that prefix.
fn line_starting(text: &str, from: usize, prefix: &str) -> Option<usize> {
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        if line.starts_with(prefix) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCS: &str = "\nWhy.\n\n```sh\nls\n```\n\n```yaml bad in=container file=a.yaml\nx: 1\n#  ^ no\n```\n```yaml good\ny: 2\n```\nEnd.\n";

    #[test]
    fn docs_fall_into_prose_and_examples() {
        let parts = parts(DOCS);
        let example = |verdict, within, file, text| {
            Part::Example(Example {
                verdict,
                within,
                file,
                kubernetes: None,
                text,
            })
        };
        let bad = example(
            Verdict::Bad,
            Some("container"),
            Some("a.yaml"),
            "x: 1\n#  ^ no\n",
        );
        assert_eq!(
            parts,
            [
                Part::Prose("Why.\n\n```sh\nls\n```"),
                bad,
                example(Verdict::Good, None, None, "y: 2\n"),
                Part::Prose("End."),
            ]
        );
    }

    #[test]
    fn readers_see_no_marks() {
        let first = examples(DOCS).next().map(|example| example.plain());
        assert_eq!(first.as_deref(), Some("x: 1\n"));
        assert!(is_mark("  #^^ x") && !is_mark("# see ^ above") && !is_mark("a: ^"));
    }
}
