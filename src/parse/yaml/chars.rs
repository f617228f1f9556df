//! Which bytes mean something to YAML, and line breaks as YAML 1.1 has them.
//!
//! A table look-up per byte decides almost everything; the three line breaks
//! beyond ASCII (U+0085, U+2028, U+2029) are distinguished only when one of their
//! first bytes turns up.

/// Ends a word of a plain scalar: white space, line breaks and the end of the text,
/// as well as bytes that need a second look.
const WORD_END: u8 = 1;
/// Ends a word of a plain scalar inside `[…]` and `{…}`.
const FLOW_END: u8 = 2;
/// A letter, a digit, `_` or `-`: what anchors and tag handles are made of.
const NAME: u8 = 4;
/// May be in a tag.
const URI: u8 = 8;
/// No plain scalar starts with it.
const INDICATOR: u8 = 16;
/// Inside quotes: the quotes, the backslash, line breaks and their first bytes.
const QUOTED_END: u8 = 32;

const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        let mut class = 0;
        if matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0 | b':' | 0xC2 | 0xE2) {
            class |= WORD_END;
        }
        if matches!(b, b',' | b'?' | b'[' | b']' | b'{' | b'}') {
            class |= FLOW_END;
        }
        if b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-') {
            class |= NAME | URI;
        }
        if matches!(
            b,
            b';' | b'/'
                | b'?'
                | b':'
                | b'@'
                | b'&'
                | b'='
                | b'+'
                | b'$'
                | b','
                | b'.'
                | b'!'
                | b'~'
                | b'*'
                | b'\''
                | b'('
                | b')'
                | b'['
                | b']'
                | b'%'
        ) {
            class |= URI;
        }
        if matches!(
            b,
            b'-' | b'?'
                | b':'
                | b','
                | b'['
                | b']'
                | b'{'
                | b'}'
                | b'#'
                | b'&'
                | b'*'
                | b'!'
                | b'|'
                | b'>'
                | b'\''
                | b'"'
                | b'%'
                | b'@'
                | b'`'
        ) {
            class |= INDICATOR;
        }
        if matches!(b, b'\'' | b'"' | b'\\' | b'\n' | b'\r' | 0 | 0xC2 | 0xE2) {
            class |= QUOTED_END;
        }
        table[byte] = class;
        byte += 1;
    }
    table
};

pub(super) fn ends_word(byte: u8, flow: bool) -> bool {
    let mask = if flow { WORD_END | FLOW_END } else { WORD_END };
    CLASS[byte as usize] & mask != 0
}

pub(super) fn is_name(byte: u8) -> bool {
    CLASS[byte as usize] & NAME != 0
}

pub(super) fn is_uri(byte: u8) -> bool {
    CLASS[byte as usize] & URI != 0
}

pub(super) fn is_indicator(byte: u8) -> bool {
    CLASS[byte as usize] & INDICATOR != 0
}

pub(super) fn ends_quoted(byte: u8) -> bool {
    CLASS[byte as usize] & QUOTED_END != 0
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The byte at `at`, or 0 past the end. A NUL in the text never gets here:
/// control characters are refused before.
#[inline]
pub(super) fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// A line break of YAML 1.1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Break {
    /// Its bytes.
    pub(super) len: usize,
    /// Whether it is U+2028 or U+2029, which do not fold into spaces.
    pub(super) keeps: bool,
}

/// The line break at `at`, if there is one.
///
/// Kubernetes reads line by line and takes `\r\n` for `\n` before YAML sees it;
/// a `\r` before that is then the first half of a `\r\n`, so `\r\r\n` is one break.
#[inline]
pub(super) fn line_break(bytes: &[u8], at: usize) -> Option<Break> {
    let normal = |len| Some(Break { len, keeps: false });
    match byte(bytes, at) {
        b'\n' => normal(1),
        b'\r' => match (byte(bytes, at + 1), byte(bytes, at + 2)) {
            (b'\n', _) => normal(2),
            (b'\r', b'\n') => normal(3),
            _ => normal(1),
        },
        0xC2 if byte(bytes, at + 1) == 0x85 => normal(2),
        0xE2 if byte(bytes, at + 1) == 0x80 && matches!(byte(bytes, at + 2), 0xA8 | 0xA9) => {
            Some(Break {
                len: 3,
                keeps: true,
            })
        }
        _ => None,
    }
}

/// Whether a line break or the end of the text is at `at`.
#[inline]
pub(super) fn is_breakz(bytes: &[u8], at: usize) -> bool {
    byte(bytes, at) == 0 || line_break(bytes, at).is_some()
}

/// Whether a blank, a line break or the end of the text is at `at`.
#[inline]
pub(super) fn is_blankz(bytes: &[u8], at: usize) -> bool {
    is_blank(byte(bytes, at)) || is_breakz(bytes, at)
}

/// The first character that YAML does not allow: controls other than tab and
/// line breaks, and the two non-characters U+FFFE and U+FFFF.
pub(crate) fn control_character(text: &str, from: usize, to: usize) -> Option<usize> {
    let bytes = text.as_bytes().get(from..to)?;
    let suspicious = |b: u8| {
        (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r') | matches!(b, 0x7F | 0xC2 | 0xEF)
    };
    let mut at = 0;
    for block in bytes.chunks(64) {
        if block.iter().fold(false, |any, &b| any | suspicious(b)) {
            for (i, &b) in block.iter().enumerate() {
                if suspicious(b) && refused(bytes, at + i) {
                    return Some(from + at + i);
                }
            }
        }
        at += block.len();
    }
    None
}

/// Whether the suspicious character at `at` is one that is refused.
fn refused(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        0xC2 => matches!(byte(bytes, at + 1), 0x80..=0x84 | 0x86..=0x9F),
        0xEF => byte(bytes, at + 1) == 0xBF && matches!(byte(bytes, at + 2), 0xBE | 0xBF),
        _ => true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_and_line_breaks_are_none() {
        let find = |text: &str| control_character(text, 0, text.len());
        assert_eq!(find("a: é\t\u{85}\u{FEFF}\u{2028}\r\n"), None);
        for bad in [
            "\0", "\u{1}", "\u{7F}", "\u{80}", "\u{9F}", "\u{FFFE}", "\u{FFFF}",
        ] {
            let text = format!("{}{bad}x", "é".repeat(40));
            assert_eq!(find(&text), Some(80), "{bad:?}");
        }
    }

    #[test]
    fn line_breaks_as_yaml_1_1_has_them() {
        let len = |text: &str| line_break(text.as_bytes(), 0).map(|b| b.len);
        assert_eq!(len("\n"), Some(1));
        assert_eq!(len("\r\n"), Some(2));
        assert_eq!(len("\r\r\n"), Some(3));
        assert_eq!(len("\rx"), Some(1));
        assert_eq!(len("\u{85}"), Some(2));
        assert_eq!(len("\u{2029}"), Some(3));
        assert_eq!(len("x"), None);
    }
}
