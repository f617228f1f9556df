//! Mistakes in an expression as the server shows them: the place, the message, and
//! the line with a mark below.

use super::check::Fault;
use super::lex;
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

/// What is wrong with a text that is not an expression.
pub(super) fn syntax(text: &str, error: &SyntaxError) -> Vec<Fault> {
    let all = std::iter::once(error).chain(&error.also);
    let fault = |it: &SyntaxError| Fault {
        at: u32::try_from(it.at).unwrap_or(u32::MAX),
        message: it.message.replace("{token}", token(text, it.at)),
    };
    all.map(fault).collect()
}

/// The token that starts at a byte of `text`.
fn token(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let (tokens, wrong) = lex::tokens(rest);
    let ends = tokens.iter().map(|(at, _)| *at);
    let ends = ends.chain(wrong.iter().map(|(at, _)| *at));
    let end = ends.filter(|it| *it > 0).min().unwrap_or_default();
    match rest.get(..end).unwrap_or_default().trim_end() {
        "" => "<EOF>",
        token => token,
    }
}
