//! What Go's `encoding/json` says of a text that is not JSON.

use super::go::Quoted;

/// Deepest nesting that Go reads.
const DEEPEST: usize = 10_000;

/// Why a text is not one JSON value; `None` if it is.
#[must_use]
pub fn fault(text: &str) -> Option<String> {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
    };
    scan.value().and_then(|()| scan.end()).err()
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What an open collection waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Object,
    Array,
}

impl Scan<'_> {
    fn peek(&self) -> Result<u8, String> {
        let byte = self.bytes.get(self.at).copied();
        byte.ok_or_else(|| "unexpected end of JSON input".to_owned())
    }

    fn skip_spaces(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// An error at the byte that comes next.
    fn wrong(&self, context: &str) -> String {
        let shown = match self.bytes.get(self.at) {
            Some(b'\'') => "'\\''".to_owned(),
            Some(b'"') => "'\"'".to_owned(),
            Some(byte) => {
                // Go takes the byte for a character.
                let quoted = Quoted(&char::from(*byte).to_string()).to_string();
                format!("'{}'", quoted.trim_matches('"'))
            }
            None => return "unexpected end of JSON input".to_owned(),
        };
        format!("invalid character {shown} {context}")
    }

    fn value(&mut self) -> Result<(), String> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.skip_spaces();
            let first = self.peek()?;
            let mut fresh = true;
            match first {
                b'{' | b'[' => {
                    let kind = if first == b'{' {
                        Open::Object
                    } else {
                        Open::Array
                    };
                    open.push(kind);
                    if open.len() > DEEPEST {
                        return Err("exceeded max depth".to_owned());
                    }
                    self.at += 1;
                    self.skip_spaces();
                    let close = if kind == Open::Object { b'}' } else { b']' };
                    if self.peek()? != close {
                        if kind == Open::Object {
                            self.key()?;
                        }
                        continue;
                    }
                    fresh = false;
                }
                b'"' => self.string()?,
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                b'-' | b'0'..=b'9' => self.number()?,
                _ => return Err(self.wrong("looking for beginning of value")),
            }
            if !self.next(&mut open, fresh)? {
                return Ok(());
            }
        }
    }

    /// Goes on to the next value; false where there is none.
    fn next(&mut self, open: &mut Vec<Open>, mut fresh: bool) -> Result<bool, String> {
        while let Some(kind) = open.last().copied() {
            self.skip_spaces();
            let byte = self.peek()?;
            let (close, context) = match kind {
                Open::Object => (b'}', "after object key:value pair"),
                Open::Array => (b']', "after array element"),
            };
            if byte == close {
                self.at += 1;
                open.pop();
                fresh = true;
                continue;
            }
            if byte != b',' || !fresh {
                return Err(self.wrong(context));
            }
            self.at += 1;
            if kind == Open::Object {
                self.skip_spaces();
                self.key()?;
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn key(&mut self) -> Result<(), String> {
        if self.peek()? != b'"' {
            return Err(self.wrong("looking for beginning of object key string"));
        }
        self.string()?;
        self.skip_spaces();
        if self.peek()? != b':' {
            return Err(self.wrong("after object key"));
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<(), String> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek()? {
                        b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => self.at += 1,
                        b'u' => {
                            self.at += 1;
                            for _ in 0..4 {
                                if !self.peek()?.is_ascii_hexdigit() {
                                    return Err(self.wrong("in \\u hexadecimal character escape"));
                                }
                                self.at += 1;
                            }
                        }
                        _ => return Err(self.wrong("in string escape code")),
                    }
                }
                0..0x20 => return Err(self.wrong("in string literal")),
                _ => self.at += 1,
            }
        }
    }

    fn literal(&mut self, word: &str) -> Result<(), String> {
        for expected in word.bytes() {
            if self.peek()? != expected {
                let at = char::from(expected);
                return Err(self.wrong(&format!("in literal {word} (expecting '{at}')")));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn digits(&mut self, context: &str) -> Result<(), String> {
        if !self.peek()?.is_ascii_digit() {
            return Err(self.wrong(context));
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        if self.peek()? == b'-' {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        self.skip_spaces();
        if self.at < self.bytes.len() {
            return Err(self.wrong("after top-level value"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_as_go_tells_them() {
        for good in ["{}", " [1, -0.5e+3, \"a\\u00e9\", {\"a\": null}] ", "true"] {
            assert_eq!(fault(good), None, "{good}");
        }
        for (text, why) in [
            ("", "unexpected end of JSON input"),
            ("a", "invalid character 'a' looking for beginning of value"),
            (
                "not",
                "invalid character 'o' in literal null (expecting 'u')",
            ),
            (
                "{a}",
                "invalid character 'a' looking for beginning of object key string",
            ),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            (
                "{\"a\":1 2}",
                "invalid character '2' after object key:value pair",
            ),
            ("[1 2]", "invalid character '2' after array element"),
            ("{} {}", "invalid character '{' after top-level value"),
            (
                "1.x",
                "invalid character 'x' after decimal point in numeric literal",
            ),
            ("\"\n\"", "invalid character '\\n' in string literal"),
        ] {
            assert_eq!(fault(text).unwrap_or_default(), why, "{text}");
        }
    }
}
