//! Base64 as Go's `base64.StdEncoding` decodes it: padded, line breaks ignored
//! anywhere, unused bits of the last digit ignored.
//!
//! Crates differ in one of the three (data-encoding takes several padded texts in a row).

/// The bytes that `text` stands for; `None` if Go refuses it.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(decoded_length(text)?);
    let (mut bits, mut held) = (0u32, 0);
    for value in text.bytes().filter_map(sextet) {
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held).to_le_bytes()[0]);
        }
    }
    Some(bytes)
}

/// How many bytes [`decode`] gives.
#[must_use]
pub fn decoded_length(text: &str) -> Option<usize> {
    let (mut digits, mut padding) = (0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' => padding += 1,
            _ if padding == 0 && sextet(byte).is_some() => digits += 1,
            _ => return None,
        }
    }
    // Padding completes a group of four, and a group has at least two digits.
    let is_whole = (digits + padding).is_multiple_of(4) && digits % 4 != 1;
    (is_whole && padding <= 2 && (padding == 0 || digits > 0)).then_some(digits * 3 / 4)
}

/// The six bits of a digit.
fn sextet(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_as_go_does() {
        for (text, bytes) in [
            ("", ""),
            ("\n", ""),
            ("YQ==", "a"),
            ("YR==", "a"),
            ("YWI=", "ab"),
            ("YWJj", "abc"),
            ("YW\nJj\n", "abc"),
            ("Y\r\nQ=\n=", "a"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text:?}");
            assert_eq!(decoded_length(text), Some(bytes.len()), "{text:?}");
        }
        for text in [
            "YQ", "YQ=", "Y===", "YQ==YQ==", "Y-_j", "YW Jj", "=", "==", "hunter2", "YQ=\n",
        ] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
