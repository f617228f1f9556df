//! Anchors, tags and directives: rare in manifests, so kept apart from what is hot.

use super::super::event::{Problem, Reason};
use super::chars::{byte, is_blank, is_blankz, is_breakz, is_name, is_uri};
use super::scan::{Scanner, TokenKind};

impl Scanner<'_> {
    /// Scans `&name` or `*name`.
    pub(super) fn scan_anchor(&mut self) -> Result<(), Problem> {
        let start = self.pos;
        self.pos += 1;
        while is_name(self.peek_byte()) {
            self.pos += 1;
        }
        let ended = is_blankz(self.bytes, self.pos)
            || matches!(
                self.peek_byte(),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if self.pos == start + 1 || !ended {
            return Err(self.problem_in(Reason::AnchorName, start));
        }
        Ok(())
    }

    /// Scans a tag and returns its number.
    pub(super) fn scan_tag(&mut self) -> Result<u32, Problem> {
        let start = self.pos;
        let tag = if byte(self.bytes, start + 1) == b'<' {
            self.pos += 2;
            let suffix = self.scan_uri(String::new(), false, start)?;
            if self.peek_byte() != b'>' {
                return Err(self.problem_in(Reason::Tag, start));
            }
            self.pos += 1;
            (String::new(), suffix)
        } else {
            self.scan_short_tag(start)?
        };
        if !is_blankz(self.bytes, self.pos) {
            return Err(self.problem_in(Reason::Tag, start));
        }
        Ok(self.keep_tag(tag))
    }

    fn keep_tag(&mut self, tag: (String, String)) -> u32 {
        self.tags.push(tag);
        u32::try_from(self.tags.len() - 1).unwrap_or(u32::MAX)
    }

    /// A tag of the form `!suffix` or `!handle!suffix`.
    fn scan_short_tag(&mut self, start: usize) -> Result<(String, String), Problem> {
        let handle = self.scan_handle(false, start)?;
        if handle.len() > 1 && handle.ends_with('!') {
            let suffix = self.scan_uri(String::new(), false, start)?;
            return Ok((handle, suffix));
        }
        let head = handle.get(1..).unwrap_or_default().to_owned();
        let suffix = self.scan_uri(head, true, start)?;
        match suffix.is_empty() {
            true => Ok((String::new(), "!".to_owned())),
            false => Ok(("!".to_owned(), suffix)),
        }
    }

    fn scan_handle(&mut self, directive: bool, start: usize) -> Result<String, Problem> {
        if self.peek_byte() != b'!' {
            return Err(self.problem_in(Reason::Tag, start));
        }
        let mut handle = String::from("!");
        self.pos += 1;
        while is_name(self.peek_byte()) {
            handle.push(char::from(self.peek_byte()));
            self.pos += 1;
        }
        if self.peek_byte() == b'!' {
            handle.push('!');
            self.pos += 1;
        } else if directive && handle != "!" {
            return Err(self.problem_in(Reason::Tag, start));
        }
        Ok(handle)
    }

    /// Scans a tag's text, appended to `uri`; it may be empty only where `optional`.
    fn scan_uri(&mut self, uri: String, optional: bool, start: usize) -> Result<String, Problem> {
        let mut uri = uri.into_bytes();
        let begin = self.pos;
        while is_uri(self.peek_byte()) {
            if self.peek_byte() == b'%' {
                self.scan_uri_escape(&mut uri, start)?;
            } else {
                uri.push(self.peek_byte());
                self.pos += 1;
            }
        }
        if self.pos == begin && !optional {
            return Err(self.problem_in(Reason::Tag, start));
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// Decodes one character written as `%XX`, once for each of its bytes.
    fn scan_uri_escape(&mut self, uri: &mut Vec<u8>, start: usize) -> Result<(), Problem> {
        let mut left = None;
        while left != Some(0) {
            let digit = |at| char::from(byte(self.bytes, at)).to_digit(16);
            let (high, low) = (digit(self.pos + 1), digit(self.pos + 2));
            let (b'%', Some(high), Some(low)) = (self.peek_byte(), high, low) else {
                return Err(self.problem_in(Reason::Tag, start));
            };
            let octet = u8::try_from(high * 16 + low).unwrap_or_default();
            left = match (left, octet) {
                (None, 0..=0x7F) => Some(0),
                (None, 0xC0..=0xDF) => Some(1),
                (None, 0xE0..=0xEF) => Some(2),
                (None, 0xF0..=0xF7) => Some(3),
                (Some(count), 0x80..=0xBF) => Some(count - 1),
                _ => return Err(self.problem_in(Reason::Tag, start)),
            };
            uri.push(octet);
            self.pos += 3;
        }
        Ok(())
    }

    /// Scans a line that starts with `%`.
    pub(super) fn scan_directive(&mut self) -> Result<TokenKind, Problem> {
        let start = self.pos;
        self.pos += 1;
        while is_name(self.peek_byte()) {
            self.pos += 1;
        }
        if !is_blankz(self.bytes, self.pos) {
            return Err(self.problem_in(Reason::Directive, start));
        }
        let kind = match self.bytes.get(start + 1..self.pos) {
            Some(b"YAML") => self.scan_version(start)?,
            Some(b"TAG") => self.scan_tag_directive(start)?,
            _ => return Err(self.problem_in(Reason::Directive, start)),
        };
        self.skip_blanks();
        if self.peek_byte() == b'#' {
            self.skip_comment();
        }
        if !is_breakz(self.bytes, self.pos) {
            return Err(self.problem_in(Reason::Directive, start));
        }
        self.skip_break();
        Ok(kind)
    }

    fn skip_blanks(&mut self) -> bool {
        let start = self.pos;
        while is_blank(self.peek_byte()) {
            self.pos += 1;
        }
        self.pos > start
    }

    fn scan_version(&mut self, start: usize) -> Result<TokenKind, Problem> {
        self.skip_blanks();
        let major = self.scan_version_number(start)?;
        if self.peek_byte() != b'.' {
            return Err(self.problem_in(Reason::Directive, start));
        }
        self.pos += 1;
        let minor = self.scan_version_number(start)?;
        Ok(TokenKind::Version((major, minor) == (1, 1)))
    }

    fn scan_version_number(&mut self, start: usize) -> Result<u8, Problem> {
        let begin = self.pos;
        let mut value = 0;
        while let digit @ b'0'..=b'9' = self.peek_byte() {
            self.pos += 1;
            if self.pos - begin > 2 {
                return Err(self.problem_in(Reason::Directive, start));
            }
            value = value * 10 + (digit - b'0');
        }
        match self.pos > begin {
            true => Ok(value),
            false => Err(self.problem_in(Reason::Directive, start)),
        }
    }

    fn scan_tag_directive(&mut self, start: usize) -> Result<TokenKind, Problem> {
        self.skip_blanks();
        let handle = self.scan_handle(true, start)?;
        if !self.skip_blanks() {
            return Err(self.problem_in(Reason::Directive, start));
        }
        let prefix = self.scan_uri(String::new(), false, start)?;
        if !is_blankz(self.bytes, self.pos) {
            return Err(self.problem_in(Reason::Directive, start));
        }
        Ok(TokenKind::TagDirective(self.keep_tag((handle, prefix))))
    }
}
