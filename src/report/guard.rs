//! What a terminal or a CI log must not get from a file: the last thing that all output
//! passes through.
//!
//! Writers make what they show of names and texts visible themselves ([`super::text::visible`]),
//! and JSON and HTML are escaped in their own way. This is for what a writer forgets, and for
//! what only a whole line can tell: commands to the runner of a CI job, which are lines that
//! begin with `::` or hold `##[`.

use super::text::is_unsafe;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Passes lines on, without control characters and commands to a runner.
#[derive(Debug)]
pub struct Guard<W: Write> {
    to: W,
    line: Vec<u8>,
    /// Whether colours may pass.
    color: bool,
    /// Whether lines may be commands, because all of them are ours.
    commands: bool,
}

impl<W: Write> Guard<W> {
    /// A guard before `to`; `color` lets colours pass.
    pub fn new(to: W, color: bool) -> Self {
        Self {
            to,
            line: Vec::new(),
            color,
            commands: false,
        }
    }

    /// Lets commands to a runner pass, or no longer.
    pub fn allow_commands(&mut self, commands: bool) {
        self.commands = commands;
    }

    fn pass(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        match std::str::from_utf8(&line) {
            Ok(text) => self.to.write_all(self.guarded(text).as_bytes()),
            Err(_) => {
                let text = String::from_utf8_lossy(&line);
                self.to.write_all(self.guarded(&text).as_bytes())
            }
        }
    }

    /// A line as it may pass; its end stays.
    fn guarded(&self, line: &str) -> String {
        let end = line.strip_suffix('\n').unwrap_or(line);
        let end = end.strip_suffix('\r').unwrap_or(end).len();
        let (text, end) = line.split_at(end);
        let mut out = String::with_capacity(line.len());
        let mut rest = text;
        while let Some(at) = rest.find(|c| c != '\t' && is_unsafe(c)) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let paint = paint(rest).filter(|_| self.color);
            let c = rest.chars().next().unwrap_or_default();
            match paint {
                Some(paint) => out.push_str(paint),
                None => _ = write!(out, "{}", c.escape_default()),
            }
            rest = &rest[paint.map_or(c.len_utf8(), str::len)..];
        }
        out.push_str(rest);
        if !self.commands {
            if bare(&out).starts_with("::") {
                out.insert(out.find("::").unwrap_or_default(), '\\');
            }
            out = out.replace("##[", "#\\#[");
        }
        out + end
    }
}

impl<W: Write> Write for Guard<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(line);
            if line.ends_with(b"\n") {
                self.pass()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass()?;
        self.to.flush()
    }
}

/// The colour that a text begins with.
fn paint(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("\u{1b}[")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let end = rest[end..].starts_with('m').then_some(2 + end + 1)?;
    Some(&text[..end])
}

/// A line without the spaces and colours that it begins with: a runner skips them.
fn bare(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some(paint) = paint(rest) {
        rest = rest[paint.len()..].trim_start();
    }
    rest
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn passed(text: &str, color: bool) -> String {
        let mut guard = Guard::new(Vec::new(), color);
        guard.write_all(text.as_bytes()).unwrap();
        guard.flush().unwrap();
        String::from_utf8(guard.to).unwrap()
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(passed("a\tb\r\nc\n", false), "a\tb\r\nc\n");
        assert_eq!(passed("a\u{1b}[31mb\n", false), "a\\u{1b}[31mb\n");
        assert_eq!(passed("a\u{1b}[31mb\n", true), "a\u{1b}[31mb\n");
        assert_eq!(passed("a\u{1b}[2Jb", true), "a\\u{1b}[2Jb");
        assert_eq!(
            passed("a\u{202e}\u{9b}\u{7f}b\rc", true),
            "a\\u{202e}\\u{9b}\\u{7f}b\\rc"
        );
    }

    #[test]
    fn commands_to_a_runner_do_not_pass() {
        assert_eq!(passed("  ::error::x\n", false), "  \\::error::x\n");
        assert_eq!(passed("\u{1b}[1m ::x\n", true), "\u{1b}[1m \\::x\n");
        assert_eq!(passed("a ##[group]\n", false), "a #\\#[group]\n");
        assert_eq!(passed("a::b\n", false), "a::b\n");
    }

    #[test]
    fn lines_are_seen_whole_however_they_are_written() {
        let mut guard = Guard::new(Vec::new(), false);
        for part in ["a\n ", ":", ":b", "\n#", "#", "["] {
            guard.write_all(part.as_bytes()).unwrap();
        }
        guard.flush().unwrap();
        assert_eq!(String::from_utf8(guard.to).unwrap(), "a\n \\::b\n#\\#[");
    }
}
