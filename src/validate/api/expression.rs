//! Expressions in CEL that policies and webhooks hold: only whether they can be
//! read. What they name and give is left to the server.

use super::at::At;
use super::report::Api;
use crate::cel;

/// Reports a text that is no expression.
pub(super) fn check<'a>(api: &mut Api<'a, '_>, at: At<'a>, text: &str) {
    let Err(error) = cel::syntax(text) else {
        return;
    };
    let before = text.get(..error.at).unwrap_or(text);
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let column = before[start..].chars().count();
    let (shown, dots) = (text.lines().nth(line).unwrap_or(""), ".".repeat(column));
    let why = reason(&error.message, &text[before.len()..]);
    let detail = format!(
        "compilation failed: ERROR: <input>:{}:{}: Syntax error: {why}\n | {shown}\n | {dots}^",
        line + 1,
        column + 1
    );
    api.invalid_text(at, text, &detail);
}

/// The server's words where an expression goes on after its end, or ends too early.
fn reason(message: &str, rest: &str) -> String {
    const ANY: &str = "expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
    let message = message.trim_start_matches("Syntax error: ");
    match message {
        "mismatched input" if rest.is_empty() => format!("mismatched input '<EOF>' {ANY}"),
        "extraneous input" => {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let token = &rest[..end.max(first)];
            format!("extraneous input '{token}' expecting <EOF>")
        }
        _ => message.to_owned(),
    }
}
