//! What several tests of the parser share: comparing JSON, and making bad YAML.
use plimsoll::parse::{Node, parse};
use plimsoll::source::Source;
use serde_json::Value;

/// Whether both say the same of the same documents: equal JSON, or an error both.
pub(crate) fn same_lines(expected: &[String], got: &[String]) -> bool {
    let error = |line: &str| line.starts_with("{\"error\":");
    let same = |(a, b): (&String, &String)| {
        if error(a) || error(b) {
            return error(a) && error(b);
        }
        match (serde_json::from_str(a), serde_json::from_str(b)) {
            (Ok(a), Ok(b)) => same_value(&a, &b),
            // Nested deeper than the library goes.
            _ => a == b,
        }
    };
    expected.len() == got.len() && expected.iter().zip(got).all(same)
}

fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            // The library that compares parses floats to within a few units in the last place.
            let (x, y) = (
                a.as_f64().unwrap_or_default(),
                b.as_f64().unwrap_or_default(),
            );
            a == b
                || a.is_f64() != b.is_f64() && x == y
                || (x - y).abs() <= x.abs() * 1e-15 && a.is_f64()
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && (a.iter()).all(|(key, a)| b.get(key).is_some_and(|b| same_value(a, b)))
        }
        _ => a == b,
    }
}

/// Whether Kubernetes itself reads the text one way or another, by chance: two
/// keys that differ in YAML (`1` and `"1"`) are one in JSON, and Go's maps have no order.
pub(crate) fn is_ambiguous(text: &str) -> bool {
    // Go's scanner looks for a byte order mark where its buffer starts.
    if text.trim_start_matches('\u{FEFF}').contains('\u{FEFF}') {
        return true;
    }
    let source = Source::new("a.yaml", text);
    parse(&source, 0).documents.iter().any(|document| {
        let mut ids = 0..;
        std::iter::from_fn(|| document.node(ids.next()?)).any(|node| {
            let keys: Vec<Node<'_>> = node.all_keys().collect();
            keys.iter().enumerate().any(|(at, one)| {
                keys[at + 1..]
                    .iter()
                    .any(|other| one.as_str() == other.as_str() && one.raw() != other.raw())
            })
        })
    })
}

/// A file of the fixtures.
pub(crate) fn fixture(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The parts of a file, each below a line `=== name`.
pub(crate) fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let start = text.find("=== ").unwrap_or(text.len());
    text[start..]
        .trim_start_matches("=== ")
        .split("\n=== ")
        .map(|part| part.split_once('\n').unwrap_or((part, "")))
}

/// The torture list: names and texts.
pub(crate) fn torture() -> Vec<(String, String)> {
    let list = fixture("yaml/torture.txt");
    sections(&list)
        .map(|(name, body)| (name.to_owned(), unescape(&format!("{body}\n"))))
        .collect()
}

/// The texts of the torture list that are short enough to mutate.
pub(crate) fn short_torture() -> Vec<String> {
    let texts = torture().into_iter().map(|it| it.1);
    texts.filter(|text| text.len() < 500).collect()
}

/// Puts in what a text file cannot show.
pub(crate) fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some((before, rest)) = text.split_once('«') {
        let (code, after) = rest.split_once('»').expect("« ends with »");
        if code == "EOF" {
            return before.strip_suffix('\n').unwrap_or(before).to_owned();
        }
        let insert = match code.strip_prefix('*').and_then(|it| it.split_once(' ')) {
            Some((count, what)) => what.repeat(count.parse().expect("a number")),
            None => {
                let code = u32::from_str_radix(code, 16).expect("a code point");
                char::from_u32(code).expect("a character").to_string()
            }
        };
        text = format!("{before}{insert}{after}");
    }
    text
}

/// A small generator of numbers, the same on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // One step of the generator on the seed itself, so that the sequences of
        // neighbouring seeds do not overlap.
        let mut first = Self(seed);
        Self(first.next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Short documents to mutate, from longer texts.
pub(crate) fn seeds(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = texts
        .flat_map(|text| {
            let parts: Vec<String> = text.split("\n---").map(str::to_owned).collect();
            parts
        })
        .filter(|text| (20..1500).contains(&text.len()))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Pieces of YAML that are prone to matter.
const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "x y",
    "1",
    "0x1F",
    "0644",
    "089",
    "1_000",
    "-1.5e3",
    ".5",
    ".inf",
    "~",
    "null",
    "yes",
    "Off",
    "y",
    "2001-01-01",
    "<<",
    "\"q\"",
    "'s'",
    "\"a\\n\\u00e9\"",
    "'it''s'",
    "\"\\/\"",
    ": ",
    ":",
    ":\n",
    ": |\n",
    ": >-\n",
    ": |2+\n",
    ", ",
    ",",
    "- ",
    "-",
    "-\t",
    "? ",
    "?",
    "[",
    "]",
    "{",
    "}",
    "[]",
    "{}",
    "&a ",
    "&b ",
    "*a",
    "*b",
    "*a ",
    "!!str ",
    "!!int ",
    "!!binary ",
    "!foo ",
    "! ",
    "!<tag:yaml.org,2002:int> ",
    "!!float ",
    "!!null ",
    "!!bool ",
    "#c",
    " #c",
    "# c\n",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n ",
    "\n- ",
    "\n  - ",
    "\n---\n",
    "\n--- #c\n",
    "\n--- x\n",
    "\n...\n",
    "\n... \n",
    "%",
    "%YAML 1.1\n",
    "@",
    "`",
    "|",
    ">",
    "|-\n ",
    ">\n  ",
    " ",
    "  ",
    "\t",
    "\n\t",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{FEFF}",
    "é",
    "日本",
    "\u{A0}",
    "\u{7F}",
    "\"",
    "'",
    "\\",
    "\\\n",
    "<<: *a\n",
    "<<: [*a, *b]\n",
    "a: 1\n",
    "a: &a\n  b: 1\n",
    "key:\n- x\n",
    "{a: 1, b: 2}",
    "[1, two, [3]]",
    "{a, b: , ? c}",
    "\"multi\n  line\"",
    "'multi\n\n line'",
    "plain\n  more",
    "::",
    ":a",
    "a:b",
    "-a",
    "?a",
    "a#b",
    "a: b: c",
    "{{ .Values.x }}",
    "${X}",
    "100m",
    "1Gi",
    "http://x:80/y",
];

/// A random snippet of YAML.
pub(crate) fn snippet(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(14) + 1 {
        text.push_str(random.pick(PIECES));
    }
    if random.below(3) > 0 {
        text.push('\n');
    }
    text
}

/// A document with a few random mistakes in it.
pub(crate) fn mutate(seeds: &[String], random: &mut Random) -> String {
    let mut text = seeds[random.below(seeds.len())].clone();
    for _ in 0..random.below(3) + 1 {
        text = match random.below(8) {
            0 => {
                let at = position(&text, random);
                let end = position(&text[at..], random).min(8);
                let end = (at..=at + end).rev().find(|&it| text.is_char_boundary(it));
                format!("{}{}", &text[..at], &text[end.unwrap_or(at)..])
            }
            1..=3 => {
                let at = position(&text, random);
                format!("{}{}{}", &text[..at], random.pick(PIECES), &text[at..])
            }
            _ => mutate_lines(&text, random),
        };
    }
    text
}

fn position(text: &str, random: &mut Random) -> usize {
    let at = random.below(text.len() + 1);
    (0..=at)
        .rev()
        .find(|&it| text.is_char_boundary(it))
        .unwrap_or(0)
}

fn mutate_lines(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let at = random.below(lines.len());
    let other = random.below(lines.len());
    let line = lines[at].clone();
    match random.below(8) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, line),
        2 => lines.swap(at, other),
        3 => lines[at] = format!("{}{line}", " ".repeat(random.below(3) + 1)),
        4 => lines[at] = line.strip_prefix(' ').unwrap_or(&line).to_owned(),
        5 => lines[at] = line.replacen("  ", "\t", 1),
        6 => {
            lines[at] = line.replacen(
                ": ",
                random.pick(&[":", " : ", ": '", ": \"", ": *", ": |\n"]),
                1,
            )
        }
        _ => lines[at] = format!("{line}{}", random.pick(PIECES)),
    }
    lines.join("\n")
}
