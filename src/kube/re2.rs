//! Reads a regular expression as Go does, and says it again for the crate.
//!
//! Go takes the language of RE2. What it refuses is refused here with the same
//! words; in what it takes nothing is left to chance: each character is escaped,
//! shorthands are written out, and flags go around the part they hold for.

use crate::kube::re2_names;
use std::collections::HashSet;
use std::fmt;

/// The most repetitions of a part, repetitions inside of it included.
const REPEAT: u64 = 1000;
/// How deep parts may nest.
const HEIGHT: u32 = 1000;
/// A class without a character.
const NOTHING: &str = r"[^\x{0}-\x{10FFFF}]";

const FOLD: u8 = 1;
const LINES: u8 = 2;
const DOT_ALL: u8 = 4;
const LAZY: u8 = 8;

const RANGE: &str = "invalid character class range";
const ESCAPE: &str = "invalid escape sequence";
const NAME: &str = "invalid named capture";
const PERL: &str = "invalid or unsupported Perl syntax";
const NESTED: &str = "invalid nested repetition operator";
const COUNT: &str = "invalid repeat count";
const BRACKET: &str = "missing closing ]";
const PAREN: &str = "missing closing )";
const ARGUMENT: &str = "missing argument to repetition operator";
const TRAILING: &str = "trailing backslash at end of expression";
const UNEXPECTED: &str = "unexpected )";
const DEPTH: &str = "expression nests too deeply";

/// Why Go refuses an expression, in its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault<'t> {
    what: &'static str,
    part: &'t str,
}

impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error parsing regexp: {}: `{}`", self.what, self.part)
    }
}

type Read<'t, T> = Result<T, Fault<'t>>;

/// The expression in the syntax of the crate.
///
/// # Errors
/// Why Go would refuse it.
pub fn translate(text: &str) -> Read<'_, String> {
    let mut reader = Reader {
        text,
        at: 0,
        out: String::with_capacity(text.len() + 16),
        flags: 0,
        group: Group::default(),
        outer: Vec::new(),
        names: HashSet::default(),
        last_repeat: None,
        last_posix: text.rfind(":]").unwrap_or(0),
    };
    reader.run()?;
    Ok(reader.out)
}

/// What a repetition that follows would repeat.
#[derive(Clone, Copy, Default)]
struct Item {
    /// Where it starts in the translation.
    start: usize,
    height: u32,
    /// How often its innermost part is repeated, counting numbers only.
    times: u64,
    /// Whether a repetition around it needs a group of its own.
    is_repeated: bool,
    /// Whether it is several items in a row or to choose from.
    is_wide: bool,
}

/// An open group, and the branch of it that is read.
#[derive(Clone, Copy, Default)]
struct Group {
    start: usize,
    /// The flags that hold again after it.
    flags: u8,
    is_capture: bool,
    is_wide: bool,
    height: u32,
    times: u64,
    last: Option<Item>,
}

impl Group {
    /// Counts in the last item: nothing can repeat it any more.
    fn settle(&mut self) {
        if let Some(last) = self.last.take() {
            self.is_wide |= self.height > 0 || last.is_wide;
            self.height = self.height.max(last.height);
            self.times = self.times.max(last.times);
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    out: String,
    flags: u8,
    group: Group,
    outer: Vec<Group>,
    names: HashSet<&'t str>,
    /// Where the repetition starts that ends here.
    last_repeat: Option<usize>,
    /// Where the last `:]` is, so that none is looked for behind it.
    last_posix: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The fault of all that was read since `start`.
    fn fault<T>(&self, what: &'static str, start: usize) -> Read<'t, T> {
        let part = self.text.get(start..self.at).unwrap_or_default();
        Err(Fault { what, part })
    }

    /// The fault of the whole expression.
    fn whole<T>(&self, what: &'static str) -> Read<'t, T> {
        let part = self.text;
        Err(Fault { what, part })
    }

    fn run(&mut self) -> Read<'t, ()> {
        while let Some(c) = self.peek() {
            let start = self.at;
            let mut repeated = None;
            match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' if self.rest().starts_with("(?") => self.perl()?,
                _ => {
                    self.at += c.len_utf8();
                    match c {
                        '(' => self.open(true, "("),
                        '|' => self.branch(),
                        ')' => self.close()?,
                        '^' => self.push(if self.has(LINES) { "(?m:^)" } else { r"\A" }),
                        '$' => self.push(if self.has(LINES) { "(?m:$)" } else { r"\z" }),
                        '.' => self.push(if self.has(DOT_ALL) {
                            "(?s:.)"
                        } else {
                            r"[^\n]"
                        }),
                        '*' | '+' | '?' => {
                            self.repeat(start, None)?;
                            repeated = Some(start);
                        }
                        '{' => repeated = self.braces(start)?,
                        _ => self.literal(u32::from(c)),
                    }
                }
            }
            self.last_repeat = repeated;
        }
        if self.outer.is_empty() {
            Ok(())
        } else {
            self.whole(PAREN)
        }
    }

    /// Starts an item at the end of the translation.
    fn start(&mut self) {
        self.group.settle();
        self.group.last = Some(Item {
            start: self.out.len(),
            height: 1,
            ..Item::default()
        });
    }

    fn push(&mut self, text: &str) {
        self.start();
        self.out.push_str(text);
    }

    fn literal(&mut self, code: u32) {
        self.start();
        let is_folded = self.has(FOLD) && char::from_u32(code).is_some_and(char::is_alphanumeric);
        self.out.push_str(if is_folded { "(?i:" } else { "" });
        match char::from_u32(code) {
            Some(c) => push_char(&mut self.out, c),
            None => self.out.push_str(NOTHING),
        }
        self.out.push_str(if is_folded { ")" } else { "" });
    }

    fn open(&mut self, is_capture: bool, text: &str) {
        let group = Group {
            start: self.out.len(),
            flags: self.flags,
            is_capture,
            ..Group::default()
        };
        self.outer.push(std::mem::replace(&mut self.group, group));
        self.out.push_str(text);
    }

    fn branch(&mut self) {
        self.group.settle();
        self.group.is_wide = true;
        self.out.push('|');
    }

    fn close(&mut self) -> Read<'t, ()> {
        let Some(outer) = self.outer.pop() else {
            return self.whole(UNEXPECTED);
        };
        let mut group = std::mem::replace(&mut self.group, outer);
        group.settle();
        self.flags = group.flags;
        self.out.push(')');
        self.group.settle();
        let added = u32::from(group.is_capture) * (1 + u32::from(group.is_wide));
        let item = Item {
            start: group.start,
            height: group.height.max(1) + added,
            times: group.times,
            is_repeated: false,
            is_wide: group.is_wide && !group.is_capture,
        };
        self.group.last = Some(item);
        if item.height > HEIGHT {
            return self.whole(DEPTH);
        }
        Ok(())
    }

    /// What `(?` starts: a group with a name, or flags.
    fn perl(&mut self) -> Read<'t, ()> {
        let start = self.at;
        let rest = self.rest();
        let name_at = if rest.len() > 4 && rest.starts_with("(?P<") {
            4
        } else if rest.len() > 3 && rest.starts_with("(?<") {
            3
        } else {
            self.at += 2;
            return self.change_flags(start);
        };
        let Some(end) = rest.find('>') else {
            self.at = self.text.len();
            return self.fault(NAME, start);
        };
        self.at += end + 1;
        let name = rest.get(name_at..end).unwrap_or_default();
        let is_word = |it: u8| it == b'_' || it.is_ascii_alphanumeric();
        if name.is_empty() || !name.bytes().all(is_word) {
            return self.fault(NAME, start);
        }
        // The crate takes a name once, and not with a digit in front.
        if name.starts_with(|it: char| it.is_ascii_digit()) || !self.names.insert(name) {
            self.open(true, "(");
        } else {
            self.open(true, &format!("(?P<{name}>"));
        }
        Ok(())
    }

    fn change_flags(&mut self, start: usize) -> Read<'t, ()> {
        let mut flags = self.flags;
        let (mut is_off, mut is_any) = (false, false);
        while let Some(c) = self.next() {
            let flag = match c {
                'i' => FOLD,
                'm' => LINES,
                's' => DOT_ALL,
                'U' => LAZY,
                '-' if !is_off => {
                    (is_off, is_any) = (true, false);
                    continue;
                }
                ':' | ')' if is_any || !is_off => {
                    if c == ':' {
                        self.open(false, "(?:");
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            };
            is_any = true;
            flags = if is_off { flags & !flag } else { flags | flag };
        }
        self.fault(PERL, start)
    }

    /// A brace: a repetition, or itself where none can be read.
    fn braces(&mut self, start: usize) -> Read<'t, Option<usize>> {
        let Some((bounds, rest)) = bounds(self.rest()) else {
            self.literal(u32::from('{'));
            return Ok(None);
        };
        self.at = self.text.len() - rest.len();
        if bounds.0 > REPEAT || bounds.1.is_some_and(|it| it > REPEAT || it < bounds.0) {
            return self.fault(COUNT, start);
        }
        self.repeat(start, Some(bounds))?;
        Ok(Some(start))
    }

    /// Repeats the last item: by `bounds`, or as the operator at `start` says.
    fn repeat(&mut self, start: usize, bounds: Option<Bounds>) -> Read<'t, ()> {
        let operator = self.text.get(start..self.at).unwrap_or_default();
        let is_flipped = self.peek() == Some('?');
        self.at += usize::from(is_flipped);
        if let Some(last) = self.last_repeat {
            return self.fault(NESTED, last);
        }
        let Some(mut item) = self.group.last else {
            return self.fault(ARGUMENT, start);
        };
        if item.is_repeated {
            self.out.insert_str(item.start, "(?:");
            self.out.push(')');
        }
        self.out.push_str(operator);
        self.out.push_str(if self.has(LAZY) == is_flipped {
            ""
        } else {
            "?"
        });
        item.is_repeated = true;
        item.height += 1 + u32::from(std::mem::take(&mut item.is_wide));
        if let Some((least, most)) = bounds {
            item.times = match most {
                Some(0) => 0,
                _ => most.unwrap_or(least).max(1) * item.times.max(1),
            };
            if item.times > REPEAT && most.unwrap_or(least) >= 2 {
                return self.fault(COUNT, start);
            }
        }
        self.group.last = Some(item);
        if item.height > HEIGHT {
            return self.whole(DEPTH);
        }
        Ok(())
    }

    fn escape(&mut self) -> Read<'t, ()> {
        let rest = self.rest();
        let start = self.at;
        match rest.as_bytes().get(1) {
            Some(b'A') => self.push(r"\A"),
            Some(b'z') => self.push(r"\z"),
            Some(b'b') => self.push(r"(?-u:\b)"),
            Some(b'B') => self.push(r"(?-u:\B)"),
            Some(b'C') => {
                self.at += 2;
                return self.fault(ESCAPE, start);
            }
            Some(b'Q') => {
                let rest = rest.get(2..).unwrap_or_default();
                let (literal, rest) = rest.split_once(r"\E").unwrap_or((rest, ""));
                literal.chars().for_each(|c| self.literal(u32::from(c)));
                self.at = self.text.len() - rest.len();
                return Ok(());
            }
            _ => {
                let Some(set) = self.set()? else {
                    let code = self.character()?;
                    self.literal(code);
                    return Ok(());
                };
                self.push_class(&format!("[{set}]"));
                return Ok(());
            }
        }
        self.at += 2;
        Ok(())
    }

    fn push_class(&mut self, class: &str) {
        self.start();
        let (open, close) = if self.has(FOLD) {
            ("(?i:", ")")
        } else {
            ("", "")
        };
        self.out.push_str(open);
        self.out.push_str(class);
        self.out.push_str(close);
    }

    /// An escape that means a set of characters, as it is written in a class.
    fn set(&mut self) -> Read<'t, Option<String>> {
        let set = match self.rest().as_bytes() {
            [b'\\', b'd', ..] => "0-9",
            [b'\\', b'D', ..] => "[^0-9]",
            [b'\\', b's', ..] => r"\t\n\f\r\x20",
            [b'\\', b'S', ..] => r"[^\t\n\f\r\x20]",
            [b'\\', b'w', ..] => "0-9A-Za-z_",
            [b'\\', b'W', ..] => "[^0-9A-Za-z_]",
            [b'\\', b'p' | b'P', ..] => return self.named_set().map(Some),
            _ => return Ok(None),
        };
        self.at += 2;
        Ok(Some(set.to_owned()))
    }

    /// `\pL`, `\p{Greek}`, `\P{^Lu}`.
    fn named_set(&mut self) -> Read<'t, String> {
        let start = self.at;
        let rest = self.rest();
        let mut is_negated = rest.starts_with(r"\P");
        self.at += 2;
        let mut name = self.rest();
        if self.next() == Some('{') {
            let Some(end) = rest.find('}') else {
                self.at = self.text.len();
                return self.fault(RANGE, start);
            };
            name = rest.get(3..end).unwrap_or_default();
            self.at = start + end + 1;
        } else {
            name = name.get(..self.at - start - 2).unwrap_or_default();
        }
        if let Some(inner) = name.strip_prefix('^') {
            (is_negated, name) = (!is_negated, inner);
        }
        match re2_names::property(name) {
            None => self.fault(RANGE, start),
            // Surrogates: no text holds one.
            Some(found) if found == "gc=Cs" => {
                let all = r"\x{0}-\x{10FFFF}";
                Ok(if is_negated { all } else { NOTHING }.to_owned())
            }
            Some(found) if is_negated => Ok(format!(r"\P{{{found}}}")),
            Some(found) => Ok(format!(r"\p{{{found}}}")),
        }
    }

    /// One character behind a backslash.
    fn character(&mut self) -> Read<'t, u32> {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.next() else {
            return self.fault(TRAILING, self.at);
        };
        let is_octal = |it: Option<char>| it.is_some_and(|it| it.is_digit(8));
        let code = match c {
            '1'..='7' if !is_octal(self.peek()) => None,
            '0'..='7' => {
                let mut code = u32::from(c) - u32::from('0');
                for _ in 0..2 {
                    if let Some(digit) = self.peek().and_then(|it| it.to_digit(8)) {
                        self.at += 1;
                        code = code * 8 + digit;
                    } else {
                        break;
                    }
                }
                Some(code)
            }
            'x' => self.hexadecimal(),
            'a' => Some(0x07),
            'f' => Some(0x0c),
            'n' => Some(0x0a),
            'r' => Some(0x0d),
            't' => Some(0x09),
            'v' => Some(0x0b),
            _ => (c.is_ascii() && !c.is_ascii_alphanumeric()).then_some(u32::from(c)),
        };
        code.map_or_else(|| self.fault(ESCAPE, start), Ok)
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let digit = |it: char| it.to_digit(16);
        let first = self.next()?;
        if first != '{' {
            let (high, low) = (digit(first), self.next().and_then(digit));
            return Some(high? * 16 + low?);
        }
        let mut code = digit(self.next()?)?;
        loop {
            match self.next()? {
                '}' => return Some(code),
                c => code = code * 16 + digit(c)?,
            }
            if code > u32::from(char::MAX) {
                return None;
            }
        }
    }

    fn class(&mut self) -> Read<'t, ()> {
        let whole = self.at;
        self.at += 1;
        let mut class = String::from("[");
        if self.peek() == Some('^') {
            self.at += 1;
            class.push('^');
        }
        let mut is_first = true;
        while is_first || self.peek() != Some(']') {
            is_first = false;
            if let Some(found) = self.posix()? {
                class.push_str(found);
            } else if let Some(found) = self.set()? {
                class.push_str(&found);
            } else {
                let start = self.at;
                let low = self.class_character(whole)?;
                let mut high = low;
                let rest = self.rest();
                if rest.len() > 1 && rest.starts_with('-') && !rest.starts_with("-]") {
                    self.at += 1;
                    high = self.class_character(whole)?;
                    if high < low {
                        return self.fault(RANGE, start);
                    }
                }
                push_range(&mut class, low, high);
            }
        }
        self.at += 1;
        class.push(']');
        self.push_class(&class);
        Ok(())
    }

    /// `[:alpha:]`, `[:^alpha:]`.
    fn posix(&mut self) -> Read<'t, Option<&'t str>> {
        let (start, rest) = (self.at, self.rest());
        let within = rest
            .strip_prefix("[:")
            .filter(|_| start + 2 <= self.last_posix);
        let end = within.and_then(|it| it.find(":]"));
        let Some(end) = end else {
            return Ok(None);
        };
        self.at += end + 4;
        let name = rest.get(2..end + 2).unwrap_or_default();
        if re2_names::is_posix(name.strip_prefix('^').unwrap_or(name)) {
            return Ok(rest.get(..end + 4));
        }
        self.fault(RANGE, start)
    }

    fn class_character(&mut self, whole: usize) -> Read<'t, u32> {
        match self.peek() {
            Some('\\') => self.character(),
            Some(c) => {
                self.at += c.len_utf8();
                Ok(u32::from(c))
            }
            None => self.fault(BRACKET, whole),
        }
    }
}

fn push_char(out: &mut String, c: char) {
    if regex_syntax::is_meta_character(c) {
        out.push('\\');
    }
    out.push(c);
}

/// A range in a class, without surrogates: no text holds one.
fn push_range(class: &mut String, low: u32, high: u32) {
    let low = (low..=high).find_map(char::from_u32);
    let high = char::from_u32(high).or_else(|| char::from_u32(0xD7FF));
    match (low, high) {
        (Some(low), Some(high)) if low == high => push_char(class, low),
        (Some(low), Some(high)) if low < high => {
            push_char(class, low);
            class.push('-');
            push_char(class, high);
        }
        _ => class.push_str(NOTHING),
    }
}

/// The least and the most of a repetition; no most where it is open.
type Bounds = (u64, Option<u64>);

/// What is between braces, of which the first was read, and what follows;
/// `None` when it is not the bounds of a repetition.
fn bounds(text: &str) -> Option<(Bounds, &str)> {
    let (least, rest) = number(text)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some(((least, Some(least)), rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some(((least, None), rest));
    }
    let (most, rest) = number(rest)?;
    Some(((least, Some(most)), rest.strip_prefix('}')?))
}

/// A number without zeros in front; the greatest where it is too large.
fn number(text: &str) -> Option<(u64, &str)> {
    let rest = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let digits = text.get(..text.len() - rest.len())?;
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(u64::MAX), rest))
}
