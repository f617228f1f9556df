//! Regular expressions as Go writes them: the `pattern` of a schema and
//! `matches` of a rule.
//!
//! The crate reads nearly the same language; what differs is translated: `\d`,
//! `\s`, `\w` and `\b` are ASCII in Go, and a bracket or `&&` inside of a class
//! means itself.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Bytes that a compiled expression may take; a hostile one gives up here.
const SIZE: usize = 10 << 20;
/// How many expressions a thread remembers at most.
const REMEMBERED: usize = 256;
/// The most that Go lets a part of an expression be repeated.
const REPEAT: u32 = 1000;

/// A regular expression that is compiled when it is first needed.
pub struct Pattern {
    text: Box<str>,
    compiled: OnceLock<Option<Arc<Regex>>>,
}

impl Pattern {
    /// The expression `text`, right or wrong.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: text.into(),
            compiled: OnceLock::new(),
        }
    }

    /// The text that it was made of.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Ready for use; `None` when Go would not take it, or it is far too large.
    #[must_use]
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.text)).as_deref()
    }

    /// Whether it matches somewhere in `text`; `None` when it is no expression.
    #[must_use]
    pub fn is_match(&self, text: &str) -> Option<bool> {
        Some(self.regex()?.is_match(text))
    }
}

impl Clone for Pattern {
    fn clone(&self) -> Self {
        Self::new(&self.text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.text)
    }
}

thread_local! {
    static SOUND: RefCell<FxHashMap<Box<str>, bool>> = RefCell::default();
    static COMPILED: RefCell<FxHashMap<Box<str>, Option<Arc<Regex>>>> = RefCell::default();
}

/// What `make` makes of `text`, remembered for each thread: definitions are
/// generated, so that the same few expressions stand in nearly all of them.
fn remembered<T: Clone>(
    known: &RefCell<FxHashMap<Box<str>, T>>,
    text: &str,
    make: impl FnOnce() -> T,
) -> T {
    if let Some(found) = known.borrow().get(text) {
        return found.clone();
    }
    let made = make();
    let mut known = known.borrow_mut();
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.insert(text.into(), made.clone());
    made
}

/// Compiles an expression of Go's; `None` when Go would refuse it.
#[must_use]
pub fn compile(text: &str) -> Option<Arc<Regex>> {
    let make = || {
        let translated = read(text)?;
        let made = RegexBuilder::new(&translated)
            .size_limit(SIZE)
            .build()
            .ok()?;
        // Shared, because each copy would make itself a memory of states of its own.
        Some(Arc::new(made))
    };
    COMPILED.with(|known| remembered(known, text, make))
}

/// Whether Go would take an expression; a fraction of the cost of compiling it.
#[must_use]
pub fn is_valid(text: &str) -> bool {
    SOUND.with(|known| remembered(known, text, || read(text).is_some()))
}

/// The expression in the words of the crate; `None` when Go would refuse it.
fn read(text: &str) -> Option<String> {
    let translated = translate(text)?;
    let hir = regex_syntax::parse(&translated).ok()?;
    repeats_within(&hir, REPEAT).then_some(translated)
}

/// Whether no part is repeated more than `most` times in all, counting only
/// repetitions by number.
fn repeats_within(hir: &Hir, most: u32) -> bool {
    let times = match hir.kind() {
        HirKind::Repetition(it) => it.max.unwrap_or(it.min),
        _ => 0,
    };
    times <= most && (hir.kind().subs().iter()).all(|it| repeats_within(it, most / times.max(1)))
}

fn translate(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.char_indices().peekable();
    // Inside of a class, and whether nothing but `^` stands before.
    let (mut class, mut first) = (false, false);
    while let Some((at, c)) = chars.next() {
        let was_first = std::mem::take(&mut first);
        match c {
            '\\' => {
                let (_, escaped) = chars.next()?;
                if escaped == 'Q' {
                    let rest = &text[at + 2..];
                    let (literal, _) = rest.split_once("\\E").unwrap_or((rest, ""));
                    out.push_str(&regex::escape(literal));
                    let end = (at + 2 + literal.len() + 2).min(text.len());
                    while chars.next_if(|(at, _)| *at < end).is_some() {}
                } else {
                    escape(escaped, class, &mut out)?;
                }
            }
            '[' if !class => {
                class = true;
                first = true;
                out.push('[');
                if chars.next_if(|(_, c)| *c == '^').is_some() {
                    out.push('^');
                }
            }
            '[' if text[at..].starts_with("[:") && text[at..].contains(":]") => {
                let end = at + text[at..].find(":]")? + 2;
                out.push_str(&text[at..end]);
                while chars.next_if(|(at, _)| *at < end).is_some() {}
            }
            '[' => out.push_str("\\["),
            ']' if class && was_first => out.push_str("\\]"),
            ']' if class => {
                class = false;
                out.push(']');
            }
            '&' | '~' | '-' if class && text[at + 1..].starts_with(c) => {
                out.push('\\');
                out.push(c);
            }
            '{' if !class => repeat(&text[at..], &mut out)?,
            _ => out.push(c),
        }
    }
    (!class).then_some(out)
}

fn escape(c: char, class: bool, out: &mut String) -> Option<()> {
    let bare = match c {
        'd' => "0-9",
        's' => "\\t\\n\\x0c\\r ",
        'w' => "0-9A-Za-z_",
        'D' if !class => return push(out, "[^0-9]"),
        'S' if !class => return push(out, "[^\\t\\n\\x0c\\r ]"),
        'W' if !class => return push(out, "[^0-9A-Za-z_]"),
        'D' => return push(out, "\\x{0}-/:-\\x{10FFFF}"),
        'S' => return push(out, "\\x{0}-\\x08\\x0b\\x0e-\\x1f!-\\x{10FFFF}"),
        'W' => return push(out, "\\x{0}-/:-@\\[-\\^`\\{-\\x{10FFFF}"),
        'b' | 'B' => {
            out.push_str("(?-u:\\");
            out.push(c);
            out.push(')');
            return (!class).then_some(());
        }
        'Z' | '<' | '>' => return (c != 'Z').then(|| out.push(c)),
        '/' | '"' | '\'' | '`' | ' ' | ',' | ':' | ';' | '=' | '@' | '!' | '%' => {
            out.push(c);
            return (c != ' ').then_some(());
        }
        _ => {
            out.push('\\');
            out.push(c);
            return Some(());
        }
    };
    if class {
        out.push_str(bare);
    } else {
        out.push('[');
        out.push_str(bare);
        out.push(']');
    }
    Some(())
}

fn push(out: &mut String, text: &str) -> Option<()> {
    out.push_str(text);
    Some(())
}

/// A brace that opens no repetition stands for itself.
fn repeat(rest: &str, out: &mut String) -> Option<()> {
    let bounds = rest[1..].split_once('}').map_or("", |(bounds, _)| bounds);
    let (low, high) = bounds.split_once(',').unwrap_or((bounds, bounds));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !digits(low) || !(high.is_empty() || digits(high)) {
        out.push_str("\\{");
        return Some(());
    }
    let within = |text: &str| text.is_empty() || text.parse().is_ok_and(|it: u32| it <= REPEAT);
    out.push('{');
    (within(low) && within(high)).then_some(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).expect(pattern).is_match(text)
    }

    #[test]
    fn shorthands_are_ascii() {
        assert!(matches(r"^\d+$", "12") && !matches(r"^\d+$", "１２"));
        assert!(!matches(r"^\w$", "é") && matches(r"^[\w.]+$", "a.b"));
        assert!(matches(r"^[^\s]+$", "a\u{a0}b") && matches(r"a\b", "aé"));
        assert!(matches(r"^[\D]$", "x") && !matches(r"^[\D]$", "5"));
        assert!(matches(r"^[\W]$", "^") && !matches(r"^[\W]$", "_"));
    }

    #[test]
    fn classes_hold_what_is_written() {
        assert!(matches(r"^[[]$", "[") && matches(r"^[]]$", "]") && matches(r"^[^]]$", "a"));
        assert!(matches(r"^[a&&b]+$", "a&b") && matches(r"^[[:alpha:]_]+$", "ab_"));
        assert!(matches(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-b"));
    }

    #[test]
    fn braces_and_escapes() {
        assert!(
            matches(r"^a{2}$", "aa") && matches(r"^a{,2}$", "a{,2}") && matches("^{a}$", "{a}")
        );
        assert!(matches(r"^\/a\:\@$", "/a:@") && matches(r"\Qa.b\E$", "a.b"));
        assert!(!is_valid("(a{30}){34}") && is_valid("(a{30}){30}") && is_valid("((ab{1000})*)+"));
        assert!(
            compile(r"a{1001}").is_none() && compile("(?=a)").is_none() && compile("[a").is_none()
        );
    }
}
