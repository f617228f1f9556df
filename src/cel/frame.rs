//! Mistakes in an expression as the server shows them: the place, the message, and
//! the line with a mark below.

use super::check::Fault;
use super::parse::SyntaxError;
use std::fmt::Write as _;

/// Most mistakes that are shown.
const MOST: usize = 100;
/// Lines that are longer, in bytes, are not shown.
const LINE: usize = 16384;

/// All mistakes, in the order of their places.
pub(super) fn frames(text: &str, mut faults: Vec<Fault>) -> String {
    faults.sort_by_key(|it| it.at);
    let mut out = String::new();
    for (index, fault) in faults.iter().take(MOST).enumerate() {
        if index > 0 {
            out.push('\n');
        }
        frame(&mut out, text, fault);
    }
    out
}

fn frame(out: &mut String, text: &str, fault: &Fault) {
    let at = usize::try_from(fault.at).unwrap_or(usize::MAX);
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let column = before[start..].chars().count();
    let _ = write!(
        out,
        "ERROR: <input>:{}:{}: {}",
        line + 1,
        column + 1,
        fault.message
    );
    let Some(shown) = text.split('\n').nth(line).filter(|it| it.len() <= LINE) else {
        return;
    };
    let _ = write!(out, "\n | {}\n | ", shown.replace('\t', " "));
    let mut chars = shown.chars();
    let is_wide = |c: char| c.len_utf8() > 1;
    for c in chars.by_ref().take(column) {
        out.push(if is_wide(c) { '\u{ff0e}' } else { '.' });
    }
    out.push(if chars.next().is_some_and(is_wide) {
        '\u{ff3e}'
    } else {
        '^'
    });
}

/// What is wrong with a text that is no expression.
pub(super) fn syntax(text: &str, error: &SyntaxError) -> Fault {
    let rest = text.get(error.at..).unwrap_or_default();
    Fault {
        at: u32::try_from(error.at).unwrap_or(u32::MAX),
        message: reason(&error.message, rest),
    }
}

/// The server's words where an expression goes on after its end, or ends too early.
fn reason(message: &str, rest: &str) -> String {
    const ANY: &str = "expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
    let token = token(rest);
    match message.strip_prefix("Syntax error: ").unwrap_or_default() {
        "mismatched input" if rest.is_empty() => {
            format!("Syntax error: mismatched input '<EOF>' {ANY}")
        }
        // What comes before the end can be passed over, what more comes cannot.
        "extraneous input" => {
            let is_last = rest[token.len()..].trim_start().is_empty();
            let how = if is_last { "extraneous" } else { "mismatched" };
            format!("Syntax error: {how} input '{token}' expecting <EOF>")
        }
        it if it.starts_with("expecting '") => {
            let token = if rest.is_empty() { "<EOF>" } else { token };
            format!("Syntax error: mismatched input '{token}' {it}")
        }
        "unterminated string" => {
            let line = rest.split('\n').next().unwrap_or_default();
            format!("Syntax error: token recognition error at: '{line}'")
        }
        _ => message.to_owned(),
    }
}

/// The token that `text` starts with.
fn token(text: &str) -> &str {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.next());
    if first == Some('.') && second.is_some_and(|c| c.is_ascii_digit()) {
        let digits = text[1..].bytes().take_while(u8::is_ascii_digit).count();
        return &text[..=digits];
    }
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let pairs = ["==", "!=", "<=", ">=", "&&", "||"];
    let pair = pairs.iter().any(|it| text.starts_with(it));
    let least = if pair {
        2
    } else {
        first.map_or(0, char::len_utf8)
    };
    &text[..end.max(least)]
}
