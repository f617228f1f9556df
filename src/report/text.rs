//! Text for a terminal: wrapped, painted, and without what could harm it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// How a piece of text looks, as the parameters of an SGR escape sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paint(pub &'static str);

/// Errors, and what is wrong.
pub const RED: Paint = Paint("31;1");
/// Warnings.
pub const YELLOW: Paint = Paint("33;1");
/// Advice.
pub const CYAN: Paint = Paint("36;1");
/// As everything else.
pub const PLAIN: Paint = Paint("");
/// Important text.
pub const BOLD: Paint = Paint("1");
/// Less important text.
pub const DIM: Paint = Paint("2");

/// `text` in the colours of `paint`, or as it is.
#[must_use]
pub fn paint(text: &str, paint: Paint, color: bool) -> Cow<'_, str> {
    if color && paint != PLAIN && !text.is_empty() {
        Cow::Owned(format!("\u{1b}[{}m{text}\u{1b}[0m", paint.0))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a terminal would act on `c` and not show it: control characters, and
/// the marks that turn the direction of writing, with which text can pretend to
/// be another.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` on one line, with unsafe characters as escapes: `\n`, `\u{1b}`.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unsafe(c) {
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// How many columns of a terminal `c` takes, near enough to wrap and to crop by:
/// the scripts of East Asia and emoji take two.
#[must_use]
pub fn columns(c: char) -> usize {
    let wide = matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    if wide { 2 } else { 1 }
}

/// Columns that `text` takes; see [`columns`].
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// `text`, made [`visible`], broken at spaces into lines of at most `limit` columns. The
/// first line starts `first` columns to the right of the others. A word that is longer
/// than a line stays whole: half a path helps nobody.
#[must_use]
pub fn wrap(text: &str, limit: usize, first: usize) -> Vec<String> {
    let text = visible(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = first;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = width(word);
        if !line.is_empty() && used + 1 + length > limit {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    lines.push(line);
    lines
}

/// [`wrap`], with words that are longer than a line broken as well, behind a sign
/// that parts them where there is one: for what is read and not followed.
#[must_use]
pub fn fold(text: &str, limit: usize) -> Vec<String> {
    let mut lines = wrap(text, limit, 0);
    let mut at = 0;
    while at < lines.len() {
        if width(&lines[at]) > limit {
            let rest = lines.split_off(at).join(" ");
            let (head, tail) = rest.split_at(break_of(&rest, limit.max(2)));
            lines.push(head.to_owned());
            lines.extend(wrap(tail, limit, 0));
        }
        at += 1;
    }
    lines
}

/// Where a word is broken so that no more than `limit` columns of it stay: behind
/// the last sign that parts it, unless that is in the first half.
fn break_of(word: &str, limit: usize) -> usize {
    let (mut used, mut end, mut nice) = (0, 0, None);
    for (at, c) in word.char_indices() {
        used += columns(c);
        if used > limit {
            break;
        }
        end = at + c.len_utf8();
        if "-./_,:=@".contains(c) && used * 2 > limit {
            nice = Some(end);
        }
    }
    nice.unwrap_or(end)
}

/// `3 errors`, `1 file`.
#[must_use]
pub fn count(n: usize, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_long_words_stay_whole() {
        assert_eq!(wrap("a bb  ccc", 5, 0), ["a bb", "ccc"]);
        assert_eq!(wrap("a bb ccc", 5, 3), ["a", "bb", "ccc"]);
        assert_eq!(wrap("abcdefgh i", 5, 0), ["abcdefgh", "i"]);
        assert_eq!(wrap("이미지 태그", 6, 0), ["이미지", "태그"]);
        assert_eq!(wrap("", 5, 0), [""]);
    }

    #[test]
    fn folded_lines_are_no_longer_than_asked_for() {
        assert_eq!(fold("a bb abcdefgh i", 5), ["a bb", "abcde", "fgh i"]);
        assert_eq!(fold("shop-web/frontend", 10), ["shop-web/", "frontend"]);
        assert_eq!(fold("이미지태그", 5), ["이미", "지태", "그"]);
        assert_eq!(fold("", 5), [""]);
    }

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(
            visible("a\u{1b}[31m\nb\u{202e}"),
            "a\\u{1b}[31m\\nb\\u{202e}"
        );
        assert!(matches!(visible("plain é 😀"), Cow::Borrowed(_)));
    }
}
