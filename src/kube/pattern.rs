//! Regular expressions as Go writes them: the `pattern` of a schema and
//! `matches` of a rule.
//!
//! The crate reads nearly the same language; `re2` reads Go's, and translates it.

use crate::kube::re2;
use regex::{Regex, RegexBuilder};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Bytes that a compiled expression may take; a hostile one gives up here.
const SIZE: usize = 10 << 20;
/// What to say of one that does.
pub const TOO_LARGE: &str = "the regular expression is too large";
/// How many expressions a thread remembers at most.
const REMEMBERED: usize = 256;

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

    /// Whether it matches somewhere in `text`; `None` when it is not an expression.
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
    static FAULTS: RefCell<HashMap<Box<str>, Option<Arc<str>>>> = RefCell::default();
    static COMPILED: RefCell<HashMap<Box<str>, Option<Arc<Regex>>>> = RefCell::default();
}

/// What `make` makes of `text`, remembered for each thread: definitions are
/// generated, so that the same few expressions are in nearly all of them.
fn remembered<T: Clone>(
    known: &RefCell<HashMap<Box<str>, T>>,
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
        let translated = re2::translate(text).ok()?;
        let made = RegexBuilder::new(&translated)
            .size_limit(SIZE)
            .build()
            .ok()?;
        // Shared, because each copy would make itself a memory of states of its own.
        Some(Arc::new(made))
    };
    COMPILED.with(|known| remembered(known, text, make))
}

/// Why Go would refuse an expression, in its words; a fraction of the cost of
/// compiling it.
#[must_use]
pub fn fault(text: &str) -> Option<Arc<str>> {
    let make = || {
        let fault = re2::translate(text).err()?;
        Some(Arc::from(fault.to_string()))
    };
    FAULTS.with(|known| remembered(known, text, make))
}

/// Whether Go would take an expression.
#[must_use]
pub fn is_valid(text: &str) -> bool {
    fault(text).is_none()
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
