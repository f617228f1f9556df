//! Keeps the house rules that no compiler keeps: sizes, module docs, and the
//! one direction in which data flows.

use regex::Regex;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A module should be about 500 lines; one that is a single topic may be longer.
const MODULE_LINES: usize = 800;
const RULE_LINES: usize = 250;
const FUNCTION_LINES: usize = 60;

/// Stages and nouns with what each may import of the crate. A stage imports
/// nouns and earlier stages, never later ones.
const LAYERS: &[&[&str]] = &[
    &[
        "source",
        "nearest",
        "patch",
        "placeholder",
        "kube",
        "seen",
        "listed",
        "unchecked",
    ],
    &["fix"],
    &["finding"],
    &["parse"],
    &["catalog"],
    &["schema"],
    &["cel"],
    &["resolve"],
    &["decode", "same"],
    &["server"],
    &["custom"],
    &["definition"],
    &["validate"],
    &["pod_security", "kustomization"],
    &["simulate"],
    &["diff"],
    &["rule"],
    &["rules"],
    &["config"],
    &["lint"],
    &["engine"],
    &["open"],
    &["ignored"],
    &["walk", "read", "report", "fix_all"],
    &["lsp"],
    &["cli"],
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no Rust file in {folder}");
    found
}

fn name(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap();
    path.to_string_lossy().replace('\\', "/")
}

fn fail_on(problems: String) {
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn modules_and_functions_stay_small() {
    let mut problems = String::new();
    for (folder, limit) in [("src", MODULE_LINES), ("rules", RULE_LINES)] {
        for path in rust_files(folder) {
            if name(&path) == "rules/mod.rs" {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().count();
            if lines > limit {
                let _ = writeln!(problems, "{}: {lines} lines, {limit} at most", name(&path));
            }
            for (function, lines) in long_functions(&text) {
                let _ = writeln!(
                    problems,
                    "{}: `{function}` has {lines} lines, {FUNCTION_LINES} at most",
                    name(&path)
                );
            }
        }
    }
    fail_on(problems);
}

/// Functions by rustfmt's layout: from a line that holds `fn name` to the line
/// that closes at the same indentation.
fn long_functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let bare = line.trim_start();
        let head = bare
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub(super) ")
            .trim_start_matches("const ");
        let Some(rest) = head.strip_prefix("fn ") else {
            continue;
        };
        // A trait's function without a body.
        if line.ends_with(';') {
            continue;
        }
        let indent = line.len() - bare.len();
        let close = format!("{}}}", " ".repeat(indent));
        let end = lines[start..].iter().position(|line| **line == close);
        let length = end.map_or(0, |end| end + 1);
        if length > FUNCTION_LINES {
            let end = rest.find(['(', '<']).unwrap_or(rest.len());
            found.push((rest[..end].to_owned(), length));
        }
    }
    found
}

#[test]
fn every_module_says_what_it_is_for() {
    let mut problems = String::new();
    for path in rust_files("src").into_iter().chain(rust_files("rules")) {
        let text = fs::read_to_string(&path).unwrap();
        if !text.starts_with("//!") {
            let _ = writeln!(problems, "{}: does not open with `//!`", name(&path));
        }
    }
    fail_on(problems);
}

#[test]
fn data_flows_one_way() {
    let layer_of = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module));
    let mut problems = String::new();
    for path in rust_files("src").into_iter().chain(rust_files("rules")) {
        let file = name(&path);
        let module = match file.strip_prefix("src/") {
            Some(below) => below.split(['/', '.']).next().unwrap(),
            None => "rules",
        };
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some(layer) = layer_of(module) else {
            let _ = writeln!(problems, "{file}: `{module}` has no place among the layers");
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for used in code.split("crate::").skip(1) {
            let used = used.split(|c: char| !c.is_alphanumeric() && c != '_');
            let used = used.into_iter().next().unwrap();
            if layer_of(used).is_some_and(|it| it > layer || (it == layer && used != module)) {
                let _ = writeln!(problems, "{file}: imports `{used}`, a later stage");
            }
        }
    }
    fail_on(problems);
}

#[test]
fn no_line_ends_in_blanks() {
    let mut problems = String::new();
    for folder in ["src", "rules", "tests"] {
        for path in rust_files(folder) {
            let text = fs::read_to_string(&path).unwrap();
            for (number, line) in (1..).zip(text.lines()) {
                if line != line.trim_end() && !name(&path).contains("fixtures") {
                    let _ = writeln!(problems, "{}:{number}: trailing blanks", name(&path));
                }
            }
        }
    }
    fail_on(problems);
}

/// What a person reads first; the sources and rules are added in [`words_are_plain`].
const READ: [&str; 6] = [
    "ARCHITECTURE.md",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/concepts.md",
    "docs/simulate.md",
];

/// Words that plimsoll does not use, as regular expressions, and what to write instead.
const WORDS: [(&str, &str); 30] = [
    (r"\b[Mm]end(s|ed|ing)?\b", "fix"),
    (r"\b[Ff]oret(ell|ells|old|elling)\b", "predict, simulate"),
    (r"\b[Hh]eed(s|ed)?\b", "respect"),
    (r"\banew\b", "again, recreate"),
    (r"\bfor ever\b", "forever, indefinitely"),
    (r"\b(is|are) no [A-Za-z]", "is not a"),
    (r"\b(that|which) (is|are) none\b", "invalid, unknown"),
    (
        r"\b(it|they|that|which|pods?) (has|have) not[.,;:]",
        "does not have",
    ),
    (r"\bhas none to\b", "has no"),
    (r"\bas you like\b", "at your option"),
    (r"\bpass(es|ed)? over\b", "skip"),
    (r"\bcame with (Kubernetes )?1\.", "added in"),
    (
        r"\b(went|goes) (away )?with (Kubernetes )?1\.",
        "removed in",
    ),
    (r"\bleads? to\b", "routes to, causes"),
    (r"\bgo(es)? by\b", "uses, follows, targets"),
    (r"\bblanks\b", "spaces"),
    (r"\bof no use\b", "has no effect"),
    (r"\bunless given\b", "default:"),
    (r"\bmay be repeated\b", "can be repeated"),
    (r"\bheld against\b", "checked against, compared with"),
    (r"\b([Tt]old|keeps?) apart\b", "keyed by, distinguished"),
    (r"\bcomes? upon\b", "find"),
    (r"\bwithout a word\b", "silently"),
    (r"\bput in here\b", "expanded here"),
    (r"\bhave the say\b", "leave it to"),
    (r"\blets? no pod\b", "blocks every eviction"),
    (r"\b[Nn]o pod of .+ is made\b", "is rejected"),
    (r"\bstands twice\b", "duplicate"),
    (r"\bchooses no pod\b", "matches no pods"),
    (r"\b[Tt]he rule speaks\b", "this is reported if"),
];

/// Plain English that one of [`WORDS`] would find.
const PLAIN: &str = r"\b[Tt]here (is|are) no\b|\b(is|are) no (longer|more|less|better|further)\b";

#[test]
fn words_are_plain() {
    let words = WORDS.map(|(pattern, write)| (regex::Regex::new(pattern).unwrap(), write));
    let plain = regex::Regex::new(PLAIN).unwrap();
    let read = READ.iter().map(|file| root().join(file));
    let written = rust_files("src").into_iter().chain(rust_files("rules"));
    let mut problems = String::new();
    for path in read.chain(written) {
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            let line = plain.replace_all(line, "");
            for (pattern, write) in &words {
                if let Some(found) = pattern.find(&line) {
                    let (file, found) = (name(&path), found.as_str());
                    let _ = writeln!(problems, "{file}:{number}: `{found}`: write {write}");
                }
            }
        }
    }
    fail_on(problems);
}

#[test]
fn old_words_are_found() {
    let found = |line: &str| {
        let plain = regex::Regex::new(PLAIN).unwrap().replace_all(line, "");
        let words = WORDS.map(|(pattern, _)| regex::Regex::new(pattern).unwrap());
        words.iter().any(|it| it.is_match(&plain))
    };
    for line in [
        "`restrict` is no Pod Security level",
        "a Secret is no key",
        "an autoscaler goes by utilization",
        "a Service leads to a port, and has none to lead to",
        "a key that is none",
        "no pod of Pod `x` is made",
        "the text is skipped without a word",
    ] {
        assert!(found(line), "{line}");
    }
    for line in ["there is no Service `x`", "an API that is no longer served"] {
        assert!(!found(line), "{line}");
    }
}

/// Whoever writes a manifest could make names that an unseeded hash takes for one.
#[test]
fn names_are_hashed_with_a_seed() {
    let unseeded = Regex::new(r"FxHash(Map|Set)(::)?<(&|\(&|\w*String|Box<str>|Arc<str>)").unwrap();
    let mut problems = String::new();
    for path in rust_files("src").into_iter().chain(rust_files("rules")) {
        let file = name(&path);
        let text = fs::read_to_string(&path).unwrap();
        // The keys of these tables are our own.
        let is_ours = file.starts_with("src/catalog") || file == "src/cel/declared.rs";
        if !is_ours && let Some(found) = unseeded.find(&text) {
            let _ = writeln!(problems, "{file}: {}", found.as_str());
        }
    }
    assert_eq!(problems, "");
}
