//! The text of an expression as tokens.

/// One token.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token<'t> {
    Ident(&'t str),
    Int(&'t str),
    Uint(&'t str),
    Double(f64),
    Str(String),
    Bytes(Vec<u8>),
    /// An operator or bracket.
    Mark(&'static str),
    End,
}

const MARKS: &[&str] = &[
    "==", "!=", "<=", ">=", "&&", "||", ".", ",", ":", "?", "(", ")", "[", "]", "{", "}", "<", ">",
    "+", "-", "*", "/", "%", "!",
];

/// A token, and the byte that it starts at.
pub(super) type Placed<'t> = (usize, Token<'t>);
/// What is not a token: the byte that it starts at, and how many it is.
pub(super) type Wrong = (usize, usize);

/// The tokens of `text`, and what is not a token.
pub(super) fn tokens(text: &str) -> (Vec<Placed<'_>>, Vec<Wrong>) {
    let (mut found, mut wrong) = (Vec::with_capacity(text.len() / 3), Vec::new());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_ascii_whitespace() {
            at += 1;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else {
            match token(c, rest) {
                Ok((token, length)) => {
                    found.push((at, token));
                    at += length;
                }
                Err(length) => {
                    wrong.push((at, length));
                    at += length;
                }
            }
        }
    }
    found.push((text.len(), Token::End));
    (found, wrong)
}

/// The token at the start of `text`, with its length; what is not a token has a length too.
fn token(first: char, text: &str) -> Result<(Token<'_>, usize), usize> {
    let may_quote = matches!(first, '"' | '\'' | 'r' | 'R' | 'b' | 'B');
    if may_quote && let Some(made) = string(text)? {
        return Ok(made);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = text.find(|c: char| !part(c)).unwrap_or(text.len());
        return Ok((Token::Ident(&text[..end]), end));
    }
    let second = text[first.len_utf8()..].chars().next();
    if first.is_ascii_digit() || (first == '.' && second.is_some_and(|c| c.is_ascii_digit())) {
        return number(text).ok_or(1);
    }
    let mark = |it: &&&str| it.starts_with(first) && text.starts_with(**it);
    match MARKS.iter().find(mark) {
        Some(mark) => Ok((Token::Mark(mark), mark.len())),
        // What could have been the start of a mark is read with what follows.
        None => Err(first.len_utf8()
            + match first {
                '=' | '&' | '|' => second.map_or(0, char::len_utf8),
                _ => 0,
            }),
    }
}

fn number(text: &str) -> Option<(Token<'_>, usize)> {
    if let Some(hex) = text.strip_prefix("0x") {
        let end = hex
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(hex.len());
        let unsigned = hex[end..].starts_with(['u', 'U']);
        let digits = &text[..end + 2];
        let length = end + 2 + usize::from(unsigned);
        return Some((
            if unsigned {
                Token::Uint(digits)
            } else {
                Token::Int(digits)
            },
            length,
        ));
    }
    let digits = |from: usize| {
        let rest = &text[from..];
        from + rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len())
    };
    let whole = digits(0);
    let mut end = whole;
    let after_point =
        text[end..].starts_with('.') && text[end + 1..].starts_with(|c: char| c.is_ascii_digit());
    if after_point {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let last = digits(end + 1 + sign);
        if last > end + 1 + sign {
            end = last;
        }
    }
    if end > whole {
        return Some((Token::Double(text[..end].parse().ok()?), end));
    }
    if text[end..].starts_with(['u', 'U']) {
        return Some((Token::Uint(&text[..end]), end + 1));
    }
    Some((Token::Int(&text[..end]), end))
}

/// A string or bytes at the start of `text`, with its length; the length up to where
/// it cannot be one.
fn string(text: &str) -> Result<Option<(Token<'_>, usize)>, usize> {
    // No prefix is longer than two letters.
    let quote = |it: u8| matches!(it, b'"' | b'\'');
    let Some(lead) = text.bytes().take(3).position(quote) else {
        return Ok(None);
    };
    let Some(prefix) = text.get(..lead) else {
        return Ok(None);
    };
    let lower = prefix.to_ascii_lowercase();
    if !matches!(lower.as_str(), "" | "r" | "b" | "br" | "rb") {
        return Ok(None);
    }
    let (raw, bytes) = (lower.contains('r'), lower.contains('b'));
    let body = &text[lead..];
    let single = &body[..1];
    let triple = single.repeat(3);
    let quote = if body.starts_with(&triple) {
        triple.as_str()
    } else {
        single
    };
    let mut at = quote.len();
    let mut out = Vec::new();
    loop {
        let rest = body.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else {
            return Err(text.len());
        };
        if rest.starts_with(quote) {
            at += quote.len();
            break;
        }
        if c == '\\' && !raw {
            let bad = rest[1..].chars().next().map_or(1, |c| 1 + c.len_utf8());
            at += escape(rest, bytes, &mut out).ok_or(lead + at + bad)?;
            continue;
        }
        if c == '\n' && quote.len() == 1 {
            return Err(lead + at);
        }
        out.extend(c.encode_utf8(&mut [0; 4]).bytes());
        at += c.len_utf8();
        if c == '\\' && raw {
            // What follows does not end the string, but stands for itself.
            let next = body.get(at..).and_then(|it| it.chars().next());
            if let Some(next) = next.filter(|it| single.starts_with(*it)) {
                out.push(u8::try_from(next).unwrap_or_default());
                at += 1;
            }
        }
    }
    let token = match bytes {
        true => Token::Bytes(out),
        false => Token::Str(String::from_utf8(out).map_err(|_| lead + at)?),
    };
    Ok(Some((token, lead + at)))
}

/// Appends what an escape stands for, and gives its length.
fn escape(text: &str, bytes: bool, out: &mut Vec<u8>) -> Option<usize> {
    let c = text[1..].chars().next()?;
    let plain = match c {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        '\\' | '\'' | '"' | '`' | '?' => u8::try_from(c).ok()?,
        _ => {
            let (radix, from, length) = match c {
                'x' | 'X' => (16, 2, 2),
                'u' => (16, 2, 4),
                'U' => (16, 2, 8),
                '0'..='3' => (8, 1, 3),
                _ => return None,
            };
            let code = u32::from_str_radix(text.get(from..from + length)?, radix).ok()?;
            match (bytes, u8::try_from(code)) {
                (true, Ok(byte)) => out.push(byte),
                _ => out.extend(char::from_u32(code)?.encode_utf8(&mut [0; 4]).bytes()),
            }
            return Some(from + length);
        }
    };
    out.push(plain);
    Some(2)
}
